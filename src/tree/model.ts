// The pod tree as users see it: the JSON shapes of GET /v1/tree and of the stream. Field names here are the contract.
import type { Qos } from '../attribution/cgroup-path.ts';
import type { PodRef } from '../attribution/reference.ts';
import type { CauseKind } from '../cause/cause.ts';
import type { NamespaceType } from '../kernel/identity.ts';
import type { ExitRecord } from '../kernel/signal.ts';

/** own: this container's or sandbox' own; pod: shared with the pause; host: the node's; container: another container's, see `with`. */
export type NamespaceScope = 'own' | 'pod' | 'host' | 'container';

export interface NamespaceRecord {
  readonly type: NamespaceType;
  readonly inode: number;
  /** Inode and the boot time in ns at which it was made or first seen, or the kernel's unique id when that was known first: the inode alone is reused
   * within seconds. The same in events and tree as long as the agent runs. */
  readonly id: string;
  readonly scope: NamespaceScope;
  /** With scope container: the id of the container whose namespace it is. */
  readonly with?: string;
}

/** init: a container's first process. child: made inside the pod. exec: entered by the runtime's exec. runtime: runc or crun on its way to
 * becoming one of these. guest: not in the pod's cgroups, but in one of its namespaces. pause: the infra process. */
export type ProcessRole = 'pause' | 'init' | 'child' | 'exec' | 'runtime' | 'guest';

export interface ProcessRecord {
  readonly pid: number;
  /** Pid inside its innermost pid namespace. */
  readonly nsPid?: number;
  readonly ppid: number;
  readonly comm: string;
  /** Empty unless the agent was told to show arguments: they hold secrets. */
  readonly args: readonly string[];
  readonly uid?: number;
  readonly role: ProcessRole;
  /** RFC 3339 UTC, nine digits. With pid it is the identity of the process: `pid@startTime`. */
  readonly startTime: string;
}

export type ContainerState = 'created' | 'running' | 'exited' | 'unknown';

/** A container without its processes: what a change carries. */
export interface ContainerRecord {
  readonly id: string;
  readonly name: string;
  readonly kind: 'init' | 'sidecar' | 'app' | 'ephemeral';
  readonly restarts: number;
  readonly state: ContainerState;
  readonly namespaces: readonly NamespaceRecord[];
  readonly lastExit?: ExitRecord;
}

export interface Container extends ContainerRecord {
  readonly processes: readonly ProcessRecord[];
}

export type SandboxState = 'creating' | 'ready' | 'notready' | 'removed';
export type SandboxKind = 'process' | 'pinned' | 'vm';

/** A sandbox without its containers and guests: what a change carries, and what history keeps. */
export interface SandboxRecord {
  readonly id: string;
  readonly attempt: number;
  readonly state: SandboxState;
  readonly kind: SandboxKind;
  /** 'containerd', 'cri-o', 'demo' …; absent when no runtime has named it. */
  readonly runtime?: string;
  readonly createdAt?: string;
  readonly ips: readonly string[];
  /** Absent once it has died, and always when kind is pinned or vm. */
  readonly pause?: ProcessRecord;
  /** How it ended, and of what: `planned-stop` is the ordinary end of a pod. Absent when podtree did not see it. */
  readonly pauseExit?: PauseExitRecord;
  readonly namespaces: readonly NamespaceRecord[];
}

export interface PauseExitRecord extends ExitRecord {
  readonly cause: CauseKind;
}

export interface Sandbox extends SandboxRecord {
  readonly containers: readonly Container[];
  readonly guests: readonly ProcessRecord[];
  /** Absent unless somebody watches: it is sampled, and costs more than events. */
  readonly usage?: UsageRecord;
}

/** What the cgroup of a container, or of the pause, has used. */
export interface ResourceUse {
  /** Processor time since the cgroup was made, ms. */
  readonly cpuMs: number;
  /** Processors in use, on average since the sample before; absent in the first. */
  readonly cpuCores?: number;
  /** Memory charged to the cgroup, page cache included. */
  readonly memoryBytes: number;
}

/** Which process holds a socket; empty when none of the pod's does (another's, or one that has ended meanwhile). */
export interface SocketHolder {
  readonly containerId?: string;
  readonly pid?: number;
}

export interface ListeningPort extends SocketHolder {
  readonly protocol: 'tcp' | 'udp';
  /** `0.0.0.0` and `::` are every address of the pod. */
  readonly address: string;
  readonly port: number;
}

/** Connections over the pod's own localhost: `from` has called `to` on its port. */
export interface LocalPeer {
  readonly from: SocketHolder;
  readonly to: SocketHolder;
  readonly port: number;
  readonly connections: number;
}

/** What a sandbox uses and who listens and talks in its network namespace: a sample. */
export interface UsageRecord {
  /** RFC 3339 UTC, nine digits. */
  readonly sampledAt: string;
  readonly pause?: ResourceUse;
  readonly containers: readonly (ResourceUse & { readonly id: string })[];
  /** TCP ports that are listened on and UDP ports that are bound; none of a pod in the host's network. */
  readonly ports: readonly ListeningPort[];
  readonly peers: readonly LocalPeer[];
}

/** What made the pod and replaces it: the `controller` among its ownerReferences, or the Deployment behind that. */
export interface PodController {
  /** Deployment, StatefulSet, DaemonSet, Job, Node (of a static pod) …: any kind there is. */
  readonly kind: string;
  readonly name: string;
  /** Of a Deployment: the ReplicaSet in between, which is another one after each change of the Deployment. */
  readonly replicaSet?: string;
}

/** A pod without its sandboxes: what a change carries. */
export interface PodRecord {
  readonly uid: string;
  readonly namespace?: string;
  /** The API's name; without a runtime the pause's host name, or absent. */
  readonly name?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly qos?: Qos;
  readonly hostNetwork: boolean;
  /** Known only from the API server; also absent when nothing controls it. */
  readonly controller?: PodController;
  /** When its deletion was asked for, to the second and by the clock of the API server, which alone knows; absent while nobody has. */
  readonly deletedAt?: string;
}

export interface Pod extends PodRecord {
  /** Absent while the pod has cgroups but no sandbox that we know of. */
  readonly sandbox?: Sandbox;
  /** Earlier sandboxes of the same pod uid, oldest first, a bounded number of them. */
  readonly history: readonly SandboxRecord[];
}

/** A network namespace that is still pinned by a mount although no pod owns it any more. */
export interface LeakedNamespace {
  readonly type: NamespaceType;
  readonly inode: number;
  readonly path: string;
  readonly pod?: PodRef;
}

export interface Tree {
  readonly node: string;
  readonly token: string;
  readonly pods: readonly Pod[];
  readonly leaked: readonly LeakedNamespace[];
}
