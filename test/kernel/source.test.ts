import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { PodtreeError } from '../../src/error.ts';
import type { KernelFacts } from '../../src/kernel/compose.ts';
import type { CgroupId } from '../../src/kernel/identity.ts';
import { createKernelSource, type KernelMessage, type KernelSource, type KernelSourceOptions } from '../../src/kernel/source.ts';
import { type FakeBpftrace, type FakeMode, fakeBpftrace } from '../helpers/fake-bpftrace.ts';

const probesDir = fileURLToPath(new URL('../../probes', import.meta.url));

const noFacts: KernelFacts = { hasGroupDead: true, pageBytes: 4096, types: { struct: () => undefined, enumerator: () => undefined } };

interface Run {
  readonly fake: FakeBpftrace;
  readonly source: KernelSource;
  readonly messages: KernelMessage[];
  until(isDone: (messages: readonly KernelMessage[]) => boolean): Promise<void>;
}

function runFake(t: Test, mode: FakeMode, options: Partial<KernelSourceOptions> = {}): Run {
  // A folder of its own, removed after the source has stopped: until then a child that is restarted writes into it.
  const folder = mkdtempSync(join(tmpdir(), 'podtree-fake-bpftrace-'));
  const fake = fakeBpftrace(folder, mode);
  const messages: KernelMessage[] = [];
  let check: () => void = () => undefined;
  const source = createKernelSource({
    probesDir,
    hierarchy: { kind: 'v2' },
    hostNamespaces: [1, 2, 3, 4, 5, 6, 7],
    podRoots: ['47' as CgroupId],
    processArgs: false,
    log: { debug: () => undefined, info: () => undefined },
    seeder: fake.seeder,
    inspect: async () => fake.machine,
    restart: { firstMs: 1, capMs: 4 },
    ...options,
    onMessage(message) {
      messages.push(message);
      const answer = options.onMessage?.(message);
      check();
      return answer;
    },
  });
  t.teardown(async () => {
    await source.stop();
    rmSync(folder, { recursive: true });
  });
  return {
    fake,
    source,
    messages,
    until: (isDone) =>
      new Promise((resolve) => {
        check = () => isDone(messages) && resolve();
        check();
      }),
  };
}

const typesOf = (messages: readonly KernelMessage[]) => messages.map(({ type }) => type);
const has = (type: KernelMessage['type']) => (messages: readonly KernelMessage[]) => messages.some((message) => message.type === type);

t.test('says when everything has come that happened before it was asked', async (t) => {
  const { source, messages, until } = runFake(t, 'obedient');
  t.equal(source.catchUp(), false, 'there is nobody to be waited for');
  await source.start();
  await until(has('ready'));
  t.equal(source.catchUp(), true);
  await until(has('caught-up'));
  t.match(
    messages.find(({ type }) => type === 'caught-up'),
    { untilNs: 6 },
  );
  t.equal(typesOf(messages).filter((type) => type === 'caught-up').length, 1);
  source.catchUp();
  await until((all) => typesOf(all).filter((type) => type === 'caught-up').length === 2);
});

t.test('is ready when the canary came back, and says nothing before', async (t) => {
  const { source, messages, until, fake } = runFake(t, 'obedient');
  t.equal(source.watchProcess(5), false, 'nothing to seed yet');
  source.addPodNamespace(0xf0000010);
  await source.start();
  await until(has('events'));
  t.same(typesOf(messages).slice(0, 2), ['ready', 'events'], 'ready comes first');
  const ready = messages[0];
  if (ready?.type !== 'ready') return t.fail('no ready');
  t.match(ready, { bpftraceVersion: '0.17.0', bootNs: 6 });
  t.ok(ready.attachMs > 0);
  const differenceMs = Math.abs(Number(ready.wallNs / 1_000_000n) - Date.now());
  t.ok(differenceMs < 60_000, 'wall time of the canary');
  t.match(source.stats(), { state: 'ready', restarts: 0, bpftracePid: Number });
  t.same(fake.seeds, ['root 47', 'namespace 4026531856'], 'what was known is seeded');
  t.equal(source.watchProcess(5), true);
  t.equal(source.watchProcess(6, 'guest'), true);
  source.addPodRoot('48' as CgroupId);
  source.addPodRoot('48' as CgroupId);
  source.removePodNamespace(0xf0000010);
  t.same(fake.seeds.slice(2), ['process 5', 'guest 6', 'root 48', 'no namespace 4026531856']);
  await source.stop();
  t.match(source.stats(), { state: 'stopped', bpftracePid: undefined });
});

t.test('a pod root whose id does not fit into a seed is given at a restart', async (t) => {
  const { source, until, messages } = runFake(t, 'obedient');
  await source.start();
  await until(has('ready'));
  source.addPodRoot('99999999999' as CgroupId);
  await until((messages) => messages.filter(({ type }) => type === 'ready').length === 2);
  t.ok(
    messages.some(({ type }) => type === 'down'),
    'and says so',
  );
});

t.test('a child that dies is said to be down, with what it said, and comes back', async (t) => {
  const { source, messages, until } = runFake(t, 'dying', { random: () => 0 });
  await source.start();
  await until((messages) => messages.filter(({ type }) => type === 'down').length === 4);
  const downs = messages.filter((message) => message.type === 'down');
  t.equal(downs[0]?.error.code, 'PROBE_EXITED');
  t.match(downs[0]?.error.message, /bpftrace 0\.17\.0 ended with exit code 1: terminate called: bad_alloc/);
  t.same(
    downs.map(({ restartInMs }) => restartInMs),
    [1, 2, 4, 4],
    'each time later, up to the cap',
  );
  t.same(
    typesOf(messages)
      .filter((type) => type !== 'events')
      .slice(0, 4),
    ['ready', 'down', 'ready', 'down'],
  );
  t.ok(source.stats().restarts >= 4);
});

t.test('a program that bpftrace rejects is said with its reason, without what is harmless', async (t) => {
  const { source, messages, until } = runFake(t, 'rejecting', { random: () => 1, restart: { firstMs: 100, capMs: 100 } });
  await source.start();
  await until(has('down'));
  const [down] = messages;
  if (down?.type !== 'down') return t.fail('no down');
  t.match(down.error.message, /exit code 1: ERROR: tracepoint not found: oom:mark_victim$/);
  t.equal(down.restartInMs, 50, 'the delay is jittered');
});

t.test('a child without a canary is given up', async (t) => {
  const { source, messages, until } = runFake(t, 'mute', { readyTimeoutMs: 50 });
  await source.start();
  await until(has('down'));
  const [down] = messages;
  t.match(down, { type: 'down', error: { code: 'PROBE_NOT_ATTACHED', message: /not attached within 50 ms.*hostPID/ } });
});

t.test('a child that cannot be started is a restart too', async (t) => {
  const { source, messages, until } = runFake(t, 'obedient', {
    inspect: async () => ({ facts: noFacts, bpftrace: { path: '/nonexistent/bpftrace', version: '0.17.0', minor: 17 } }),
  });
  await source.start();
  await until(has('down'));
  t.match(messages[0], { type: 'down', error: { code: 'PROBE_EXITED', message: /ENOENT/ } });
});

t.test('stop ends a child that ignores SIGINT, within three seconds', async (t) => {
  const { source, until } = runFake(t, 'deaf');
  await source.start();
  await until(has('ready'));
  const pid = source.stats().bpftracePid;
  const startedMs = performance.now();
  await source.stop();
  t.ok(performance.now() - startedMs < 10_000);
  t.equal(existsSync(`/proc/${pid}`), false, 'it was reaped');
});

t.test('stop does not wait for a consumer that never answers', async (t) => {
  let isAsked = false;
  const { source, until } = runFake(t, 'flooding', {
    onMessage: (message) => {
      if (message.type !== 'events') return;
      isAsked = true;
      return new Promise<void>(() => undefined);
    },
  });
  await source.start();
  await until(() => isAsked);
  await source.stop();
  t.equal(source.stats().state, 'stopped');
});

t.test('nothing is read while the consumer is busy', async (t) => {
  let release: () => void = () => undefined;
  let calls = 0;
  const { source, until } = runFake(t, 'flooding', {
    onMessage: (message) => {
      if (message.type !== 'events') return;
      calls++;
      return new Promise<void>((resolve) => {
        release = resolve;
      });
    },
  });
  await source.start();
  await until(has('events'));
  // A child that is never read has long filled its pipe after so many turns of the loop.
  const { lines } = source.stats();
  for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
  t.equal(source.stats().lines, lines, 'no line came in');
  t.equal(calls, 1);
  release();
  await until((messages) => messages.filter(({ type }) => type === 'events').length === 2);
  t.ok(source.stats().lines > lines);
});

t.test('losses and malformed lines are counted, and what is between them arrives', async (t) => {
  const { source, messages, until } = runFake(t, 'talking');
  await source.start();
  await until(
    () =>
      source.stats().malformed >= 3 &&
      messages.some((message) => message.type === 'events' && message.events.some(({ timeNs }) => timeNs === 2)),
  );
  const lost = messages.reduce((sum, message) => sum + (message.type === 'lost' ? message.lost : 0), 0);
  const malformed = messages.reduce((sum, message) => sum + (message.type === 'malformed' ? message.count : 0), 0);
  t.equal(lost % 7, 0);
  t.ok(lost > 0);
  t.equal(malformed % 3, 0, 'garbage, a tuple that is too short, a line that is too long');
});

t.test('a signal whose other half was lost goes out without parents', async (t) => {
  const { source, messages, until } = runFake(t, 'halves', { joinMs: 1 });
  const isSignal = (message: KernelMessage) => message.type === 'events' && message.events.some(({ kind }) => kind === 'signal');
  await source.start();
  await until((messages) => messages.some(isSignal));
  const message = messages.find(isSignal);
  const signal = message?.type === 'events' ? message.events.find(({ kind }) => kind === 'signal') : undefined;
  t.match(signal, { targetPid: 77, parents: [] });
});

t.test('a machine that cannot run it is said at the start', async (t) => {
  const { source } = runFake(t, 'obedient', { inspect: async () => Promise.reject(new PodtreeError('BTF_MISSING', 'none')) });
  await t.rejects(source.start(), { code: 'BTF_MISSING' });
  await source.stop();
  t.equal(source.stats().state, 'stopped');
});
