// Facts of the node that stay while it is up: boot id, name, the host's own namespaces, and whether the agent sees the host at all.
import { hostname } from 'node:os';
import { PodtreeError } from '../error.ts';
import type { NamespaceSet } from '../kernel/identity.ts';
import type { HostIdentity } from './level.ts';
import { parseStat, readNamespaces } from './process.ts';
import { readSmallFile } from './small-file.ts';

// The first namespaces have fixed inode numbers (include/uapi/linux/nsfs.h; before that include/linux/proc_ns.h, since 3.8).
const INITIAL_PID_NAMESPACE = 0xeffffffc;
const INITIAL_CGROUP_NAMESPACE = 0xeffffffb;
/** PF_KTHREAD of include/linux/sched.h. */
const PF_KTHREAD = 0x200000;

/** The node's identity, and whether what /proc says here is what the kernel means. */
export interface NodeIdentity extends HostIdentity {
  /** False when the agent sees other pids than the kernel reports: a container without hostPID, or a node inside a container (kind). */
  readonly inHostPidNamespace: boolean;
  /** False when /proc/PID/cgroup is relative to the agent's own cgroup. */
  readonly inHostCgroupNamespace: boolean;
}

/** Reads once at start. `nodeName` is the setting; without it the host name in lower case, as the kubelet registers. Throws
 * PRIVILEGE_MISSING when the host's namespaces cannot be read. */
export function readHostIdentity(nodeName?: string, proc = '/proc'): NodeIdentity {
  const own = readNamespaces('self', proc);
  return {
    bootId: (readSmallFile(`${proc}/sys/kernel/random/boot_id`) ?? '').trim(),
    nodeName: nodeName ?? hostname().toLowerCase(),
    namespaces: hostNamespaces(proc),
    inHostPidNamespace: own[1] === INITIAL_PID_NAMESPACE,
    inHostCgroupNamespace: own[6] === INITIAL_CGROUP_NAMESPACE,
  };
}

/** Throws PRIVILEGE_MISSING when what the agent reads from /proc cannot be joined with what the kernel reports: pids would be other
 * numbers, cgroup paths relative to the agent's own (`/../..`). */
export function requireHostNamespaces(identity: NodeIdentity): void {
  if (!identity.inHostPidNamespace) {
    throw new PodtreeError(
      'PRIVILEGE_MISSING',
      'the agent runs in a pid namespace of its own, where pids are other numbers than the kernel reports: set hostPID: true in its pod (docker run --pid=host)',
    );
  }
  if (!identity.inHostCgroupNamespace) {
    throw new PodtreeError(
      'PRIVILEGE_MISSING',
      'the agent runs in a cgroup namespace of its own, where /proc shows cgroup paths cut off: make its container privileged (docker run --cgroupns=host), or start it with nsenter --cgroup=/proc/1/ns/cgroup',
    );
  }
}

// Pid 1's links may be refused to root when it has capabilities that we lack; kthreadd lives in the namespaces of the boot for good.
function hostNamespaces(proc: string): NamespaceSet {
  const ofInit = readNamespaces(1, proc);
  if (!ofInit.includes(0)) return ofInit;
  const second = parseStat(readSmallFile(`${proc}/2/stat`) ?? '');
  if (second !== undefined && second.ppid === 0 && (second.flags & PF_KTHREAD) !== 0) {
    const ofKthreadd = readNamespaces(2, proc);
    if (!ofKthreadd.includes(0)) return ofKthreadd;
  }
  throw new PodtreeError(
    'PRIVILEGE_MISSING',
    `the host's namespaces cannot be read (${proc}/1/ns): run the agent as root with CAP_SYS_PTRACE, and in a container with hostPID: true`,
  );
}
