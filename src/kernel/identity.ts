// The names things have in the kernel and on a Kubernetes node, as types that cannot be mixed up.

/** A cgroup's kernfs id: a decimal string of an unsigned 64-bit number, equal to the inode of its directory. */
export type CgroupId = string & { readonly cgroupId: unique symbol };
/** Nanoseconds of CLOCK_BOOTTIME, as bpftrace's `nsecs` and `task_struct.start_boottime` give them. Below 2^53 for 104 days of
 * uptime per 9e15 ns, so a number keeps them exact for 104 days and to within 2 ns for a year; ordering needs no more. */
export type BootNs = number;
/** A pod's uid: dashed lower-case UUID, or 32 hex digits for a static pod (kubelet pkg/kubelet/config/common.go applyDefaults). */
export type PodUid = string & { readonly podUid: unique symbol };
/** A runtime's 64-hex id of a container or of a sandbox (they share one id space). */
export type ContainerId = string & { readonly containerId: unique symbol };

/** Namespace types in the order in which every list of them is printed. */
export const NAMESPACE_TYPES = ['net', 'pid', 'ipc', 'uts', 'mnt', 'user', 'cgroup'] as const;
export type NamespaceType = (typeof NAMESPACE_TYPES)[number];

/** Inode numbers of a task's namespaces (ns_common.inum), in the order of NAMESPACE_TYPES; 0 where unknown.
 * `pid` is the namespace the task lives in (task_active_pid_ns), not the one its children would get. */
export type NamespaceSet = readonly [net: number, pid: number, ipc: number, uts: number, mnt: number, user: number, cgroup: number];

/** Unique namespace ids (ns_common.ns_id, Linux 6.18 and later; net.net_cookie for net before that) in the order of NAMESPACE_TYPES;
 * an empty string where the kernel has none. */
export type NamespaceIds = readonly [net: string, pid: string, ipc: string, uts: string, mnt: string, user: string, cgroup: string];

/** CLONE_NEW* bits of include/uapi/linux/sched.h, in the order of NAMESPACE_TYPES. */
export const CLONE_FLAG: Readonly<Record<NamespaceType, number>> = {
  net: 0x40000000,
  pid: 0x20000000,
  ipc: 0x08000000,
  uts: 0x04000000,
  mnt: 0x00020000,
  user: 0x10000000,
  cgroup: 0x02000000,
};
