// What /proc and /sys say of the node now: the levels that make the edges right.
import type { BootNs, CgroupId, NamespaceSet, NamespaceType } from '../kernel/identity.ts';

export interface HostProcess {
  readonly pid: number;
  readonly ppid: number;
  /** /proc/PID/stat field 22 in ns: whole clock ticks (10 ms), rounded down. Compare with startNs of a kernel event by tick. */
  readonly startNs: BootNs;
  readonly comm: string;
  /** Empty unless arguments were asked for. */
  readonly args: readonly string[];
  readonly uid: number;
  /** Last number of NSpid in /proc/PID/status. */
  readonly nsPid: number;
  readonly namespaces: NamespaceSet;
  /** Path in the traced hierarchy, from its root. */
  readonly cgroupPath: string;
}

/** A namespace held by a mount of its nsfs file, such as /run/netns/cni-…: it lives without any process. */
export interface PinnedNamespace {
  readonly type: NamespaceType;
  readonly inode: number;
  readonly path: string;
}

export interface HostLevel {
  /** CLOCK_BOOTTIME before the first and after the last read, ns: what happened between may or may not be in it. */
  readonly fromNs: BootNs;
  readonly toNs: BootNs;
  /** Only processes that are in a pod's cgroup, or that have a namespace which is not the host's. */
  readonly processes: readonly HostProcess[];
  readonly pinned: readonly PinnedNamespace[];
  /** Every cgroup directory of the traced hierarchy: id and path. */
  readonly cgroups: ReadonlyMap<CgroupId, string>;
  /** There was more than a scan keeps: the level is not the whole truth. */
  readonly truncated?: true;
}

/** Facts of the node that stay as they are while it is up. */
export interface HostIdentity {
  readonly bootId: string;
  readonly nodeName: string;
  /** Namespaces of pid 1: the host's own. */
  readonly namespaces: NamespaceSet;
}
