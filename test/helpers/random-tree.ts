// A pod tree that changes at random but by the rules of src/tree/change.ts, kept in maps of its own: what snapshots and changes are compared with.
import type { TreeChange, TreeEvent, TreeUpdate } from '../../src/tree/change.ts';
import type {
  Container,
  ContainerRecord,
  LeakedNamespace,
  NamespaceRecord,
  PodRecord,
  ProcessRecord,
  Sandbox,
  SandboxRecord,
  Tree,
} from '../../src/tree/model.ts';

/** One random step: which of the operations, and numbers that pick what it is done to. */
export interface Step {
  readonly operation: number;
  readonly pick: number;
  readonly value: number;
}

interface ContainerState {
  record: ContainerRecord;
  readonly processes: Map<string, ProcessRecord>;
}

interface PodState {
  record: PodRecord;
  sandbox?: SandboxRecord;
  readonly containers: Map<string, ContainerState>;
  readonly guests: Map<string, ProcessRecord>;
  history: SandboxRecord[];
}

export interface RandomTree {
  /** Does one step and gives what it published. */
  step(step: Step): TreeUpdate[];
  tree(): Omit<Tree, 'token'>;
  readonly uids: readonly string[];
}

export const NAMESPACES = ['blue', 'green'] as const;
export const CONTAINER_NAMES = ['web', 'log'] as const;

function pickFrom<T>(items: Iterable<T>, pick: number): T | undefined {
  const list = [...items];
  return list[pick % Math.max(1, list.length)];
}

const key = (process: ProcessRecord): string => `${process.pid}@${process.startTime}`;

export function createRandomTree(): RandomTree {
  const pods = new Map<string, PodState>();
  const leaked = new Map<string, LeakedNamespace>();
  let made = 0;
  let published: TreeUpdate[] = [];

  const fresh = (prefix: string): string => {
    made += 1;
    return `${prefix}${made}`;
  };

  function process(pick: number): ProcessRecord {
    made += 1;
    const startTime = `2026-01-01T00:00:${String(made % 60).padStart(2, '0')}.${String(made).padStart(9, '0')}Z`;
    return { pid: 1 + (pick % 50), ppid: 1, comm: `c${pick}`, args: [], role: 'child', startTime };
  }

  function namespaces(value: number): NamespaceRecord[] {
    const list: NamespaceRecord[] = [
      { type: 'pid', inode: value + 1, id: `p${value}`, scope: 'own' },
      { type: 'net', inode: value, id: `n${value}`, scope: 'pod' },
    ];
    return value % 2 === 0 ? list : list.reverse();
  }

  function sandboxRecord(id: string, value: number): SandboxRecord {
    const state = (['creating', 'ready', 'notready'] as const)[value % 3] ?? 'ready';
    return { id, attempt: value % 4, state, kind: 'process', ips: [`10.0.0.${value % 250}`], namespaces: namespaces(value) };
  }

  function containerRecord(id: string, name: string, value: number): ContainerRecord {
    const kind = (['app', 'init', 'sidecar'] as const)[value % 3] ?? 'app';
    return { id, name, kind, restarts: value % 5, state: 'running', namespaces: namespaces(value) };
  }

  function publish(pod: string, ...changes: TreeChange[]): void {
    const record = pods.get(pod)?.record;
    const ref = { uid: pod, ...(record?.namespace && { namespace: record.namespace }), ...(record?.name && { name: record.name }) };
    const event: TreeEvent = {
      type: 'process.exec',
      id: fresh('e'),
      revision: 0,
      time: '2026-01-01T00:00:00.000000000Z',
      node: 'n',
      pod: ref,
      source: 'kernel',
    };
    published.push(made % 3 === 0 ? { changes } : { event, changes });
  }

  function putPod(uid: string, record: PodRecord): void {
    publish(uid, { op: 'put', kind: 'pod', podUid: uid, key: uid, record });
  }

  function putContainer(pod: PodState, item: ContainerState): void {
    const { uid } = pod.record;
    const { id } = item.record;
    const sandboxId = pod.sandbox?.id ?? '';
    publish(uid, { op: 'put', kind: 'container', podUid: uid, sandboxId, containerId: id, key: id, record: item.record });
    for (const record of item.processes.values()) putProcess(pod, item, record);
  }

  function putProcess(pod: PodState, item: ContainerState, record: ProcessRecord): void {
    const { uid } = pod.record;
    const sandboxId = pod.sandbox?.id ?? '';
    publish(uid, { op: 'put', kind: 'process', podUid: uid, sandboxId, containerId: item.record.id, key: key(record), record });
  }

  const operations: readonly ((pod: PodState, step: Step) => void)[] = [
    // Relabel, rename or move: what a filter looks at.
    (pod, { value }) => {
      const namespace = NAMESPACES[value % 3];
      pod.record = {
        ...pod.record,
        name: `pod-${value % 4}`,
        ...(namespace && { namespace }),
        labels: value % 2 === 0 ? { app: 'web' } : {},
      };
      putPod(pod.record.uid, pod.record);
    },
    (pod) => {
      const { uid } = pod.record;
      publish(uid, { op: 'remove', kind: 'pod', podUid: uid, key: uid });
      pods.delete(uid);
    },
    // A new sandbox: what was below the former one is put again, which itself becomes history.
    (pod, { value }) => {
      const { uid } = pod.record;
      const former = pod.sandbox;
      const record = sandboxRecord(fresh('s'), value);
      pod.sandbox = record;
      pod.guests.clear();
      publish(uid, { op: 'put', kind: 'sandbox', podUid: uid, sandboxId: record.id, key: record.id, record });
      if (value % 2 === 0) pod.containers.clear();
      for (const item of pod.containers.values()) putContainer(pod, item);
      if (former === undefined) return;
      const old: SandboxRecord = { ...former, state: 'notready' };
      pod.history.push(old);
      publish(uid, { op: 'put', kind: 'sandbox', podUid: uid, sandboxId: old.id, key: old.id, record: old, history: true });
    },
    (pod, { value }) => {
      if (pod.sandbox === undefined) return;
      const { uid } = pod.record;
      const record = sandboxRecord(pod.sandbox.id, value);
      pod.sandbox = record;
      publish(uid, { op: 'put', kind: 'sandbox', podUid: uid, sandboxId: record.id, key: record.id, record });
    },
    // The current sandbox goes, and is history.
    (pod) => {
      const { sandbox } = pod;
      if (sandbox === undefined) return;
      const { uid } = pod.record;
      delete pod.sandbox;
      pod.containers.clear();
      pod.guests.clear();
      publish(uid, { op: 'remove', kind: 'sandbox', podUid: uid, sandboxId: sandbox.id, key: sandbox.id });
      const old: SandboxRecord = { ...sandbox, state: 'removed' };
      pod.history.push(old);
      publish(uid, { op: 'put', kind: 'sandbox', podUid: uid, sandboxId: old.id, key: old.id, record: old, history: true });
    },
    (pod) => {
      const oldest = pod.history.shift();
      if (oldest === undefined) return;
      const { uid } = pod.record;
      publish(uid, { op: 'remove', kind: 'sandbox', podUid: uid, sandboxId: oldest.id, key: oldest.id });
    },
    (pod, { value }) => {
      if (pod.sandbox === undefined) return;
      const record = containerRecord(fresh('c'), CONTAINER_NAMES[value % 3] ?? '', value);
      const item: ContainerState = { record, processes: new Map() };
      pod.containers.set(record.id, item);
      putContainer(pod, item);
    },
    // A container gets its name, or another state.
    (pod, { pick, value }) => {
      const item = pickFrom(pod.containers.values(), pick);
      if (item === undefined) return;
      item.record = containerRecord(item.record.id, CONTAINER_NAMES[value % 2] ?? '', value);
      putContainer(pod, { ...item, processes: new Map() });
    },
    (pod, { pick }) => {
      const item = pickFrom(pod.containers.values(), pick);
      if (item === undefined || pod.sandbox === undefined) return;
      const { uid } = pod.record;
      const { id } = item.record;
      pod.containers.delete(id);
      publish(uid, { op: 'remove', kind: 'container', podUid: uid, sandboxId: pod.sandbox.id, containerId: id, key: id });
    },
    (pod, { pick, value }) => {
      const item = pickFrom(pod.containers.values(), pick);
      if (item === undefined) return;
      const record = process(value);
      item.processes.set(key(record), record);
      putProcess(pod, item, record);
    },
    (pod, { pick, value }) => {
      const item = pickFrom(pod.containers.values(), pick);
      const gone = item && pickFrom(item.processes.values(), value);
      if (item === undefined || gone === undefined || pod.sandbox === undefined) return;
      const { uid } = pod.record;
      item.processes.delete(key(gone));
      const containerId = item.record.id;
      publish(uid, { op: 'remove', kind: 'process', podUid: uid, sandboxId: pod.sandbox.id, containerId, key: key(gone) });
    },
    (pod, { value }) => {
      if (pod.sandbox === undefined) return;
      const { uid } = pod.record;
      const former = value % 3 === 0 ? pickFrom(pod.guests.values(), value) : undefined;
      if (former !== undefined) {
        pod.guests.delete(key(former));
        publish(uid, { op: 'remove', kind: 'guest', podUid: uid, sandboxId: pod.sandbox.id, key: key(former) });
        return;
      }
      const record: ProcessRecord = { ...process(value), role: 'guest' };
      pod.guests.set(key(record), record);
      publish(uid, { op: 'put', kind: 'guest', podUid: uid, sandboxId: pod.sandbox.id, key: key(record), record });
    },
  ];

  function leak({ value }: Step): void {
    const path = `/run/netns/cni-${value % 5}`;
    const id = `${path} ${value}`;
    if (leaked.delete(id)) {
      published.push({ changes: [{ op: 'remove', kind: 'leaked', key: id }] });
      return;
    }
    const namespace = NAMESPACES[value % 3];
    const record: LeakedNamespace = {
      type: 'net',
      inode: value,
      path,
      ...(namespace && { pod: { uid: 'gone', namespace, name: 'gone' } }),
    };
    leaked.set(id, record);
    published.push({ changes: [{ op: 'put', kind: 'leaked', key: id, record }] });
  }

  function add(value: number): void {
    const uid = fresh('u');
    const namespace = NAMESPACES[value % 3];
    const record: PodRecord = {
      uid,
      labels: value % 2 === 0 ? { app: 'web' } : {},
      hostNetwork: false,
      ...(namespace && { namespace, name: `pod-${value % 4}` }),
    };
    pods.set(uid, { record, containers: new Map(), guests: new Map(), history: [] });
    putPod(uid, record);
  }

  function sandboxOf(pod: PodState): Sandbox | undefined {
    if (pod.sandbox === undefined) return undefined;
    const containers: Container[] = [...pod.containers.values()].map(({ record, processes }) => ({
      ...record,
      processes: [...processes.values()],
    }));
    return { ...pod.sandbox, containers, guests: [...pod.guests.values()] };
  }

  return {
    step(step) {
      published = [];
      const operation = step.operation % (operations.length + 2);
      const pod = pickFrom(pods.values(), step.pick);
      const change = operations[operation - 2];
      if (operation === 0 || pod === undefined || (change === undefined && operation !== 1)) add(step.value);
      else if (operation === 1) leak(step);
      else change?.(pod, step);
      return published;
    },
    tree: () => ({
      node: 'n',
      pods: [...pods.values()].map((pod) => {
        const sandbox = sandboxOf(pod);
        return { ...pod.record, ...(sandbox && { sandbox }), history: [...pod.history] };
      }),
      leaked: [...leaked.values()],
    }),
    get uids() {
      return [...pods.keys()];
    },
  };
}
