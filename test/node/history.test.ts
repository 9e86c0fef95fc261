// The agent killed and started again on a real node while the pause of the example pod is killed: what it tells afterwards, and how often.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { createDemo } from '../../src/demo/demo.ts';
import type { PodHistory } from '../../src/history/record.ts';
import { openStream } from '../../src/stream/client.ts';
import { fetchHistory, fetchPods } from '../../src/stream/history-client.ts';
import { cannotRunAgent, followStream, testConfig } from '../helpers/agent.ts';
import { killFromShell } from '../helpers/agent-scenarios.ts';
import { runCommand, startCommand } from '../helpers/command-line.ts';

const PORT = 20_000 + (process.pid % 10_000);
const SERVER = `http://127.0.0.1:${PORT}`;

interface AgentProcess {
  kill(): Promise<void>;
  stop(): Promise<void>;
}

t.test('restarts that nobody saw', { skip: cannotRunAgent() ?? false }, async (t) => {
  t.setTimeout(200_000);
  const whole = t;
  const parent = mkdtempSync(join(tmpdir(), 'podtree-down-'));
  t.teardown(() => rmSync(parent, { recursive: true, force: true }));
  // The containers are nobody.
  chmodSync(parent, 0o755);
  const ignore = (): void => {};
  const demo = createDemo({
    root: `/podtree-test-${process.pid}`,
    stateDirectory: join(parent, 'demo'),
    log: { info: ignore, warn: ignore },
  });
  t.teardown(() => demo.stop());
  await demo.start();
  const uid = demo.level().sandboxes[0]?.podUid ?? '';
  const env = { PODTREE_LISTEN: `127.0.0.1:${PORT}`, PODTREE_STATE_DIR: join(parent, 'state'), PODTREE_RUNTIME_ENDPOINT: demo.endpoint };
  // Mounts what the probes need.
  testConfig(env);
  const pausePid = (): number => demo.pausePid() ?? 0;
  const isWhole = (): boolean => demo.level().containers.filter(({ state }) => state === 'running').length === 2 && pausePid() !== 0;

  let agent = await startProcess(t, env);
  const told = await until('the pod in the history', async () => fetchHistory(uid, { server: SERVER }));
  t.match(told, {
    pod: { uid, name: 'example-pod', namespace: 'default' },
    sandboxes: [{ attempt: 0, state: 'ready', pause: { pid: pausePid() } }],
  });

  await t.test('a pause that is killed is told by why, with its killer, what it took down and for how long', async (t) => {
    const view = await followStream(SERVER);
    const killer = await killFromShell(pausePid());
    await view.until('the pod whole again', () => view.of(uid, 'pause.restarted').find(({ complete }) => complete === true));
    await view.close();
    const { code, out, err } = await runCommand(t, ['why', 'example-pod', '--server', SERVER, '--utc']);
    t.match({ code, err }, { code: 0, err: '' });
    t.comment(out);
    t.match(out, new RegExp(`its pause was killed: SIGKILL from sh \\(pid ${killer.pid}\\), run by root \\(uid 0\\)`));
    const flat = out.replace(/\s+/g, ' ');
    t.match(flat, /The pod had no pause for \S+ \S+ and was whole again after \S+ \S+; 2 containers came back; its address changed from/);
    t.match(out, new RegExp(`started by +\\S+ ${process.pid}`));
    t.match(flat, /Its 2 containers \(\d+ processes\) ran on in the dead sandbox for up to \S+ m?s, until podtree-shim ended them\./);
    t.match(out, /\+\S+ m?s +web-server +ended by podtree-shim pid \d+, exit 0 +outlived its pause/);
    t.match(out, /\+\S+ m?s +sidecar-logger +runs again/);
    t.match(out, /^now +sandbox 1 \w{12} ready for \d+s, pause pid \d+, ip \S+, 2 of 2 containers run$/m);
    const list = await runCommand(t, ['why', '--server', SERVER]);
    t.match(list.out, /default\/example-pod +1 +killed, SIGKILL from sh/);
  });

  await t.test('one that is killed while the agent is down is reported once, as agent-down', async (t) => {
    const before = await history(uid);
    const oldId = before.sandboxes.at(-1)?.id ?? '';
    await agent.kill();
    const victim = pausePid();
    await killFromShell(victim);
    await until('the rebuilt pod', async () => pausePid() !== victim && isWhole());
    agent = await startProcess(whole, env);
    const missed = await until('the report', async () => missedOf(await history(uid)));
    t.equal(missed.length, 1);
    t.match(missed[0], {
      type: 'pause.restarted',
      revision: 0,
      source: 'levels',
      cause: { kind: 'agent-down' },
      oldSandbox: { id: oldId, attempt: 1 },
      newSandbox: { attempt: 2 },
      pod: { uid, name: 'example-pod' },
    });
    t.match(missed[0]?.cause.evidence, [/podtree ended without notice/, /made the new sandbox at/]);
    // The alert of the first death, which the former run raised, counts on.
    const paged = await until('its alert', async () => alertsOf(await history(uid)).find(({ count }) => count > 1));
    t.match(paged, { name: 'PauseRestarted', count: 2, summary: /The last one: .* died while podtree was not running\.$/ });
    const { out } = await runCommand(t, ['why', 'example-pod', '--server', SERVER, '--utc', '--last', '1']);
    t.comment(out);
    t.match(out, /While podtree was not running its pause died; a new one runs since/);
    // Killed at once: the next run must not tell it again.
    await agent.kill();
    agent = await startProcess(whole, env);
    await until('the third run', async () => fetchPods({ limit: 1 }, { server: SERVER }));
    t.same(missedOf(await history(uid)), missed);
    const sinceStart = await eventsSinceStart(uid);
    t.same(
      sinceStart.filter((type) => type.startsWith('pause.')),
      [],
      'it is not published again',
    );
    t.same(
      alertsOf(await history(uid)).map(({ count }) => count),
      [2],
      'and pages nobody again',
    );
  });

  await t.test('another agent on its state directory is refused, and one without a directory goes on without', async (t) => {
    const second = await runCommand(t, ['agent'], { env: { ...env, PODTREE_LISTEN: '127.0.0.1:0' } });
    t.match(second, { code: 1, err: /history\.db is in use: another podtree agent runs with this state directory/ });
    const poor = startCommand(t, ['agent'], {
      ...env,
      PODTREE_LISTEN: '127.0.0.1:0',
      PODTREE_STATE_DIR: '/proc/nothing',
      PODTREE_LOG_FORMAT: 'json',
    });
    let said = '';
    poor.child.stderr.on('data', (text: string) => {
      said += text;
    });
    await until('its warning', async () => /"level":"warn".*no history is kept on disk/.test(said));
    poor.child.kill('SIGTERM');
    t.equal((await poor.ended).code, 0);
  });

  await t.test('a pod that is gone can still be asked about, and one that never was has near names', async (t) => {
    await demo.stop();
    await until('the end of the pod', async () => (await history(uid)).pod.goneAt);
    const gone = await runCommand(t, ['why', 'default/example-pod', '--server', SERVER, '--utc']);
    t.match(gone, { code: 0, out: /^now +the pod is gone since 20\d\d-/m });
    const wrong = await runCommand(t, ['why', 'exmaple-pod', '--server', SERVER]);
    t.match(wrong, { code: 1, out: '', err: /^podtree: no pod is or was called "exmaple-pod": did you mean default\/example-pod\?\n$/ });
  });
  await agent.stop();
});

/** Resolves when the agent is ready. */
async function startProcess(t: Test, env: Readonly<Record<string, string>>): Promise<AgentProcess> {
  const running = startCommand(t, ['agent'], env);
  let hasEnded = false;
  void running.ended.then(() => {
    hasEnded = true;
  });
  await until('the agent to be ready', async () => {
    if (hasEnded) throw new Error(`the agent ended: ${(await running.ended).err}`);
    return (await fetch(`${SERVER}/readyz`).catch(() => undefined))?.ok;
  });
  const end = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    running.child.kill(signal);
    await running.ended;
  };
  return { kill: () => end('SIGKILL'), stop: () => end('SIGTERM') };
}

async function history(uid: string): Promise<PodHistory> {
  const found = await fetchHistory(uid, { server: SERVER });
  if (!found) throw new Error('the agent has no history of the pod');
  return found;
}

function missedOf({ events }: PodHistory) {
  const missed = events.flatMap((event) => (event.type === 'pause.restarted' && event.cause.kind === 'agent-down' ? [event] : []));
  return missed.length > 0 && missed;
}

function alertsOf({ events }: PodHistory) {
  return events.flatMap((event) => (event.type === 'alert.firing' ? [event.alert] : []));
}

/** Types of what was published about a pod since the agent began. */
async function eventsSinceStart(uid: string): Promise<string[]> {
  const view = await followStream(SERVER);
  const [epoch, now] = view.tree.token.split('-');
  await view.close();
  const types: string[] = [];
  for await (const frame of openStream({ server: SERVER, query: { since: `${epoch}-0` } })) {
    if (!('updates' in frame)) continue;
    for (const { event, token } of frame.updates) {
      if (event?.pod?.uid === uid) types.push(event.type);
      if (Number(token.split('-')[1]) >= Number(now)) return types;
    }
  }
  return types;
}

/** Polls, because what is waited for is another process' doing. */
async function until<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> {
  for (const deadline = Date.now() + 40_000; Date.now() < deadline; await delay(50)) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
  }
  throw new Error(`waited in vain: ${what}`);
}
