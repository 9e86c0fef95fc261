// One example of each event for docs/events.md: the story of one pod whose pause was killed by hand.
import type { Cause } from '../../src/cause/cause.ts';
import type { TreeEvent } from '../../src/tree/change.ts';
import type { ProcessRecord } from '../../src/tree/model.ts';
import type { EventOf } from './event-fields.ts';

const pod = { uid: '3a72d350-67d2-42fa-8b29-b3b88729d58b', namespace: 'default', name: 'example-pod' };
const before = { id: '535870459bd9099a1497be992ff47b948345885c24c19ac4f408ed05c08aac1a', attempt: 0 };
const after = { id: '09d98b51e250bc7a6937c062f3d42e20ae0ab034219a7a32a728c180737c0969', attempt: 1 };
const oldWeb = { id: '1f6e0a9b7d5c43e28f10a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f7', name: 'web-server' };
const oldLogger = { id: '08f16cfe0e3558ebd7c3e8efe7ca3de6c41fd8e1fb7b96b9481d78354fe5648d', name: 'sidecar-logger' };
const newWeb = { id: '9558250ab76aa9a89cdb19ac97c5dfa262353748efc6d898e48b502ac904f0a7', name: 'web-server' };
const newLogger = { id: 'fc0a1b259ccb6a0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a697887', name: 'sidecar-logger' };

const day = (time: string): string => `2026-11-25T16:36:${time}Z`;
const DEATH = day('07.877709522');

const base = { revision: 0, node: 'node-a', source: 'kernel' } as const;
const inOld = { ...base, pod, sandbox: before };
const inNew = { ...base, pod, sandbox: after };

function task(pid: number, ppid: number, comm: string, role: ProcessRecord['role'], startTime: string, nsPid?: number): ProcessRecord {
  return { pid, ...(nsPid !== undefined && { nsPid }), ppid, comm, args: [], uid: 65534, role, startTime: day(startTime) };
}

const oldPause = task(10997, 10994, 'pause', 'pause', '05.412473009', 1);
const newPause = task(11142, 11139, 'pause', 'pause', '08.344848941', 1);
const wget = task(11123, 11004, 'sidecar-logger', 'child', '07.468277532', 3);

const cause: Cause = {
  kind: 'signal',
  signal: 'SIGKILL',
  sender: {
    pid: 11137,
    comm: 'kill',
    exe: 'kill',
    uid: 0,
    loginUid: 1000,
    tty: 'pts3',
    unit: 'session-3.scope',
    parents: [
      { pid: 11136, comm: 'sudo' },
      { pid: 10816, comm: 'bash' },
      { pid: 10790, comm: 'sshd' },
      { pid: 1045, comm: 'sshd' },
      { pid: 1, comm: 'systemd' },
    ],
  },
  findings: [],
  evidence: [
    'The kernel ended it with SIGKILL.',
    'SIGKILL was sent by pid 11137 "kill" (signal:signal_generate, si_code 0, to the process).',
  ],
};

/** Of the other events, which repeat it: the page would be long otherwise. */
const brief: Cause = {
  kind: 'signal',
  signal: 'SIGKILL',
  sender: { pid: 11137, comm: 'kill', uid: 0, loginUid: 1000, parents: [] },
  findings: [],
  evidence: [],
};

const namespaces = [
  { type: 'pid', inode: 4026532201, id: '4026532201@1842028561944' },
  { type: 'ipc', inode: 4026532200, id: '4026532200@1842028561944' },
] as const;

const alert = {
  name: 'PauseRestarted',
  severity: 'warning',
  since: DEATH,
  last: DEATH,
  summary:
    'The pause of default/example-pod was killed with SIGKILL by kill (pid 11137, uid 0, logged in as uid 1000 on pts/3, session-3.scope).',
  count: 1,
  incident: '6f29d086-alert-1',
  members: [],
  memberCount: 1,
} as const;

export const EVENT_EXAMPLES: { readonly [T in TreeEvent['type']]: EventOf<T> } = {
  'pause.exited': {
    ...{ id: '6f29d086-34', time: DEATH, type: 'pause.exited' },
    ...inOld,
    revision: 2,
    process: oldPause,
    exit: { code: null, signal: 'SIGKILL' },
    cause,
    cascade: {
      containers: [
        {
          ...oldWeb,
          fate: 'orphaned',
          processes: 3,
          exit: { code: 143, signal: null },
          endedAfterMs: 531.204,
          endedBy: { pid: 11150, comm: 'runc' },
        },
        {
          ...oldLogger,
          fate: 'orphaned',
          processes: 1,
          exit: { code: null, signal: 'SIGKILL' },
          endedAfterMs: 5468.377,
          endedBy: { pid: 11171, comm: 'runc' },
        },
      ],
      containerCount: 2,
      processes: 4,
      leaked: [],
    },
  },
  'pause.restarted': {
    ...{ id: '6f29d086-46', time: day('13.567709522'), type: 'pause.restarted' },
    ...inNew,
    revision: 1,
    process: newPause,
    cause: brief,
    oldSandbox: before,
    newSandbox: after,
    ipBefore: '10.0.0.1',
    ipAfter: '10.0.0.2',
    sandboxOutageMs: 5690,
    outageMs: 5880.501,
    containersRestarted: 2,
    returned: [
      { ...newWeb, afterMs: 5751.4 },
      { ...newLogger, afterMs: 5880.501 },
    ],
    complete: true,
  },
  'container.started': {
    ...{ id: '6f29d086-56', time: day('13.629109522'), type: 'container.started' },
    ...inNew,
    container: newWeb,
    process: task(11145, 11143, 'web-server', 'init', '13.620756798', 1),
  },
  'container.exited': {
    ...{ id: '6f29d086-36', time: day('08.408913522'), type: 'container.exited' },
    ...inOld,
    container: oldWeb,
    process: task(11000, 10994, 'web-server', 'init', '05.451592192', 1),
    exit: { code: 143, signal: null },
  },
  'sandbox.created': { ...{ id: '6f29d086-40', time: day('13.476586719'), type: 'sandbox.created' }, ...inNew },
  'sandbox.ready': { ...{ id: '6f29d086-48', time: day('13.581586719'), type: 'sandbox.ready' }, ...inNew, source: 'levels' },
  'sandbox.removed': { ...{ id: '6f29d086-70', time: day('59.101586719'), type: 'sandbox.removed' }, ...inOld, source: 'levels' },
  'pod.added': { ...{ id: '6f29d086-1', time: day('05.301586719'), type: 'pod.added' }, ...base, pod },
  'pod.removed': { ...{ id: '6f29d086-90', time: day('59.701586719'), type: 'pod.removed' }, ...base, pod },
  'process.started': {
    ...{ id: '6f29d086-31', time: day('07.468287801'), type: 'process.started' },
    ...inOld,
    container: oldLogger,
    process: wget,
  },
  'process.exec': {
    ...{ id: '6f29d086-32', time: day('07.468919377'), type: 'process.exec' },
    ...inOld,
    container: oldLogger,
    process: { ...wget, comm: 'wget' },
  },
  'process.exited': {
    ...{ id: '6f29d086-33', time: day('07.469524681'), type: 'process.exited' },
    ...inOld,
    container: oldLogger,
    process: { ...wget, comm: 'wget' },
    exit: { code: 0, signal: null },
  },
  'namespace.created': {
    ...{ id: '6f29d086-42', time: day('13.559590111'), type: 'namespace.created' },
    ...inNew,
    process: task(11140, 11139, 'runc:[1:CHILD]', 'runtime', '13.551673629'),
    namespaces,
  },
  'namespace.joined': {
    ...{ id: '6f29d086-80', time: day('31.392513474'), type: 'namespace.joined' },
    ...base,
    attribution: 'host',
    process: { ...task(12044, 10816, 'nsenter', 'guest', '31.375782017'), uid: 0 },
    namespaces: [{ type: 'net', inode: 4026532187, id: '4026532187@1842028461310' }],
    owner: pod,
    by: 'foreign',
  },
  'alert.firing': {
    ...{ id: '6f29d086-alert-1', time: DEATH, type: 'alert.firing' },
    ...base,
    pod,
    cause: brief,
    alert,
  },
  'alert.resolved': {
    ...{ id: '6f29d086-alert-1', time: '2026-11-25T16:46:07.877709522Z', type: 'alert.resolved' },
    ...base,
    revision: 2,
    pod,
    cause: brief,
    alert: { ...alert, summary: `Over: ${alert.summary}` },
  },
  'agent.gap': {
    ...{ id: '6f29d086-99', time: day('41.000311210'), type: 'agent.gap' },
    ...base,
    stage: 'kernel',
    lost: 12,
    reason: 'bpftrace lost events',
  },
};
