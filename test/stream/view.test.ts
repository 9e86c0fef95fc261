// Filters and the client's model, against a tree that changes at random: whatever happens, a client's tree is its part of the agent's tree.
import { deepStrictEqual } from 'node:assert';
import fc from 'fast-check';
import t from 'tap';
import { applyChanges, changesOfPod, sortTree } from '../../src/stream/apply.ts';
import { createFilter, type StreamQuery } from '../../src/stream/filter.ts';
import type { Update } from '../../src/stream/frame.ts';
import { createPodDirectory } from '../../src/stream/pod-directory.ts';
import { createView, filterTree } from '../../src/stream/view.ts';
import type { TreeUpdate } from '../../src/tree/change.ts';
import type { Tree } from '../../src/tree/model.ts';
import { createRandomTree, type Step } from '../helpers/random-tree.ts';

const step: fc.Arbitrary<Step> = fc.record({ operation: fc.nat(27), pick: fc.nat(20), value: fc.nat(30) });
const QUERIES: readonly Omit<StreamQuery, 'since'>[] = [
  {},
  { namespace: 'blue' },
  { namespace: 'blue,green', pod: 'pod-[12]$' },
  { selector: 'app=web' },
  { selector: 'app!=web', namespace: 'green' },
  { container: 'web' },
  { container: 'log', namespace: 'blue' },
  { types: 'pause.exited' },
  { namespace: 'blue', types: '!process.*' },
];

function apply(tree: Tree, updates: readonly Update[]): Tree {
  return updates.reduce((current, { changes }) => applyChanges(current, changes), tree);
}

t.test('a snapshot with all later changes applied is a later snapshot, for every filter, however late the client reads', async () => {
  const run = fc.property(
    fc.array(step, { maxLength: 80, size: 'max' }),
    fc.array(fc.nat(12), { maxLength: 20, size: 'max' }),
    fc.nat(30),
    fc.constantFrom(...QUERIES),
    (steps, cuts, start, query) => {
      const model = createRandomTree();
      const directory = createPodDirectory(model.tree());
      const filter = createFilter(query);
      const view = createView(filter, directory);
      const updates: TreeUpdate[] = [];
      const doStep = (one: Step): void => {
        for (const update of model.step(one)) {
          updates.push(update);
          directory.observe(update.changes, updates.length);
        }
      };
      const now = (): Tree => sortTree({ ...model.tree(), token: '' });
      for (const one of steps.slice(0, start)) doStep(one);
      let tree = view.snapshot(now());
      let cursor = updates.length;
      // The client reads now and then, in slices that end anywhere, while the tree has gone on.
      const read = (size: number): void => {
        const part = updates.slice(cursor, cursor + size).map((update) => ({ token: '', ...update }));
        const slice = { from: cursor + 1, to: cursor + part.length + 1, updates: part };
        cursor += part.length;
        tree = apply(tree, view.select(slice, now));
      };
      for (const [index, one] of steps.slice(start).entries()) {
        doStep(one);
        const cut = cuts[index % Math.max(1, cuts.length)] ?? 3;
        if (cut > 4) read(cut - 4);
      }
      while (cursor < updates.length) read(7);
      deepStrictEqual(tree, filterTree(now(), filter));
    },
  );
  fc.assert(run, { numRuns: 1000 });
});

t.test('a client that comes back with a filter has its part of the tree again', async () => {
  const run = fc.property(
    fc.array(step, { maxLength: 80, size: 'max' }),
    fc.nat(50),
    fc.nat(50),
    fc.constantFrom(...QUERIES),
    (steps, first, second, query) => {
      const model = createRandomTree();
      const directory = createPodDirectory(model.tree());
      const filter = createFilter(query);
      const updates: TreeUpdate[] = [];
      const doSteps = (list: readonly Step[]): void => {
        for (const one of list) {
          for (const update of model.step(one)) {
            updates.push(update);
            directory.observe(update.changes, updates.length);
          }
        }
      };
      const now = (): Tree => sortTree({ ...model.tree(), token: '' });
      doSteps(steps.slice(0, first));
      let tree = createView(filter, directory).snapshot(now());
      const from = updates.length + 1;
      doSteps(steps.slice(first, first + second));
      const missed = updates.slice(from - 1).map((update) => ({ token: '', ...update }));
      const view = createView(filter, directory);
      view.resume({ from, updates: missed }, now());
      const half = Math.ceil(missed.length / 2);
      tree = apply(tree, view.select({ from, to: from + half, updates: missed.slice(0, half) }, now));
      tree = apply(tree, view.select({ from: from + half, to: from + missed.length, updates: missed.slice(half) }, now));
      const end = updates.length;
      doSteps(steps.slice(first + second));
      const rest = updates.slice(end).map((update) => ({ token: '', ...update }));
      tree = apply(tree, view.select({ from: end + 1, to: updates.length + 1, updates: rest }, now));
      deepStrictEqual(tree, filterTree(now(), filter));
    },
  );
  fc.assert(run, { numRuns: 1000 });
});

t.test('changes applied twice do no harm, and a pod can be made of changes', async () => {
  const run = fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (steps) => {
    const model = createRandomTree();
    const empty: Tree = { node: 'n', token: '', pods: [], leaked: [] };
    const changes = steps.flatMap((one) => model.step(one)).flatMap((update) => update.changes);
    const expected = sortTree({ ...model.tree(), token: '' });
    const once = applyChanges(empty, changes);
    deepStrictEqual(once, expected);
    deepStrictEqual(applyChanges(once, changes), expected);
    const rebuilt = expected.pods.flatMap((pod) => changesOfPod(pod));
    deepStrictEqual(applyChanges({ ...empty, leaked: expected.leaked }, rebuilt), expected);
  });
  fc.assert(run, { numRuns: 500 });
});

t.test('changes of what is not there are ignored', async (t) => {
  const tree: Tree = { node: 'n', token: '', pods: [], leaked: [] };
  const process = { pid: 1, ppid: 0, comm: 'c', args: [], role: 'init', startTime: '' } as const;
  const next = applyChanges(tree, [
    { op: 'put', kind: 'process', podUid: 'u', sandboxId: 's', containerId: 'c', key: '1@', record: process },
    { op: 'remove', kind: 'pod', podUid: 'u', key: 'u' },
    { op: 'remove', kind: 'leaked', key: 'x' },
  ]);
  t.strictSame(next, tree);
});

t.test('a filter sends only what is inside it', async (t) => {
  const model = createRandomTree();
  const directory = createPodDirectory(model.tree());
  const view = createView(createFilter({ namespace: 'blue', types: 'namespace.joined,agent.gap' }), directory);
  view.snapshot({ ...model.tree(), token: '' });
  const common = { id: 'e', revision: 0, time: '', node: 'n', source: 'kernel' } as const;
  const blue = { uid: 'b', namespace: 'blue', name: 'b' };
  const green = { uid: 'g', namespace: 'green', name: 'g' };
  const process = { ...common, type: 'process.exec', pod: blue } as const;
  const join = { ...common, type: 'namespace.joined', namespaces: [], by: 'foreign' } as const;
  const record = { labels: {}, hostNetwork: false };
  const putBlue = { op: 'put', kind: 'pod', podUid: 'b', key: 'b', record: { ...record, ...blue } } as const;
  const putGreen = { op: 'put', kind: 'pod', podUid: 'g', key: 'g', record: { ...record, ...green } } as const;
  const gap = { ...common, type: 'agent.gap', stage: 'kernel', reason: 'r' } as const;
  const updates: Update[] = [
    { token: '1', event: process, changes: [] },
    { token: '2', event: process, changes: [putBlue, putGreen] },
    { token: '3', event: { ...join, pod: green, owner: blue }, changes: [] },
    { token: '4', event: { ...join, pod: blue, owner: green }, changes: [] },
    { token: '5', event: { ...join, pod: green, owner: green }, changes: [] },
    { token: '6', event: { ...join, owner: green, attribution: 'host' }, changes: [] },
    { token: '7', event: gap, changes: [] },
    { token: '8', changes: [putGreen] },
  ];
  for (const [index, { changes }] of updates.entries()) directory.observe(changes, index + 1);
  const pods = [{ ...putBlue.record, history: [] }];
  const got = view.select({ from: 1, to: 9, updates }, () => ({ node: 'n', token: '', leaked: [], pods }));
  t.strictSame(got, [{ token: '2', changes: [putBlue] }, updates[2], updates[3], updates[6]], 'joins match joiner or owner');
});
