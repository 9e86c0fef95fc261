// What the tree remembers between events. Mutable, owned by the engine alone; users only ever see the records made of it.
import type { CgroupOwner, Qos } from '../attribution/cgroup-path.ts';
import type { CgroupRegistry } from '../attribution/cgroup-registry.ts';
import type { NamespaceTable } from '../attribution/namespace-table.ts';
import type { ContainerRef, NamespaceRef, PodRef, SandboxRef } from '../attribution/reference.ts';
import type { Cause } from '../cause/cause.ts';
import type { SignalLog } from '../cause/signal-log.ts';
import type { RuntimeContainer, RuntimeSandbox } from '../cri/level.ts';
import type { HostIdentity } from '../host/level.ts';
import type { KernelEvent } from '../kernel/event.ts';
import type { BootNs, CgroupId, ContainerId, NamespaceSet, PodUid } from '../kernel/identity.ts';
import type { ExitRecord } from '../kernel/signal.ts';
import type { TreeChange, TreeEvent } from './change.ts';
import type { DeadProcesses } from './dead.ts';
import type { LeakedNamespace, ProcessRecord, ProcessRole, SandboxRecord } from './model.ts';

/** All fields are there from the start: a storm makes tens of thousands of these a second. */
export interface ProcessState {
  readonly pid: number;
  /** What the identity is published with: exact from the kernel, whole clock ticks when /proc told first. */
  readonly startNs: BootNs;
  /** Absent while only /proc has told of it. */
  exactStartNs: BootNs | undefined;
  /** When we first heard of it, ns. */
  readonly seenNs: BootNs;
  ppid: number;
  comm: string;
  args: readonly string[];
  uid: number | undefined;
  nsPid: number | undefined;
  role: ProcessRole;
  /** Its parent was outside the container when it came: a runtime stage, then the container's first process or an exec. */
  readonly isEntrant: boolean;
  /** When it last executed a program inside the container's own mount namespace, ns; 0 before. */
  execNs: BootNs;
  /** Levels told that it runs its program, ns: an exec before that is the one that started it, told late. */
  programSeenNs?: BootNs;
  /** The container it is in, or for a guest the sandbox whose namespace it is in. */
  readonly item: Item;
  isShown: boolean;
  /** Absent when something of it has changed since it was made. */
  record: ProcessRecord | undefined;
}

export interface ItemRefs {
  readonly pod: PodRef;
  readonly sandbox?: SandboxRef;
  readonly container?: ContainerRef;
  readonly attribution?: 'unnamed-container';
}

/** One id of the runtime: a container, or a sandbox with its pause. */
export interface Item {
  readonly id: ContainerId;
  readonly pod: PodState;
  kind: 'sandbox' | 'container';
  /** The first time it was heard of, ns. */
  readonly seenNs: BootNs;
  /** It was there before the first levels were complete. */
  readonly isFromBefore: boolean;
  sandbox?: RuntimeSandbox;
  container?: RuntimeContainer;
  /** The runtime's last answer had it. */
  isListed: boolean;
  /** The runtime had it in some answer. */
  wasNamed: boolean;
  hasCgroup: boolean;
  hadProcess: boolean;
  isDroppedInfra: boolean;
  readonly processes: Set<ProcessState>;
  readonly guests: Set<ProcessState>;
  init?: ProcessState;
  /** Of the first process, kept after its death. */
  initStartNs: BootNs;
  startedNs: BootNs;
  namespaces?: NamespaceSet;
  namespaceRefs: readonly NamespaceRef[];
  exit?: { readonly record: ExitRecord | undefined; readonly timeNs: BootNs };
  /** Sandbox only: why the pause died. */
  cause?: Cause;
  /** Sandbox only: names of the containers that ran when the pause died. */
  runningAtDeath: readonly string[];
  announced: { created: boolean; ready: boolean };
  shown?: { readonly json: string; readonly under: string };
  /** What its last event said it is about. */
  refs?: ItemRefs;
}

export interface PodState {
  readonly uid: PodUid;
  qos?: Qos;
  ref: PodRef;
  labels: Readonly<Record<string, string>>;
  hostNetwork: boolean;
  readonly items: Map<ContainerId, Item>;
  current?: Item;
  /** The last sandbox that had a pause and was removed: a restart is measured against it when the runtime forgot it before the new one ran. */
  predecessor?: Item;
  history: SandboxRecord[];
  /** Last sandbox that is gone or superseded: what pause.restarted compares with. */
  readonly lastExits: Map<string, ExitRecord>;
  processCount: number;
  shown?: string;
  isAnnounced: boolean;
}

export interface PendingPauseExit {
  readonly item: Item;
  readonly exit: { readonly code: number | undefined; readonly signal: number };
  readonly timeNs: BootNs;
  readonly process: ProcessRecord;
  readonly pausePid: number;
  readonly pauseStartNs: BootNs;
  readonly shimPid: number;
  readonly liveContainers: number;
  deadlineNs: BootNs;
  /** What was told without knowing the cause: told again should the signal still come. */
  told?: TreeEvent & { readonly type: 'pause.exited' };
}

export interface PendingNamespaceEvent {
  readonly timeNs: BootNs;
  readonly deadlineNs: BootNs;
  /** Called once with the owner when it becomes known. */
  readonly resolve: (owner: Item) => void;
}

export interface Outage {
  readonly pod: PodState;
  readonly event: Extract<TreeEvent, { type: 'pause.restarted' }>;
  readonly sandboxId: ContainerId;
  readonly awaited: Set<string>;
  readonly restarted: Set<string>;
  readonly diedNs: BootNs | undefined;
  readonly deadlineNs: BootNs;
}

export interface TreeLimits {
  /** Processes shown per pod; more are counted, not shown. */
  readonly maxProcessesPerPod: number;
  /** Earlier sandboxes kept per pod. */
  readonly maxHistory: number;
  /** Events held while the runtime has not named their container. */
  readonly maxHeldEvents: number;
  readonly maxHoldMs: number;
  /** How long a pause's death waits for the signal that explains it when that comes from another CPU. */
  readonly maxCauseWaitMs: number;
  readonly maxPods: number;
}

/** What the tree could not keep or tell, by reason: counters that only grow. */
export interface TreeDrops {
  processLimit: number;
  podLimit: number;
  heldOverflow: number;
  holdTimeout: number;
  unknownCgroup: number;
  podless: number;
}

export interface Context {
  readonly node: string;
  readonly host: HostIdentity;
  readonly limits: TreeLimits;
  readonly drops: TreeDrops;
  readonly wallTime: (bootNs: BootNs) => string;
  readonly nextEventId: () => string;
  readonly registry: CgroupRegistry;
  readonly namespaces: NamespaceTable;
  readonly signals: SignalLog;
  readonly pods: Map<PodUid, PodState>;
  readonly items: Map<ContainerId, Item>;
  readonly itemsByCgroup: Map<CgroupId, Item>;
  readonly processes: Map<number, ProcessState>;
  readonly dead: DeadProcesses;
  readonly leaked: Map<string, LeakedNamespace>;
  readonly pinnedBefore: Map<string, BootNs>;
  /** Pods that once owned a network namespace inode, for naming a leaked one. */
  readonly formerOwners: Map<number, PodRef>;
  readonly pendingExits: PendingPauseExit[];
  readonly pendingNamespaces: Map<number, PendingNamespaceEvent[]>;
  readonly outages: Map<PodUid, Outage>;
  readonly shimPids: Map<number, number>;
  runtimeName: string | undefined;
  runtimePid: number | undefined;
  /** Pids that were seen making the network namespace of a sandbox, a few of them. */
  readonly sandboxMakers: Set<number>;
  isRuntimeAvailable: boolean;
  /** False until the first levels were taken: what they bring is a snapshot, not news. */
  isPrimed: boolean;
  nowNs: BootNs;

  // What the event being handled has brought so far; emptied by flush.
  readonly events: TreeEvent[];
  readonly dirtyPods: Set<PodState>;
  readonly touchedProcesses: Set<ProcessState>;
  readonly removedProcesses: Set<ProcessState>;
  readonly changes: TreeChange[];
  readonly requests: EngineRequests;
}

/** What the engine wants its surroundings to do: taken by `takeRequests`. */
export interface EngineRequests {
  /** An id was seen that the runtime has not named, or something it lists may be gone. */
  askRuntime: boolean;
  /** Pids the probes have to watch: processes of pods that were there before. */
  readonly watchPids: number[];
  readonly podRoots: CgroupId[];
}

export type HeldEvent = KernelEvent;
export type ItemOwner = CgroupOwner & { readonly podUid: PodUid; readonly containerId: ContainerId };
export type { ContainerRef, SandboxRef };
