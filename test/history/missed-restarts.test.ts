// What is reported after the agent was down: one table of what was known, what is there, and what follows.
import t from 'tap';
import type { RuntimeLevel } from '../../src/cri/level.ts';
import { missedRestarts, type Present } from '../../src/history/missed-restarts.ts';
import type { Known, KnownPod } from '../../src/history/record.ts';
import { incidentsOf, spanMs } from '../../src/history/story.ts';
import type { Pod, SandboxRecord } from '../../src/tree/model.ts';
import { at, dead, death, event, KILLED, pod, sandbox } from '../helpers/history-scene.ts';

const first = sandbox('aaa', 0, 0);
const second = sandbox('bbb', 1, 60);
const third = sandbox('ccc', 2, 120);

function knew(record: SandboxRecord, more: Partial<KnownPod['sandbox']> = {}, ids: readonly string[] = [record.id]): Known {
  const { pause } = record;
  const known: KnownPod = { uid: 'u1', sandbox: { record, ...(pause && { lastPause: pause }), ...more }, sandboxIds: new Set(ids) };
  return { bootId: 'boot-1', lastSeen: at(50), wasStopped: false, pods: new Map([['u1', known]]) };
}

function present(pods: readonly Pod[], more: Partial<Present> = {}): Present {
  return { node: 'node-a', bootId: 'boot-1', time: at(200), tree: { pods }, ...more };
}

t.test('nothing is reported where nothing was missed', async (t) => {
  const cases: readonly (readonly [what: string, known: Known, now: Present])[] = [
    ['the same sandbox', knew(first), present([pod('u1', first)])],
    ['a pod that was not known', knew(first), present([pod('u2', second)])],
    ['a pod that is gone', knew(first), present([])],
    ['a pod without a sandbox', knew(first), present([pod('u1', undefined)])],
    [
      'a death that had been seen',
      knew(dead(first), { lastPause: { ...second.pause } as never, death: { time: at(10), cause: KILLED } }),
      present([pod('u1', dead(first))]),
    ],
    ['a sandbox that never ran', knew({ ...dead(first), state: 'creating' }), present([pod('u1', second)])],
    ['an older sandbox after the newest was taken away', knew(second, {}, [first.id, second.id]), present([pod('u1', dead(first))])],
    [
      'what this run has told already',
      knew(first),
      present([pod('u1', second)], { reported: { ended: new Set(), begun: new Set([second.id]) } }),
    ],
    [
      'a death that this run has told already',
      knew(first),
      present([pod('u1', dead(first))], { reported: { ended: new Set([first.id]), begun: new Set() } }),
    ],
    [
      'namespaces that are pinned, without a pause',
      knew({ ...dead(first), kind: 'pinned', state: 'ready' }),
      present([pod('u1', { ...dead(first), kind: 'pinned', state: 'ready' })]),
    ],
  ];
  for (const [what, known, now] of cases) t.same(missedRestarts(known, now), [], what);
});

t.test('a new sandbox is a restart, marked agent-down, with what can still be known', async (t) => {
  const container = { id: 'c1', sandboxId: first.id, name: 'web', finishedAt: at(58), exitCode: 137 };
  const runtime = { containers: [container] } as unknown as RuntimeLevel;
  const found = missedRestarts(knew(first), present([pod('u1', second, [dead(first)])], { runtime }));
  t.match(found, [
    {
      type: 'pause.restarted',
      revision: 0,
      source: 'levels',
      time: second.pause?.startTime ?? '',
      pod: { uid: 'u1', namespace: 'shop', name: 'pod-u1' },
      oldSandbox: { id: first.id, attempt: 0 },
      newSandbox: { id: second.id, attempt: 1 },
      ipBefore: '10.0.0.1',
      ipAfter: '10.0.0.2',
      process: { pid: 4001 },
    },
  ]);
  t.equal(found.length, 1);
  t.same(found[0]?.cause, {
    kind: 'agent-down',
    findings: [],
    evidence: [
      'podtree ended without notice, or with the node, at 2026-11-22T18:00:50Z and watches again since 2026-11-22T18:03:20Z: it happened in between.',
      'The runtime made the new sandbox at 2026-11-22T18:01:00Z: the old pause died before.',
      'Its container "web" ended at 2026-11-22T18:00:58Z with exit code 137, says the runtime.',
    ],
  });
  t.same(
    missedRestarts(knew(first), present([pod('u1', second)], { time: at(999) }))[0]?.id,
    found[0]?.id,
    'found again it has the same id',
  );
  const stopped = missedRestarts({ ...knew(first), wasStopped: true }, present([pod('u1', second)]));
  t.match(stopped[0]?.cause.evidence[0], /^podtree was stopped at/);
});

t.test('each of several is one, and those that nobody knows any more are counted', async (t) => {
  const found = missedRestarts(knew(first), present([pod('u1', third, [dead(first), dead(second)])]));
  t.same(
    found.map((each) => each.type === 'pause.restarted' && [each.oldSandbox.attempt, each.newSandbox.attempt]),
    [
      [0, 1],
      [1, 2],
    ],
  );
  t.equal(new Set(found.map(({ id }) => id)).size, 2);
  const [jump, ...more] = missedRestarts(knew(first), present([pod('u1', third)]));
  t.same(more, []);
  t.ok(jump?.cause.evidence.includes('The attempt rose from 0 to 2: 1 more came and went between them.'));
  const reset = missedRestarts(knew(third), present([pod('u1', sandbox('ddd', 0, 180))]));
  t.match(reset, [{ oldSandbox: { attempt: 2 }, newSandbox: { attempt: 0 } }], 'an attempt that begins anew is a restart all the same');
});

t.test('a pause that is dead without a successor is a death', async (t) => {
  for (const now of [pod('u1', dead(first)), pod('u1', { ...dead(second), state: 'creating' })]) {
    const found = missedRestarts(knew(first), present([now]));
    t.match(found, [
      { type: 'pause.exited', time: at(200), sandbox: { id: first.id }, process: { pid: 4000 }, cause: { kind: 'agent-down' } },
    ]);
    t.equal(found.length, 1);
  }
});

t.test('a death that was seen keeps its cause when only the restart was missed', async (t) => {
  const known = knew(dead(first), { ...(first.pause && { lastPause: first.pause }), death: { time: at(40), cause: KILLED } });
  const [restart] = missedRestarts(known, present([pod('u1', second)]));
  t.match(restart, { type: 'pause.restarted', cause: { kind: 'signal', sender: { comm: 'bash' } }, sandboxOutageMs: 20_100 });
  t.match(restart?.cause.evidence.at(-2), /podtree saw the old pause die at .* and was not running when the new one came/);
});

t.test('a reboot of the node is one event for each pod, and says so', async (t) => {
  const found = missedRestarts(knew(first), present([pod('u1', third, [dead(first), dead(second)])], { bootId: 'boot-2' }));
  t.equal(found.length, 1);
  t.match(found[0]?.cause.evidence[1], /^The node was rebooted meanwhile: its boot id was boot-1 and is boot-2/);
});

t.test('a story has what led to a death and what it brought, and no more', async (t) => {
  const end = death('u1', first, 100);
  const restart = event('pause.restarted', 'u1', 106, {
    cause: KILLED,
    oldSandbox: { id: first.id, attempt: 0 },
    newSandbox: { id: second.id, attempt: 1 },
    sandbox: { id: second.id, attempt: 1 },
  });
  const of = (record: SandboxRecord) => ({ sandbox: { id: record.id, attempt: record.attempt }, container: { id: 'c', name: 'web' } });
  const events = [
    event('container.exited', 'u1', 10, of(first)),
    event('namespace.joined', 'u1', 99, { by: 'foreign', namespaces: [] }),
    event('container.exited', 'u1', 99.5, of(first)),
    end,
    event('container.exited', 'u1', 105, of(first)),
    restart,
    event('container.started', 'u1', 107, of(second)),
    event('container.started', 'u1', 900, of(second)),
    event('container.exited', 'u1', 901, of(first)),
    death('u1', second, 1000),
  ];
  const [told, next] = incidentsOf({ events });
  t.same(
    told?.before.map(({ time }) => time),
    [at(99), at(99.5)],
  );
  t.same(
    told?.after.map(({ time }) => time),
    [at(105), at(107), at(901)],
    'one that outlived its pause belongs to it however late it ends',
  );
  t.equal(told?.restart, restart);
  t.match(next, { sandbox: { id: second.id }, before: [], after: [] });
  t.equal(spanMs('2026-11-22T18:00:00.999999000Z', '2026-11-22T18:00:01.000400000Z').toFixed(3), '0.401');
});
