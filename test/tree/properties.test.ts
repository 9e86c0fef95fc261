// What must hold for every story: the order of arrival does not matter, changes add up to the tree, and levels agree with edges.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import type { KernelEvent } from '../../src/kernel/event.ts';
import type { CgroupId } from '../../src/kernel/identity.ts';
import { CLONE_INTO_CGROUP, CLONE_PARENT, HOST_NAMESPACES } from '../helpers/kernel-model.ts';
import { deliver, randomFrom, runInputs, type Step, tellRandomStory, withLastAnswer, withLastLevels } from '../helpers/random-story.ts';
import { comparable, readLevels, withoutNamespaceIds, withoutParents } from '../helpers/tree-comparison.ts';
import { type Play, play } from '../helpers/tree-play.ts';

const RUNS = Number(process.env.PROPERTY_RUNS ?? 150);
const CPUS = 4;
const LAGS = fc.integer({ min: 0, max: 20_000 });

const steps: fc.Arbitrary<Step[]> = fc.array(fc.record({ act: fc.nat(20), pick: fc.nat(20) }), { minLength: 3, maxLength: 25 });
const seed = fc.nat(1_000_000);

t.test('the tree is the same in whatever order the events of different CPUs arrive', async () => {
  const property = fc.property(
    steps,
    seed,
    fc.constantFrom('runc', 'crun', 'crun-v2'),
    fc.boolean(),
    (acts, start, runtime, hasRuntime) => {
      const random = tellRandomStory(acts, { runtime, cpus: CPUS, random: randomFrom(start), hasRuntime });
      const delays = randomFrom(start + 1);
      const inOrder = runInputs(
        withLastAnswer(
          random,
          deliver(random, () => 0, 0),
          hasRuntime,
        ),
      );
      const shifted = runInputs(
        withLastAnswer(
          random,
          deliver(random, () => delays() * 50),
          hasRuntime,
        ),
      );
      assert.deepEqual(withoutNamespaceIds(shifted.tree()), withoutNamespaceIds(inOrder.tree()));
    },
  );
  fc.assert(property, { numRuns: RUNS });
});

t.test('a snapshot with all later changes is the later snapshot', async () => {
  const property = fc.property(steps, seed, fc.boolean(), fc.boolean(), (acts, start, hasRuntime, hasSlowRuntime) => {
    const random = tellRandomStory(acts, { cpus: CPUS, random: randomFrom(start), hasRuntime, hasSlowRuntime });
    const delays = randomFrom(start + 1);
    runInputs(
      withLastAnswer(
        random,
        deliver(random, () => delays() * 50),
        hasRuntime,
      ),
      (watched) => {
        assert.deepEqual(watched.client(), watched.tree());
      },
    );
  });
  fc.assert(property, { numRuns: RUNS });
});

t.test('a snapshot with all later changes is the later snapshot when events are lost and levels make it good', async () => {
  const property = fc.property(steps, seed, fc.boolean(), fc.double({ min: 0, max: 0.5, noNaN: true }), (acts, start, hasRuntime, loss) => {
    const random = tellRandomStory(acts, { cpus: CPUS, random: randomFrom(start), hasRuntime });
    const chance = randomFrom(start + 2);
    const inputs = deliver(random, () => chance() * 50).map((input) =>
      input.type === 'kernel' ? { ...input, events: input.events.filter(() => chance() >= loss) } : input,
    );
    runInputs(withLastLevels(random, inputs, hasRuntime), (watched) => {
      assert.deepEqual(watched.client(), watched.tree());
    });
  });
  fc.assert(property, { numRuns: RUNS });
});

t.test('a tree read from levels agrees with one built by events', async () => {
  const property = fc.property(steps, seed, fc.constantFrom('runc', 'crun', 'crun-v2'), (acts, start, runtime) => {
    const random = tellRandomStory(acts, { runtime, cpus: CPUS, random: randomFrom(start), hasAbsences: false });
    const inputs = deliver(random, () => 0, 0);
    random.story.kernel.wait(3000);
    const byEvents = runInputs(withLastAnswer(random, inputs, true));
    const byLevels = readLevels(random);
    assert.deepEqual(comparable(random, byLevels.tree(), byEvents.tree()), comparable(random, byEvents.tree(), byEvents.tree()));
  });
  fc.assert(property, { numRuns: RUNS });
});

t.test('levels tell nothing new to a tree that missed nothing', async () => {
  const property = fc.property(steps, seed, fc.boolean(), (acts, start, hasRuntime) => {
    const random = tellRandomStory(acts, { cpus: CPUS, random: randomFrom(start), hasRuntime });
    const chance = randomFrom(start + 2);
    const watched = runInputs(
      withLastAnswer(
        random,
        deliver(random, () => chance() * 50),
        hasRuntime,
      ),
    );
    const before = watched.tree();
    random.story.kernel.wait(12_000);
    const told = watched.updates.length;
    const level = random.story.kernel.level();
    watched.feed({ type: 'host', nowNs: level.toNs, level });
    watched.feed({ type: 'tick', nowNs: level.toNs + 1e9 });
    assert.deepEqual(
      watched.updates.slice(told).flatMap(({ event }) => event ?? []),
      [],
    );
    assert.deepEqual(withoutParents(watched.tree()), withoutParents(before));
  });
  fc.assert(property, { numRuns: RUNS });
});

t.test('a tree that lost events is right again after the next levels', async () => {
  const property = fc.property(
    steps,
    seed,
    fc.constantFrom('runc', 'crun', 'crun-v2'),
    fc.double({ min: 0, max: 0.6, noNaN: true }),
    (acts, start, runtime, loss) => {
      const random = tellRandomStory(acts, { runtime, cpus: CPUS, random: randomFrom(start), hasAbsences: false });
      const chance = randomFrom(start + 2);
      const inputs = deliver(random, () => 0, 0).map((input) =>
        input.type === 'kernel' ? { ...input, events: input.events.filter(() => chance() >= loss) } : input,
      );
      random.story.kernel.wait(3000);
      const whole = runInputs(
        withLastAnswer(
          random,
          deliver(random, () => 0, 0),
          true,
        ),
      );
      const lossy = runInputs(withLastLevels(random, inputs, true));
      assert.deepEqual(comparable(random, lossy.tree(), whole.tree(), true), comparable(random, whole.tree(), whole.tree(), true));
    },
  );
  fc.assert(property, { numRuns: RUNS });
});

/** What was told of pauses that died and came back, each as it was told last; with `hasReturns` also when which containers were back. */
function pauseLives(watched: Play, hasReturns: boolean): string[] {
  const last = new Map<string, string>();
  for (const event of watched.events()) {
    if (event.type === 'pause.exited') last.set(event.id, `${event.process?.pid} of ${event.sandbox?.id} died: ${event.cause.kind}`);
    if (event.type !== 'pause.restarted') continue;
    const { oldSandbox, newSandbox, cause, sandboxOutageMs, outageMs, returned, complete } = event;
    const back = hasReturns ? `, ${returned.map(({ name, afterMs }) => `${name} ${afterMs}`)}, ${complete} ${outageMs}` : '';
    last.set(event.id, `${oldSandbox.id} became ${newSandbox.id} after ${sandboxOutageMs} ms: ${cause.kind}${back}`);
  }
  return [...last.values()].sort();
}

t.test('every death of a pause and every restart is told once, however far the events are behind the levels', async () => {
  const property = fc.property(steps, seed, fc.boolean(), LAGS, (acts, start, hasRuntime, lagMs) => {
    const random = tellRandomStory(acts, { cpus: CPUS, random: randomFrom(start), hasRuntime, hasAbsences: false });
    const livesWith = (lag: number) =>
      pauseLives(
        runInputs(
          withLastAnswer(
            random,
            deliver(random, () => lag),
            hasRuntime,
          ),
        ),
        true,
      );
    assert.deepEqual(livesWith(lagMs), livesWith(0));
  });
  fc.assert(property, { numRuns: RUNS });
});

t.test('and however far the events of one CPU are behind those of another', async () => {
  // Without a runtime what comes after a pause's death is taken for its next sandbox: then order is all there is to go by.
  const property = fc.property(steps, seed, fc.array(LAGS, { minLength: CPUS, maxLength: CPUS }), (acts, start, lagOf) => {
    const random = tellRandomStory(acts, { cpus: CPUS, random: randomFrom(start), hasAbsences: false });
    const { told } = random.story.kernel;
    const livesWith = (lag: (cpu: number) => number) =>
      pauseLives(
        runInputs(
          withLastAnswer(
            random,
            deliver(random, (index) => lag(told[index]?.cpu ?? 0)),
            true,
          ),
        ),
        false,
      );
    assert.deepEqual(
      livesWith((cpu) => lagOf[cpu] ?? 0),
      livesWith(() => 0),
    );
  });
  fc.assert(property, { numRuns: RUNS });
});

const CGROUPS = ['1', '101', '102', '103', '104', '105', '0'] as CgroupId[];
const PATHS = [
  '/',
  '/kubepods',
  `/kubepods/pod${'a'.repeat(32)}`,
  `/kubepods/pod${'a'.repeat(32)}/${'b'.repeat(64)}`,
  `/k8s.io/${'c'.repeat(64)}`,
];
const times = fc.integer({ min: 1, max: 20_000_000_000 });
const pids = fc.integer({ min: 0, max: 12 });
const inodes = fc.constantFrom(0, HOST_NAMESPACES[0], 0xf0000100, 0xf0000101, 0xf0000102);
const namespaces = fc.tuple(inodes, inodes, inodes, inodes, inodes, inodes, inodes);
const cgroups = fc.constantFrom(...CGROUPS);
const task = fc.record({ tid: pids, pid: pids, ppid: pids, startNs: times, cgroupId: cgroups, comm: fc.string({ maxLength: 15 }) });
const base = { timeNs: times, task };
const flags = fc.constantFrom(0, CLONE_PARENT, CLONE_INTO_CGROUP, 0x20000000, 0x7e020080);

/** Whatever the types allow, whether it can happen or not. */
const garbage: fc.Arbitrary<KernelEvent> = fc.oneof(
  fc.record({
    ...{ kind: fc.constant('fork' as const), ...base, pid: pids, ppid: pids, startNs: fc.oneof(times, fc.constant(0)), cgroupId: cgroups },
    ...{ nsPid: pids, flags, namespaces, uid: pids },
  }),
  fc.record({
    ...{ kind: fc.constant('exec' as const), ...base, uid: pids, nsPid: pids, namespaces, exe: fc.string() },
    namespaceIds: fc.constant(['', '', '', '', '', '', ''] as const),
  }),
  fc.record({
    kind: fc.constant('args' as const),
    timeNs: times,
    pid: pids,
    startNs: times,
    args: fc.array(fc.string()),
    truncated: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('hostname' as const), timeNs: times, pid: pids, startNs: times, hostname: fc.string() }),
  fc.record({
    ...{ kind: fc.constant('exit' as const), ...base, code: fc.option(pids, { nil: undefined }), signal: pids, coreDumped: fc.boolean() },
    ...{ nsPid: pids, namespaces },
  }),
  fc.record({
    kind: fc.constant('setns' as const),
    ...base,
    uid: pids,
    flags,
    before: namespaces,
    after: namespaces,
    ancestors: fc.array(pids, { maxLength: 4 }),
  }),
  fc.record({ kind: fc.constant('unshare' as const), ...base, uid: pids, flags, before: namespaces, after: namespaces }),
  fc.record({
    ...{
      kind: fc.constant('signal' as const),
      ...base,
      uid: pids,
      exe: fc.string(),
      signal: fc.constantFrom(9, 15, 70),
      code: fc.constantFrom(0, 128),
      isExiting: fc.boolean(),
      nsPid: pids,
    },
    ...{
      group: fc.boolean(),
      result: pids,
      targetPid: pids,
      parents: fc.array(fc.record({ pid: pids, comm: fc.string() }), { maxLength: 4 }),
    },
  }),
  fc.record({
    ...{ kind: fc.constant('oom' as const), ...base, victimPid: pids, level: pids, memoryLevel: pids },
    memory: fc.array(fc.record({ usageBytes: fc.nat(), limitBytes: fc.nat() }, { requiredKeys: ['usageBytes'] }), { maxLength: 6 }),
  }),
  fc.record({
    ...{ kind: fc.constant('cgroup-mkdir' as const), timeNs: times, cgroupId: cgroups, level: pids },
    ...{ path: fc.oneof(fc.constantFrom(...PATHS), fc.string()), truncated: fc.boolean() },
  }),
  fc.record({ kind: fc.constant('cgroup-rmdir' as const), timeNs: times, cgroupId: cgroups }),
  fc.record({ kind: fc.constant('cgroup-attach' as const), ...base, targetPid: pids, cgroupId: cgroups }),
);

t.test('whatever is told, in whatever order, the tree stands and is bounded', async () => {
  const limits = { maxHeldEvents: 50, maxHistory: 3, maxPods: 3, maxProcessesPerPod: 4 };
  const property = fc.property(fc.array(garbage, { maxLength: 150 }), fc.boolean(), seed, (events, hasRuntime, start) => {
    const random = tellRandomStory([{ act: 1, pick: start % 20 }], { hasRuntime });
    const watched = play(random.story, { hasRuntime, limits });
    const chance = randomFrom(start);
    for (const event of events) {
      watched.feed({ type: 'kernel', nowNs: event.timeNs, events: [event] });
      if (chance() < 0.05) watched.runtime();
      if (chance() < 0.05) watched.host();
      if (chance() < 0.1) watched.pass(chance() * 3000);
      const { held, pods } = watched.engine.counts();
      assert.ok(held <= 2 * limits.maxHeldEvents);
      assert.ok(pods <= limits.maxPods);
    }
    // What ends with the first may leave a pod empty, which is looked at once more.
    watched.pass(200_000);
    watched.pass(1000);
    assert.equal(watched.engine.counts().held, 0);
    assert.equal(watched.engine.nextDeadlineNs(), undefined);
    assert.deepEqual(watched.client(), watched.tree());
  });
  fc.assert(property, { numRuns: RUNS });
});
