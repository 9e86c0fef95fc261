// A node of made-up pods for tests and pictures of the page: every kind of pod there is, as many as wanted, and things that happen to them.

import type { PodHistory, PodSummary } from '../../src/history/record.ts';
import { incidentsOf } from '../../src/history/story.ts';
import { NAMESPACE_TYPES, type NamespaceType } from '../../src/kernel/identity.ts';
import { applyChanges, changesOfPod, sortTree } from '../../src/stream/apply.ts';
import type { TreeChange, TreeEvent, TreeUpdate } from '../../src/tree/change.ts';
import type {
  Container,
  NamespaceRecord,
  NamespaceScope,
  Pod,
  ProcessRecord,
  Sandbox,
  SandboxRecord,
  Tree,
  UsageRecord,
} from '../../src/tree/model.ts';

type EventInput = Omit<TreeEvent, 'id' | 'revision' | 'node' | 'source' | 'time'> & Partial<Pick<TreeEvent, 'id' | 'revision'>>;

export interface PodShape {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly containers?: readonly Partial<Container>[];
  readonly kind?: Sandbox['kind'];
  readonly hostNetwork?: boolean;
  readonly sharePid?: boolean;
  readonly uid?: string;
  readonly agoMs?: number;
  /** Processes in each container besides the first. */
  readonly children?: number;
}

export interface PageNode {
  tree(): Omit<Tree, 'token'>;
  pod(name: string): Pod;
  history(uid: string): PodHistory | undefined;
  pods(): readonly PodSummary[];
  alerts(): readonly TreeEvent[];
  /** Wall time of the node, ms: it stands still but for `pass`. */
  pass(ms: number): void;
  /** Each gives what is to be published. */
  add(shape: PodShape): TreeUpdate[];
  killPause(name: string): TreeUpdate[];
  orphansEnd(name: string): TreeUpdate[];
  restart(name: string): TreeUpdate[];
  returnContainers(name: string): TreeUpdate[];
  enter(name: string): TreeUpdate[];
  /** A sample of what the pod uses: the second container talks to the first one. */
  sample(name: string): TreeUpdate[];
  processes(name: string, howMany: number): TreeUpdate[];
  remove(name: string): TreeUpdate[];
}

const NODE = 'node-a';

export function createPageNode(startMs: number): PageNode {
  let tree: Omit<Tree, 'token'> = { node: NODE, pods: [], leaked: [] };
  let nowMs = startMs;
  let made = 0;
  const events = new Map<string, TreeEvent[]>();
  const sandboxes = new Map<string, SandboxRecord[]>();
  const lastPauses = new Map<string, ProcessRecord>();
  const alerts = new Map<string, TreeEvent>();

  const fresh = (): number => {
    made += 1;
    return made;
  };
  const hex = (length: number): string => {
    let text = '';
    // Looks like a hash and is the same each time.
    for (let state = fresh() * 2_654_435_761; text.length < length; state = (state * 48_271 + 11) % 2_147_483_647)
      text += (state % 65_536).toString(16).padStart(4, '0');
    return text.slice(0, length);
  };
  const uuid = (): string => hex(32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  const at = (ms = nowMs): string => new Date(ms).toISOString().replace('Z', `${String(made % 1000).padStart(3, '0')}000Z`);

  function event(pod: Pod, input: EventInput): TreeEvent {
    const ref = {
      uid: pod.uid,
      ...(pod.namespace !== undefined && { namespace: pod.namespace }),
      ...(pod.name !== undefined && { name: pod.name }),
    };
    const full = { id: `e1-${fresh()}`, revision: 0, node: NODE, source: 'kernel', time: at(), pod: ref, ...input } as TreeEvent;
    if (!full.type.startsWith('process.')) {
      const list = events.get(pod.uid) ?? [];
      const index = list.findIndex(({ id }) => id === full.id);
      events.set(pod.uid, index < 0 ? [...list, full] : list.with(index, full));
    }
    if (full.type.startsWith('alert.')) alerts.set(full.id, full);
    return full;
  }

  function apply(changes: readonly TreeChange[]): readonly TreeChange[] {
    tree = applyChanges({ ...tree, token: '' }, changes);
    for (const change of changes) {
      if (change.op !== 'put' || change.kind !== 'sandbox') continue;
      const { pause } = change.record;
      if (pause !== undefined) lastPauses.set(change.key, pause);
      const list = sandboxes.get(change.podUid) ?? [];
      const index = list.findIndex(({ id }) => id === change.key);
      sandboxes.set(change.podUid, index < 0 ? [...list, change.record] : list.with(index, change.record));
    }
    return changes;
  }

  function namespaces(
    scopes: Partial<Record<NamespaceType, NamespaceScope>>,
    pod: readonly NamespaceRecord[] = [],
    other?: string,
  ): NamespaceRecord[] {
    return NAMESPACE_TYPES.map((type) => {
      const scope = scopes[type] ?? (type === 'user' || type === 'cgroup' ? 'host' : 'own');
      const shared = scope === 'pod' ? pod.find((each) => each.type === type) : undefined;
      const inode = shared?.inode ?? (scope === 'host' ? 4026531830 + NAMESPACE_TYPES.indexOf(type) : 4026532000 + fresh());
      return { type, inode, id: `${inode}-1`, scope, ...(scope === 'container' && other !== undefined && { with: other }) };
    });
  }

  function process(role: ProcessRecord['role'], comm: string, ppid: number, nsPid?: number): ProcessRecord {
    return { pid: 4000 + fresh(), ppid, comm, args: [], uid: 0, role, startTime: at(), ...(nsPid !== undefined && { nsPid }) };
  }

  function sandboxOf(shape: PodShape, attempt: number): Sandbox {
    const { kind = 'process', hostNetwork = false, sharePid = false } = shape;
    const own = namespaces({ net: hostNetwork ? 'host' : 'own' });
    const box: Omit<Sandbox, 'containers'> = {
      id: hex(64),
      attempt,
      state: 'ready',
      kind,
      runtime: kind === 'pinned' ? 'cri-o' : 'containerd',
      createdAt: at(),
      ips: hostNetwork ? [] : [`10.0.${Math.floor(fresh() / 250)}.${made % 250}`],
      namespaces: own,
      guests: [],
      ...(kind === 'process' && { pause: process('pause', 'pause', 1, 1) }),
    };
    const containers = (shape.containers ?? [{ name: 'app' }]).map((given) => container(given, shape, own, sharePid));
    return { ...box, containers };
  }

  function container(given: Partial<Container>, shape: PodShape, own: readonly NamespaceRecord[], sharePid: boolean): Container {
    const { name = 'app', state = 'running', kind = 'app' } = given;
    const net = shape.hostNetwork === true ? ('host' as const) : ('pod' as const);
    const init = process('init', name.slice(0, 15), 900, 1);
    const children = Array.from({ length: shape.children ?? 1 }, (_, index) => process('child', name.slice(0, 15), init.pid, index + 2));
    return {
      id: hex(64),
      name,
      kind,
      restarts: 0,
      state,
      namespaces: namespaces({ net, ipc: 'pod', uts: 'pod', pid: sharePid ? 'pod' : 'own' }, own),
      processes: state === 'running' ? [init, ...children] : [],
      ...given,
    };
  }

  const podNamed = (name: string): Pod => {
    const pod = tree.pods.find((each) => each.name === name);
    if (pod === undefined) throw new Error(`no pod ${name}`);
    return pod;
  };
  const boxOf = (pod: Pod): Sandbox => {
    if (pod.sandbox === undefined) throw new Error(`${pod.name} has no sandbox`);
    return pod.sandbox;
  };
  const refOf = ({ id, attempt }: SandboxRecord) => ({ id, attempt });
  const recordOf = ({ containers: _containers, guests: _guests, ...record }: Sandbox): SandboxRecord => record;
  const lastDeath = (pod: Pod) => events.get(pod.uid)?.findLast((each) => each.type === 'pause.exited');

  return {
    tree: () => tree,
    pod: podNamed,
    history(uid) {
      const pod = tree.pods.find((each) => each.uid === uid);
      const known = events.get(uid);
      if (pod === undefined || known === undefined) return undefined;
      const { sandbox: _sandbox, history: _history, ...record } = pod;
      const list = (sandboxes.get(uid) ?? []).map((box) => {
        const lastPause = lastPauses.get(box.id);
        return { ...box, bootId: 'b', firstSeen: box.createdAt ?? at(), lastSeen: at(), ...(lastPause && { lastPause }) };
      });
      return { node: NODE, pod: record, sandboxes: list, events: known };
    },
    pods: () =>
      tree.pods.flatMap(({ uid, namespace, name }) => {
        const deaths = incidentsOf({ events: events.get(uid) ?? [] }).filter(({ cause }) => cause.kind !== 'planned-stop');
        const last = deaths.at(-1);
        if (last === undefined) return [];
        const { kind, signal, sender } = last.cause;
        const by = sender === undefined ? undefined : `${sender.comm} (pid ${sender.pid})`;
        const lastOne = { time: last.time, kind, ...(signal !== undefined && { signal }), ...(by !== undefined && { by }) };
        return [
          {
            uid,
            ...(namespace !== undefined && { namespace }),
            ...(name !== undefined && { name }),
            deaths: deaths.length,
            lastDeath: lastOne,
          },
        ];
      }),
    alerts: () => [...alerts.values()],
    pass(ms) {
      nowMs += ms;
    },
    add(shape) {
      const now = nowMs;
      nowMs -= shape.agoMs ?? 60_000;
      const sandbox = sandboxOf(shape, 0);
      const pod: Pod = {
        uid: shape.uid ?? uuid(),
        name: shape.name,
        namespace: shape.namespace ?? 'default',
        labels: shape.labels ?? {},
        qos: 'burstable',
        hostNetwork: shape.hostNetwork ?? false,
        sandbox,
        history: [],
      };
      const updates: TreeUpdate[] = [
        {
          event: event(pod, { type: 'pod.added' }),
          changes: apply(sortTree({ ...tree, token: '', pods: [pod] }).pods.flatMap(changesOfPod)),
        },
      ];
      const tell = (input: EventInput): void => void updates.push({ event: event(pod, input), changes: [] });
      tell({ type: 'sandbox.created', sandbox: refOf(sandbox), ...(sandbox.pause && { process: sandbox.pause }) });
      nowMs += 310;
      tell({ type: 'sandbox.ready', sandbox: refOf(sandbox) });
      for (const { id, name, kind, state, processes, lastExit } of sandbox.containers) {
        nowMs += 140;
        const [first] = processes;
        tell({ type: 'container.started', sandbox: refOf(sandbox), container: { id, name }, ...(first && { process: first }) });
        if (kind === 'init' || state === 'exited') nowMs += 420;
        if (state === 'exited')
          tell({
            type: 'container.exited',
            sandbox: refOf(sandbox),
            container: { id, name },
            ...(lastExit && { exit: lastExit }),
          } as EventInput);
      }
      nowMs = now;
      return updates;
    },
    killPause(name) {
      const pod = podNamed(name);
      const sandbox = boxOf(pod);
      const { pause, ...rest } = recordOf(sandbox);
      const running = sandbox.containers.filter(({ state }) => state === 'running');
      const pauseExit = { code: null, signal: 'SIGKILL', cause: 'signal' } as const;
      const record: SandboxRecord = { ...rest, state: 'notready', pauseExit };
      const cause = {
        kind: 'signal',
        signal: 'SIGKILL',
        sender: {
          pid: 23417,
          comm: 'bash',
          exe: 'bash',
          uid: 0,
          unit: 'session-3.scope',
          tty: 'pts0',
          loginUid: 1000,
          parents: [
            { pid: 23049, comm: 'sudo' },
            { pid: 23048, comm: 'bash' },
            { pid: 1045, comm: 'sshd' },
          ],
        },
        findings: [{ code: 'containers-still-ran', text: 'Its containers still ran: nobody was stopping the pod.' }],
        evidence: [
          `SIGKILL to pid ${pause?.pid} from bash (pid 23417), 0.2 ms before it exited.`,
          'No container of the pod had been stopped before.',
        ],
      } as const;
      const exit = event(pod, {
        type: 'pause.exited',
        sandbox: refOf(sandbox),
        exit: { code: null, signal: 'SIGKILL' },
        cause,
        cascade: {
          containers: running.map(({ id, name: each, processes }) => ({ id, name: each, fate: 'orphaned', processes: processes.length })),
          containerCount: running.length,
          processes: running.reduce((sum, { processes }) => sum + processes.length, 0),
          leaked: [],
        },
        ...(pause && { process: pause }),
      } as EventInput);
      const podRef = exit.pod ?? { uid: pod.uid };
      const firing = event(pod, {
        type: 'alert.firing',
        cause,
        alert: {
          name: 'PauseRestarted',
          severity: 'warning',
          since: exit.time,
          last: exit.time,
          summary: `The pause of ${podRef.namespace}/${podRef.name} was killed with SIGKILL by bash (pid 23417, uid 0, session-3.scope).`,
          count: 1,
          incident: `alert-${fresh()}`,
          members: [],
          memberCount: 1,
        },
      } as EventInput);
      const change: TreeChange = { op: 'put', kind: 'sandbox', podUid: pod.uid, sandboxId: sandbox.id, key: sandbox.id, record };
      return [
        { event: exit, changes: apply([change]) },
        { event: firing, changes: [] },
      ];
    },
    orphansEnd(name) {
      const pod = podNamed(name);
      const sandbox = boxOf(pod);
      return sandbox.containers
        .filter(({ state }) => state === 'running')
        .map(({ processes: _processes, ...item }, index) => {
          const exit = index === 0 ? { code: 0, signal: null } : { code: null, signal: 'SIGKILL' };
          const record = { ...item, state: 'exited' as const, lastExit: exit };
          const gone = event(pod, {
            type: 'container.exited',
            sandbox: refOf(sandbox),
            container: { id: item.id, name: item.name },
            exit,
          } as EventInput);
          const base = { podUid: pod.uid, sandboxId: sandbox.id, containerId: item.id } as const;
          const former = sandbox.containers.find(({ id }) => id === item.id)?.processes ?? [];
          const changes: TreeChange[] = [
            { op: 'put', kind: 'container', ...base, key: item.id, record },
            ...former.map(({ pid, startTime }) => ({ op: 'remove', kind: 'process', ...base, key: `${pid}@${startTime}` }) as const),
          ];
          return { event: gone, changes: apply(changes) };
        });
    },
    restart(name) {
      const pod = podNamed(name);
      const former = boxOf(pod);
      const death = lastDeath(pod);
      const next = { ...sandboxOf({ name, hostNetwork: pod.hostNetwork, containers: [] }, former.attempt + 1) };
      const old = recordOf(former);
      const base = { podUid: pod.uid };
      const changes: TreeChange[] = [
        { op: 'put', kind: 'sandbox', ...base, sandboxId: next.id, key: next.id, record: recordOf(next) },
        { op: 'put', kind: 'sandbox', ...base, sandboxId: old.id, key: old.id, record: { ...old, state: 'removed' }, history: true },
      ];
      const created = event(pod, { type: 'sandbox.created', sandbox: refOf(next), ...(next.pause && { process: next.pause }) });
      const restarted = event(pod, {
        type: 'pause.restarted',
        cause: death?.type === 'pause.exited' ? death.cause : { kind: 'unknown', findings: [], evidence: [] },
        oldSandbox: refOf(former),
        newSandbox: refOf(next),
        ipBefore: former.ips[0],
        ipAfter: next.ips[0],
        sandboxOutageMs: death === undefined ? undefined : nowMs - Date.parse(death.time),
        returned: [],
        sandbox: refOf(next),
        ...(next.pause && { process: next.pause }),
      } as EventInput);
      return [
        { event: created, changes: apply(changes) },
        { event: restarted, changes: [] },
      ];
    },
    returnContainers(name) {
      const pod = podNamed(name);
      const sandbox = boxOf(pod);
      const former = events.get(pod.uid)?.findLast((each) => each.type === 'pause.restarted');
      const death = lastDeath(pod);
      const names = [
        ...new Set(
          (events.get(pod.uid) ?? []).flatMap((each) => (each.type === 'container.exited' && each.container ? [each.container.name] : [])),
        ),
      ];
      const updates: TreeUpdate[] = [{ event: event(pod, { type: 'sandbox.ready', sandbox: refOf(sandbox) }), changes: [] }];
      const returned: { id: string; name: string; afterMs: number }[] = [];
      for (const each of names.filter((one) => !one.startsWith('init'))) {
        nowMs += 70;
        const item = container(
          { name: each, restarts: 1, lastExit: { code: null, signal: 'SIGKILL' } },
          { name },
          sandbox.namespaces,
          false,
        );
        const { processes, ...record } = item;
        const base = { podUid: pod.uid, sandboxId: sandbox.id, containerId: item.id } as const;
        const [first] = processes;
        const started = event(pod, {
          type: 'container.started',
          sandbox: refOf(sandbox),
          container: { id: item.id, name: each },
          ...(first && { process: first }),
        });
        const changes: TreeChange[] = [
          { op: 'put', kind: 'container', ...base, key: item.id, record },
          ...processes.map((one) => ({ op: 'put', kind: 'process', ...base, key: `${one.pid}@${one.startTime}`, record: one }) as const),
        ];
        updates.push({ event: started, changes: apply(changes) });
        returned.push({ id: item.id, name: each, afterMs: nowMs - Date.parse(death?.time ?? at()) });
      }
      if (former?.type === 'pause.restarted') {
        const outageMs = nowMs - Date.parse(death?.time ?? former.time);
        const whole = {
          ...former,
          revision: former.revision + 1,
          outageMs,
          containersRestarted: returned.length,
          returned,
          complete: true,
        };
        updates.push({ event: event(pod, whole as EventInput), changes: [] });
      }
      return updates;
    },
    sample(name) {
      const pod = podNamed(name);
      const sandbox = boxOf(pod);
      const running = sandbox.containers.filter(({ state }) => state === 'running');
      const [server, client] = running;
      const holder = (item: Container | undefined) => ({
        ...(item && { containerId: item.id }),
        ...(item?.processes[0] && { pid: item.processes[0].pid }),
      });
      const record: UsageRecord = {
        sampledAt: at(),
        pause: { cpuMs: 11, cpuCores: 0, memoryBytes: 339_968 },
        containers: running.map(({ id }, index) => ({
          id,
          cpuMs: 1200,
          cpuCores: 0.0123 * (index + 1),
          memoryBytes: 12_582_912 * (index + 1),
        })),
        ports: [
          { protocol: 'tcp', address: '0.0.0.0', port: 80, ...holder(server) },
          { protocol: 'tcp', address: '::', port: 80, ...holder(server) },
          { protocol: 'tcp', address: '127.0.0.1', port: 9000, ...holder(server) },
          { protocol: 'udp', address: '0.0.0.0', port: 5353 },
        ],
        peers: client === undefined ? [] : [{ from: holder(client), to: holder(server), port: 80, connections: 2 }],
      };
      const change: TreeChange = { op: 'put', kind: 'usage', podUid: pod.uid, sandboxId: sandbox.id, key: sandbox.id, record };
      return [{ changes: apply([change]) }];
    },
    enter(name) {
      const pod = podNamed(name);
      const sandbox = boxOf(pod);
      const guest: ProcessRecord = { pid: 4000 + fresh(), ppid: 23048, comm: 'tcpdump', args: [], uid: 0, role: 'guest', startTime: at() };
      const [net] = sandbox.namespaces;
      const joined = {
        ...event(pod, {
          type: 'namespace.joined',
          namespaces: net === undefined ? [] : [{ type: net.type, inode: net.inode, id: net.id }],
          owner: { uid: pod.uid, namespace: pod.namespace, name: pod.name },
          by: 'foreign',
          process: guest,
        } as EventInput),
      };
      const change: TreeChange = {
        op: 'put',
        kind: 'guest',
        podUid: pod.uid,
        sandboxId: sandbox.id,
        key: `${guest.pid}@${guest.startTime}`,
        record: guest,
      };
      return [{ event: joined, changes: apply([change]) }];
    },
    processes(name, howMany) {
      const pod = podNamed(name);
      const sandbox = boxOf(pod);
      const [item] = sandbox.containers.filter(({ state }) => state === 'running');
      if (item === undefined) return [];
      const base = { podUid: pod.uid, sandboxId: sandbox.id, containerId: item.id } as const;
      const tell = (record: ProcessRecord, type: 'process.started' | 'process.exited') =>
        event(pod, {
          type,
          process: record,
          container: { id: item.id, name: item.name },
          ...(type === 'process.exited' && { exit: { code: 0, signal: null } }),
        } as EventInput);
      return Array.from({ length: howMany }, () => {
        const record = process('child', 'worker', item.processes[0]?.pid ?? 1);
        const key = `${record.pid}@${record.startTime}`;
        return [
          { event: tell(record, 'process.started'), changes: apply([{ op: 'put', kind: 'process', ...base, key, record }]) },
          { event: tell(record, 'process.exited'), changes: apply([{ op: 'remove', kind: 'process', ...base, key }]) },
        ];
      }).flat();
    },
    remove(name) {
      const pod = podNamed(name);
      const change: TreeChange = { op: 'remove', kind: 'pod', podUid: pod.uid, key: pod.uid };
      return [{ event: event(pod, { type: 'pod.removed' }), changes: apply([change]) }];
    },
  };
}

const HOURS = 3_600_000;

/** One pod of every kind. */
export function addKinds(node: PageNode): TreeUpdate[] {
  const init: Partial<Container> = { name: 'init-config', kind: 'init', state: 'exited', lastExit: { code: 0, signal: null } };
  const shapes: PodShape[] = [
    {
      name: 'example-pod',
      containers: [init, { name: 'web-server' }, { name: 'sidecar-logger', kind: 'sidecar' }],
      labels: { app: 'example' },
      agoMs: 2 * HOURS,
    },
    {
      name: 'kube-proxy-8xk2p',
      namespace: 'kube-system',
      hostNetwork: true,
      labels: { 'controller-revision-hash': 'abc', 'k8s-app': 'kube-proxy' },
      agoMs: 90 * HOURS,
    },
    {
      name: 'etcd-node-a',
      namespace: 'kube-system',
      hostNetwork: true,
      uid: 'a5c1f1e0b2d34f5e9a7b6c8d9e0f1a2b',
      labels: { tier: 'control-plane' },
      agoMs: 90 * HOURS,
    },
    {
      name: 'coredns-6f6b679f8f-2jk9x',
      namespace: 'kube-system',
      labels: { 'pod-template-hash': '6f6b679f8f', 'k8s-app': 'kube-dns' },
      agoMs: 80 * HOURS,
    },
    {
      name: 'cart-0',
      namespace: 'shop',
      labels: { 'statefulset.kubernetes.io/pod-name': 'cart-0', app: 'cart' },
      containers: [{ name: 'redis' }, { name: 'exporter' }],
      agoMs: 30 * HOURS,
    },
    {
      name: 'checkout-7d9c5b8f6d-x7x2l',
      namespace: 'shop',
      labels: { 'pod-template-hash': '7d9c5b8f6d', app: 'checkout' },
      containers: [{ name: 'istio-proxy', kind: 'sidecar' }, { name: 'checkout' }],
      agoMs: 5 * HOURS,
    },
    {
      name: 'payment-5f6b8d7c9d-qq2wz',
      namespace: 'shop',
      labels: { 'pod-template-hash': '5f6b8d7c9d', app: 'payment' },
      containers: [
        { name: 'payment', state: 'exited', restarts: 7, lastExit: { code: 1, signal: null } },
        { name: 'vault-agent', kind: 'sidecar' },
      ],
      agoMs: 3 * HOURS,
    },
    {
      name: 'report-28912345-jb4fz',
      namespace: 'shop',
      labels: { 'job-name': 'report-28912345' },
      containers: [{ name: 'report', state: 'exited', lastExit: { code: 0, signal: null } }],
      agoMs: HOURS,
    },
    {
      name: 'search-6c7d8e9f5b-k3j4h',
      namespace: 'shop',
      labels: { 'pod-template-hash': '6c7d8e9f5b', app: 'search' },
      containers: [{ name: 'search', state: 'created' }],
      agoMs: 4000,
    },
    {
      name: 'node-exporter-v9d2c',
      namespace: 'monitoring',
      hostNetwork: true,
      labels: { 'controller-revision-hash': 'def' },
      agoMs: 90 * HOURS,
    },
    {
      name: 'grafana-58c4f7d9b6-mm7kq',
      namespace: 'monitoring',
      kind: 'pinned',
      labels: { 'pod-template-hash': '58c4f7d9b6' },
      agoMs: 50 * HOURS,
    },
    { name: 'debug-me', sharePid: true, containers: [{ name: 'app' }, { name: 'helper' }], agoMs: 20 * 60_000 },
  ];
  return shapes.flatMap((shape) => node.add(shape));
}

/** Many pods of Deployments, with several processes each. */
export function addMany(node: PageNode, howMany: number, children = 4): TreeUpdate[] {
  const names = ['api', 'worker', 'web', 'queue', 'auth', 'mail', 'feed', 'index'];
  return Array.from({ length: howMany }, (_, index) => {
    const app = names[index % names.length] ?? 'app';
    const hash = (1_000_000_000 + Math.floor(index / names.length) * 7919).toString(36);
    const end = (60_466_176 + index * 31_337).toString(36).slice(-5);
    return node.add({
      name: `${app}-${hash}-${end}`,
      namespace: `team-${index % 9}`,
      labels: { 'pod-template-hash': hash, app },
      containers: [{ name: app }, { name: 'proxy', kind: 'sidecar' }],
      children,
      agoMs: (index % 70) * HOURS + 61_000,
    });
  }).flat();
}
