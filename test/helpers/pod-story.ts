// Tells the lives of pods as containerd with runc (or crun) makes them, step by step, to a model of the kernel; and lists them as the CRI would.
import type { ContainerKind, RuntimeContainer, RuntimeLevel, RuntimeSandbox } from '../../src/cri/level.ts';
import type { ContainerId, NamespaceType, PodUid } from '../../src/kernel/identity.ts';
import { CLONE_PARENT, createKernel, HOST_NAMESPACES, type Kernel, type KernelOptions, type Task } from './kernel-model.ts';

export interface PodSpec {
  readonly name: string;
  readonly uid?: string;
  readonly hostNetwork?: boolean;
  readonly hostPid?: boolean;
  readonly sharesPids?: boolean;
  /** `/k8s.io/ID`, as `crictl runp` without a cgroup parent. */
  readonly isOutsideKubepods?: boolean;
  /** CRI-O without an infra process: the namespaces are pinned. */
  readonly isPinned?: boolean;
  /** The pod's uid as its label says, when its cgroup says another. */
  readonly labelUid?: string;
}

export interface ContainerSpec {
  readonly name: string;
  readonly kind?: ContainerKind;
  /** Joins the pid namespace of this container (an ephemeral one's target). */
  readonly target?: StoryContainer;
  readonly program?: string;
}

export interface StorySandbox {
  readonly id: ContainerId;
  readonly spec: PodSpec;
  readonly uid: PodUid;
  readonly cgroup: string;
  readonly shim: Task;
  readonly pause: Task;
  readonly namespaces: readonly number[];
  readonly netPath: string;
  readonly containers: StoryContainer[];
  readonly createdNs: number;
  readonly attempt: number;
  isStopped: boolean;
}

export interface StoryContainer {
  readonly id: ContainerId;
  readonly spec: ContainerSpec;
  readonly sandbox: StorySandbox;
  readonly cgroup: string;
  readonly init: Task;
  readonly createdNs: number;
  readonly restarts: number;
}

export interface Story {
  readonly kernel: Kernel;
  readonly daemon: Task;
  readonly shell: Task;
  readonly kubelet: Task;
  /** Network namespace, CNI, shim, pause: until the runtime calls it ready. */
  sandbox(spec: PodSpec): StorySandbox;
  container(sandbox: StorySandbox, spec: ContainerSpec | string): StoryContainer;
  /** A process that the container's own first process makes. */
  child(container: StoryContainer, program: string): Task;
  /** What the runtime's exec brings in; `fromCallersCgroup` as runc before 1.4 does it. */
  exec(container: StoryContainer, program: string, fromCallersCgroup?: boolean): Task;
  nsenter(target: Task, types: readonly NamespaceType[], program?: string): Task;
  /** The container ends by itself and its cgroup goes. */
  end(container: StoryContainer, code: number): void;
  /** `runc kill` of the pause, after all containers were stopped; then the network goes. The runtime lists it as not ready. */
  stop(sandbox: StorySandbox): void;
  /** The runtime forgets it. */
  remove(sandbox: StorySandbox): void;
  removeContainer(container: StoryContainer): void;
  runtime(): RuntimeLevel;
  /** When there is something new in the runtime's list, the next answer has it. */
  readonly sandboxes: readonly StorySandbox[];
}

export interface StoryOptions extends KernelOptions {
  readonly runtime?: 'runc' | 'crun' | 'crun-v2';
}

const KUBEPODS = '/kubepods';
const CONTAINERD = '/system.slice/containerd.service';

export function createStory({ runtime = 'runc', ...options }: StoryOptions = {}): Story {
  const kernel = createKernel(options);
  const sandboxes: StorySandbox[] = [];
  const removed = new Set<ContainerId>();
  const attempts = new Map<string, number>();
  const restarts = new Map<string, number>();
  let lastId = 0;

  for (const path of ['/system.slice', CONTAINERD, '/system.slice/kubelet.service', '/user.slice', '/user.slice/session-7.scope'])
    kernel.mkdir(path);
  for (const path of [KUBEPODS, `${KUBEPODS}/burstable`, '/k8s.io']) kernel.mkdir(path);
  const daemon = kernel.boot('containerd', CONTAINERD);
  const kubelet = kernel.boot('kubelet', '/system.slice/kubelet.service');
  const shell = kernel.boot('bash', '/user.slice/session-7.scope');
  // All that was there before: the first level tells of it.
  kernel.told.length = 0;

  const nextId = () => (++lastId).toString(16).padStart(4, '0').padEnd(64, '0') as ContainerId;

  /** runc create: a process in the host's cgroup that puts its child into the container's. */
  function runcCreate(
    shim: Task,
    cgroup: string,
    joins: readonly [readonly number[], readonly NamespaceType[]],
    makes: readonly NamespaceType[],
  ): Task {
    const [target, joined] = joins;
    const runc = kernel.fork(shim);
    kernel.exec(runc, 'runc');
    const stage0 = kernel.fork(runc);
    kernel.exec(stage0, 'runc');
    stage0.comm = 'runc:[0:PARENT]';
    kernel.attach(runc, stage0, cgroup);
    kernel.wait(2);
    const stage1 = kernel.fork(stage0, { flags: CLONE_PARENT });
    stage1.comm = 'runc:[1:CHILD]';
    for (const type of joined) kernel.setns(stage1, target, [type]);
    kernel.unshare(stage1, makes);
    const stage2 = kernel.fork(stage1, { flags: CLONE_PARENT });
    stage2.comm = 'runc:[2:INIT]';
    kernel.exit(stage1);
    kernel.exit(stage0);
    kernel.wait(3);
    kernel.exit(runc);
    return stage2;
  }

  /** crun: one clone with the namespaces, and a second fork where a pid namespace is joined. On cgroup v2 straight into the container's cgroup, on
   * v1 the child is moved there after it has joined. */
  function crunCreate(
    shim: Task,
    cgroup: string,
    joins: readonly [readonly number[], readonly NamespaceType[]],
    makes: readonly NamespaceType[],
  ): Task {
    const [target, joined] = joins;
    const isInto = runtime === 'crun-v2';
    const crun = kernel.fork(shim);
    kernel.exec(crun, 'crun');
    let child = kernel.fork(crun, { types: makes, ...(isInto && { cgroup }) });
    for (const type of joined) kernel.setns(child, target, [type]);
    if (joined.includes('pid')) {
      const inside = kernel.fork(child, { flags: CLONE_PARENT });
      kernel.exit(child);
      child = inside;
    }
    if (!isInto) kernel.attach(crun, child, cgroup);
    kernel.wait(3);
    kernel.exit(crun);
    return child;
  }

  const create = runtime === 'runc' ? runcCreate : crunCreate;

  function makeNetwork(path: string): number[] {
    const [net = 0] = kernel.unshare(daemon, ['net'], true);
    const set = HOST_NAMESPACES.with(0, net);
    kernel.pin(net, path);
    kernel.setns({ ...daemon, namespaces: set } as Task, HOST_NAMESPACES, ['net'], true);
    for (const plugin of ['loopback', 'bridge']) {
      const cni = kernel.fork(daemon);
      kernel.exec(cni, plugin);
      kernel.setns(cni, set, ['net'], true);
      kernel.wait(5);
      kernel.exit(cni);
    }
    kernel.wait(40);
    return set;
  }

  const story: Story = {
    kernel,
    daemon,
    shell,
    kubelet,
    sandboxes,
    sandbox: (spec) => {
      const uid = (spec.uid ?? `${spec.name.padEnd(8, '0').replace(/[^0-9a-f]/g, 'a')}-0000-4000-8000-000000000001`) as PodUid;
      const id = nextId();
      const createdNs = kernel.nowNs();
      const podPath = `${KUBEPODS}/burstable/pod${uid}`;
      if (!spec.isOutsideKubepods && !isThere(podPath)) kernel.mkdir(podPath);
      const cgroup = spec.isOutsideKubepods ? `/k8s.io/${id}` : `${podPath}/${id}`;
      const netPath = `/run/netns/cni-${id.slice(0, 8)}`;
      const net = spec.hostNetwork ? [...HOST_NAMESPACES] : makeNetwork(netPath);
      const shim = kernel.fork(daemon);
      kernel.exec(shim, 'containerd-shim');
      shim.isSubreaper = true;
      shim.ppid = 1;
      kernel.mkdir(cgroup);
      const makes: NamespaceType[] = ['ipc', 'mnt'];
      if (!spec.hostPid) makes.unshift('pid');
      if (!spec.hostNetwork) makes.push('uts');
      const pause = create(shim, cgroup, [net, spec.hostNetwork ? [] : ['net']], makes);
      kernel.wait(2);
      kernel.exec(pause, 'pause');
      kernel.wait(70);
      const attempt = attempts.get(uid) ?? 0;
      attempts.set(uid, attempt + 1);
      const sandbox: StorySandbox = {
        ...{ id, spec, uid, cgroup, shim, pause, netPath, createdNs, attempt },
        namespaces: [...pause.namespaces],
        containers: [],
        isStopped: false,
      };
      sandboxes.push(sandbox);
      return sandbox;
    },
    container: (sandbox, given) => {
      const spec = typeof given === 'string' ? { name: given } : given;
      const id = nextId();
      const createdNs = kernel.nowNs();
      const cgroup = `${sandbox.cgroup.slice(0, sandbox.cgroup.lastIndexOf('/'))}/${id}`;
      kernel.mkdir(cgroup);
      const joins: NamespaceType[] = ['ipc', 'uts', 'net'];
      const set = [...sandbox.namespaces];
      const makes: NamespaceType[] = ['mnt'];
      if (spec.target) set[1] = spec.target.init.namespaces[1] ?? 0;
      if (spec.target || sandbox.spec.sharesPids) joins.push('pid');
      else if (!sandbox.spec.hostPid) makes.push('pid');
      const init = create(sandbox.shim, cgroup, [set, joins], makes);
      kernel.wait(2);
      kernel.exec(init, spec.program ?? spec.name);
      kernel.wait(60);
      const count = `${sandbox.uid} ${spec.name}`;
      const container = { id, spec, sandbox, cgroup, init, createdNs, restarts: restarts.get(count) ?? 0 };
      restarts.set(count, container.restarts + 1);
      sandbox.containers.push(container);
      return container;
    },
    child: (container, program) => {
      const task = kernel.fork(container.init);
      kernel.exec(task, program);
      return task;
    },
    exec: (container, program, fromCallersCgroup = false) => {
      const runc = kernel.fork(container.sandbox.shim);
      kernel.exec(runc, 'runc');
      const stage0 = kernel.fork(runc);
      kernel.exec(stage0, 'runc');
      if (!fromCallersCgroup) kernel.attach(runc, stage0, container.cgroup);
      const stage1 = kernel.fork(stage0, { flags: CLONE_PARENT });
      for (const type of ['ipc', 'uts', 'net', 'pid', 'mnt'] as const) kernel.setns(stage1, container.init.namespaces, [type]);
      const stage2 = kernel.fork(stage1, { flags: CLONE_PARENT });
      kernel.exit(stage1);
      kernel.exit(stage0);
      if (fromCallersCgroup) kernel.attach(runc, stage2, container.cgroup);
      kernel.wait(1);
      kernel.exec(stage2, program);
      kernel.exit(runc);
      return stage2;
    },
    nsenter: (target, types, program = 'bash') => {
      const task = kernel.fork(shell);
      kernel.exec(task, 'nsenter');
      kernel.setns(task, target.namespaces, types);
      kernel.exec(task, program);
      return task;
    },
    end: (container, code) => {
      kernel.exit(container.init, { code });
      endAll(container.cgroup);
      kernel.wait(20);
      kernel.rmdir(container.cgroup);
      kernel.wait(60);
    },
    stop: (sandbox) => {
      for (const container of sandbox.containers) if (container.init.isAlive) runcKill(sandbox, container.init);
      kernel.wait(30);
      for (const container of sandbox.containers) endAll(container.cgroup);
      if (sandbox.pause.isAlive) runcKill(sandbox, sandbox.pause);
      kernel.wait(20);
      for (const { cgroup } of [...sandbox.containers, sandbox]) if (isThere(cgroup)) kernel.rmdir(cgroup);
      kernel.unpin(sandbox.netPath);
      sandbox.isStopped = true;
      kernel.wait(80);
    },
    remove: (sandbox) => {
      removed.add(sandbox.id);
      for (const { id } of sandbox.containers) removed.add(id);
      sandboxes.splice(sandboxes.indexOf(sandbox), 1);
    },
    removeContainer: (container) => {
      removed.add(container.id);
      endAll(container.cgroup);
      kernel.wait(20);
      if (isThere(container.cgroup)) kernel.rmdir(container.cgroup);
      const { containers } = container.sandbox;
      containers.splice(containers.indexOf(container), 1);
    },
    runtime: () => ({
      runtimeName: 'containerd',
      runtimeVersion: '1.6.20',
      sandboxes: sandboxes.map(runtimeSandbox),
      containers: sandboxes.flatMap((sandbox) => sandbox.containers.map(runtimeContainer)),
    }),
  };

  function isThere(path: string): boolean {
    try {
      return kernel.cgroupId(path) !== undefined;
    } catch {
      return false;
    }
  }

  function endAll(cgroup: string): void {
    for (const task of kernel.tasks.values()) if (task.isAlive && task.cgroup === cgroup) kernel.signal(daemon, task, 9);
  }

  function runcKill(sandbox: StorySandbox, target: Task): void {
    const runc = kernel.fork(sandbox.shim.isAlive ? sandbox.shim : daemon);
    kernel.exec(runc, 'runc');
    kernel.signal(runc, target, 9);
    kernel.exit(runc);
  }

  return story;
}

function runtimeSandbox(sandbox: StorySandbox): RuntimeSandbox {
  const { id, uid, spec, attempt, pause, isStopped } = sandbox;
  return {
    id,
    podUid: (spec.labelUid ?? uid) as PodUid,
    name: spec.name,
    namespace: 'shop',
    attempt,
    state: pause.isAlive && !isStopped ? 'ready' : 'notready',
    createdAt: wallTime(sandbox.createdNs),
    labels: { app: spec.name },
    ips: spec.hostNetwork ? [] : [`10.0.0.${Number.parseInt(id.slice(0, 4), 16)}`],
    hostNetwork: spec.hostNetwork ?? false,
    ...(pause.isAlive && { pid: pause.pid }),
    runtimeHandler: '',
  };
}

function runtimeContainer({ id, spec, sandbox, init, restarts, createdNs }: StoryContainer): RuntimeContainer {
  const state = init.isAlive ? 'running' : 'exited';
  return {
    ...{ id, sandboxId: sandbox.id, name: spec.name, kind: spec.kind ?? 'app', restarts, state },
    createdAt: wallTime(createdNs),
    ...(init.isAlive && { pid: init.pid }),
  };
}

/** Boot time in ns as RFC 3339: the model's machine was booted on a round date. */
export function wallTime(bootNs: number): string {
  const seconds = Math.floor(bootNs / 1e9);
  const text = new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString().slice(0, 19);
  return `${text}.${String(Math.floor(bootNs - seconds * 1e9)).padStart(9, '0')}Z`;
}
