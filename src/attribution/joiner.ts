// Judges who joins a pod's namespace, by ancestry, cgroup and what the process is, never by its name alone (names are forged in a second).
import type { JoinedBy } from './reference.ts';

export interface JoinFacts {
  /** The joiner is in the cgroups of the pod whose namespace it joins. */
  readonly isInOwnersPod: boolean;
  /** The joiner is in the cgroups of another pod. */
  readonly isInOtherPod: boolean;
  /** In the owner's pod: it was brought there from outside and has not become the container's program yet. */
  readonly isRuntimeStage: boolean;
  /** In the owner's pod: the container it is in has its first process already, so the runtime comes for an exec. */
  readonly isContainerRunning: boolean;
  /** Pids of the joiner and of its ancestors, nearest first, as far as they are known. */
  readonly lineage: readonly number[];
  /** The unit of the joiner's cgroup, when it is a systemd unit. */
  readonly unit?: string | undefined;
}

/** Pids that are known to belong to the runtime. */
export interface RuntimePids {
  /** The process that serves the CRI socket. */
  isDaemon(pid: number): boolean;
  /** A shim or conmon: the parent of a pause or of a container's first process. */
  isShim(pid: number): boolean;
}

/** A shim's descendant is runc or crun at work; a child of the daemon itself is a CNI plugin (go-cni and ocicni exec them), the daemon's own
 * threads make the sandbox' network namespace and enter it for port-forwards (containerd pkg/netns, sandbox_portforward_linux.go). */
export function judgeJoin(facts: JoinFacts, runtime: RuntimePids): JoinedBy {
  if (facts.isInOwnersPod) {
    if (!facts.isRuntimeStage) return 'pod';
    return facts.isContainerRunning ? 'exec' : 'runtime';
  }
  if (facts.isInOtherPod) return 'foreign';
  const [self, ...ancestors] = facts.lineage;
  if (self !== undefined && (runtime.isDaemon(self) || runtime.isShim(self))) return 'runtime';
  for (const pid of ancestors) {
    if (runtime.isShim(pid)) return facts.isContainerRunning ? 'exec' : 'runtime';
    if (runtime.isDaemon(pid)) return 'cni';
  }
  if (facts.unit === 'kubelet.service') return 'kubelet';
  return 'foreign';
}
