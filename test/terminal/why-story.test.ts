// What `podtree why` makes of findings, memory limits, logins, and of what a death took down and what came back.
import t from 'tap';
import type { CascadeContainer } from '../../src/cause/cascade.ts';
import type { Cause, Finding, FindingCode, OomKill } from '../../src/cause/cause.ts';
import { FINDING_GUIDE } from '../../src/history/finding-guide.ts';
import { formatBytes } from '../../src/history/memory-limit.ts';
import { chainText } from '../../src/terminal/sender.ts';
import { matchesGolden } from '../helpers/golden.ts';
import { dead, event } from '../helpers/history-scene.ts';
import { container, died, first, inside, KILLER, live, restarted, scene, second, text, UID } from './why-scene.ts';

const NARROW = { width: 80 } as const;
const POD_CGROUP = `/kubepods/burstable/pod${UID}`;

const SUDO = {
  ...KILLER,
  sender: {
    pid: 4711,
    comm: 'kill',
    exe: 'kill',
    uid: 0,
    loginUid: 1000,
    tty: 'pts3',
    unit: 'session-3.scope',
    parents: [
      { pid: 4710, comm: 'sudo' },
      { pid: 4709, comm: 'sudo' },
      { pid: 4640, comm: 'bash' },
      { pid: 4639, comm: 'tmux: server' },
      { pid: 4600, comm: 'bash' },
      { pid: 4599, comm: 'sshd' },
      { pid: 4590, comm: 'sshd' },
      { pid: 1045, comm: 'sshd' },
      { pid: 1, comm: 'systemd' },
    ],
  },
} as const satisfies Cause;

function member(name: string, more: Partial<CascadeContainer> = {}): CascadeContainer {
  return { id: name, name, fate: 'orphaned', processes: 1, ...more };
}

const SHIM = { pid: 812, comm: 'containerd-shim' };
const ORPHANS = {
  containers: [
    member('web-server', { processes: 3, exit: { code: 143, signal: null }, endedAfterMs: 531.2, endedBy: SHIM }),
    member('sidecar-logger', { exit: { code: null, signal: 'SIGKILL' }, endedAfterMs: 5468.4, endedBy: { pid: 5121, comm: 'runc' } }),
  ],
  containerCount: 2,
  processes: 4,
  leaked: [],
};
const RETURNED = [
  { id: 'web-2', name: 'web-server', afterMs: 5751.4 },
  { id: 'logger-2', name: 'sidecar-logger', afterMs: 5880 },
];

function finding(code: FindingCode, sentence: string): Finding {
  return { code, text: sentence };
}

t.test('names the login behind sudo, the chain of parents, who ended the orphans, and each return', async (t) => {
  const events = [
    died(SUDO, { cascade: ORPHANS }),
    event('container.exited', UID, 700.654, { ...inside(first, 'web-server'), exit: { code: 143, signal: null } }),
    restarted(SUDO, { returned: RETURNED }),
    event('container.started', UID, 705.874, {
      ...inside(second, 'web-server'),
      container: { id: 'web-2', name: 'web-server' },
      process: { pid: 4790 },
    }),
  ];
  const history = scene([dead(first), second], events);
  const userName = (uid: number): string | undefined => (uid === 1000 ? 'alice' : undefined);
  matchesGolden(t, text(history, live(second), { ...NARROW, userName }), 'why-sudo.txt', import.meta.url);
  t.match(
    text(history, live(second), { width: 200 }),
    /logged in as uid 1000 on pts\/3, in session-3\.scope/,
    'a number where the name is not sure',
  );
  const himself = { ...SUDO, sender: { ...SUDO.sender, uid: 1000 } };
  t.match(text(scene([dead(first)], [died(himself)]), live(second), { width: 200 }), /run by uid 1000, on pts\/3, in session-3\.scope\./);
});

t.test('a long chain of parents keeps its beginning and its end', async (t) => {
  const chain = (...names: readonly string[]) => names.map((comm, index) => ({ pid: 20 - index, comm }));
  t.equal(
    chainText(chain('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'init')),
    'a 20 < b 19 < c 18 < d 17 < e 16 < … 6 more < init 9',
  );
  t.equal(
    chainText(chain('a', 'b', 'c', 'd', 'e', 'f', 'init')),
    'a 20 < b 19 < c 18 < d 17 < e 16 < f 15 < init 14',
    'one more is as short as its count',
  );
  t.equal(chainText(chain('sh', 'sh', 'sh', 'sh', 'sh', 'init')), 'sh 20 … 16 < init 15');
  t.equal(chainText([]), '');
});

t.test('containers that die with the pause, or live on without it', async (t) => {
  const together = {
    containers: [
      member('web-server', { fate: 'with-pause', processes: 3, endedAfterMs: 0.4, exit: { code: null, signal: 'SIGKILL' } }),
      member('sidecar-logger', { fate: 'with-pause' }),
    ],
    containerCount: 2,
    processes: 4,
    leaked: [],
  };
  const shared = scene(
    [dead(first), second],
    [died(KILLER, { cascade: together }), restarted(KILLER, { returned: RETURNED, sandboxOutageMs: 390 })],
  );
  const alive = { containers: [member('web-server', { processes: 3 })], containerCount: 1, processes: 3, leaked: ['/run/netns/cni-1b7c'] };
  const orphan = scene([dead(first)], [died(KILLER, { cascade: alive })]);
  const pictures = [text(shared, live(second), NARROW), text(orphan, live(dead(first), [container('web-server')]), NARROW)];
  matchesGolden(t, pictures.join('\n────\n\n'), 'why-cascade.txt', import.meta.url);
  const unseen = text(scene([dead(first), second], [died(KILLER, { cascade: alive }), restarted()]), live(second));
  t.match(unseen, /How its container web-server \(3 processes\) ended was not seen\./);
  t.match(unseen, /web-server {6}its end was not seen {2}3 processes/);
  const quick = [member('web-server', { endedAfterMs: 2.7, endedBy: SHIM }), member('hog', { endedAfterMs: 9.2, endedBy: SHIM })];
  const swept = { containers: quick, containerCount: 2, processes: 2, leaked: [] };
  t.match(
    text(scene([dead(first)], [died(KILLER, { cascade: swept })]), live(second)),
    /^ {2}Its 2 containers \(2 processes\) were ended within 9 ms by containerd-shim\.$/m,
  );
  const none = { containers: [], containerCount: 0, processes: 0, leaked: [] };
  t.match(text(scene([dead(first)], [died(KILLER, { cascade: none })]), live(second)), /No container of it was running\./);
  const many = Array.from({ length: 6 }, (_, index) =>
    member(`c${index}`, { fate: index === 0 ? 'with-pause' : 'orphaned', endedAfterMs: index * 1000 }),
  );
  const crowd = text(
    scene([dead(first)], [died(KILLER, { cascade: { containers: many, containerCount: 70, processes: 70, leaked: ['/a', '/b'] } })]),
    live(second),
  );
  t.match(
    crowd.replace(/\s+/g, ' '),
    /Its container c0 \(1 process\) died with the pause: .* Its containers c1, c2, c3, c4 and 1 more \(5 processes\) ran on in the dead sandbox for up to 5\.00 s\./,
  );
  t.match(crowd.replace(/\s+/g, ' '), /2 namespaces of it are left behind, kept by a mount\./);
});

t.test('whose memory limit it was', async (t) => {
  const oom = (more: Partial<OomKill>): Cause => ({
    kind: 'oom',
    signal: 'SIGKILL',
    oom: { victimPid: 4000, allocatorPid: 4801, allocatorComm: 'hog', ...more },
    findings: [],
    evidence: ['The OOM killer marked it.'],
  });
  const limit = { scope: 'cgroup', limitBytes: 268_435_456, usageBytes: 268_400_640 } as const;
  const draw = (cause: Cause, width = 100): string =>
    text(scene([dead(first), second], [died(cause, { cascade: ORPHANS })]), live(second), { width });
  const pictures = [draw(oom({ ...limit, cgroup: POD_CGROUP }), 80), draw(oom({ scope: 'node' }), 80)];
  matchesGolden(t, pictures.join('\n────\n\n'), 'why-memory.txt', import.meta.url);
  const id = 'c'.repeat(64);
  const named = { ...ORPHANS, containers: [member('web-server'), { ...member('hog'), id }] };
  const cases: readonly (readonly [name: string, cgroup: string, said: RegExp])[] = [
    ['a container', `${POD_CGROUP}/${id}`, /killer: container hog of the pod reached its memory limit of 256 MiB, when hog \(pid 4801\)/],
    [
      'a container of the systemd driver',
      `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${UID.replaceAll('-', '_')}.slice/cri-containerd-${id}.scope`,
      /: container hog of the pod reached/,
    ],
    ['the pause', `${POD_CGROUP}/${first.id.replace(/[^0-9a-f]/g, '0')}`, /: the pause's own cgroup reached its memory limit/],
    ['all pods of a class', '/kubepods/burstable', /: all burstable pods of the node together reached their memory limit/],
    ['all pods', '/kubepods.slice', /: all pods of the node together reached their memory limit/],
    ['what a workload made below its container', `${POD_CGROUP}/${id}/inner`, /: cgroup \/kubepods\/\S+\/inner reached\s+its memory limit/],
    ['anything else', '/system.slice', /: cgroup \/system\.slice reached its memory limit/],
  ];
  for (const [name, cgroup, said] of cases) {
    const picture = text(scene([dead(first)], [died(oom({ ...limit, cgroup }), { cascade: named })]), live(second), { width: 200 });
    t.match(picture, said, name);
  }
  t.match(
    draw(oom({ scope: 'cgroup', cgroup: POD_CGROUP, limitBytes: 2 ** 63 })),
    /the pod reached its memory limit, when/,
    'no limit is no number',
  );
  const sizes = [0, 512, 1024, 1536, 10_300, 268_435_456, 1_288_490_189, 2 ** 42, 2 ** 52].map(formatBytes);
  t.same(sizes, ['0 bytes', '512 bytes', '1 KiB', '1.5 KiB', '10.1 KiB', '256 MiB', '1.2 GiB', '4 TiB', '4096 TiB']);
  const neighbour = { ...oom({}), oom: { victimPid: 7, allocatorPid: 7, allocatorComm: 'hog' } };
  t.match(draw(neighbour, 200), /killed by the OOM killer, which chose pid 7, when hog \(pid 7\) asked for more\./);
});

t.test('what was found, and what to look at for it', async (t) => {
  const systemd = { pid: 1, comm: 'systemd', exe: 'systemd', uid: 0, unit: 'init.scope', parents: [] };
  const mismatch = {
    ...KILLER,
    signal: 'SIGTERM',
    sender: systemd,
    findings: [
      finding('exit-code-differs', 'The runtime says exit code 255, the kernel SIGTERM.'),
      finding('cgroup-driver-mismatch', 'The pod is in slice:cri-containerd:id, so kubelet and containerd use different cgroup drivers.'),
    ],
  };
  const restart = { ...mismatch, signal: 'SIGKILL', findings: [finding('runtime-restarted', 'containerd was restarted 4 s before.')] };
  const alert = event('alert.firing', UID, 700.2, { id: 'a-1', alert: { name: 'PauseRestarted', incident: 'a-1', memberCount: 30 } });
  const shim = {
    kind: 'unknown',
    signal: 'SIGKILL',
    findings: [finding('shim-died-first', 'Its shim (pid 812) died of SIGSEGV 40 ms before.')],
    evidence: [],
  };
  const pictures = [mismatch, restart, shim].map((cause) =>
    text(scene([dead(first), second], [died(cause, { cascade: ORPHANS }), ...(cause === restart ? [alert] : [])]), live(second), NARROW),
  );
  matchesGolden(t, pictures.join('\n────\n\n'), 'why-findings.txt', import.meta.url);
});

t.test('an ordinary stop is not explained, and an incident is not counted by those that came in between', async (t) => {
  const none = { containers: [], containerCount: 0, processes: 0, leaked: [] };
  const planned = { ...KILLER, kind: 'planned-stop', findings: [finding('runtime-restarted', 'containerd was restarted 4 s before.')] };
  const stopped = text(scene([dead(first)], [died(planned, { cascade: none })]), undefined);
  t.notMatch(stopped, /^ {2}containerd was restarted|No container/m);
  t.match(stopped, /\nnext\n {2}kubectl get events/);
  const alert = event('alert.firing', UID, 700.2, { alert: { name: 'PauseRestarted', incident: 'a-1', memberCount: 2 } });
  const shared = text(scene([dead(first)], [died(KILLER), alert]), live(second));
  t.match(shared, /It is one of several pods of this node/);
  t.match(shared, /alert {11}PauseRestarted {2}one of several pods$/m);
});

t.test('each finding has its place, known or not', async (t) => {
  for (const code of Object.keys(FINDING_GUIDE) as FindingCode[]) {
    const cause = { ...KILLER, findings: [finding(code, `It is ${code}.`)] };
    const picture = text(scene([dead(first)], [died(cause)]), live(second));
    t.match(picture, new RegExp(`^ +finding +It is ${code}\\.$`, 'm'));
    t.equal(
      picture.includes(`\n  It is ${code}.\n`),
      FINDING_GUIDE[code].role !== 'remark',
      `${code} is in the summary when it is a reason`,
    );
    const commands = picture.split('\nnext\n')[1]?.match(/^ {2}\S.*$/gm) ?? [];
    t.ok(commands.length >= 1 && commands.length <= 3, `${code} has something to look at, and not too much`);
    t.equal(new Set(commands).size, commands.length, `${code} says nothing twice`);
  }
  const beside = { ...SUDO, findings: [finding('cgroup-driver-mismatch', 'The drivers differ.')] };
  const picture = text(scene([dead(first)], [died(beside)]), live(second));
  t.match(picture, /^ +finding +The drivers differ\.$/m);
  t.notMatch(picture, /^ {2}The drivers differ/m, 'what only might explain it does not stand beside a person who did it');
  t.match(picture, /\nnext\n {2}journalctl _AUDIT_LOGINUID=1000/, 'who is looked at first');
  const newer = {
    ...KILLER,
    findings: [{ code: 'moon-phase', text: 'The moon was full.' }, finding('cgroup-kill', 'The whole cgroup was killed.')],
  };
  t.match(
    text(scene([dead(first)], [died(newer)]), live(second)),
    /^ {2}The whole cgroup was killed\. The moon was full\.$/m,
    'newer ones come last',
  );
});
