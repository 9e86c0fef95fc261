// What must hold for every story: the order of arrival does not matter, changes add up to the tree, and levels agree with edges.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { deliver, randomFrom, runInputs, type Step, tellRandomStory, withLastAnswer, withLastLevels } from '../helpers/random-story.ts';
import { comparable, readLevels, withoutNamespaceIds, withoutParents } from '../helpers/tree-comparison.ts';

const RUNS = Number(process.env.PROPERTY_RUNS ?? 150);
const CPUS = 4;

const steps: fc.Arbitrary<Step[]> = fc.array(fc.record({ act: fc.nat(17), pick: fc.nat(20) }), { minLength: 3, maxLength: 25 });
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
