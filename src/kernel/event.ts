// What the kernel told us, one typed value per bpftrace tuple. Nothing here knows of pods.
import type { BootNs, CgroupId, NamespaceIds, NamespaceSet } from './identity.ts';

/** The task in whose context the probe fired (the sender of a signal, the parent of a fork, the caller of setns). */
export interface TaskRef {
  /** The thread that ran (task_struct.pid, in the initial pid namespace). */
  readonly tid: number;
  /** The process (task_struct.tgid): what user space calls pid. */
  readonly pid: number;
  /** tgid of the real parent. */
  readonly ppid: number;
  /** start_boottime of the thread group leader, ns. Together with pid it is the identity of the process. */
  readonly startNs: BootNs;
  readonly cgroupId: CgroupId;
  /** What the task calls itself: up to 15 bytes that the process picks, decoded as UTF-8 with U+FFFD for what is not. */
  readonly comm: string;
}

interface Base {
  /** When it happened, ns of CLOCK_BOOTTIME. */
  readonly timeNs: BootNs;
}

/** task:task_newtask of a new process (not of a thread). `task` is the parent that called fork; child values are the new process' own. */
export interface ForkEvent extends Base {
  readonly kind: 'fork';
  readonly task: TaskRef;
  /** tgid of the child. */
  readonly pid: number;
  /** The child's real parent: differs from task.pid with CLONE_PARENT. */
  readonly ppid: number;
  /** 0 when the probe could not find the child's task (then it is somewhat before timeNs). */
  readonly startNs: BootNs;
  /** '0' when the probe could not find the child's task: the parent's cgroup then, unless CLONE_INTO_CGROUP (0x200000000). */
  readonly cgroupId: CgroupId;
  /** Pid in its innermost pid namespace; 0 when unknown. */
  readonly nsPid: number;
  /** clone flags without the exit signal. */
  readonly flags: number;
  readonly namespaces: NamespaceSet;
  readonly uid: number;
}

/** sched:sched_process_exec: the new image is loaded, `task.comm` is already the new one. */
export interface ExecEvent extends Base {
  readonly kind: 'exec';
  readonly task: TaskRef;
  readonly uid: number;
  readonly nsPid: number;
  readonly namespaces: NamespaceSet;
  readonly namespaceIds: NamespaceIds;
  /** Base name of the executable (mm->exe_file). */
  readonly exe: string;
}

/** The arguments of an exec, in an event of their own, printed only when process arguments are asked for. Follows its exec event. */
export interface ArgsEvent extends Base {
  readonly kind: 'args';
  readonly pid: number;
  readonly startNs: BootNs;
  readonly args: readonly string[];
  /** True when the buffer ended before the arguments did. */
  readonly truncated: boolean;
}

/** The host name of the UTS namespace in which a first process of a pid namespace starts its program. Follows its exec event. */
export interface HostnameEvent extends Base {
  readonly kind: 'hostname';
  readonly pid: number;
  readonly startNs: BootNs;
  /** What the container or its runtime set: at most 64 bytes of anything. */
  readonly hostname: string;
}

/** sched:sched_process_exit of the last thread of a process (group_dead). */
export interface ExitEvent extends Base {
  readonly kind: 'exit';
  readonly task: TaskRef;
  /** Exit status 0-255 when it exited by itself, undefined when a signal ended it. */
  readonly code: number | undefined;
  /** Number of the fatal signal, 0 when none. */
  readonly signal: number;
  readonly coreDumped: boolean;
  readonly nsPid: number;
  readonly namespaces: NamespaceSet;
}

/** A setns that succeeded. The thread's namespaces before and after: what differs was joined (or left). */
export interface SetnsEvent extends Base {
  readonly kind: 'setns';
  readonly task: TaskRef;
  readonly uid: number;
  /** The nstype argument: 0 is allowed with an nsfs file (crun), several bits with a pidfd. */
  readonly flags: number;
  /** `pid` here is pid_ns_for_children: setns and unshare change only that one. */
  readonly before: NamespaceSet;
  readonly after: NamespaceSet;
  /** Pids of the caller's ancestors from its parent's parent on, nearest first, at most 4: who really comes (runc is the shim's child). */
  readonly ancestors: readonly number[];
}

/** An unshare that succeeded and asked for at least one namespace. Fields as for setns. */
export interface UnshareEvent extends Base {
  readonly kind: 'unshare';
  readonly task: TaskRef;
  readonly uid: number;
  readonly flags: number;
  readonly before: NamespaceSet;
  readonly after: NamespaceSet;
}

/** signal:signal_generate of a fatal signal to a process the probes watch. `task` is the sender: current when the signal was made. */
export interface SignalEvent extends Base {
  readonly kind: 'signal';
  readonly task: TaskRef;
  readonly uid: number;
  /** Base name of the sender's executable, empty for a kernel thread. */
  readonly exe: string;
  readonly signal: number;
  /** si_code: 0 kill (SI_USER), -6 tgkill, 128 the kernel itself (SI_KERNEL). */
  readonly code: number;
  /** True when sent to the process, false when to one thread; cgroup.kill sends with false. */
  readonly group: boolean;
  /** 0 delivered, 1 ignored, 2 already pending (include/trace/events/signal.h). */
  readonly result: number;
  /** Target's global tid. */
  readonly targetPid: number;
  /** Who logged in, whatever su and sudo made of it since (loginuid, proc(5)); absent when nobody did or the kernel does not keep it. */
  readonly loginUid?: number;
  /** The sender was itself dying (PF_EXITING): the end of its pid namespace, when it is the first process of one. */
  readonly isExiting: boolean;
  /** The sender's pid in its innermost pid namespace. */
  readonly nsPid: number;
  /** The sender's controlling terminal, such as `pts3`; absent when it has none. */
  readonly tty?: string;
  /** The sender's ancestors up to init, nearest first: at most 12. */
  readonly parents: readonly { readonly pid: number; readonly comm: string }[];
}

/** oom:mark_victim. `task` is the one whose allocation failed, not the victim. */
export interface OomEvent extends Base {
  readonly kind: 'oom';
  readonly task: TaskRef;
  readonly victimPid: number;
  /** Depth of `task.cgroupId` below the root of its hierarchy. */
  readonly level: number;
  /** Depth of the task's cgroup in the memory controller's hierarchy. */
  readonly memoryLevel: number;
  /** That cgroup and those above it, nearest first, at most 6: what was charged to each, and its limit where it has one. */
  readonly memory: readonly { readonly usageBytes: number; readonly limitBytes?: number }[];
}

/** cgroup:cgroup_mkdir in the hierarchy that is traced. */
export interface CgroupMkdirEvent extends Base {
  readonly kind: 'cgroup-mkdir';
  readonly cgroupId: CgroupId;
  readonly level: number;
  /** Path from the hierarchy's root. May have been cut at the string limit: then `truncated`. */
  readonly path: string;
  readonly truncated: boolean;
}

export interface CgroupRmdirEvent extends Base {
  readonly kind: 'cgroup-rmdir';
  readonly cgroupId: CgroupId;
}

/** cgroup:cgroup_attach_task in the traced hierarchy: a task was moved to another cgroup. CLONE_INTO_CGROUP makes none. `task` is the mover. */
export interface CgroupAttachEvent extends Base {
  readonly kind: 'cgroup-attach';
  readonly task: TaskRef;
  /** Global tid of what was moved. */
  readonly targetPid: number;
  readonly cgroupId: CgroupId;
}

export type KernelEvent =
  | ForkEvent
  | ExecEvent
  | ArgsEvent
  | HostnameEvent
  | ExitEvent
  | SetnsEvent
  | UnshareEvent
  | SignalEvent
  | OomEvent
  | CgroupMkdirEvent
  | CgroupRmdirEvent
  | CgroupAttachEvent;
