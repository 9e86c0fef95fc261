// Checks a frame that came over the wire, decoded from JSON or protobuf, and gives it back as the contract's types.

import type { NamespaceRef, PodRef } from '../attribution/reference.ts';
import type { Cascade, CascadeContainer, ReturnedContainer } from '../cause/cascade.ts';
import type { Ancestor, Cause, Finding, FindingCode, OomKill, Sender } from '../cause/cause.ts';
import { NAMESPACE_TYPES } from '../kernel/identity.ts';
import type { ExitRecord } from '../kernel/signal.ts';
import type { AlertRecord } from '../tree/alert-record.ts';
import type { TreeChange, TreeEvent } from '../tree/change.ts';
import type {
  Container,
  ContainerRecord,
  LeakedNamespace,
  ListeningPort,
  LocalPeer,
  NamespaceRecord,
  PauseExitRecord,
  Pod,
  PodController,
  PodRecord,
  ProcessRecord,
  ResourceUse,
  Sandbox,
  SandboxRecord,
  SocketHolder,
  Tree,
  UsageRecord,
} from '../tree/model.ts';
import type { Frame, Gap, Update } from './frame.ts';
import {
  count,
  type Fields,
  fields,
  flag,
  integer,
  invalid,
  list,
  listOrNone,
  nullable,
  number,
  optional,
  type Reader,
  text,
  textMap,
  word,
} from './shape.ts';

const namespaceType = word(...NAMESPACE_TYPES);

const namespace = fields<NamespaceRecord>({
  type: namespaceType,
  inode: count,
  id: text,
  scope: word('own', 'pod', 'host', 'container'),
  with: optional(text),
});

export const readProcess = fields<ProcessRecord>({
  pid: count,
  nsPid: optional(count),
  ppid: count,
  comm: text,
  args: list(text),
  uid: optional(count),
  role: word('pause', 'init', 'child', 'exec', 'runtime', 'guest'),
  startTime: text,
});

export const causeKind = word('planned-stop', 'signal', 'oom', 'exit', 'agent-down', 'unknown');
const exit = fields<ExitRecord>({ code: nullable(integer), signal: nullable(text) });

const containerFields: Fields<ContainerRecord> = {
  id: text,
  name: text,
  kind: word('init', 'sidecar', 'app', 'ephemeral'),
  restarts: count,
  state: word('created', 'running', 'exited', 'unknown'),
  namespaces: list(namespace),
  lastExit: optional(exit),
};
const containerRecord = fields<ContainerRecord>(containerFields);
const container = fields<Container>({ ...containerFields, processes: list(readProcess) });

/** The fields of a sandbox without its containers: what history has more is added to them. */
export const sandboxFields: Fields<SandboxRecord> = {
  id: text,
  attempt: count,
  state: word('creating', 'ready', 'notready', 'removed'),
  kind: word('process', 'pinned', 'vm'),
  runtime: optional(text),
  createdAt: optional(text),
  ips: list(text),
  pause: optional(readProcess),
  pauseExit: optional(fields<PauseExitRecord>({ code: nullable(integer), signal: nullable(text), cause: causeKind })),
  namespaces: list(namespace),
};
const sandboxRecord = fields<SandboxRecord>(sandboxFields);
const resourceFields: Fields<ResourceUse> = { cpuMs: number, cpuCores: optional(number), memoryBytes: number };
const holder = fields<SocketHolder>({ containerId: optional(text), pid: optional(count) });
const usage = fields<UsageRecord>({
  sampledAt: text,
  pause: optional(fields<ResourceUse>(resourceFields)),
  containers: listOrNone(fields<ResourceUse & { readonly id: string }>({ ...resourceFields, id: text })),
  ports: listOrNone(
    fields<ListeningPort>({ protocol: word('tcp', 'udp'), address: text, port: count, containerId: optional(text), pid: optional(count) }),
  ),
  peers: listOrNone(fields<LocalPeer>({ from: holder, to: holder, port: count, connections: count })),
});
const sandbox = fields<Sandbox>({ ...sandboxFields, containers: list(container), guests: list(readProcess), usage: optional(usage) });

export const podFields: Fields<PodRecord> = {
  uid: text,
  namespace: optional(text),
  name: optional(text),
  labels: textMap,
  qos: optional(word('guaranteed', 'burstable', 'besteffort')),
  hostNetwork: flag,
  controller: optional(fields<PodController>({ kind: text, name: text, replicaSet: optional(text) })),
  deletedAt: optional(text),
};
const podRecord = fields<PodRecord>(podFields);
const pod = fields<Pod>({ ...podFields, sandbox: optional(sandbox), history: list(sandboxRecord) });

const podRef = fields<PodRef>({ uid: text, namespace: optional(text), name: optional(text) });
const leaked = fields<LeakedNamespace>({ type: namespaceType, inode: count, path: text, pod: optional(podRef) });

/** Reads a tree as GET /v1/tree gives it. Throws FRAME_INVALID. */
export const readTree = fields<Tree>({ node: text, token: text, pods: list(pod), leaked: list(leaked) });

const sandboxRef = fields<{ readonly id: string; readonly attempt: number }>({ id: text, attempt: count });
const containerRef = fields<{ readonly id: string; readonly name: string }>({ id: text, name: text });
const namespaceRef = fields<NamespaceRef>({ type: namespaceType, inode: count, id: text });

const ancestor = fields<Ancestor>({ pid: count, comm: text });

const cause = fields<Cause>({
  kind: causeKind,
  signal: optional(text),
  sender: optional(
    fields<Sender>({
      pid: count,
      comm: text,
      exe: optional(text),
      uid: count,
      unit: optional(text),
      pod: optional(podRef),
      container: optional(containerRef),
      loginUid: optional(count),
      tty: optional(text),
      parents: list(ancestor),
    }),
  ),
  oom: optional(
    fields<OomKill>({
      victimPid: count,
      allocatorPid: count,
      allocatorComm: text,
      scope: optional(word('cgroup', 'node')),
      cgroup: optional(text),
      limitBytes: optional(number),
      usageBytes: optional(number),
    }),
  ),
  // A newer agent may find what this program does not know.
  findings: listOrNone(fields<Finding>({ code: text as Reader<FindingCode>, text })),
  evidence: list(text),
});

const cascade = fields<Cascade>({
  containers: list(
    fields<CascadeContainer>({
      id: text,
      name: text,
      fate: word('with-pause', 'orphaned'),
      processes: count,
      exit: optional(exit),
      endedAfterMs: optional(number),
      endedBy: optional(ancestor),
    }),
  ),
  containerCount: count,
  processes: count,
  leaked: list(text),
});
const returned = fields<ReturnedContainer>({ id: text, name: text, afterMs: optional(number) });

type EventOf<T extends TreeEvent['type']> = Extract<TreeEvent, { readonly type: T }>;
type EventBase = Omit<EventOf<'process.exec'>, 'type'>;

const eventFields: Fields<EventBase & { readonly type: string }> = {
  id: text,
  revision: count,
  time: text,
  node: text,
  type: text,
  pod: optional(podRef),
  sandbox: optional(sandboxRef),
  container: optional(containerRef),
  process: optional(readProcess),
  source: word('kernel', 'levels'),
  attribution: optional(word('unnamed-container', 'unknown-cgroup', 'host')),
};

const plainEvent = fields(eventFields);
const stage = word('kernel', 'agent', 'client');

function eventWith<T extends TreeEvent['type']>(extra: Fields<Omit<EventOf<T>, keyof EventBase | 'type'>>): Reader<EventOf<T>> {
  return fields({ ...eventFields, ...extra } as unknown as Fields<EventOf<T>>);
}

const exited = eventWith<'process.exited'>({ exit: optional(exit) });

const alertEvent = eventWith<'alert.firing'>({
  alert: fields<AlertRecord>({
    name: text,
    severity: word('critical', 'warning', 'info'),
    since: text,
    last: text,
    summary: text,
    count,
    incident: text,
    members: list(podRef),
    memberCount: count,
  }),
  cause: optional(cause),
});

// Types that are not here have only the fields of every event; so has one that is newer than this reader.
const EVENT_READERS: ReadonlyMap<unknown, Reader<unknown>> = new Map<string, Reader<unknown>>([
  ['process.exited', exited],
  ['container.exited', exited],
  ['namespace.created', eventWith<'namespace.created'>({ namespaces: list(namespaceRef) })],
  [
    'namespace.joined',
    eventWith<'namespace.joined'>({
      namespaces: list(namespaceRef),
      owner: podRef,
      by: word('runtime', 'cni', 'exec', 'kubelet', 'pod', 'foreign'),
    }),
  ],
  ['pause.exited', eventWith<'pause.exited'>({ exit: optional(exit), cause, cascade: optional(cascade) })],
  [
    'pause.restarted',
    eventWith<'pause.restarted'>({
      cause,
      oldSandbox: sandboxRef,
      newSandbox: sandboxRef,
      ipBefore: optional(text),
      ipAfter: optional(text),
      sandboxOutageMs: optional(number),
      outageMs: optional(number),
      containersRestarted: optional(count),
      returned: listOrNone(returned),
      complete: optional(flag),
    }),
  ],
  ['alert.firing', alertEvent],
  ['alert.resolved', alertEvent],
  ['agent.gap', eventWith<'agent.gap'>({ stage, lost: optional(number), reason: text })],
]);

/** Reads an event as the stream and the history have it. Throws FRAME_INVALID. */
export const readEvent: Reader<TreeEvent> = (value, at) => {
  const type = (value as { readonly type?: unknown } | null)?.type;
  return (EVENT_READERS.get(type) ?? plainEvent)(value, at) as TreeEvent;
};

const put = word('put');
const isTrue: Reader<true> = (value, at) => (value === true ? value : invalid(at, 'true or absent', value));
const changeReaders = {
  pod: fields<Extract<TreeChange, { op: 'put'; kind: 'pod' }>>({ op: put, kind: word('pod'), podUid: text, key: text, record: podRecord }),
  sandbox: fields<Extract<TreeChange, { op: 'put'; kind: 'sandbox' }>>({
    op: put,
    kind: word('sandbox'),
    podUid: text,
    sandboxId: text,
    key: text,
    record: sandboxRecord,
    history: optional(isTrue),
  }),
  container: fields<Extract<TreeChange, { op: 'put'; kind: 'container' }>>({
    op: put,
    kind: word('container'),
    podUid: text,
    sandboxId: text,
    containerId: text,
    key: text,
    record: containerRecord,
  }),
  process: fields<Extract<TreeChange, { op: 'put'; kind: 'process' }>>({
    op: put,
    kind: word('process'),
    podUid: text,
    sandboxId: text,
    containerId: text,
    key: text,
    record: readProcess,
  }),
  guest: fields<Extract<TreeChange, { op: 'put'; kind: 'guest' }>>({
    op: put,
    kind: word('guest'),
    podUid: text,
    sandboxId: text,
    key: text,
    record: readProcess,
  }),
  usage: fields<Extract<TreeChange, { op: 'put'; kind: 'usage' }>>({
    op: put,
    kind: word('usage'),
    podUid: text,
    sandboxId: text,
    key: text,
    record: usage,
  }),
  leaked: fields<Extract<TreeChange, { op: 'put'; kind: 'leaked' }>>({ op: put, kind: word('leaked'), key: text, record: leaked }),
} as const;
const changeKind = word('pod', 'sandbox', 'container', 'process', 'guest', 'usage', 'leaked');
const removal = fields<Extract<TreeChange, { op: 'remove' }>>({
  op: word('remove'),
  kind: changeKind,
  podUid: optional(text),
  sandboxId: optional(text),
  containerId: optional(text),
  key: text,
});

/** The kinds of change, each with a record of its own. */
export type ChangeKind = keyof typeof changeReaders;

const change: Reader<TreeChange> = (value, at) => {
  if (typeof value !== 'object' || value === null) return invalid(at, 'an object', value);
  const { op, kind } = value as { readonly op?: unknown; readonly kind?: unknown };
  if (op === 'remove') return removal(value, at);
  return changeReaders[changeKind(kind, `${at}.kind`)](value, at);
};

const update = fields<Update>({ token: text, event: optional(readEvent), changes: list(change) });
const hello = fields<Extract<Frame, { hello: unknown }>['hello']>({ node: text, bootId: text, version: text, epoch: text, resumed: flag });
const snapshot = fields<Extract<Frame, { snapshot: unknown }>['snapshot']>({ token: text, tree: readTree });
const gap = fields<Gap>({ stage, lost: optional(number) });
const heartbeat = fields<{ readonly token: string }>({ token: text });

/** Reads one frame; undefined for a frame of a kind that is newer than this program. Throws FRAME_INVALID. */
export function readFrame(value: unknown): Frame | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return invalid('the message', 'an object', value);
  const frame = value as { readonly [key: string]: unknown };
  if (frame.hello != null) return { hello: hello(frame.hello, 'hello') };
  if (frame.snapshot != null) return { snapshot: snapshot(frame.snapshot, 'snapshot') };
  if (frame.gap != null) return { gap: gap(frame.gap, 'gap') };
  if (frame.heartbeat != null) return { heartbeat: heartbeat(frame.heartbeat, 'heartbeat') };
  if (Array.isArray(frame.updates) && frame.updates.length > 0) return { updates: list(update)(frame.updates, 'updates') };
  return undefined;
}
