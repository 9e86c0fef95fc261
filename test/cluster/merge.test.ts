// The merging of several nodes' streams: order, what is late, and that nothing is lost or held for longer than the window.
import fc from 'fast-check';
import t from 'tap';
import { createMerge } from '../../src/cluster/merge.ts';

const WINDOW = 100;

interface Said {
  readonly node: string;
  readonly timeMs: number;
  readonly delayMs: number;
}

/** What comes out when each item arrives so much after its time; per node in its order, as a connection has it. */
function play(
  all: readonly Said[],
  windowMs = WINDOW,
): { readonly node: string; readonly said: Said; readonly lateMs: number; readonly at: number }[] {
  const merge = createMerge<Said>(windowMs);
  const arrivals = new Map<string, number>();
  const arriving = all.map((said) => {
    const at = Math.max(said.timeMs + said.delayMs, arrivals.get(said.node) ?? 0);
    arrivals.set(said.node, at);
    return { said, at };
  });
  const moments = [...new Set(arriving.flatMap(({ at }) => [at, at + windowMs]))].sort((a, b) => a - b);
  const out: { node: string; said: Said; lateMs: number; at: number }[] = [];
  for (const now of moments) {
    for (const { said, at } of arriving) if (at === now) merge.put(said.node, said, said.timeMs, now);
    for (const { node, item, lateMs } of merge.take(now)) out.push({ node, said: item, lateMs, at: now });
  }
  if (merge.held !== 0) throw new Error(`${merge.held} are held for ever`);
  return out;
}

const story = (mostDelayMs: number) =>
  fc
    .array(fc.record({ node: fc.constantFrom('a', 'b', 'c'), timeMs: fc.nat(1000), delayMs: fc.nat(mostDelayMs) }), { maxLength: 60 })
    .map((all) => [...all].sort((one, other) => one.timeMs - other.timeMs));

t.test('what arrives within the window comes out in the order of time, and nothing is marked', async (t) => {
  fc.assert(
    fc.property(story(WINDOW - 1), (all) => {
      const out = play(all);
      return (
        out.length === all.length &&
        out.every(({ said, lateMs }, index) => lateMs === 0 && (index === 0 || (out[index - 1]?.said.timeMs ?? 0) <= said.timeMs))
      );
    }),
  );
  t.pass('for every story');
});

t.test('however late, everything comes out once, in the order of its node, and no later than the window', async (t) => {
  fc.assert(
    fc.property(story(5000), fc.constantFrom(0, 1, WINDOW), (all, windowMs) => {
      const out = play(all, windowMs);
      const ofNode = (list: readonly Said[], node: string): readonly Said[] => list.filter((said) => said.node === node);
      let latest: { node: string; timeMs: number }[] = [];
      return (
        ['a', 'b', 'c'].every((node) => {
          const kept = ofNode(
            out.map(({ said }) => said),
            node,
          );
          const given = ofNode(all, node);
          return kept.length === given.length && kept.every((said, index) => said === given[index]);
        }) &&
        out.every(({ node, said, lateMs }) => {
          const others = latest.filter((each) => each.node !== node).map(({ timeMs }) => timeMs);
          latest = [...latest, { node, timeMs: said.timeMs }];
          return lateMs === Math.max(0, ...others.map((time) => time - said.timeMs));
        })
      );
    }),
  );
  t.pass('for every story');
});

t.test('a slower node still comes before a faster one, and one that is too slow is marked', async (t) => {
  const fast = { node: 'a', timeMs: 1000, delayMs: 1 };
  const inTime = { node: 'b', timeMs: 990, delayMs: 90 };
  const tooLate = { node: 'c', timeMs: 980, delayMs: 500 };
  const out = play([tooLate, inTime, fast]);
  t.same(
    out.map(({ node, lateMs }) => [node, lateMs]),
    [
      ['b', 0],
      ['a', 0],
      ['c', 20],
    ],
  );
  t.equal(out[1]?.at, 1101, 'held for the window, not longer');
});

t.test('a clock that is ahead makes nobody else late', async (t) => {
  const ahead = { node: 'a', timeMs: 60_000, delayMs: -59_000 };
  const right = { node: 'b', timeMs: 1005, delayMs: 10 };
  t.same(
    play([ahead, right]).map(({ node, lateMs }) => [node, lateMs]),
    [
      ['a', 0],
      ['b', 0],
    ],
  );
});

t.test('what has no time of its own stays where its node said it', async (t) => {
  const merge = createMerge<string>(WINDOW);
  merge.put('a', 'event', 1000, 1010);
  merge.put('a', 'gap', undefined, 1020);
  merge.put('a', 'after', 1015, 1030);
  merge.put('b', 'other', 1018, 1031);
  t.equal(merge.dueAt(), 1110);
  t.same(merge.take(1109), []);
  t.same(
    merge.take(1140).map(({ item, lateMs }) => [item, lateMs]),
    [
      ['event', 0],
      ['gap', 0],
      ['after', 0],
      ['other', 0],
    ],
  );
  t.equal(merge.dueAt(), undefined);
});
