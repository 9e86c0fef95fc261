// The rules, with what the tree would tell them: what fires, what is one incident, what is over when, and what never pages anybody.
import t from 'tap';
import type { AlertOutput } from '../../src/alert/alert-output.ts';
import { createAlertEngine } from '../../src/alert/engine.ts';
import { createRecentAlerts } from '../../src/alert/recent-alerts.ts';
import { type AlertRule, DEFAULT_RULES } from '../../src/alert/rule.ts';
import type { SavedItem } from '../../src/alert/saved.ts';
import { plain } from '../../src/alert/summary.ts';
import type { Cause } from '../../src/cause/cause.ts';
import { at, died, joined, KILLED, PLANNED, pod, podChanges, podGone, restarted, T0, UNKNOWN } from '../helpers/alert-input.ts';

const MINUTE = 60_000;
const rule = (name: string): AlertRule => {
  const found = DEFAULT_RULES.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no rule ${name}`);
  return found;
};

function start(rules: readonly AlertRule[] = DEFAULT_RULES, restored: readonly SavedItem[] = [], startMs = T0) {
  return createAlertEngine({ node: 'n1', rules, idPrefix: startMs === T0 ? 'x' : 'y', restored, startMs });
}

/** What would be on the disk after these outputs. */
function keep() {
  const items = new Map<string, SavedItem>();
  return {
    take({ saved }: AlertOutput): void {
      for (const [id, item] of saved) {
        if (item === undefined) items.delete(id);
        else items.set(id, JSON.parse(JSON.stringify(item)) as SavedItem);
      }
    },
    items: (): SavedItem[] => [...items.values()],
  };
}

/** `firing PauseRestarted default/web x1` for each thing that sinks for incidents are told. */
function told(output: AlertOutput): string[] {
  return output.notifications
    .filter(({ scope }) => scope === 'incident')
    .map(({ reason, event }) => {
      const pods = event.alert.memberCount > 1 ? ` (${event.alert.memberCount} pods)` : '';
      return `${reason} ${event.alert.name} ${event.pod?.namespace}/${event.pod?.name} x${event.alert.count}${pods}`;
    });
}

t.test('a killed pause fires at once, names the killer, and is over after ten quiet minutes', async (t) => {
  const engine = start();
  const web = pod('web');
  engine.update([podChanges(web, 's1', { containers: { app: true } })], T0);
  const first = engine.update([died(web, 's1', 0)], T0 + 2);
  t.same(told(first), ['firing PauseRestarted default/web x1']);
  const event = first.events[0];
  t.match(event, { type: 'alert.firing', revision: 0, time: at(0), pod: web, node: 'n1', cause: KILLED });
  t.match(event?.alert, { severity: 'warning', since: at(0), last: at(0), count: 1, members: [], memberCount: 1 });
  t.equal(event?.alert.summary, 'The pause of default/web was killed with SIGKILL by bash (pid 42, uid 0, session-1.scope).');
  t.equal(event?.alert.incident, event?.id);
  t.equal(engine.counts().get('PauseRestarted'), 1);
  t.same(told(engine.tick(T0 + 10 * MINUTE - 1)), []);
  const last = engine.tick(T0 + 10 * MINUTE);
  t.same(told(last), ['resolved PauseRestarted default/web x1']);
  t.match(last.events[0], { type: 'alert.resolved', id: event?.id, revision: 1, alert: { incident: event?.id } });
  t.equal(engine.counts().get('PauseRestarted'), 0);
  t.same([...last.saved], [[event?.id, undefined]], 'it is not kept');
});

t.test('a planned stop pages nobody, whatever tells of it and whenever that is known', async (t) => {
  const web = pod('web');
  const engine = start();
  t.same(told(engine.update([died(web, 's1', 0, PLANNED), restarted(web, 's1', 10, PLANNED)], T0 + 10)), []);
  t.same(told(engine.update([died(web, 's2', 20, UNKNOWN)], T0 + 20)), [], 'an unknown cause waits');
  t.same(told(engine.update([died(web, 's2', 20, PLANNED, 1)], T0 + 300)), []);
  t.same(told(engine.tick(T0 + 5000)), []);
  t.same(told(engine.update([died(web, 's3', 6000)], T0 + 6000)), ['firing PauseRestarted default/web x1']);
  t.same(told(engine.update([died(web, 's3', 6000, PLANNED, 1)], T0 + 6100)), ['resolved PauseRestarted default/web x1'], 'taken back');
});

t.test('an unknown cause fires after a second, and what becomes known of it amends the alert', async (t) => {
  const web = pod('web');
  const engine = start([rule('PauseRestarted')]);
  engine.update([died(web, 's1', 0, UNKNOWN)], T0);
  t.equal(engine.nextDeadlineMs(), T0 + 1000);
  t.same(told(engine.tick(T0 + 1000)), ['firing PauseRestarted default/web x1']);
  const amended = engine.update([died(web, 's1', 0, KILLED, 1)], T0 + 2500);
  t.match(amended.events, [{ revision: 1, cause: KILLED, alert: { count: 1 } }]);
  t.same(told(amended), [], 'the sinks are told within the minute');
  t.same(told(engine.tick(T0 + 61_000)), ['update PauseRestarted default/web x1']);
});

t.test('one death is one, told by its exit, its restart or both', async (t) => {
  const web = pod('web');
  const engine = start([rule('PauseRestarted')]);
  engine.update([died(web, 's1', 0)], T0);
  const output = engine.update([restarted(web, 's1', 5000), restarted(web, 's1', 5000, KILLED, 5880.5)], T0 + 6000);
  t.equal(output.events.at(-1)?.alert.count, 1);
  t.match(engine.tick(T0 + 7000).events.at(-1)?.alert.summary, /Its containers were back after 5\.88 s\.$/);
  const unseen = engine.update([restarted(web, 's7', 9000, UNKNOWN)], T0 + 9000);
  t.equal(unseen.events.at(-1)?.alert.count, 2, 'a restart whose death was not seen counts');
});

t.test('a restart loop is one alert that counts on', async (t) => {
  const web = pod('web');
  const engine = start([rule('PauseRestartLoop')]);
  const outputs = Array.from({ length: 200 }, (_, index) => engine.update([died(web, `s${index}`, index * 3000)], T0 + index * 3000));
  t.same(outputs.slice(0, 3).map(told), [[], [], ['firing PauseRestartLoop default/web x3']]);
  const ids = new Set(outputs.flatMap(({ events }) => events.map(({ id }) => id)));
  t.equal(ids.size, 1);
  t.equal(outputs.at(-1)?.events.at(-1)?.alert.count, 200);
  t.match(outputs.at(-1)?.events.at(-1)?.alert.summary, /^200 pauses of default\/web died without plan/);
  const toldAt = outputs.flatMap((output, index) => told(output).map(() => (index * 3000 - 6000) / MINUTE));
  t.same(toldAt, [0, 1, 3, 7], 'sinks are told ever more seldom while it goes on');
  t.same(told(engine.tick(T0 + 199 * 3000 + 30 * MINUTE)), ['resolved PauseRestartLoop default/web x200']);
});

t.test('what goes on for days is told of every half hour, and from the beginning when it begins anew', async (t) => {
  const engine = start([rule('PauseRestarted')]);
  const web = pod('web');
  const toldAt: number[] = [];
  for (let minute = 0; minute <= 150; minute += 1) {
    const output = engine.update([died(web, `s${minute}`, minute * MINUTE)], T0 + minute * MINUTE);
    if (told(output).length > 0) toldAt.push(minute);
  }
  t.same(toldAt, [0, 1, 3, 7, 15, 31, 61, 91, 121]);
  engine.tick(T0 + 200 * MINUTE);
  t.same(told(engine.update([died(web, 'x', 201 * MINUTE)], T0 + 201 * MINUTE)), ['firing PauseRestarted default/web x1']);
  engine.update([died(web, 'y', 202 * MINUTE)], T0 + 202 * MINUTE - 1);
  t.same(told(engine.tick(T0 + 202 * MINUTE)), ['update PauseRestarted default/web x2']);
});

t.test('deaths further apart than the window raise no loop', async (t) => {
  const engine = start([rule('PauseRestartLoop')]);
  const outputs = Array.from({ length: 9 }, (_, index) =>
    engine.update([died(pod('web'), `s${index}`, index * 8 * MINUTE)], T0 + index * 8 * MINUTE),
  );
  t.same(outputs.flatMap(told), []);
});

t.test('thirty pauses that die together are one incident with thirty members', async (t) => {
  const engine = start([rule('PauseRestarted')]);
  const outputs = Array.from({ length: 30 }, (_, index) => engine.update([died(pod(`p${index}`), 's', index * 50)], T0 + index * 50));
  t.same(outputs.flatMap(told), ['firing PauseRestarted default/p0 x1']);
  t.equal(engine.nextDeadlineMs(), T0 + 2000);
  const closed = engine.tick(T0 + 2000);
  t.same(told(closed), ['update PauseRestarted default/p0 x1 (30 pods)']);
  const { event } = closed.notifications[0] ?? {};
  t.equal(event?.alert.members.length, 30);
  t.match(event?.alert.summary, /^30 pods within 2 s on node n1\. First: The pause of default\/p0 /);
  const events = outputs.flatMap((output) => output.events);
  t.equal(events.length, 30, 'each pod has its alert in the stream');
  t.same([...new Set(events.map(({ alert }) => alert.incident))], [event?.id]);
  t.equal(outputs.flatMap(({ notifications }) => notifications).filter(({ scope }) => scope === 'pod').length, 30, 'and for its own Event');
  t.same(told(engine.update([died(pod('later'), 's', 2600)], T0 + 2600)), ['firing PauseRestarted default/later x1'], 'another incident');
  const over = engine.tick(T0 + 20 * MINUTE);
  t.same(told(over).sort(), ['resolved PauseRestarted default/later x1', 'resolved PauseRestarted default/p0 x1 (30 pods)']);
  t.equal(over.events.filter(({ type }) => type === 'alert.resolved').length, 31);
});

t.test('rules look at namespaces, labels and causes', async (t) => {
  const engine = start([
    { ...rule('PauseRestarted'), name: 'Payments', namespaces: ['pay'], selector: 'tier!=batch' } as AlertRule,
    { ...rule('PauseRestarted'), name: 'Oom', causes: ['oom'] } as AlertRule,
  ]);
  const pods = [pod('a', 'pay'), pod('b', 'pay'), pod('c', 'web')];
  engine.update(
    pods.map((each) => podChanges(each, 's', { labels: each.name === 'b' ? { tier: 'batch' } : {} })),
    T0,
  );
  const output = engine.update(
    [...pods.map((each) => died(each, 's', 0)), died(pod('d'), 's', 0, { kind: 'oom', findings: [], evidence: [] })],
    T0,
  );
  t.same(told(output), ['firing Payments pay/a x1', 'firing Oom default/d x1']);
});

t.test('an outage fires when it lasts, says what is missing, and is over when all is back', async (t) => {
  const web = pod('web');
  const engine = start([rule('PodOutageLong')]);
  engine.update([podChanges(web, 's1', { containers: { app: true, log: true, done: false } })], T0);
  engine.update([died(web, 's1', 1000), podChanges(web, 's1', { hasPause: false, containers: { app: true, log: true } })], T0 + 1000);
  engine.update([podChanges(web, 's2', { containers: { app: true } })], T0 + 9000);
  t.equal(engine.nextDeadlineMs(), T0 + 1000 + 2 * MINUTE);
  const output = engine.tick(T0 + 1000 + 2 * MINUTE);
  t.same(told(output), ['firing PodOutageLong default/web x1']);
  t.match(output.events[0]?.alert, {
    since: at(1000),
    summary: /^default\/web has been without log for more than 2 min: its pause was killed/,
  });
  const back = engine.update([podChanges(web, 's2', { containers: { app: true, log: true } })], T0 + 4 * MINUTE);
  t.same(told(back), ['resolved PodOutageLong default/web x1']);
});

t.test('no outage of a pod that is back in time, is removed, or was stopped as planned', async (t) => {
  const engine = start([rule('PodOutageLong')]);
  const [back, gone, planned] = [pod('back'), pod('gone'), pod('planned')];
  for (const each of [back, gone, planned]) engine.update([podChanges(each, 's1', { containers: { app: true } })], T0);
  engine.update([died(back, 's1', 0), died(gone, 's1', 0), died(planned, 's1', 0, PLANNED)], T0);
  engine.update([restarted(back, 's1', 5000, KILLED, 5000), podGone(gone), podChanges(planned, 's1', { hasPause: false })], T0 + 5000);
  t.same(told(engine.tick(T0 + 10 * MINUTE)), []);
  t.equal(engine.nextDeadlineMs(), undefined, 'nothing is left to do');
});

t.test('what controls the pod stands behind its name, where that is known', async (t) => {
  const engine = start([rule('PauseRestarted'), rule('PodOutageLong')]);
  const controller = { kind: 'Deployment', name: 'web\n\u001b[31m' };
  engine.update([podChanges(pod('web'), 's1', { controller, containers: { app: true } })], T0);
  const [killed] = engine.update([died(pod('web'), 's1', 0)], T0).events;
  t.match(killed?.alert.summary, /^The pause of default\/web \(Deployment web\\u\{a\}\\u\{1b\}\[31m\) was killed with SIGKILL by bash/);
  engine.update([podChanges(pod('web'), 's1', { controller, hasPause: false, containers: { app: true } })], T0 + 10);
  const lasting = engine.tick(T0 + 3 * MINUTE).events.find(({ alert }) => alert.name === 'PodOutageLong');
  t.match(lasting?.alert.summary, /^default\/web \(Deployment web.*\) has been without app for more than 2 min/);
});

t.test('no outage of a pod that somebody has deleted, before its pause died or since', async (t) => {
  const engine = start([rule('PodOutageLong'), rule('PauseRestarted')]);
  const [before, since, other] = [pod('before'), pod('since'), pod('told')];
  const ran = { hasPause: false, containers: { app: true } };
  engine.update([podChanges(before, 's1', { deletedAt: at(0), containers: { app: true } })], T0);
  for (const each of [since, other]) engine.update([podChanges(each, 's1', { containers: { app: true } })], T0);
  const killed = engine.update(
    [before, since, other].map((each) => died(each, 's1', 0)),
    T0,
  );
  t.equal(killed.events.filter(({ alert }) => alert.name === 'PauseRestarted').length, 3, 'who killed them is told all the same');
  engine.update([podChanges(since, 's1', { ...ran, deletedAt: at(5000) }), podChanges(other, 's1', ran)], T0 + 5000);
  t.same(
    told(engine.tick(T0 + 3 * MINUTE)).filter((line) => line.includes('Outage')),
    ['firing PodOutageLong default/told x1'],
  );
  const over = engine.update([podChanges(other, 's1', { ...ran, deletedAt: at(4 * MINUTE) })], T0 + 4 * MINUTE);
  t.match(told(over).join(), /resolved PodOutageLong default\/told/);
});

t.test('a death that is told of an hour later is no outage of a pod that is whole', async (t) => {
  const engine = start([rule('PodOutageLong'), rule('PauseRestarted')]);
  engine.update([podChanges(pod('web'), 's2', { containers: { app: true } })], T0 + 60 * MINUTE);
  const missed = engine.update([restarted(pod('web'), 's1', 0, { kind: 'agent-down', findings: [], evidence: [] })], T0 + 60 * MINUTE);
  t.notMatch(told(missed).join(), /PodOutageLong/);
});

t.test('a stranger in a namespace fires, unless its pod is on the list or it is the runtime', async (t) => {
  const engine = start([{ ...rule('ForeignNamespaceJoin'), allow: [{ namespaces: ['mesh'], selector: 'app=ztunnel' }] } as AlertRule]);
  engine.update([podChanges(pod('z', 'mesh'), 's', { labels: { app: 'ztunnel' } })], T0);
  const owner = pod('web');
  t.same(told(engine.update([joined(owner, 0, pod('z', 'mesh')), joined(owner, 0, undefined, 'runtime')], T0)), []);
  const output = engine.update([joined(owner, 5, pod('other', 'mesh'))], T0 + 5);
  t.equal(output.events[0]?.alert.summary, 'nsenter (pid 7, uid 0) of pod mesh/other went into the net namespace of default/web.');
  const storm = Array.from({ length: 1000 }, (_, index) => engine.update([joined(owner, 10 + index)], T0 + 10 + index));
  t.ok(storm.flatMap(({ events }) => events).length <= 2, 'a storm of joins is told of once a second');
  t.equal(engine.tick(T0 + 3000).events[0]?.alert.count, 1001);
});

t.test(
  'a sandbox whose containers run on without their pause, and a namespace that a mount keeps, are leaks while they last',
  async (t) => {
    const engine = start([rule('SandboxLeaked')]);
    const web = pod('web');
    const leaked = { type: 'net', inode: 5, path: '/run/netns/cni-1', pod: pod('old') } as const;
    engine.update([podChanges(web, 's1', { hasPause: false, containers: { app: true } })], T0);
    engine.update([{ changes: [{ op: 'put', kind: 'leaked', key: '/run/netns/cni-1 5', record: leaked }] }], T0 + 5000);
    t.same(told(engine.tick(T0 + 10 * MINUTE)), ['firing SandboxLeaked default/web x1']);
    const second = engine.tick(T0 + 10 * MINUTE + 5000);
    t.equal(
      second.events[0]?.alert.summary,
      'The net namespace 5 of default/old, which is gone, is kept by the mount /run/netns/cni-1 for more than 10 min.',
    );
    t.equal(second.events[0]?.alert.since, at(5000));
    const over = engine.update(
      [podChanges(web, 's2', { containers: { app: true } }), { changes: [{ op: 'remove', kind: 'leaked', key: '/run/netns/cni-1 5' }] }],
      T0 + 12 * MINUTE,
    );
    t.equal(told(over).length, 2);
    t.equal(engine.nextDeadlineMs(), undefined);
  },
);

t.test('losing events fires once and counts', async (t) => {
  const engine = start([rule('AgentLosingEvents')]);
  const output = engine.loss('kernel', 300, T0);
  t.match(output.events[0]?.alert.summary, /^300 events were lost in the kernel of node n1/);
  t.equal(output.events[0]?.pod, undefined);
  t.same(told(engine.loss('kernel', undefined, T0 + 10)), []);
  t.equal(engine.tick(T0 + 2000).events[0]?.alert.count, 2);
});

t.test('what fires is known again after a restart of the agent, with its id, and ends as it would have', async (t) => {
  const web = pod('web');
  const before = start();
  before.update([podChanges(web, 's1'), podChanges(pod('b'), 's')], T0);
  const deaths = [died(web, 's1', 0), died(pod('b'), 's', 100)];
  const dead = [podChanges(web, 's1', { hasPause: false }), podChanges(pod('b'), 's', { hasPause: false })];
  const kept = keep();
  kept.take(before.update([...deaths, ...dead], T0 + 100));
  kept.take(before.tick(T0 + 2 * MINUTE + 100));
  const engine = start(DEFAULT_RULES, kept.items(), T0 + 3 * MINUTE);
  t.match(
    engine.firing(T0).map(({ event }) => `${event.alert.name} ${event.alert.memberCount}`),
    ['PauseRestarted 2', 'PodOutageLong 2'],
  );
  engine.update([podChanges(web, 's2', { containers: { app: true } })], T0 + 3 * MINUTE);
  t.equal(engine.counts().get('PodOutageLong'), 1, 'one pod is whole, the other one gone');
  const again = engine.update([died(web, 's2', 4 * MINUTE)], T0 + 4 * MINUTE);
  t.match(again.events[0], { id: /^x-/, pod: web, alert: { name: 'PauseRestarted', count: 2 } });
  const over = [engine.tick(T0 + 6 * MINUTE), engine.tick(T0 + 60 * MINUTE)].flatMap(told);
  t.match(over.join(), /resolved PodOutageLong/);
  t.match(over.join(), /resolved PauseRestarted/);
  t.ok([...engine.counts().values()].every((count) => count === 0));
});

t.test('what this run has seen counts in the next one', (t) => {
  const web = pod('web');
  const loop = [rule('PauseRestarted'), rule('PauseRestartLoop')];
  const quietly = [{ ...rule('PauseRestarted'), count: 2 } as AlertRule];

  t.test('a death whose restart is only found by the next run is one', async (t) => {
    const kept = keep();
    kept.take(start(loop).update([died(web, 's1', 0)], T0));
    const next = start(loop, kept.items(), T0 + MINUTE);
    const output = next.update([restarted(web, 's1', 5000)], T0 + MINUTE);
    t.same(told(output), ['update PauseRestarted default/web x1']);
    t.match(next.firing(T0 + MINUTE), [{ event: { alert: { count: 1 } } }]);
    // What the former run found and could not tell is told again.
    t.same(told(next.update([restarted(web, 's1', 5000)], T0 + MINUTE)), []);
  });

  t.test('deaths before a restart of the agent count within the window', async (t) => {
    const kept = keep();
    const first = start([rule('PauseRestartLoop')]);
    kept.take(first.update([died(web, 's1', 0), died(web, 's2', 1000)], T0 + 1000));
    const next = start([rule('PauseRestartLoop')], kept.items(), T0 + MINUTE);
    t.same(told(next.update([died(web, 's3', MINUTE)], T0 + MINUTE)), ['firing PauseRestartLoop default/web x3']);
    const later = start([rule('PauseRestartLoop')], kept.items(), T0 + 60 * MINUTE);
    t.same(told(later.update([died(web, 's3', 60 * MINUTE)], T0 + 60 * MINUTE)), [], 'and not outside of it');
  });

  t.test('a death that still waited for its cause is told by the next run', async (t) => {
    const kept = keep();
    kept.take(start([rule('PauseRestarted')]).update([died(web, 's1', 0, UNKNOWN)], T0));
    const next = start([rule('PauseRestarted')], kept.items(), T0 + 5000);
    t.same(told(next.tick(T0 + 5000)), ['firing PauseRestarted default/web x1']);
  });

  t.test('a planned stop leaves nothing behind', async (t) => {
    const kept = keep();
    const engine = start(quietly);
    kept.take(engine.update([died(web, 's1', 0, UNKNOWN)], T0));
    t.equal(kept.items().length, 1);
    kept.take(engine.update([died(web, 's1', 0, PLANNED, 1)], T0 + 300));
    kept.take(engine.update([died(web, 's2', 400, PLANNED)], T0 + 400));
    t.same(kept.items(), []);
  });

  /** What an agent leaves that ended while the pod had no pause. */
  function leftInOutage() {
    const kept = keep();
    const first = start([rule('PodOutageLong')]);
    first.update([podChanges(web, 's1', { containers: { app: true } })], T0);
    kept.take(first.update([died(web, 's1', 1000), podChanges(web, 's1', { hasPause: false })], T0 + 1000));
    return kept;
  }

  t.test('an outage goes on', async (t) => {
    const kept = keep();
    const first = start([rule('PodOutageLong')]);
    first.update([podChanges(web, 's1', { containers: { app: true, log: true } })], T0);
    kept.take(first.update([died(web, 's1', 1000), podChanges(web, 's1', { hasPause: false })], T0 + 1000));
    const next = start([rule('PodOutageLong')], kept.items(), T0 + MINUTE);
    kept.take(next.update([podChanges(web, 's2', { containers: { app: true, log: false } })], T0 + MINUTE));
    const fired = next.tick(T0 + 3 * MINUTE);
    t.match(fired.events[0]?.alert, { since: at(1000), summary: /^default\/web has been without log for more than 2 min/ });
    kept.take(fired);
    kept.take(next.update([podChanges(web, 's2', { containers: { app: true, log: true } })], T0 + 4 * MINUTE));
    const last = start([rule('PodOutageLong')], kept.items(), T0 + 5 * MINUTE);
    t.equal(last.counts().get('PodOutageLong'), 0);
    t.same(told(last.tick(T0 + 9 * MINUTE)), []);
  });

  t.test('what comes to light of the death before ends no outage of now', async (t) => {
    const engine = start([rule('PodOutageLong')]);
    engine.update([podChanges(web, 's1', { containers: { app: true } })], T0);
    engine.update([died(web, 's1', 0), podChanges(web, 's1', { hasPause: false })], T0);
    engine.update([podChanges(web, 's2', { containers: { app: true } }), restarted(web, 's1', 5000, KILLED, 5000)], T0 + 5000);
    engine.update([died(web, 's2', 20_000), podChanges(web, 's2', { hasPause: false })], T0 + 20_000);
    engine.update([restarted(web, 's1', 5000, { ...KILLED, evidence: ['more'] }, 5000)], T0 + 21_000);
    t.same(told(engine.tick(T0 + 4 * MINUTE)), ['firing PodOutageLong default/web x1']);
  });

  t.test('an outage of a pod that was deleted meanwhile is told to nobody', async (t) => {
    const kept = leftInOutage();
    const startMs = T0 + 5 * MINUTE;
    const next = start([rule('PodOutageLong')], kept.items(), startMs);
    t.same(told(next.tick(startMs + 10)), [], 'the tree is not there yet');
    t.same(told(next.update([podChanges(pod('other'), 's9')], startMs + 1500)), []);
    const over = next.tick(startMs + 3 * MINUTE);
    t.same(told(over), []);
    kept.take(over);
    t.notOk(kept.items().some(({ kind }) => kind === 'outage'));

    const again = start([rule('PodOutageLong')], kept.items(), startMs);
    t.same(told(again.update([podChanges(web, 's1', { hasPause: false })], startMs + 1500)), [], 'an outage is forgotten once');
  });

  t.test('an outage that has lasted long enough while nobody watched is told with the first tree', async (t) => {
    const kept = leftInOutage();
    const startMs = T0 + 5 * MINUTE;
    const next = start([rule('PodOutageLong')], kept.items(), startMs);
    t.same(told(next.tick(startMs + 10)), []);
    t.same(told(next.update([podChanges(web, 's1', { hasPause: false })], startMs + 1500)), ['firing PodOutageLong default/web x1']);
  });

  t.test('an outage of more than a day goes on as well, and is over when the pod is whole', async (t) => {
    const kept = keep();
    const first = start([rule('PodOutageLong')]);
    first.update([podChanges(web, 's1', { containers: { app: true } })], T0);
    kept.take(first.update([died(web, 's1', 0), podChanges(web, 's1', { hasPause: false })], T0));
    kept.take(first.tick(T0 + 3 * MINUTE));
    const day = 25 * 60 * MINUTE;
    kept.take(first.update([died(pod('other'), 's', day), podGone(pod('other'))], T0 + day));
    t.notOk(
      kept.items().some((item) => item.kind === 'death' && item.death.pod.uid === web.uid),
      'its death is forgotten',
    );
    const next = start([rule('PodOutageLong')], kept.items(), T0 + day + MINUTE);
    kept.take(next.update([podChanges(web, 's2', { containers: { app: false } })], T0 + day + MINUTE));
    kept.take(next.tick(T0 + day + 9 * MINUTE));
    t.equal(next.counts().get('PodOutageLong'), 1);
    const back = next.update([podChanges(web, 's2', { containers: { app: true } })], T0 + day + 10 * MINUTE);
    t.same(told(back), ['resolved PodOutageLong default/web x1']);
    kept.take(back);
    t.same(
      kept.items().filter(({ kind }) => kind !== 'death'),
      [],
    );
  });

  t.test('what is too old or too much is forgotten, on disk as well', async (t) => {
    const kept = keep();
    const engine = start(quietly);
    for (let index = 0; index < 4200; index += 1) kept.take(engine.update([died(pod(`p${index}`), 's', index)], T0 + index));
    t.equal(kept.items().length, 4096);
    kept.take(engine.update([died(web, 's', 25 * 60 * MINUTE)], T0 + 25 * 60 * MINUTE));
    t.equal(kept.items().length, 1);
  });
  t.end();
});

t.test('an alert that is over is not raised again by what becomes known of its death', async (t) => {
  const web = pod('web');
  const engine = start([{ ...rule('PauseRestarted'), resolveAfterMs: 5000 } as AlertRule]);
  engine.update([died(web, 's1', 0)], T0);
  t.same(told(engine.tick(T0 + 5000)), ['resolved PauseRestarted default/web x1']);
  t.same(told(engine.update([restarted(web, 's1', 6000), restarted(web, 's1', 6000, KILLED, 6500)], T0 + 6500)), []);
  t.same(told(engine.update([died(web, 's2', 9000)], T0 + 9000)), ['firing PauseRestarted default/web x2'], 'the next one does');
});

t.test('a cause that becomes known later decides whether a death counts', async (t) => {
  const web = pod('web');
  const oom: Cause = { kind: 'oom', findings: [], evidence: [] };
  const engine = start([{ ...rule('PauseRestarted'), causes: ['oom'] } as AlertRule]);
  engine.update([died(web, 's1', 0, oom)], T0);
  engine.update([died(web, 's2', 1000, UNKNOWN)], T0 + 1000);
  engine.tick(T0 + 2000);
  t.equal(engine.firing(T0)[0]?.event.alert.count, 1);
  engine.update([died(web, 's2', 1000, oom, 1)], T0 + 3000);
  t.equal(engine.firing(T0)[0]?.event.alert.count, 2, 'one that is in after all');
  engine.update([died(web, 's2', 1000, KILLED, 2)], T0 + 4000);
  t.equal(engine.firing(T0)[0]?.event.alert.count, 1, 'and one that is not');
  t.same(told(engine.update([died(web, 's1', 0, KILLED, 1)], T0 + 5000)), ['resolved PauseRestarted default/web x1']);
});

t.test('what is found an hour later fires for as long as it would have', async (t) => {
  const web = pod('web');
  const engine = start([rule('PauseRestarted')]);
  const hour = 60 * MINUTE;
  const missed = engine.update([restarted(web, 's1', 0, { kind: 'agent-down', findings: [], evidence: [] })], T0 + hour);
  t.same(told(missed), ['firing PauseRestarted default/web x1']);
  t.match(missed.events[0]?.alert, { since: at(0), last: at(0) });
  t.same(told(engine.tick(T0 + hour + 9 * MINUTE)), []);
  t.same(told(engine.tick(T0 + hour + 10 * MINUTE)), ['resolved PauseRestarted default/web x1']);
});

t.test('a rule that is no longer configured ends its alerts', async (t) => {
  const kept = keep();
  kept.take(start().update([died(pod('web'), 's1', 0)], T0));
  const engine = start([], kept.items());
  t.same(told(engine.tick(T0 + 10)), ['resolved PauseRestarted default/web x1']);
});

t.test('too many alerts are counted, not kept', async (t) => {
  const engine = start([rule('PauseRestarted')]);
  for (let index = 0; index < 2100; index += 1) engine.update([died(pod(`p${index}`), 's', index * 2)], T0 + index * 2);
  t.equal(engine.counts().get('PauseRestarted'), 2000);
  t.equal(engine.suppressed, 100);
  const members = engine.firing(T0).map(({ event }) => event.alert.members.length);
  t.ok(
    members.every((length) => length <= 50),
    'and the list of members is bounded',
  );
});

t.test('names that processes gave themselves stay on their line', async (t) => {
  t.equal(plain('a\n\u001b[31m\u202e"'), 'a\\u{a}\\u{1b}[31m\\u{202e}"');
  t.equal(plain('x'.repeat(100)).length, 65);
});

t.test('who comes later is told what fires and what is over, the last of each, bounded', async (t) => {
  const engine = start();
  const recent = createRecentAlerts(2);
  const note = (output: AlertOutput): void => recent.note(output.events);
  const names = ['a', 'b', 'c', 'd'];
  for (const [index, name] of names.entries()) {
    note(engine.update([podChanges(pod(name), name, { containers: { app: true } })], T0));
    note(engine.update([died(pod(name), name, index * MINUTE)], T0 + index * MINUTE));
  }
  const shown = () => recent.list([]).map(({ type, pod: of }) => `${type} ${of?.name}`);
  t.same(
    shown(),
    names.map((name) => `alert.firing ${name}`),
  );
  note(engine.tick(T0 + 10 * MINUTE));
  t.same(shown(), ['alert.resolved a', 'alert.firing b', 'alert.firing c', 'alert.firing d']);
  for (let minute = 11; minute < 14; minute += 1) note(engine.tick(T0 + minute * MINUTE));
  t.same(shown(), ['alert.resolved c', 'alert.resolved d'], 'the oldest that are over go');
  const [one] = recent.list([]);
  if (one === undefined) return;
  t.same(
    recent.list([{ ...one, id: 'before' }, one]).map(({ id }) => id),
    ['before', ...recent.list([]).map(({ id }) => id)],
    'what fires since before comes first',
  );
});

t.test('rules are exchanged while alerts fire: what went before still counts, and what no rule watches any more ends', async (t) => {
  const web = pod('web');
  const engine = start([rule('PauseRestarted'), rule('PauseRestartLoop')]);
  engine.update([died(web, 's1', 0)], T0);
  engine.update([died(web, 's2', 1000)], T0 + 1000);
  const strict = { ...rule('PauseRestarted'), severity: 'critical' } as AlertRule;
  const changed = engine.setRules([strict, rule('PauseRestartLoop'), rule('SandboxLeaked')], T0 + 2000);
  t.match(changed.events, [{ type: 'alert.firing', alert: { name: 'PauseRestarted', severity: 'critical', count: 2 } }]);
  t.same(told(changed), [], 'the sinks are told within the minute');
  const third = engine.update([died(web, 's3', 3000)], T0 + 3000);
  t.same(told(third), ['firing PauseRestartLoop default/web x3'], 'the two deaths before count');
  t.same(
    [...engine.counts()],
    [
      ['PauseRestarted', 1],
      ['PauseRestartLoop', 1],
      ['SandboxLeaked', 0],
    ],
  );
  const gone = engine.setRules([rule('PauseRestartLoop')], T0 + 4000);
  t.same(told(gone), ['resolved PauseRestarted default/web x3']);
  t.same([...engine.counts()], [['PauseRestartLoop', 1]]);
  const other = engine.setRules([{ ...rule('PodOutageLong'), name: 'PauseRestartLoop' } as AlertRule], T0 + 5000);
  t.same(told(other), ['resolved PauseRestartLoop default/web x3'], 'one of that name that watches for something else');
  t.same([...other.saved.values()], [undefined]);
});

t.test('states that fire end when the rule no longer looks at their pod, and else with the state', async (t) => {
  const [web, pay] = [pod('web'), pod('pay', 'pay')];
  const rules = [rule('PodOutageLong'), rule('SandboxLeaked')];
  const engine = start(rules);
  // The first one lends its incident its id, and ends with it.
  for (const each of [pay, web]) {
    engine.update([podChanges(each, 's1', { containers: { app: true } })], T0);
    engine.update([died(each, 's1', 0), podChanges(each, 's1', { hasPause: false, containers: { app: true } })], T0);
  }
  engine.tick(T0 + 2 * MINUTE);
  engine.tick(T0 + 10 * MINUTE);
  t.same([...engine.counts().values()], [2, 2]);
  const narrowed = engine.setRules(
    rules.map((each) => ({ ...each, namespaces: ['pay'] }) as AlertRule),
    T0 + 11 * MINUTE,
  );
  const ended = narrowed.events.filter(({ type }) => type === 'alert.resolved');
  t.same(ended.map(({ alert, pod: who }) => `${alert.name} ${who?.name}`).sort(), ['PodOutageLong web', 'SandboxLeaked web']);
  t.same([...engine.counts().values()], [1, 1]);
  const back = engine.update(
    [podChanges(pay, 's2', { containers: { app: true } }), podChanges(web, 's2', { containers: { app: true } })],
    T0 + 12 * MINUTE,
  );
  t.same(back.events.map(({ type, alert }) => `${type} ${alert.name}`).sort(), [
    'alert.resolved PodOutageLong',
    'alert.resolved SandboxLeaked',
  ]);
});
