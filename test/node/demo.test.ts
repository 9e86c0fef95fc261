// The demo pod on the real kernel: how it is built, rebuilt after its pause was killed, and removed without trace.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';
import { createRuntimeClient } from '../../src/cri/client.ts';
import type { RuntimeLevel } from '../../src/cri/level.ts';
import { createDemo, type Demo } from '../../src/demo/demo.ts';
import { findHierarchies } from '../../src/demo/hierarchy.ts';

const run = promisify(execFile);
const SKIP = process.getuid?.() === 0 ? false : 'needs root: real namespaces and cgroups';
const HIERARCHIES = findHierarchies(readFileSync('/proc/self/mountinfo', 'utf8'));
let roots = 0;

interface Place {
  readonly root: string;
  readonly stateDirectory: string;
}

function place(t: Test): Place {
  roots += 1;
  // Below /tmp, not in t.testdir(): a unix socket's path has room for 107 bytes.
  const parent = mkdtempSync(join(tmpdir(), 'podtree-demo-'));
  t.teardown(() => rmSync(parent, { recursive: true, force: true }));
  // mkdtemp makes it for root alone; the containers are nobody.
  chmodSync(parent, 0o755);
  return { root: `/podtree-test-${process.pid}-${roots}`, stateDirectory: join(parent, 'demo') };
}

function demoIn(t: Test, where: Place): { demo: Demo; messages: string[]; levels: RuntimeLevel[] } {
  const messages: string[] = [];
  const levels: RuntimeLevel[] = [];
  const say = (_: unknown, message: string): void => void messages.push(message);
  const demo = createDemo({ ...where, log: { info: say, warn: say }, onLevel: (level) => levels.push(level) });
  t.teardown(() => demo.stop());
  return { demo, messages, levels };
}

/** Polls, because what is waited for is the kernel's or another process' doing. */
async function until(what: string, condition: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 15_000; !condition(); await delay(10))
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`);
}

function cgroupsBelow(root: string): string[] {
  return HIERARCHIES.map((hierarchy) => join(hierarchy, root)).filter((path) => existsSync(path));
}

/** Mounts that could be the demo's: others on the machine mount and unmount what they need meanwhile. */
function ourMounts({ stateDirectory }: Place): string[] {
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  return lines.filter((line) => line.includes(stateDirectory) || line.includes(' - proc '));
}

/** pid -> name of every process that is in a cgroup below the root. */
function processesBelow(root: string): Map<number, string> {
  const found = new Map<number, string>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(`:${root}/`))
        found.set(Number(pid), readFileSync(`/proc/${pid}/comm`, 'utf8').trim());
    } catch {
      // It ended between the listing and the reading.
    }
  }
  return found;
}

function namespaces(pid: number): Record<string, string> {
  return Object.fromEntries(['net', 'ipc', 'uts', 'pid', 'mnt'].map((type) => [type, readlinkSync(`/proc/${pid}/ns/${type}`)]));
}

function status(pid: number, field: string): string[] {
  const line = readFileSync(`/proc/${pid}/status`, 'utf8')
    .split('\n')
    .find((line) => line.startsWith(`${field}:`));
  return (line ?? '').split(/\s+/).slice(1);
}

function running(level: RuntimeLevel): { pause: number; web: number; sidecar: number; sandboxId: string; containers: readonly string[] } {
  const sandbox = level.sandboxes.find(({ state }) => state === 'ready');
  const pid = (name: string): number =>
    level.containers.find((container) => container.name === name && container.state === 'running')?.pid ?? 0;
  return {
    pause: sandbox?.pid ?? 0,
    web: pid('web-server'),
    sidecar: pid('sidecar-logger'),
    sandboxId: sandbox?.id ?? '',
    containers: level.containers.map(({ id }) => id),
  };
}

const isWhole = (demo: Demo): boolean => Object.values(running(demo.level())).every((value) => value !== 0 && value !== '');

async function fetchInside(pausePid: number, address: string): Promise<string> {
  const program = `socket(S, PF_INET, SOCK_STREAM, 0) && connect(S, sockaddr_in(80, inet_aton('${address}'))) or die $!; syswrite S, "GET / HTTP/1.0\\r\\n\\r\\n"; print <S>`;
  const { stdout } = await run('nsenter', ['-t', String(pausePid), '-n', 'perl', '-MSocket', '-e', program]);
  return stdout;
}

t.test('the pod has the shape a real runtime gives it', { skip: SKIP }, async (t) => {
  const where = place(t);
  const { demo } = demoIn(t, where);
  await demo.start();
  const { pause, web, sidecar, sandboxId } = running(demo.level());
  const uid = demo.level().sandboxes[0]?.podUid ?? '';
  t.match(uid, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  t.match(sandboxId, /^[0-9a-f]{64}$/);
  t.equal(demo.pausePid(), pause);

  const cgroup = readFileSync(`/proc/${pause}/cgroup`, 'utf8');
  t.equal(cgroup.split(`:${where.root}/kubepods/burstable/pod${uid}/${sandboxId}\n`).length - 1, HIERARCHIES.length, 'in every hierarchy');
  t.equal(readFileSync(`/proc/${pause}/comm`, 'utf8'), 'pause\n');
  t.equal(readFileSync(`/proc/${web}/comm`, 'utf8'), 'web-server\n');
  t.equal(readFileSync(`/proc/${sidecar}/comm`, 'utf8'), 'sidecar-logger\n');

  const host = namespaces(process.pid);
  const ofPause = namespaces(pause);
  for (const type of Object.keys(host)) t.not(ofPause[type], host[type], `the pause has a ${type} namespace of its own`);
  for (const pid of [web, sidecar]) {
    const own = namespaces(pid);
    t.match(own, { net: ofPause.net, ipc: ofPause.ipc, uts: ofPause.uts }, 'net, ipc and uts are the pause’s');
    t.not(own.pid, ofPause.pid, 'pid is its own');
    t.not(own.mnt, ofPause.mnt, 'mnt is its own');
    t.equal(status(pid, 'NSpid').at(-1), '1');
    t.same(status(pid, 'CapEff'), ['0000000000000000'], 'without any right');
    t.not(Number(status(pid, 'PPid')[0]), pause, 'a child of its shim, not of the pause');
  }
  t.equal([...processesBelow(where.root).values()].filter((name) => name === 'web-server').length, 2, 'a master and a worker');
  t.equal((await run('nsenter', ['-t', String(pause), '-u', 'hostname'])).stdout, 'example-pod\n');
  // perl keeps its script open as 3.
  t.ok(
    readdirSync(`/proc/${pause}/fd`).every((fd) => Number(fd) <= 3),
    'nothing of the starter stays open in the pause',
  );

  const count = (answer: string): number => Number(/request (\d+)/.exec(answer)?.[1]);
  const before = count(await fetchInside(pause, '10.0.0.1'));
  t.ok(before >= 1, 'serves on port 80 of the pod');
  let after = before;
  for (const deadline = Date.now() + 15_000; after < before + 2 && Date.now() < deadline; await delay(200)) {
    // Each look is a request too.
    after = count(await fetchInside(pause, '127.0.0.1')) - Math.max(0, after - before);
  }
  t.ok(after >= before + 2, 'the sidecar fetches as well');
});

t.test('a killed pause tears the pod down and builds it anew', { skip: SKIP }, async (t) => {
  const { demo, levels } = demoIn(t, place(t));
  await demo.start();
  const first = running(demo.level());
  process.kill(first.pause, 'SIGKILL');
  await until('the rebuilt pod', () => running(demo.level()).pause !== first.pause && isWhole(demo));
  const second = running(demo.level());
  t.not(second.sandboxId, first.sandboxId);
  t.not(second.web, first.web);
  t.match(demo.level().sandboxes, [
    { id: first.sandboxId, state: 'notready', attempt: 0, ips: ['10.0.0.1'] },
    { id: second.sandboxId, state: 'ready', attempt: 1, ips: ['10.0.0.2'] },
  ]);
  const restarts = demo.level().containers.filter(({ state }) => state === 'running');
  t.match(restarts, [
    { sandboxId: second.sandboxId, restarts: 1 },
    { sandboxId: second.sandboxId, restarts: 1 },
  ]);
  t.ok(
    levels.some(
      (level) => level.sandboxes.every(({ state }) => state === 'notready') && level.containers.some(({ state }) => state === 'running'),
    ),
    'for a moment the containers live on without their pause, as on a real node',
  );
  t.match(await fetchInside(second.pause, '10.0.0.2'), /hello from web-server/);

  process.kill(second.pause, 'SIGTERM');
  await until('the second rebuild', () => running(demo.level()).pause !== second.pause && isWhole(demo));
  t.match(demo.level().sandboxes.at(-1), { attempt: 2, state: 'ready' });
});

t.test('answers as a container runtime, so that the agent sees it as one', { skip: SKIP }, async (t) => {
  const { demo } = demoIn(t, place(t));
  await demo.start();
  const client = createRuntimeClient({ endpoint: demo.endpoint });
  t.teardown(() => client.close());
  t.same(await client.level(), demo.level(), 'the same through the socket as without it');
  const { pause, web } = running(demo.level());
  process.kill(pause, 'SIGKILL');
  await until('the rebuilt pod', () => ![0, web].includes(running(demo.level()).web) && isWhole(demo));
  t.same(await client.level(), demo.level());
  t.equal(client.state().statusFailures, 0);
  const stopped = demo.stop();
  await until('the removal of the pod', () => demo.level().sandboxes.length === 0);
  t.same((await client.level()).sandboxes, [], 'who has asked before is told that the pod is gone');
  await stopped;
  await t.rejects(client.level(), { code: 'CRI_UNAVAILABLE' });
});

t.test('a container that dies alone is restarted in its sandbox, later each time', { skip: SKIP }, async (t) => {
  const { demo } = demoIn(t, place(t));
  await demo.start();
  const first = running(demo.level());
  process.kill(first.web, 'SIGKILL');
  await until('the restarted container', () => running(demo.level()).web !== first.web && isWhole(demo));
  const second = running(demo.level());
  t.match(second, { pause: first.pause, sidecar: first.sidecar, sandboxId: first.sandboxId });
  t.match(
    demo.level().containers.filter(({ name }) => name === 'web-server'),
    [
      { state: 'exited', exitCode: 137, restarts: 0 },
      { state: 'running', restarts: 1 },
    ],
  );
  const killedAt = performance.now();
  process.kill(second.web, 'SIGKILL');
  await until('the second restart', () => ![0, second.web].includes(running(demo.level()).web));
  t.ok(performance.now() - killedAt >= 1_000, 'the second back-off is twice the first');
});

t.test('a shim that was killed takes its container with it', { skip: SKIP }, async (t) => {
  const { demo } = demoIn(t, place(t));
  await demo.start();
  const first = running(demo.level());
  process.kill(Number(status(first.sidecar, 'PPid')[0]), 'SIGKILL');
  await until('the restarted container', () => ![0, first.sidecar].includes(running(demo.level()).sidecar));
  await until('the end of the orphan', () => !existsSync(`/proc/${first.sidecar}`));
  t.match(
    demo.level().containers.find(({ pid, name }) => name === 'sidecar-logger' && pid === undefined),
    { state: 'unknown', exitCode: 255 },
  );
});

t.test('stops without a trace, from whole and from half torn down', { skip: SKIP }, async (t) => {
  for (const hurt of [false, true]) {
    const where = place(t);
    const before = ourMounts(where);
    const { demo, levels } = demoIn(t, where);
    await demo.start();
    const { pause, web, sidecar } = running(demo.level());
    const shims = [pause, web, sidecar].map((pid) => Number(status(pid, 'PPid')[0]));
    if (hurt) {
      process.kill(pause, 'SIGKILL');
      await until('the death of the pause', () => demo.pausePid() === undefined);
    }
    await Promise.all([demo.stop(), demo.stop()]);
    t.same(cgroupsBelow(where.root), [], 'no cgroup');
    t.equal(processesBelow(where.root).size, 0, 'no process');
    for (const pid of [pause, web, sidecar, ...shims]) t.notOk(existsSync(`/proc/${pid}`), `process ${pid} is gone`);
    t.notOk(existsSync(where.stateDirectory), 'no file');
    t.same(ourMounts(where), before, 'no mount');
    t.same(levels.at(-1)?.sandboxes, []);
    t.equal(demo.pausePid(), undefined);
  }
});

t.test('a crash leaves no process, and the next start cleans up the rest', { skip: SKIP }, async (t) => {
  const where = place(t);
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('../helpers/run-demo.ts', import.meta.url)), where.root, where.stateDirectory],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  t.match(line, /^ready \d+$/);
  await t.rejects(demoIn(t, where).demo.start(), { code: 'DEMO_FAILED', message: /another podtree demo is running/ });
  t.ok(processesBelow(where.root).size >= 4, 'the refused second demo has not hurt the first');
  child.kill('SIGKILL');
  await once(child, 'exit');
  await until('the end of the orphans', () => processesBelow(where.root).size === 0);
  t.not(cgroupsBelow(where.root).length, 0);

  const stray = spawn('sleep', ['600'], { stdio: 'ignore' });
  t.teardown(() => stray.kill('SIGKILL'));
  const strayEnd = once(stray, 'exit');
  for (const cgroup of cgroupsBelow(where.root)) {
    mkdirSync(join(cgroup, 'kubepods/left'), { recursive: true });
    writeFileSync(join(cgroup, 'kubepods/left/cgroup.procs'), String(stray.pid));
  }
  const { demo, messages } = demoIn(t, where);
  await demo.start();
  t.same(await strayEnd, [null, 'SIGKILL'], 'a process in a left-over cgroup is ended');
  t.equal(messages[0], 'ended what an earlier run had left');
  for (const cgroup of cgroupsBelow(where.root))
    t.same(
      readdirSync(join(cgroup, 'kubepods')).filter((name) => name === 'left'),
      [],
    );
  await demo.stop();
  t.same(cgroupsBelow(where.root), []);
});

t.test('a start that fails says why and leaves nothing', { skip: SKIP }, async (t) => {
  const where = place(t);
  // Without a PATH the shim finds no `ip`.
  const path = process.env.PATH;
  process.env.PATH = '/nonexistent';
  const { demo } = demoIn(t, where);
  try {
    await t.rejects(demo.start(), { code: 'DEMO_FAILED', message: /cannot start pause: ip: .*apt install iproute2/ });
  } finally {
    process.env.PATH = path;
  }
  t.same(cgroupsBelow(where.root), []);
  t.notOk(existsSync(where.stateDirectory));
  await demo.stop();
});

t.test('an ordinary user is told what to do', { skip: process.getuid?.() === 0 ? false : 'is itself the case' }, async (t) => {
  const program = `import { createDemo } from ${JSON.stringify(new URL('../../src/demo/demo.ts', import.meta.url).href)};
process.setuid(65534);
const ignore = () => {};
await createDemo({ log: { info: ignore, warn: ignore } }).start().catch((error) => console.log(error.code, error.message));`;
  const { stdout } = await run(process.execPath, ['--input-type=module-typescript', '-e', program]);
  t.match(stdout, /^PRIVILEGE_MISSING .*run it with sudo/);
});
