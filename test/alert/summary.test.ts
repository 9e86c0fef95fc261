// The one sentence that a paged person reads first: it names the killer or the memory cgroup, and what explains the death best.
import t from 'tap';
import { createAlertEngine } from '../../src/alert/engine.ts';
import { DEFAULT_RULES } from '../../src/alert/rule.ts';
import { deathText } from '../../src/alert/summary.ts';
import type { Cause } from '../../src/cause/cause.ts';
import { died, KILLED, T0 } from '../helpers/alert-input.ts';

const UID = '6f1d4d3e-0000-4000-8000-000000000001';
const SANDBOX = 'a'.repeat(64);
const DEATH = { key: `${UID}/${SANDBOX}`, pod: { uid: UID }, atMs: 0, time: '', alertedBy: [] };
const sender = { pid: 42, comm: 'kill', uid: 0, loginUid: 1000, tty: 'pts3', unit: 'session-3.scope', parents: [] };
const memory = {
  victimPid: 7,
  allocatorPid: 8,
  allocatorComm: 'hog',
  scope: 'cgroup',
  limitBytes: 1_610_612_736,
  usageBytes: 1_610_612_000,
} as const;
const oom = (more: Partial<NonNullable<Cause['oom']>>): Cause => ({ kind: 'oom', oom: { ...memory, ...more }, findings: [], evidence: [] });
const finding = (code: string, text: string): Cause['findings'][number] => ({ code: code as 'cgroup-kill', text });

t.test('the end of the sentence about a death', async (t) => {
  const path = `/kubepods/burstable/pod${UID}`;
  const id = 'c'.repeat(64);
  const cases: readonly (readonly [name: string, cause: Cause, said: string])[] = [
    ['a signal', KILLED, 'was killed with SIGKILL by bash (pid 42, uid 0, session-1.scope)'],
    [
      'a login behind root',
      { ...KILLED, sender },
      'was killed with SIGKILL by kill (pid 42, uid 0, logged in as uid 1000 on pts/3, session-3.scope)',
    ],
    [
      'a login as himself',
      { ...KILLED, sender: { ...sender, uid: 1000 } },
      'was killed with SIGKILL by kill (pid 42, uid 1000, on pts/3, session-3.scope)',
    ],
    [
      "the pod's limit",
      oom({ cgroup: path }),
      `was killed by the OOM killer: the pod reached its memory limit of 1.5 GiB, memory cgroup ${path}`,
    ],
    [
      "a container's limit",
      oom({ cgroup: `${path}/${id}` }),
      `was killed by the OOM killer: container web of the pod reached its memory limit of 1.5 GiB, memory cgroup ${path}/${id}`,
    ],
    [
      "the pause's own limit",
      oom({ cgroup: `${path}/${SANDBOX}` }),
      `was killed by the OOM killer: the pause's own cgroup reached its memory limit of 1.5 GiB, memory cgroup ${path}/${SANDBOX}`,
    ],
    [
      "another cgroup's limit",
      oom({ cgroup: '/user.slice', usageBytes: 1_181_116_006 }),
      'was killed by the OOM killer: cgroup /user.slice reached its memory limit of 1.5 GiB with 1.1 GiB in use',
    ],
    ["the node's memory", oom({ scope: 'node' }), 'was killed by the OOM killer: the node had no memory left'],
    ['an OOM kill of which no more is known', { kind: 'oom', findings: [], evidence: [] }, 'was killed by the OOM killer'],
    [
      'the finding that explains it best, on one line',
      {
        kind: 'unknown',
        signal: 'SIGKILL',
        findings: [
          finding('exit-code-differs', 'A code was made up.'),
          finding('newer', 'The moon.'),
          finding('shim-died-first', 'Its shim\n died first.'),
        ],
        evidence: [],
      },
      'died of SIGKILL, sent by nobody that was seen. Its shim\\u{a} died first',
    ],
    [
      'nothing that only might explain it beside a person who did it',
      {
        ...KILLED,
        sender,
        findings: [finding('cgroup-driver-mismatch', 'The drivers differ.'), finding('containers-still-ran', 'They ran.')],
      },
      'was killed with SIGKILL by kill (pid 42, uid 0, logged in as uid 1000 on pts/3, session-3.scope)',
    ],
    [
      'what might explain it where nobody else did',
      {
        kind: 'unknown',
        findings: [finding('containers-still-ran', 'They ran.'), finding('cgroup-driver-mismatch', 'The drivers differ.')],
        evidence: [],
      },
      'died for an unknown reason. The drivers differ',
    ],
  ];
  for (const [name, cause, said] of cases) t.equal(deathText({ ...DEATH, cause, containers: [{ id, name: 'web' }] }), said, name);
  t.match(
    deathText({ ...DEATH, cause: oom({ cgroup: `${path}/${id}` }) }),
    /: container cccccccccccc of the pod reached/,
    'by its id where it has no name',
  );
});

t.test('an alert names the container whose limit was hit, as the cascade does', async (t) => {
  const engine = createAlertEngine({ node: 'n1', rules: DEFAULT_RULES, idPrefix: 'x', startMs: T0 });
  const web = { uid: UID, namespace: 'default', name: 'web' };
  const id = 'c'.repeat(64);
  const { event } = died(web, SANDBOX, 0, oom({ cgroup: `/kubepods/burstable/pod${UID}/${id}` }));
  const containers = [{ id, name: 'hog', fate: 'orphaned', processes: 2 }] as const;
  const cascade = { containers, containerCount: 1, processes: 2, leaked: [] };
  const [alert] = engine.update([{ event: { ...event, cascade } as typeof event & object, changes: [] }], T0).events;
  t.match(
    alert?.alert.summary,
    /^The pause of default\/web was killed by the OOM killer: container hog of the pod reached its memory limit/,
  );
});
