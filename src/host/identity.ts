// Facts of the node that stay while it is up: boot id, name, the host's own namespaces, and whether the agent sees the host at all.
import { hostname } from 'node:os';
import { PodtreeError } from '../error.ts';
import type { NamespaceSet } from '../kernel/identity.ts';
import type { HostIdentity } from './level.ts';
import { parseStat, readNamespaces } from './process.ts';
import { readSmallFile } from './small-file.ts';

// The first pid namespace has a fixed inode number (include/uapi/linux/nsfs.h; before that include/linux/proc_ns.h, since 3.8).
const INITIAL_PID_NAMESPACE = 0xeffffffc;
/** PF_KTHREAD of include/linux/sched.h. */
const PF_KTHREAD = 0x200000;

/** The node's identity, and whether what /proc says here is what the kernel means. */
export interface NodeIdentity extends HostIdentity {
  /** False when the agent sees other pids than the kernel reports: a container without hostPID, or a node inside a container (kind). */
  readonly inHostPidNamespace: boolean;
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
  };
}

/** Throws PRIVILEGE_MISSING when pids in /proc are other numbers than the kernel reports. (Another cgroup namespace is seen to by findHierarchy.) */
export function requireHostNamespaces(identity: NodeIdentity): void {
  if (!identity.inHostPidNamespace) {
    throw new PodtreeError(
      'PRIVILEGE_MISSING',
      'the agent runs in a pid namespace of its own, where pids are other numbers than the kernel reports: set hostPID: true in its pod (docker run --pid=host)',
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
