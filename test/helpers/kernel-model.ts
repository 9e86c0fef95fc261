// A small model of the kernel: processes, namespaces and cgroups that can be acted on, which prints the events the probes would and can be read as
// /proc is. Inode numbers are given out lowest first and come back at once, as the real ones do.
import type { HostLevel, HostProcess, PinnedNamespace } from '../../src/host/level.ts';
import type { KernelEvent, OomEvent, TaskRef } from '../../src/kernel/event.ts';
import { type CgroupId, CLONE_FLAG, NAMESPACE_TYPES, type NamespaceSet, type NamespaceType } from '../../src/kernel/identity.ts';

export const HOST_NAMESPACES: NamespaceSet = [4026531833, 4026531836, 4026531839, 4026531838, 4026531832, 4026531837, 4026531835];
const FIRST_INODE = 0xf0000100;
const TICK_NS = 10_000_000;
const NO_IDS = ['', '', '', '', '', '', ''] as const;
export const CLONE_PARENT = 0x8000;
export const CLONE_INTO_CGROUP = 0x2_0000_0000;

export interface Task {
  readonly pid: number;
  readonly startNs: number;
  ppid: number;
  comm: string;
  exe: string;
  uid: number;
  cgroup: string;
  namespaces: number[];
  /** unshare and setns of a pid namespace change this one only. */
  childrenPidNs: number;
  nsPid: number;
  isAlive: boolean;
  isGuest: boolean;
  cpu: number;
  isSubreaper: boolean;
  /** The probes were told to watch it: a process of the runtime. */
  isWatched: boolean;
}

export interface Told {
  readonly event: KernelEvent;
  readonly cpu: number;
}

export interface Kernel {
  readonly told: Told[];
  readonly tasks: ReadonlyMap<number, Task>;
  nowNs(): number;
  /** Lets time pass. */
  wait(ms: number): void;
  /** A host process that was there before. */
  boot(comm: string, cgroup: string, parent?: Task): Task;
  mkdir(path: string): CgroupId;
  rmdir(path: string): void;
  cgroupId(path: string): CgroupId;
  fork(parent: Task, options?: { flags?: number; types?: readonly NamespaceType[]; cgroup?: string; isQuiet?: boolean }): Task;
  exec(task: Task, comm: string): void;
  exit(task: Task, ended?: { code?: number; signal?: number }): void;
  /** Returns the new inode numbers, in the order of `types`. */
  unshare(task: Task, types: readonly NamespaceType[], isThread?: boolean): number[];
  setns(task: Task, target: readonly number[], types: readonly NamespaceType[], isThread?: boolean): void;
  attach(mover: Task, task: Task, cgroup: string): void;
  /** The target dies of it unless `isHandled`. */
  signal(
    sender: Task,
    target: Task,
    signal: number,
    options?: { code?: number; result?: number; isHandled?: boolean; group?: boolean },
  ): void;
  /** `memory`: of the allocator's cgroup and those above it. */
  oom(allocator: Task, target: Task, memory?: OomEvent['memory']): void;
  pin(inode: number, path: string): void;
  unpin(path: string): void;
  level(): HostLevel;
  isPod(cgroup: string): boolean;
}

export interface KernelOptions {
  readonly cpus?: number;
  /** 0 to 1, for moving processes between CPUs; without it they stay where they are. */
  readonly random?: () => number;
  readonly firstPid?: number;
}

export function createKernel({ cpus = 1, random, firstPid = 1000 }: KernelOptions = {}): Kernel {
  const told: Told[] = [];
  const tasks = new Map<number, Task>();
  const cgroups = new Map<string, CgroupId>([['/', '1' as CgroupId]]);
  const pins = new Map<string, number>();
  let now = 3_600_000_000_000;
  let lastPid = firstPid;
  let lastCgroup = 100;

  const isPod = (cgroup: string) => cgroup.includes('/kubepods/') || cgroup.startsWith('/k8s.io/');
  const setOf = ([net = 0, pid = 0, ipc = 0, uts = 0, mnt = 0, user = 0, cgroup = 0]: readonly number[]): NamespaceSet => [
    ...([net, pid, ipc, uts, mnt, user, cgroup] as const),
  ];
  const childSet = (task: Task) => setOf(task.namespaces.with(1, task.childrenPidNs));
  const typeIndex = (type: NamespaceType) => NAMESPACE_TYPES.indexOf(type);
  const isInPod = (set: readonly number[]) =>
    [...tasks.values()].some(
      (task) =>
        task.isAlive && isPod(task.cgroup) && set.some((inode, type) => inode === task.namespaces[type] && inode !== HOST_NAMESPACES[type]),
    );

  function idOf(path: string): CgroupId {
    const id = cgroups.get(path);
    if (id === undefined) throw new Error(`no cgroup ${path}`);
    return id;
  }

  const depthOf = (path: string) => path.split('/').filter((segment) => segment !== '').length;

  function freeInode(taken: readonly number[] = []): number {
    const used = new Set<number>([...pins.values(), ...taken]);
    for (const task of tasks.values()) if (task.isAlive) for (const inode of [...task.namespaces, task.childrenPidNs]) used.add(inode);
    let inode = FIRST_INODE;
    while (used.has(inode)) inode++;
    return inode;
  }

  function freePid(): number {
    do lastPid++;
    while (tasks.get(lastPid)?.isAlive);
    return lastPid;
  }

  function refOf(task: Task, isThread = false): TaskRef {
    const { pid, ppid, startNs, comm, cgroup } = task;
    return { tid: isThread ? pid + 100_000 : pid, pid, ppid, startNs, cgroupId: idOf(cgroup), comm };
  }

  function tell(task: Task, make: (timeNs: number) => KernelEvent): void {
    now += 1000 + Math.floor((random?.() ?? 0) * 50_000);
    if (random && random() < 0.3) task.cpu = Math.floor(random() * cpus);
    told.push({ event: make(now), cpu: task.cpu });
  }

  function make(comm: string, cgroup: string, parent: Task | undefined, cpu: number): Task {
    now += 500;
    const task: Task = {
      pid: freePid(),
      ppid: parent?.pid ?? 1,
      startNs: now,
      comm,
      exe: comm,
      uid: 0,
      cgroup,
      namespaces: [...(parent?.namespaces ?? HOST_NAMESPACES)],
      childrenPidNs: parent?.childrenPidNs ?? HOST_NAMESPACES[1],
      nsPid: 0,
      isAlive: true,
      isGuest: false,
      cpu,
      isSubreaper: false,
      isWatched: false,
    };
    task.nsPid = task.pid;
    tasks.set(task.pid, task);
    return task;
  }

  function enterPidNamespace(task: Task, inode: number): void {
    task.namespaces[1] = inode;
    task.childrenPidNs = inode;
    if (inode === HOST_NAMESPACES[1]) return;
    const others = [...tasks.values()].filter((other) => other.isAlive && other !== task && other.namespaces[1] === inode);
    task.nsPid = others.reduce((max, other) => Math.max(max, other.nsPid), 0) + 1;
  }

  function adopt(dead: Task): void {
    for (const child of tasks.values()) {
      if (!child.isAlive || child.ppid !== dead.pid) continue;
      child.ppid = reaperOf(child, dead);
    }
  }

  /** The nearest subreaper above the dead parent in its pid namespace, else the first process of that (kernel/exit.c find_new_reaper). */
  function reaperOf(child: Task, dead: Task): number {
    const pidNs = dead.namespaces[1];
    for (let above = tasks.get(dead.ppid); above && above.namespaces[1] === pidNs; above = tasks.get(above.ppid)) {
      if (above.isAlive && above.isSubreaper) return above.pid;
    }
    for (const task of tasks.values()) {
      if (task.isAlive && task.nsPid === 1 && task.namespaces[1] === pidNs && task !== child) return task.pid;
    }
    return 1;
  }

  const kernel: Kernel = {
    told,
    tasks,
    nowNs: () => now,
    wait: (ms) => {
      now += ms * 1_000_000;
    },
    boot: (comm, cgroup, parent) => make(comm, cgroup, parent, 0),
    mkdir: (path) => {
      const id = String(++lastCgroup) as CgroupId;
      cgroups.set(path, id);
      now += 1000;
      const cpu = random ? Math.floor(random() * cpus) : 0;
      told.push({
        event: { kind: 'cgroup-mkdir', timeNs: now, cgroupId: id, level: path.split('/').length - 1, path, truncated: false },
        cpu,
      });
      return id;
    },
    rmdir: (path) => {
      const id = idOf(path);
      cgroups.delete(path);
      now += 1000;
      told.push({ event: { kind: 'cgroup-rmdir', timeNs: now, cgroupId: id }, cpu: random ? Math.floor(random() * cpus) : 0 });
    },
    cgroupId: idOf,
    fork: (parent, { flags = 0, types = [], cgroup, isQuiet = false } = {}) => {
      const mask = types.reduce((all, type) => all | CLONE_FLAG[type], 0) + flags + (cgroup === undefined ? 0 : CLONE_INTO_CGROUP);
      const realParent = flags & CLONE_PARENT ? (tasks.get(parent.ppid) ?? parent) : parent;
      const child = make(parent.comm, cgroup ?? parent.cgroup, parent, parent.cpu);
      child.ppid = realParent.pid;
      child.uid = parent.uid;
      for (const type of types) {
        const inode = freeInode();
        if (type === 'pid') child.childrenPidNs = inode;
        child.namespaces[typeIndex(type)] = inode;
      }
      child.nsPid = child.pid;
      enterPidNamespace(child, child.childrenPidNs);
      child.isGuest = parent.isGuest && !isPod(child.cgroup);
      if (isQuiet || (!isPod(child.cgroup) && !child.isGuest && types.length === 0)) return child;
      tell(parent, (timeNs) => ({
        kind: 'fork',
        timeNs,
        task: refOf(parent),
        pid: child.pid,
        ppid: child.ppid,
        startNs: child.startNs,
        cgroupId: idOf(child.cgroup),
        nsPid: child.nsPid,
        flags: mask,
        namespaces: setOf(child.namespaces),
        uid: child.uid,
      }));
      return child;
    },
    exec: (task, comm) => {
      task.comm = comm.slice(0, 15);
      task.exe = comm;
      if (!isPod(task.cgroup) && !task.isGuest) return;
      tell(task, (timeNs) => ({
        kind: 'exec',
        timeNs,
        task: refOf(task),
        uid: task.uid,
        nsPid: task.nsPid,
        namespaces: setOf(task.namespaces),
        namespaceIds: NO_IDS,
        exe: comm,
      }));
    },
    exit: (task, { code = 0, signal = 0 } = {}) => {
      if (!task.isAlive) return;
      if (isPod(task.cgroup) || task.isGuest || task.isWatched) {
        tell(task, (timeNs) => ({
          kind: 'exit',
          timeNs,
          task: refOf(task),
          code: signal === 0 ? code : undefined,
          signal,
          coreDumped: false,
          nsPid: task.nsPid,
          namespaces: setOf(task.namespaces),
        }));
      }
      task.isAlive = false;
      if (task.nsPid === 1 && task.namespaces[1] !== HOST_NAMESPACES[1]) {
        for (const other of tasks.values())
          if (other.isAlive && other.namespaces[1] === task.namespaces[1]) kernel.signal(task, other, 9, { code: 128 });
      }
      adopt(task);
    },
    unshare: (task, types, isThread = false) => {
      const before = childSet(task);
      const after = [...before];
      const made: number[] = [];
      for (const type of types) {
        const inode = freeInode(made);
        made.push(inode);
        after[typeIndex(type)] = inode;
      }
      if (!isThread) {
        task.namespaces = after.with(1, task.namespaces[1] ?? 0);
        task.childrenPidNs = after[1] ?? 0;
      }
      const flags = types.reduce((all, type) => all | CLONE_FLAG[type], 0);
      tell(task, (timeNs) => ({ kind: 'unshare', timeNs, task: refOf(task, isThread), uid: task.uid, flags, before, after: setOf(after) }));
      return made;
    },
    setns: (task, target, types, isThread = false) => {
      const before = childSet(task);
      const after = [...before];
      for (const type of types) after[typeIndex(type)] = target[typeIndex(type)] ?? 0;
      if (!isThread) {
        task.namespaces = after.with(1, task.namespaces[1] ?? 0);
        task.childrenPidNs = after[1] ?? 0;
        if (!isPod(task.cgroup)) task.isGuest = isInPod(after);
      }
      const ancestors: number[] = [];
      for (let above = tasks.get(tasks.get(task.ppid)?.ppid ?? 0); above && ancestors.length < 4; above = tasks.get(above.ppid))
        ancestors.push(above.pid);
      tell(task, (timeNs) => ({
        kind: 'setns',
        timeNs,
        task: refOf(task, isThread),
        uid: task.uid,
        flags: 0,
        before,
        after: setOf(after),
        ancestors,
      }));
    },
    attach: (mover, task, cgroup) => {
      task.cgroup = cgroup;
      task.isGuest = false;
      tell(mover, (timeNs) => ({ kind: 'cgroup-attach', timeNs, task: refOf(mover), targetPid: task.pid, cgroupId: idOf(cgroup) }));
    },
    signal: (sender, target, signal, { code = 0, result = 0, isHandled = false, group = true } = {}) => {
      if (isPod(target.cgroup) || target.isGuest || target.isWatched) {
        const parents: { pid: number; comm: string }[] = [];
        for (let above = tasks.get(sender.ppid); above && parents.length < 12; above = tasks.get(above.ppid))
          parents.push({ pid: above.pid, comm: above.comm });
        tell(sender, (timeNs) => ({
          kind: 'signal',
          timeNs,
          task: refOf(sender),
          uid: sender.uid,
          exe: sender.exe,
          signal,
          code,
          group,
          result,
          targetPid: target.pid,
          isExiting: !sender.isAlive,
          nsPid: sender.nsPid || sender.pid,
          parents,
        }));
      }
      if (result === 0) kernel.exit(target, isHandled ? { code: 0 } : { signal });
    },
    oom: (allocator, target, memory = []) => {
      tell(allocator, (timeNs) => ({
        ...{ kind: 'oom', timeNs, task: refOf(allocator), victimPid: target.pid },
        ...{ level: depthOf(allocator.cgroup), memoryLevel: depthOf(allocator.cgroup), memory },
      }));
      kernel.exit(target, { signal: 9 });
    },
    pin: (inode, path) => {
      pins.set(path, inode);
    },
    unpin: (path) => {
      pins.delete(path);
    },
    isPod,
    level: () => {
      const fromNs = now;
      const processes: HostProcess[] = [];
      for (const task of tasks.values()) {
        const isHost = task.namespaces.every((inode, type) => inode === HOST_NAMESPACES[type]);
        if (!task.isAlive || (isHost && !isPod(task.cgroup))) continue;
        const { pid, ppid, comm, uid, nsPid, cgroup: cgroupPath } = task;
        const startNs = Math.floor(task.startNs / TICK_NS) * TICK_NS;
        processes.push({ pid, ppid, startNs, comm, args: [], uid, nsPid, namespaces: setOf(task.namespaces), cgroupPath });
      }
      const pinned: PinnedNamespace[] = [...pins].map(([path, inode]) => ({ type: 'net', inode, path }));
      now += 1000;
      return { fromNs, toNs: now, processes, pinned, cgroups: new Map([...cgroups].map(([path, id]) => [id, path])) };
    },
  };
  return kernel;
}
