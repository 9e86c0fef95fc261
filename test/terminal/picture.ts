// A tree with one of everything that can be drawn, and an event of each kind: what the tests of terminal and commands print.

import { NAMESPACE_TYPES } from '../../src/kernel/identity.ts';
import type { TreeEvent } from '../../src/tree/change.ts';
import type { Container, NamespaceRecord, NamespaceScope, Pod, ProcessRecord, Sandbox, SandboxRecord, Tree } from '../../src/tree/model.ts';

export const STARTED = '2026-11-22T18:00:00.000000000Z';
/** 3 minutes and 12 seconds later. */
export const NOW = Date.parse(STARTED) + 192_000;

type Scopes = readonly [NamespaceScope, NamespaceScope, NamespaceScope, NamespaceScope, NamespaceScope, NamespaceScope, NamespaceScope];

function namespaces(first: number, scopes: Scopes, other?: string): NamespaceRecord[] {
  return NAMESPACE_TYPES.map((type, index) => {
    const scope = scopes[index] ?? 'host';
    const shared = scope === 'container' && other !== undefined ? { with: other } : {};
    return { type, inode: first + index, id: `${first + index}`, scope, ...shared };
  });
}

export function process(
  pid: number,
  ppid: number,
  comm: string,
  role: ProcessRecord['role'],
  more: Partial<ProcessRecord> = {},
): ProcessRecord {
  return { pid, ppid, comm, args: [], role, startTime: STARTED, ...more };
}

const OWN: Scopes = ['own', 'own', 'own', 'own', 'own', 'host', 'host'];
const JOINED: Scopes = ['pod', 'own', 'pod', 'pod', 'own', 'host', 'host'];
const WEB = `c1${'0'.repeat(62)}`;

const web: Container = {
  id: WEB,
  name: 'web-server',
  kind: 'app',
  restarts: 1,
  state: 'running',
  lastExit: { code: null, signal: 'SIGKILL' },
  namespaces: namespaces(4026532820, JOINED),
  processes: [
    process(4790, 4690, 'nginx', 'init', { nsPid: 1, args: ['nginx', '-g', 'daemon off;'] }),
    process(4801, 4790, 'nginx', 'child', { nsPid: 7 }),
    process(4999, 4690, 'evil\x1b[31m\n', 'exec', { nsPid: 23, args: ['sh', '-c', 'echo \u202egnp.exe', ''] }),
  ],
};

const logger: Container = {
  id: `c2${'0'.repeat(62)}`,
  name: 'sidecar-logger',
  kind: 'sidecar',
  restarts: 0,
  state: 'running',
  namespaces: namespaces(4026532840, JOINED),
  processes: [process(4830, 4690, 'wget', 'init', { nsPid: 1 })],
};

const setup: Container = {
  id: `c3${'0'.repeat(62)}`,
  name: 'setup',
  kind: 'init',
  restarts: 0,
  state: 'exited',
  lastExit: { code: 0, signal: null },
  namespaces: [],
  processes: [],
};

const debugging: Container = {
  id: `c4${'0'.repeat(62)}`,
  name: 'debugger',
  kind: 'ephemeral',
  restarts: 0,
  state: 'running',
  namespaces: namespaces(4026532860, ['pod', 'container', 'pod', 'pod', 'own', 'host', 'host'], WEB),
  processes: [process(5030, 4690, 'sh', 'init', { nsPid: 31 })],
};

export const pause = process(4711, 4690, 'pause', 'pause', { nsPid: 1 });

const sandbox: Sandbox = {
  id: `4f8a1b2c9d0e${'0'.repeat(52)}`,
  attempt: 1,
  state: 'ready',
  kind: 'process',
  runtime: 'containerd',
  createdAt: STARTED,
  ips: ['10.0.0.1', 'fd00::1'],
  pause,
  namespaces: namespaces(4026532800, OWN),
  containers: [setup, logger, web, debugging],
  guests: [process(6001, 900, 'tcpdump', 'guest', { uid: 0 })],
};

const earlier: SandboxRecord = {
  id: `0a1b2c3d4e5f${'0'.repeat(52)}`,
  attempt: 0,
  state: 'notready',
  kind: 'process',
  runtime: 'containerd',
  createdAt: '2026-11-22T17:00:00.000000000Z',
  ips: ['10.0.0.7'],
  namespaces: [],
};

export const examplePod: Pod = {
  uid: '6f1d4d3e-0000-4000-8000-000000000001',
  namespace: 'default',
  name: 'example-pod',
  labels: { app: 'example' },
  qos: 'burstable',
  hostNetwork: false,
  sandbox,
  history: [earlier],
};

/** Unnamed, on the host's network, its pause dead, its container alive. */
const orphan: Pod = {
  uid: '8c3f6d3a-1111-4222-8333-444455556666',
  labels: {},
  qos: 'besteffort',
  hostNetwork: true,
  sandbox: {
    id: `77${'0'.repeat(62)}`,
    attempt: 0,
    state: 'notready',
    kind: 'process',
    ips: [],
    namespaces: namespaces(4026532900, ['host', 'own', 'own', 'host', 'own', 'host', 'host']),
    containers: [
      {
        ...logger,
        id: `c5${'0'.repeat(62)}`,
        name: 'node-agent',
        kind: 'app',
        namespaces: namespaces(4026532910, ['host', 'own', 'pod', 'host', 'own', 'host', 'host']),
      },
    ],
    guests: [],
  },
  history: [],
};

function without(kind: 'pinned' | 'vm', name: string, runtime: string): Pod {
  return {
    uid: `9000000${kind === 'vm' ? 1 : 2}-0000-4000-8000-000000000000`,
    namespace: 'kube-system',
    name,
    labels: {},
    hostNetwork: false,
    sandbox: {
      id: `88${'0'.repeat(62)}`,
      attempt: 0,
      state: 'ready',
      kind,
      runtime,
      ips: ['10.0.0.9'],
      namespaces: namespaces(4026533000, OWN),
      containers: [],
      guests: [],
    },
    history: [],
  };
}

export const tree: Tree = {
  node: 'node-1',
  token: 'e1-42',
  pods: [
    examplePod,
    without('pinned', 'coredns-76f75df574-x2k4z', 'cri-o'),
    without('vm', 'kata', 'containerd'),
    { uid: '90000003-0000-4000-8000-000000000000', labels: {}, hostNetwork: false, history: [] },
    orphan,
  ],
  leaked: [
    { type: 'net', inode: 4026532999, path: '/run/netns/cni-11', pod: { uid: 'u9', namespace: 'default', name: 'gone' } },
    { type: 'net', inode: 4026533999, path: '/run/netns/cni-12' },
  ],
};

const base = {
  id: 'e1',
  revision: 0,
  time: '2026-11-22T18:26:33.123456789Z',
  node: 'node-1',
  source: 'kernel',
  pod: { uid: examplePod.uid, namespace: 'default', name: 'example-pod' },
  sandbox: { id: sandbox.id, attempt: 1 },
} as const;
const inWeb = { ...base, container: { id: WEB, name: 'web-server' } } as const;
const net = { type: 'net', inode: 4026532871, id: '4026532871' } as const;
const killed = {
  kind: 'signal',
  signal: 'SIGKILL',
  sender: {
    pid: 4711,
    comm: 'bash',
    exe: 'bash',
    uid: 0,
    unit: 'user@0.service/session-3.scope',
    parents: [
      { pid: 4700, comm: 'sshd' },
      { pid: 1, comm: 'systemd' },
    ],
  },
  findings: [],
  evidence: [],
} as const;

export const events: readonly TreeEvent[] = [
  { ...base, type: 'pod.added' },
  {
    ...base,
    type: 'namespace.created',
    namespaces: [net, { type: 'pid', inode: 4026532872, id: '1' }],
    process: process(4690, 1, 'runc:[1:CHILD]', 'runtime'),
  },
  { ...base, type: 'sandbox.created' },
  { ...base, type: 'sandbox.ready' },
  {
    ...inWeb,
    type: 'namespace.joined',
    by: 'runtime',
    owner: base.pod,
    namespaces: [net],
    process: process(4700, 1, 'runc:[1:CHILD]', 'runtime'),
  },
  { ...inWeb, type: 'container.started', process: process(4790, 4690, 'nginx', 'init', { nsPid: 1 }) },
  { ...inWeb, type: 'process.started', process: process(4801, 4790, 'nginx', 'child', { nsPid: 7 }) },
  {
    ...inWeb,
    type: 'process.exec',
    process: process(4801, 4790, 'evil\x1b[2J\n', 'child', { nsPid: 7, args: ['sh', '-c', 'echo \u202egnp'] }),
  },
  { ...inWeb, type: 'process.exited', process: process(4801, 4790, 'nginx', 'child', { nsPid: 7 }), exit: { code: 3, signal: null } },
  {
    ...inWeb,
    type: 'container.exited',
    process: process(4790, 4690, 'nginx', 'init', { nsPid: 1 }),
    exit: { code: null, signal: 'SIGTERM' },
  },
  {
    id: 'e2',
    revision: 0,
    time: base.time,
    node: 'node-1',
    source: 'kernel',
    attribution: 'host',
    type: 'namespace.joined',
    by: 'foreign',
    owner: base.pod,
    namespaces: [net],
    process: process(5100, 900, 'nsenter', 'guest'),
  },
  { ...base, type: 'pause.exited', exit: { code: null, signal: 'SIGKILL' }, process: pause, cause: killed },
  {
    ...base,
    revision: 1,
    type: 'pause.restarted',
    cause: killed,
    oldSandbox: { id: earlier.id, attempt: 0 },
    newSandbox: { id: sandbox.id, attempt: 1 },
    returned: [],
    ipBefore: '10.0.0.7',
    ipAfter: '10.0.0.1',
    sandboxOutageMs: 5690,
    outageMs: 5880,
    containersRestarted: 2,
    complete: true,
  },
  {
    ...base,
    type: 'pause.exited',
    exit: { code: null, signal: 'SIGKILL' },
    cause: { kind: 'oom', oom: { victimPid: 4711, allocatorPid: 4801, allocatorComm: 'hog' }, findings: [], evidence: [] },
  },
  { ...base, type: 'pause.exited', exit: { code: 0, signal: null }, cause: { kind: 'exit', findings: [], evidence: [] } },
  { ...base, source: 'levels', type: 'pause.exited', cause: { kind: 'agent-down', findings: [], evidence: [] } },
  {
    ...base,
    type: 'pause.exited',
    exit: { code: null, signal: 'SIGKILL' },
    cause: { ...killed, kind: 'planned-stop', sender: { pid: 99, comm: 'runc', uid: 0, unit: 'containerd.service', parents: [] } },
  },
  { ...base, type: 'sandbox.removed' },
  { ...base, type: 'pod.removed' },
  {
    id: 'e3',
    revision: 0,
    time: base.time,
    node: 'node-1',
    source: 'kernel',
    type: 'agent.gap',
    stage: 'kernel',
    lost: 12,
    reason: 'bpftrace lost events',
  },
];
