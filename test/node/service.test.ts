// The agent as a service on a real node: what systemd hears of it, what a reload changes, and what is left, and known, when it is stopped.
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { createDemo } from '../../src/demo/demo.ts';
import { fetchHistory } from '../../src/stream/history-client.ts';
import { bpftracePidOf, cannotRunAgent, followStream, testConfig } from '../helpers/agent.ts';
import { killFromShell } from '../helpers/agent-scenarios.ts';
import { startSinkServer } from '../helpers/alert-sink-server.ts';
import { type Running, startCommand } from '../helpers/command-line.ts';
import { cannotNotify, startNotifySocket } from '../helpers/notify-socket.ts';
import { listenTo, rawStream } from '../helpers/stream-server.ts';

const PORT = 20_000 + (process.pid % 10_000);
const SERVER = `http://127.0.0.1:${PORT}`;

interface Service extends Running {
  readonly pid: number;
  log(): string;
  /** Resolves with the first line of the log that matches. */
  said(pattern: RegExp): Promise<string>;
}

t.test('the agent as a service', { skip: cannotRunAgent() ?? cannotNotify() ?? false }, async (t) => {
  t.setTimeout(150_000);
  const outer = t;
  const parent = mkdtempSync(join(tmpdir(), 'podtree-service-'));
  t.teardown(() => rmSync(parent, { recursive: true, force: true }));
  // The containers are nobody.
  chmodSync(parent, 0o755);
  const stateDir = join(parent, 'state');
  const file = join(parent, 'podtree.yaml');
  const hook = await startSinkServer(t);
  const socket = await startNotifySocket(t);
  const silent = { info() {}, warn() {} };
  const demo = createDemo({ root: `/podtree-test-${process.pid}`, stateDirectory: join(parent, 'demo'), log: silent });
  t.teardown(() => demo.stop());
  await demo.start();
  const uid = demo.level().sandboxes[0]?.podUid ?? '';
  const env = { NOTIFY_SOCKET: socket.path, WATCHDOG_USEC: '600000', PODTREE_CONFIG: file, PODTREE_LOG_FORMAT: 'json' };
  // Mounts what the probes need.
  testConfig({ PODTREE_STATE_DIR: stateDir });
  const configure = (more: string): void =>
    writeFileSync(file, `listen: 127.0.0.1:${PORT}\nstateDir: ${stateDir}\nruntimeEndpoint: ${demo.endpoint}\n${more}`);
  configure('metrics: {listen: 127.0.0.1:0}\nalerts: {sinks: []}\n');

  let service = startService(t, env);
  await socket.until((messages) => messages.some(({ READY }) => READY === '1'));
  await service.said(/agent is ready/);
  const probes = bpftracePidOf(service.pid);

  await t.test('says that it is ready, and then that it is alive', async (t) => {
    t.match(socket.messages[0], { READY: '1', STATUS: /^watching \d+ pods?$/ });
    await socket.until((messages) => messages.filter(({ WATCHDOG }) => WATCHDOG === '1').length >= 3);
    const address = /"metrics":"([^"]+)"/.exec(service.log())?.[1];
    t.equal((await fetch(`http://${address}/readyz`)).status, 200);
    t.match(await (await fetch(`http://${address}/metrics`)).text(), /^podtree_pods \d+$/m);
    t.equal((await fetch(`http://${address}/v1/tree`)).status, 404, 'the tree is not for everybody');
  });

  await t.test('reads its configuration anew, and says what it could not take over', async (t) => {
    configure(`logLevel: debug
metrics: {listen: 127.0.0.1:0}
processArgs: full
resyncIntervalMs: 1000
limits: {clients: 1}
alerts: {sinks: [{type: webhook, url: '${hook.url}'}]}
`);
    service.child.kill('SIGHUP');
    t.match(JSON.parse(await service.said(/changes are in effect/)), {
      level: 'info',
      settings: ['logLevel: info -> debug', 'resyncIntervalMs: 60000 -> 1000', 'limits.clients: 64 -> 1', 'alerts.sinks'],
    });
    t.match(JSON.parse(await service.said(/need a restart/)), { level: 'warn', settings: ['processArgs: off -> full'] });
    await socket.until((messages) => messages.filter(({ READY }) => READY === '1').length === 2);
    const states = socket.messages.filter((each) => each.WATCHDOG === undefined).map((each) => Object.keys(each)[0]);
    t.same(states, ['READY', 'RELOADING', 'READY']);
    const view = await followStream(SERVER);
    await t.rejects(followStream(SERVER), /1 clients are connected, which is the most this agent serves/);
    const killed = demo.pausePid() ?? 0;
    await killFromShell(killed);
    await hook.until((received) => received.some(({ body }) => body.includes('PauseRestarted')));
    await view.until('the pod whole again', () => view.of(uid, 'pause.restarted').find(({ complete }) => complete === true));
    await view.close();
    // Said with each reading of /proc, which is now done every second.
    await service.said(/"level":"debug"/);
  });

  await t.test('a file that is wrong changes nothing', async (t) => {
    configure('metrics: {listen: 127.0.0.1:0}\nlogLevel: loud\nlimits: {clients: 0}\nalerts: {sinks: []}\n');
    service.child.kill('SIGHUP');
    const { level, problems } = JSON.parse(await service.said(/was not taken over/)) as { level: string; problems: string[] };
    t.equal(level, 'error');
    t.match(problems, [
      /podtree\.yaml:5 +logLevel: "loud": expected one of trace, /,
      /podtree\.yaml:6 +limits\.clients: 0: expected a whole number from 1/,
    ]);
    t.equal((await fetch(`${SERVER}/readyz`)).status, 200);
    t.equal(bpftracePidOf(service.pid), probes, 'the probes were never touched');
    configure('metrics: {listen: 127.0.0.1:0}\nalerts: {sinks: []}\n');
    service.child.kill('SIGHUP');
    await service.said(/"limits\.clients: 1 -> 64"/);
  });

  await t.test('when it is stopped clients are told, everything is written, and nothing stays', async (t) => {
    const patient = startCommand(outer, ['tail', '--server', SERVER, '--reconnect', '-o', 'frames', '--pod', '^example-pod$']);
    await patient.seen(/"snapshot"/);
    const impatient = startCommand(t, ['tail', '--server', SERVER, '-o', 'frames']);
    await impatient.seen(/"snapshot"/);
    const other = await listenTo(t, PORT);
    await other.until((frames) => frames.length >= 2);
    service.child.kill('SIGTERM');
    t.equal(await other.closed, '1001 the agent is stopping');
    t.match(await service.ended, { code: 0, signal: null });
    t.match(await impatient.ended, { code: 3, err: /^podtree: lost the agent at http:\S+: it was stopped\. Start it again/ });
    await socket.until((messages) => messages.some(({ STOPPING }) => STOPPING === '1'));
    t.notOk(isBpftrace(probes), 'its bpftrace is gone');
    t.same(readdirSync(stateDir).sort(), ['history.db', 'outbox.db'], 'the stores are closed, and nothing else is there');
    const [, token] = /"token":"([^"]+)"/.exec(JSON.stringify(other.frames.at(-1))) ?? [];

    const victim = demo.pausePid() ?? 0;
    await killFromShell(victim);
    await until('the rebuilt pod', () => demo.pausePid() !== undefined && demo.pausePid() !== victim);
    service = startService(outer, env);
    await service.said(/agent is ready/);
    await patient.seen(
      /"resumed":false[\s\S]*"gap":\{"stage":"agent"\}[\s\S]*"snapshot"[\s\S]*"type":"pause\.restarted"[\s\S]*"kind":"agent-down"/,
    );
    const late = await listenTo(t, PORT, `?since=${token}`);
    await late.until((frames) => frames.length >= 3);
    t.match(late.frames.slice(0, 3), [{ hello: { resumed: false } }, { gap: { stage: 'agent' } }, { snapshot: {} }]);
    const found = await fetchHistory(uid, { server: SERVER });
    const deaths = found?.events.flatMap((event) => (event.type === 'pause.restarted' ? [event.cause.kind] : []));
    t.same(deaths, ['signal', 'agent-down'], 'no restart is lost, none is told twice');
    patient.child.kill('SIGTERM');
    const { code, err } = await patient.ended;
    t.equal(code, 0);
    t.match(err, /^podtree: lost the agent at http:\S+: it was stopped; trying again in \S+ \S+$/m);
  });

  await t.test('a second signal ends it at once, and the probes end by themselves', async (t) => {
    const successor = bpftracePidOf(service.pid);
    // One that does not answer: without the second signal it would be waited for.
    await rawStream(t, PORT);
    service.child.kill('SIGTERM');
    await service.said(/agent stops/);
    service.child.kill('SIGTERM');
    t.match(await service.ended, { code: null, signal: 'SIGTERM' });
    await until('the end of its bpftrace', () => !isBpftrace(successor));
  });
});

function startService(t: Test, env: Readonly<Record<string, string>>): Service {
  const running = startCommand(t, ['agent'], env);
  let log = '';
  let changed = Promise.withResolvers<void>();
  running.child.stderr.on('data', (text: string) => {
    log += text;
    changed.resolve();
    changed = Promise.withResolvers<void>();
  });
  let hasEnded = false;
  void running.ended.then(() => {
    hasEnded = true;
    changed.resolve();
  });
  return Object.assign(running, {
    pid: running.child.pid ?? 0,
    log: () => log,
    said: async (pattern: RegExp) => {
      for (;;) {
        const line = log.split('\n').find((each) => pattern.test(each));
        if (line !== undefined) return line;
        if (hasEnded) throw new Error(`the agent ended without ${pattern}: ${log}`);
        await changed.promise;
      }
    },
  });
}

function isBpftrace(pid: number | undefined): boolean {
  return existsSync(`/proc/${pid}/comm`) && readFileSync(`/proc/${pid}/comm`, 'utf8') === 'bpftrace\n';
}

/** Polls, because what is waited for is another process' doing. */
async function until(what: string, isDone: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 40_000; Date.now() < deadline; await delay(50)) if (isDone()) return;
  throw new Error(`waited in vain: ${what}`);
}
