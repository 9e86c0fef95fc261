// What `podtree why` prints: a death of each kind, a pod in a loop, one that is gone, and names that try to be more than names.
import fc from 'fast-check';
import t from 'tap';
import type { PodSummary } from '../../src/history/record.ts';
import { drawDeaths } from '../../src/terminal/draw-deaths.ts';
import { drawWhy } from '../../src/terminal/draw-why.ts';
import { displayWidth } from '../../src/terminal/escape.ts';
import { word } from '../../src/terminal/shell.ts';
import type { TreeEvent } from '../../src/tree/change.ts';
import { anyEvent } from '../helpers/frame-arbitrary.ts';
import { matchesGolden } from '../helpers/golden.ts';
import { at, dead, death, event, sandbox } from '../helpers/history-scene.ts';
import { container, died, first, inside, KILLER, live, OPTIONS, restarted, scene, second, text, UID } from './why-scene.ts';

function killed(cause: object = KILLER): TreeEvent[] {
  return [
    event('namespace.joined', UID, 698.2, {
      pod: undefined,
      by: 'foreign',
      namespaces: [{ type: 'net', inode: 1, id: '1' }],
      process: { pid: 5100, comm: 'nsenter' },
    }),
    died(cause),
    event('container.exited', UID, 700.53, { ...inside(first, 'web-server'), exit: { code: 143, signal: null } }),
    event('container.exited', UID, 705.59, { ...inside(first, 'sidecar-logger'), exit: { code: null, signal: 'SIGKILL' } }),
    restarted(cause),
    event('container.started', UID, 705.874, { ...inside(second, 'web-server'), process: { pid: 4790 } }),
    event('container.started', UID, 706.003, { ...inside(second, 'sidecar-logger'), process: { pid: 4830 } }),
  ];
}

t.test('a killed pause', async (t) => {
  const history = scene([dead(first), second], killed());
  const userName = (uid: number): string | undefined => (uid === 1000 ? 'alice' : undefined);
  matchesGolden(t, text(history, live(second), { userName }), 'why-signal.txt', import.meta.url);
  matchesGolden(t, text(history, live(second), { width: 60 }), 'why-60.txt', import.meta.url);
  t.match(
    text(history, live(dead(second), [container('web-server')])),
    /^now {2}the pod has no pause for 3m19s; still running in the namespaces of the dead one: web-server\.$/m,
  );
  t.match(
    text(history, live(second, [container('web-server'), container('x', 'exited')])),
    /1 of 2 containers run: x\s+exited\s+\(SIGKILL\)$/m,
  );
  t.match(text(history, live(undefined)), /^now {2}the pod has no sandbox\.$/m);
  const { pod: _pod, ...bare } = KILLER.sender as typeof KILLER.sender & { pod?: object };
  const inPod = {
    ...KILLER,
    sender: { ...bare, pod: { uid: 'u', namespace: 'evil', name: 'a b' }, container: { id: 'c', name: 'miner' } },
  };
  t.match(
    text(scene([dead(first), second], killed(inPod)), live(second)),
    /kubectl logs -n evil 'a b' -c miner --since-time 2026-11-22T18:11:30Z/,
  );
});

t.test('what controls the pod, and that it was deleted', async (t) => {
  const controller = { kind: 'Deployment', name: 'web' };
  const finding = { code: 'pod-deleted', text: 'The pod had been marked for deletion up to 1.4 s before its pause died.' } as const;
  const cause = { ...KILLER, kind: 'planned-stop', sender: { pid: 99, comm: 'runc', uid: 0, parents: [] }, findings: [finding] };
  const history = scene([dead(first)], [{ ...death(UID, first, 700, cause), time: at(700) }]);
  const deleted = { ...live(first), controller, deletedAt: at(698) };
  const page = text({ ...history, pod: { ...history.pod, controller } }, deleted);
  t.match(page, /^default\/example-pod .*\ncontrolled by Deployment web\n\n/);
  t.match(page, /its sandbox was stopped in the ordinary way, by runc \(pid 99\)\.$/m);
  t.match(page, /finding +The pod had been marked for deletion up to 1\.4 s before its pause\s+died\./);
  t.match(page, /^now {2}deleted at 2026-11-22 18:11:38 \(3m22s ago\); /m);
  const gone = { ...history, pod: { ...history.pod, deletedAt: at(698), goneAt: at(701) } };
  t.match(
    text(gone, undefined),
    /the pod is gone since 2026-11-22 18:11:41 \(3m19s\), deleted at 2026-11-22 18:11:38; it had\s+1\s+sandbox\./,
  );
});

t.test('each other kind of end', async (t) => {
  const kinds = [
    {
      kind: 'oom',
      signal: 'SIGKILL',
      oom: { victimPid: 4000, allocatorPid: 4801, allocatorComm: 'hog' },
      findings: [],
      evidence: ['The OOM killer marked it.'],
    },
    { kind: 'exit', findings: [], evidence: ['It exited by itself with code 0.'] },
    { kind: 'unknown', signal: 'SIGKILL', findings: [], evidence: ['No sender of that signal was seen (signal:signal_generate).'] },
    { ...KILLER, kind: 'planned-stop', sender: { pid: 99, comm: 'runc', uid: 0, unit: 'containerd.service', parents: [] } },
  ];
  const all = kinds.map((cause) => text(scene([dead(first), second], [{ ...death(UID, first, 700, cause), time: at(700) }]), live(second)));
  matchesGolden(t, all.join('\n────\n\n'), 'why-kinds.txt', import.meta.url);
});

t.test('a death that nobody saw, and a reboot', async (t) => {
  const cause = {
    kind: 'agent-down',
    findings: [],
    evidence: ['podtree was stopped at 2026-11-22T18:10:50Z and watches again since 2026-11-22T18:13:20Z: it happened in between.'],
  };
  const restart = {
    cause,
    process: second.pause,
    oldSandbox: { id: first.id, attempt: 0 },
    newSandbox: { id: second.id, attempt: 1 },
    source: 'levels',
  };
  const one = scene([dead(first), second], [event('pause.restarted', UID, 705.69, restart)]);
  matchesGolden(t, text(one, live(second)), 'why-agent-down.txt', import.meta.url);
  const rebooted = {
    ...cause,
    findings: [],
    evidence: [...cause.evidence, 'The node was rebooted meanwhile: its boot id was a and is b.'],
  };
  const reboot = text(scene([dead(first), second], [event('pause.restarted', UID, 705.69, { ...restart, cause: rebooted })]), live(second));
  t.match(reboot.replace(/\s+/g, ' '), /its pause died, and the node was rebooted; a new one runs since/);
  t.match(reboot, /journalctl --list-boots/);
  const exit = text(scene([dead(first)], [{ ...death(UID, first, 705, cause), source: 'levels' }]), live(dead(first)));
  t.match(exit, /its pause died; found dead 3m15s ago\./);
});

t.test('a pod in a restart loop, and one that is gone', async (t) => {
  const sandboxes = Array.from({ length: 6 }, (_, index) => sandbox(`5${index}`, index, 100 + index * 20));
  const events = sandboxes.slice(0, 5).map((each, index) => death(UID, each, 110 + index * 20, KILLER));
  const loop = text(scene(sandboxes, [...events, event('pod.removed', UID, 200)], at(200)), undefined);
  matchesGolden(t, loop, 'why-loop-gone.txt', import.meta.url);
  t.match(
    text(scene([first], []), live(first)).replace(/\s+/g, ' '),
    /No pause of this pod has died as far as podtree remembers; it remembers this pod since 2026-11-22 18:00:02\./,
  );
});

t.test('which pods’ pauses died', async (t) => {
  const pods: PodSummary[] = [
    {
      uid: UID,
      namespace: 'default',
      name: 'example-pod',
      deaths: 1,
      lastDeath: { time: at(888), kind: 'signal', signal: 'SIGKILL', by: 'bash' },
    },
    {
      uid: 'u2',
      namespace: 'kube-system',
      name: 'coredns-76f75df574-x2k4z',
      deaths: 12,
      goneAt: at(800),
      lastDeath: { time: at(10), kind: 'oom' },
    },
    { uid: '8c3f6d3a-1111-4222-8333-444455556666', deaths: 1, lastDeath: { time: at(5), kind: 'agent-down' } },
    { uid: 'u4', name: 'fine', deaths: 0 },
  ];
  matchesGolden(t, `${drawDeaths(pods, OPTIONS).join('\n')}\n`, 'why-deaths.txt', import.meta.url);
  t.same(drawDeaths([], OPTIONS), ['No pause has died on this node as far as podtree remembers.']);
});

const RAW = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/;

/** Every line fits and holds nothing that a terminal would obey; commands alone may be longer. */
function isHarmless(lines: readonly string[], width: number): boolean {
  const commands = lines.indexOf('next');
  return lines.every((each, index) => {
    const isCommand = commands !== -1 && index > commands && /^ {2}\S/.test(each);
    return each.split('\n').every((part) => !RAW.test(part) && (isCommand || displayWidth(part) <= width));
  });
}

t.test('nothing that a process or a pod is called reaches the terminal raw, or breaks out of a command', async (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }), fc.integer({ min: 40, max: 160 }), (hostile, width) => {
      const ancestor = { pid: 7, comm: hostile };
      const sender = { pid: 1, comm: hostile, exe: hostile, uid: 5, loginUid: 6, tty: hostile, unit: hostile, parents: [ancestor] };
      const oom = { victimPid: 1, allocatorPid: 2, allocatorComm: hostile, cgroup: hostile, limitBytes: 1, usageBytes: 1 };
      const findings = [{ code: hostile, text: hostile }];
      const member = { id: hostile, name: hostile, fate: 'orphaned', processes: 2, endedBy: ancestor, endedAfterMs: 9 };
      const cascade = { containers: [member], containerCount: 1, processes: 2, leaked: [hostile] };
      const returned = [{ id: 'x', name: hostile, afterMs: 1 }];
      return ['signal', 'oom', 'unknown'].every((kind) => {
        const cause = { kind, signal: hostile, sender, oom, findings, evidence: [hostile] };
        const events = [
          died(cause, { cascade }),
          event('container.exited', UID, 701, inside(first, hostile)),
          restarted(cause, { returned }),
        ];
        const history = scene([dead(first)], events);
        const lines = drawWhy({ ...history, node: hostile, pod: { ...history.pod, name: hostile } }, live(second, [container(hostile)]), {
          ...OPTIONS,
          width,
          userName: () => hostile,
        });
        return isHarmless(lines, width);
      });
    }),
  );
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 6 }), fc.integer({ min: 40, max: 120 }), (events, width) =>
      isHarmless(drawWhy(scene([dead(first), second], events), live(second), { ...OPTIONS, width, last: 100 }), width),
    ),
  );
  t.equal(word("a'; rm -rf /"), "'a'\\''; rm -rf /'");
  t.equal(word('session-3.scope'), 'session-3.scope');
});
