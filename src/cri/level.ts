// What the container runtime says of its sandboxes and containers: the names the kernel does not know.
import type { ContainerId, PodUid } from '../kernel/identity.ts';

export interface RuntimeSandbox {
  readonly id: ContainerId;
  readonly podUid: PodUid;
  readonly name: string;
  readonly namespace: string;
  readonly attempt: number;
  readonly state: 'ready' | 'notready';
  /** RFC 3339 UTC with nine digits. */
  readonly createdAt: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Empty until the status was asked, and for hostNetwork pods. First is the primary. */
  readonly ips: readonly string[];
  readonly hostNetwork: boolean;
  /** Pid of the pause as the runtime knows it (verbose status); absent when there is none or it was not asked yet. */
  readonly pid?: number;
  /** The runtime's own word for its handler: 'runc', 'kata' …; empty for the default. */
  readonly runtimeHandler: string;
  /** Name of the runtime that has it, where a node has more than one. */
  readonly runtimeName?: string;
  /** True when the runtime says the sandbox' network namespace is closed (verbose info). */
  readonly netNamespaceClosed?: boolean;
}

export type ContainerKind = 'init' | 'sidecar' | 'app' | 'ephemeral';

export interface RuntimeContainer {
  readonly id: ContainerId;
  readonly sandboxId: ContainerId;
  readonly name: string;
  readonly kind: ContainerKind;
  /** ContainerMetadata.attempt: the restart count as the kubelet counts it. */
  readonly restarts: number;
  readonly state: 'created' | 'running' | 'exited' | 'unknown';
  readonly createdAt: string;
  readonly pid?: number;
  /** As the runtime reports it; after a shim's death it may be invented. Absent while it runs. */
  readonly exitCode?: number;
  readonly finishedAt?: string;
  readonly reason?: string;
}

export interface RuntimeLevel {
  /** 'containerd', 'cri-o' … from Version. */
  readonly runtimeName: string;
  readonly runtimeVersion: string;
  readonly sandboxes: readonly RuntimeSandbox[];
  readonly containers: readonly RuntimeContainer[];
}
