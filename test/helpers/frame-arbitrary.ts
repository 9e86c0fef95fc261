// Any frame the contract allows, for property tests of the codecs: hostile text, absent fields, empty lists and the edges of the numbers.
import fc from 'fast-check';
import { NAMESPACE_TYPES } from '../../src/kernel/identity.ts';
import { EVENT_TYPES } from '../../src/stream/event-type.ts';
import type { Frame, Update } from '../../src/stream/frame.ts';
import type { TreeChange, TreeEvent } from '../../src/tree/change.ts';

const HOSTILE = ['', '__proto__', 'constructor', 'a\nb', '"\\', '\u001b[31m', '\u202e', '\ufffd', '☸️', '\u0000'];
const text = fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom(...HOSTILE));
const uint = fc.oneof(fc.nat(70_000), fc.constantFrom(0, 1, 2 ** 31, 2 ** 32 - 1));
const time = fc.constant('2026-11-22T18:00:00.000000001Z');
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });
const few = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(arbitrary, { maxLength: 2 });

/** A record whose undefined fields are absent, as in the contract. */
function record(shape: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Record<string, unknown>> {
  return fc.record(shape).map((value) => Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)));
}

const namespace = record({
  type: fc.constantFrom(...NAMESPACE_TYPES),
  inode: uint,
  id: text,
  scope: fc.constantFrom('own', 'pod', 'host', 'container'),
  with: maybe(text),
});
const process = record({
  pid: uint,
  nsPid: maybe(uint),
  ppid: uint,
  comm: text,
  args: few(text),
  uid: maybe(uint),
  role: fc.constantFrom('pause', 'init', 'child', 'exec', 'runtime', 'guest'),
  startTime: time,
});
const exit = record({ code: fc.option(fc.integer({ min: -1, max: 255 })), signal: fc.option(fc.constantFrom('SIGKILL', '')) });
const containerShape = {
  id: text,
  name: text,
  kind: fc.constantFrom('init', 'sidecar', 'app', 'ephemeral'),
  restarts: uint,
  state: fc.constantFrom('created', 'running', 'exited', 'unknown'),
  namespaces: few(namespace),
  lastExit: maybe(exit),
};
const sandboxShape = {
  id: text,
  attempt: uint,
  state: fc.constantFrom('creating', 'ready', 'notready', 'removed'),
  kind: fc.constantFrom('process', 'pinned', 'vm'),
  runtime: maybe(text),
  createdAt: maybe(time),
  ips: few(text),
  pause: maybe(process),
  pauseExit: maybe(exit.chain((ended) => fc.constantFrom('planned-stop', 'signal', 'oom').map((cause) => ({ ...ended, cause })))),
  namespaces: few(namespace),
};
const labels = few(fc.tuple(text, text)).map((entries) => Object.fromEntries(entries));
const podShape = {
  uid: text,
  namespace: maybe(text),
  name: maybe(text),
  labels,
  qos: maybe(fc.constantFrom('guaranteed', 'burstable', 'besteffort')),
  hostNetwork: fc.boolean(),
  controller: maybe(record({ kind: text, name: text, replicaSet: maybe(text) })),
  deletedAt: maybe(time),
};
const use = { cpuMs: fc.nat(), cpuCores: maybe(fc.nat()), memoryBytes: fc.nat() };
const holder = record({ containerId: maybe(text), pid: maybe(uint) });
const usage = record({
  sampledAt: text,
  pause: maybe(record(use)),
  containers: few(record({ ...use, id: text })),
  ports: few(record({ protocol: fc.constantFrom('tcp', 'udp'), address: text, port: uint, containerId: maybe(text), pid: maybe(uint) })),
  peers: few(record({ from: holder, to: holder, port: uint, connections: uint })),
});
const sandbox = record({
  ...sandboxShape,
  containers: few(record({ ...containerShape, processes: few(process) })),
  guests: few(process),
  usage: maybe(usage),
});
const pod = record({ ...podShape, sandbox: maybe(sandbox), history: few(record(sandboxShape)) });
const podRef = record({ uid: text, namespace: maybe(text), name: maybe(text) });
const leaked = record({ type: fc.constantFrom(...NAMESPACE_TYPES), inode: uint, path: text, pod: maybe(podRef) });
const tree = record({ node: text, token: text, pods: few(pod), leaked: few(leaked) });

const sandboxRef = record({ id: text, attempt: uint });
const containerRef = record({ id: text, name: text });
const namespaces = few(record({ type: fc.constantFrom(...NAMESPACE_TYPES), inode: uint, id: text }));
const parents = few(record({ pid: uint, comm: text }));
const sender = record({
  pid: uint,
  comm: text,
  exe: maybe(text),
  uid: uint,
  unit: maybe(text),
  pod: maybe(podRef),
  container: maybe(containerRef),
  loginUid: maybe(uint),
  tty: maybe(text),
  parents,
});
const cause = record({
  kind: fc.constantFrom('planned-stop', 'signal', 'oom', 'exit', 'agent-down', 'unknown'),
  signal: maybe(text),
  sender: maybe(sender),
  oom: maybe(
    record({
      victimPid: uint,
      allocatorPid: uint,
      allocatorComm: text,
      scope: maybe(fc.constantFrom('cgroup', 'node')),
      cgroup: maybe(text),
      limitBytes: maybe(fc.maxSafeNat()),
      usageBytes: maybe(fc.maxSafeNat()),
    }),
  ),
  findings: few(record({ code: text, text })),
  evidence: few(text),
});
const ms = maybe(
  fc.oneof(
    fc.nat(),
    fc.double({ min: 0, max: 1e9, noNaN: true }).map((value) => value + 0),
  ),
);
const cascade = record({
  containers: few(
    record({
      id: text,
      name: text,
      fate: fc.constantFrom('with-pause', 'orphaned'),
      processes: uint,
      exit: maybe(exit),
      endedAfterMs: ms,
      endedBy: maybe(record({ pid: uint, comm: text })),
    }),
  ),
  containerCount: uint,
  processes: uint,
  leaked: few(text),
});
const stage = fc.constantFrom('kernel', 'agent', 'client');
const alert = record({
  name: text,
  severity: fc.constantFrom('critical', 'warning', 'info'),
  since: time,
  last: time,
  summary: text,
  count: fc.maxSafeNat(),
  incident: text,
  members: few(podRef),
  memberCount: uint,
});
const extras: Readonly<Record<string, Record<string, fc.Arbitrary<unknown>>>> = {
  'process.exited': { exit: maybe(exit) },
  'container.exited': { exit: maybe(exit) },
  'namespace.created': { namespaces },
  'namespace.joined': { namespaces, owner: podRef, by: fc.constantFrom('runtime', 'cni', 'exec', 'kubelet', 'pod', 'foreign') },
  'pause.exited': { exit: maybe(exit), cause, cascade: maybe(cascade) },
  'pause.restarted': {
    cause,
    oldSandbox: sandboxRef,
    newSandbox: sandboxRef,
    ipBefore: maybe(text),
    ipAfter: maybe(text),
    sandboxOutageMs: ms,
    outageMs: ms,
    containersRestarted: maybe(uint),
    returned: few(record({ id: text, name: text, afterMs: ms })),
    complete: maybe(fc.boolean()),
  },
  'alert.firing': { alert, cause: maybe(cause) },
  'alert.resolved': { alert, cause: maybe(cause) },
  'agent.gap': { stage, lost: maybe(fc.maxSafeNat()), reason: text },
};
const event = fc.constantFrom(...EVENT_TYPES).chain((type) =>
  record({
    id: text,
    revision: uint,
    time,
    node: text,
    type: fc.constant(type),
    pod: maybe(podRef),
    sandbox: maybe(sandboxRef),
    container: maybe(containerRef),
    process: maybe(process),
    source: fc.constantFrom('kernel', 'levels'),
    attribution: maybe(fc.constantFrom('unnamed-container', 'unknown-cgroup', 'host')),
    ...extras[type],
  }),
);

const kinds = ['pod', 'sandbox', 'container', 'process', 'guest', 'usage', 'leaked'] as const;
const put = (kind: string, ids: Record<string, fc.Arbitrary<unknown>>, value: fc.Arbitrary<unknown>) =>
  record({ op: fc.constant('put'), kind: fc.constant(kind), key: text, ...ids, record: value });
const ids = { podUid: text, sandboxId: text };
const change = fc.oneof(
  put('pod', { podUid: text }, record(podShape)),
  put('sandbox', { ...ids, history: maybe(fc.constant(true)) }, record(sandboxShape)),
  put('container', { ...ids, containerId: text }, record(containerShape)),
  put('process', { ...ids, containerId: text }, process),
  put('guest', ids, process),
  put('usage', { podUid: text, sandboxId: text }, usage),
  put('leaked', {}, leaked),
  record({
    op: fc.constant('remove'),
    kind: fc.constantFrom(...kinds),
    key: text,
    podUid: maybe(text),
    sandboxId: maybe(text),
    containerId: maybe(text),
  }),
);

// The arbitraries are made field by field; that they are of these types is what the codecs' readers check.
export const anyEvent = event as unknown as fc.Arbitrary<TreeEvent>;
export const anyChange = change as unknown as fc.Arbitrary<TreeChange>;
export const anyUpdate = record({ token: text, event: maybe(event), changes: few(change) }) as unknown as fc.Arbitrary<Update>;
export const anyFrame = fc.oneof(
  record({ hello: record({ node: text, bootId: text, version: text, epoch: text, resumed: fc.boolean() }) }),
  record({ snapshot: record({ token: text, tree }) }),
  record({ updates: fc.array(anyUpdate, { minLength: 1, maxLength: 4 }) }),
  record({ gap: record({ stage, lost: maybe(fc.maxSafeNat()) }) }),
  record({ heartbeat: record({ token: text }) }),
) as unknown as fc.Arbitrary<Frame>;
