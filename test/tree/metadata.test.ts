// What the API server says of a pod: labels, owner and deletion in the tree, before the pod is there and after, and what they make of a death.
import t from 'tap';
import type { PodUid } from '../../src/kernel/identity.ts';
import type { MetadataNews, PodMetadata } from '../../src/tree/pod-metadata.ts';
import { createStory, type Story, wallTime } from '../helpers/pod-story.ts';
import { type Play, play } from '../helpers/tree-play.ts';

const UID = '00000000-0000-4000-8000-000000000001' as PodUid;
const CONTROLLER = { kind: 'Deployment', name: 'web', replicaSet: 'web-5d4f' } as const;
const POD: PodMetadata = { uid: UID, namespace: 'shop', name: 'web', labels: { app: 'web', late: 'yes' }, isStatic: false };

function begin(options: { readonly hasRuntime?: boolean } = {}) {
  const story = createStory();
  const watched = play(story, options);
  const tell = (news: Partial<MetadataNews>) => watched.feed({ type: 'metadata', nowNs: story.kernel.nowNs(), isCurrent: true, ...news });
  const start = () => {
    const sandbox = story.sandbox({ name: 'web', uid: UID });
    watched.kernel();
    watched.runtime();
    return { sandbox, app: story.container(sandbox, 'app') };
  };
  return { story, watched, tell, start };
}

/** Asked for so many ms ago. */
function marked(story: Story, agoMs: number): PodMetadata {
  return { ...POD, deletedAt: `${wallTime(story.kernel.nowNs() - agoMs * 1e6).slice(0, 19)}.000000000Z` };
}

/** The runtime kills the pause although its containers run. */
function stopHastily(story: Story, sandbox: ReturnType<Story['sandbox']>): void {
  const runc = story.kernel.fork(sandbox.shim);
  story.kernel.exec(runc, 'runc');
  story.kernel.signal(runc, sandbox.pause, 9);
}

const last = (watched: Play) => watched.of('pause.exited').at(-1);
const evidence = (watched: Play) => last(watched)?.cause.evidence.join('\n') ?? '';

t.test('labels of now, controller and deletion are in the record, as a change without an event', async (t) => {
  const { story, watched, tell, start } = begin();
  start();
  watched.kernel();
  watched.runtime();
  t.same(watched.pod('web')?.labels, { app: 'web' }, 'those it was made with');
  t.notOk('controller' in (watched.pod('web') ?? {}));
  const told = tell({ all: [{ ...POD, controller: CONTROLLER }] });
  t.match(told, [{ event: undefined, changes: [{ op: 'put', kind: 'pod', record: { labels: POD.labels, controller: CONTROLLER } }] }]);
  t.equal(told.length, 1);
  t.same(tell({ all: [{ ...POD, controller: CONTROLLER }] }), [], 'said again it is no news');
  const deleted = { ...marked(story, 1500), controller: CONTROLLER };
  tell({ changed: [deleted] });
  t.equal(watched.pod('web')?.deletedAt, deleted.deletedAt);
  watched.runtime();
  t.same(watched.pod('web')?.labels, POD.labels, 'the runtime does not take them back');
  tell({ removed: [deleted] });
  tell({ isCurrent: false });
  t.match(
    watched.pod('web'),
    { labels: POD.labels, controller: CONTROLLER, deletedAt: deleted.deletedAt ?? '' },
    'kept while it is on the node',
  );
  t.same(watched.client(), watched.tree());
});

t.test('it may come before the pod, and is still known when the pod comes again', async (t) => {
  const { watched, tell, start } = begin();
  tell({ all: [{ ...POD, controller: CONTROLLER }] });
  t.equal(watched.pod('web'), undefined, 'what only the API server has is not on the node');
  start();
  t.match(watched.of('pod.added'), [{ pod: { uid: UID } }]);
  t.match(watched.pod('web'), { labels: POD.labels, controller: CONTROLLER });
});

t.test('without a runtime pods have their names from it', async (t) => {
  const { story, watched, tell } = begin({ hasRuntime: false });
  story.sandbox({ name: 'web', uid: UID });
  watched.kernel();
  t.equal(watched.pod('web'), undefined);
  tell({ changed: [POD] });
  t.match(watched.pod('web'), { uid: UID, namespace: 'shop', name: 'web', labels: POD.labels });
});

t.test('a pod that was marked for deletion is stopped as planned, also while its containers run', async (t) => {
  const { story, watched, tell, start } = begin();
  const { sandbox } = start();
  tell({ all: [POD] });
  watched.kernel();
  watched.runtime();
  tell({ changed: [marked(story, 0)] });
  story.kernel.wait(1200);
  stopHastily(story, sandbox);
  watched.kernel();
  watched.pass(200);
  t.match(last(watched), {
    revision: 0,
    cause: { kind: 'planned-stop', sender: { comm: 'runc' }, findings: [{ code: 'pod-deleted', text: /up to \d\.\d s before/ }] },
  });
  t.match(
    evidence(watched),
    /1 container\(s\) of the pod still ran\.\n.*had the pod marked for deletion up to \d\.\d s before its pause died \(asked for at 2026-01-01T0\d:\d\d:\d\dZ/s,
  );
});

t.test('a mark that comes late makes the verdict another, and the restart’s with it', async (t) => {
  const { story, watched, tell, start } = begin();
  const { sandbox } = start();
  tell({ all: [POD] });
  watched.kernel();
  watched.runtime();
  story.kernel.wait(5000);
  const mark = marked(story, 3000);
  stopHastily(story, sandbox);
  watched.kernel();
  watched.pass(200);
  t.match(last(watched), { revision: 0, cause: { kind: 'signal', findings: [{ code: 'containers-still-ran' }] } });
  t.match(evidence(watched), /Nobody had deleted the pod: the API server, which is watched, has no mark of it\./);
  tell({ changed: [mark] });
  t.match(last(watched), { revision: 1, cause: { kind: 'planned-stop', findings: [{ code: 'pod-deleted' }] } });
  t.match(evidence(watched), /marked for deletion up to [34]\.\d s before/);
  const told = watched.updates.length;
  tell({ changed: [mark] });
  tell({ removed: [mark] });
  watched.pass(1000);
  t.notOk(
    watched.updates.slice(told).some(({ event }) => event?.type === 'pause.exited'),
    'nothing more is said',
  );
});

t.test('within the second of the death the order is not known, and a mark after it is no intent', async (t) => {
  for (const [agoMs, expected] of [
    [0, /in the second in which the pause died \(asked for at .*\): which came first is not known/],
    [-2000, /Nobody had deleted the pod yet: its deletion was marked later/],
  ] as const) {
    const { story, watched, tell, start } = begin();
    const { sandbox } = start();
    watched.kernel();
    tell({ all: [POD] });
    watched.runtime();
    // Away from the edge of a second.
    story.kernel.wait(1500 - ((story.kernel.nowNs() / 1e6) % 1000));
    stopHastily(story, sandbox);
    watched.kernel();
    watched.pass(100);
    tell({ changed: [marked(story, agoMs)] });
    t.match(last(watched), { cause: { kind: 'signal', findings: [{ code: 'containers-still-ran' }] } });
    t.match(evidence(watched), expected);
  }
});

t.test('whoever else kills the pause of a marked pod is its killer', async (t) => {
  const { story, watched, tell, start } = begin();
  const { sandbox } = start();
  watched.kernel();
  watched.runtime();
  tell({ all: [marked(story, 0)] });
  story.kernel.wait(300);
  story.kernel.signal(story.shell, sandbox.pause, 9);
  watched.kernel();
  t.match(last(watched), { cause: { kind: 'signal', sender: { comm: 'bash' }, findings: [{ code: 'pod-deleted' }] } });
  t.match(evidence(watched), /had the pod marked for deletion/);
});

t.test('a pod that was deleted without grace is gone from the API before it is stopped', async (t) => {
  const { story, watched, tell, start } = begin();
  const { sandbox } = start();
  watched.kernel();
  watched.runtime();
  tell({ all: [POD] });
  tell({ removed: [POD] });
  story.kernel.wait(20);
  stopHastily(story, sandbox);
  watched.kernel();
  watched.pass(200);
  t.match(last(watched), { cause: { kind: 'planned-stop' } });
  t.match(evidence(watched), /had the pod no more: it had been deleted before/);
});

t.test('that nobody has deleted a pod is said only where it is known', async (t) => {
  const cases: readonly (readonly [string, readonly Partial<MetadataNews>[]])[] = [
    ['the API server was never asked', []],
    ['it does not know the pod', [{ all: [] }]],
    ['it is away', [{ all: [POD] }, { isCurrent: false }]],
    ['the pod is a static one', [{ all: [{ ...POD, isStatic: true }] }]],
    ['the mirror of a static pod was deleted', [{ all: [{ ...POD, isStatic: true }] }, { all: [] }]],
  ];
  for (const [title, news] of cases) {
    const { story, watched, tell, start } = begin();
    const { sandbox } = start();
    watched.kernel();
    watched.runtime();
    for (const each of news) tell(each);
    story.stop(sandbox);
    watched.kernel();
    t.match(last(watched), { cause: { kind: 'planned-stop' } }, title);
    t.notMatch(evidence(watched), /delet|API server/, title);
  }
  const { story, watched, tell, start } = begin();
  const { sandbox } = start();
  watched.kernel();
  watched.runtime();
  tell({ all: [POD] });
  story.stop(sandbox);
  watched.kernel();
  tell({ isCurrent: false });
  t.match(last(watched), { cause: { kind: 'planned-stop' }, revision: 0 });
  t.match(evidence(watched), /Nobody had deleted the pod/, 'a sandbox that is made anew, an eviction, a node that shuts down');
});

t.test('what it says of pods that are nowhere on the node is bounded, and the newest is kept', async (t) => {
  const { story, watched, tell, start } = begin();
  start();
  tell({ changed: [{ ...POD, controller: CONTROLLER }] });
  const all = Array.from({ length: 5000 }, (_, index) => ({ ...POD, uid: `uid-${index}` as PodUid }));
  tell({ changed: all });
  t.equal(watched.engine.drops.metadataLimit, 5001 - 4096);
  t.match(watched.pod('web'), { controller: CONTROLLER }, 'of a pod that is there');
  const known = { ...POD, uid: 'uid-4999' as PodUid };
  story.sandbox({ name: 'web-2', uid: known.uid });
  watched.kernel();
  watched.runtime();
  t.same(watched.pod('web-2')?.labels, POD.labels, 'of one that comes now');
  tell({ all: [known] });
  tell({ changed: [{ ...POD, uid: 'another' as PodUid }] });
  t.equal(watched.engine.drops.metadataLimit, 5001 - 4096, 'what is gone makes room, and is no loss');
  story.kernel.wait(601_000);
  watched.pass(2000);
  tell({ all: all.slice(0, 4000) });
  t.equal(watched.engine.drops.metadataLimit, 5001 - 4096);
});
