// What the tree remembers between events. Mutable, owned by the engine alone; users only ever see the records made of it.
import type { Qos } from '../attribution/cgroup-path.ts';
import type { CgroupRegistry } from '../attribution/cgroup-registry.ts';
import type { NamespaceTable } from '../attribution/namespace-table.ts';
import type { ContainerRef, NamespaceRef, PodRef, SandboxRef } from '../attribution/reference.ts';
import type { Cause } from '../cause/cause.ts';
import type { ExitStatus } from '../cause/decisive-signal.ts';
import type { SignalLog } from '../cause/signal-log.ts';
import type { RuntimeContainer, RuntimeSandbox } from '../cri/level.ts';
import type { HostIdentity, HostProcess } from '../host/level.ts';
import type { ExitEvent, KernelEvent } from '../kernel/event.ts';
import type { BootNs, CgroupId, ContainerId, NamespaceIds, NamespaceSet, PodUid } from '../kernel/identity.ts';
import type { ExitRecord } from '../kernel/signal.ts';
import type { TreeChange, TreeEvent } from './change.ts';
import type { Graveyard } from './graveyard.ts';
import type { ContainerRecord, LeakedNamespace, PodRecord, ProcessRecord, ProcessRole, SandboxRecord, UsageRecord } from './model.ts';
import type { PodMetadata } from './pod-metadata.ts';
import type { TreeDrops, TreeLimits } from './surroundings.ts';

/** Events of another CPU arrive this late, at most, on a machine that keeps up. */
export const LATE_NS = 150e6;

/** Fields that hold a time say until when they are known: an event that is older changes nothing, in whatever order they come. */
export interface ProcessState {
  readonly pid: number;
  /** What the identity is published with: exact from the kernel, whole clock ticks when /proc told first. */
  readonly startNs: BootNs;
  /** 0 while only /proc has told of it. */
  exactStartNs: BootNs;
  /** When we first heard of it, ns. */
  readonly seenNs: BootNs;
  ppid: number;
  ppidNs: BootNs;
  comm: string;
  commNs: BootNs;
  args: readonly string[];
  argsNs: BootNs;
  uid: number | undefined;
  nsPid: number | undefined;
  role: ProcessRole;

  /** Time of its fork; 0 while that has not been seen. */
  birthNs: BootNs;
  /** Who forked it was in the same container. */
  isForkerHere: boolean;
  /** Forked with CLONE_PARENT: its parent is its forker's parent. */
  isSibling: boolean;
  /** Kept only while its role depends on it. */
  forker: ProcessState | undefined;
  hasForked: boolean;
  /** As long as its fork has not been seen: its parent was not in the pod. */
  isParentOutside: boolean;
  /** It was brought in from outside: a runtime stage, then the container's first process or an exec. */
  isEntrant: boolean;
  /** Made by a runtime stage for work of its own, and no program of the container yet. */
  isStage: boolean;
  /** When it first executed a program inside the container's own mount namespace, ns; 0 before. */
  programNs: BootNs;
  /** Only levels have told of the program so far, at this time: an exec before that is the one that started it. */
  programSeenNs: BootNs;
  namespaces: NamespaceSet | undefined;
  namespaceIds: NamespaceIds | undefined;

  /** The container it is in, or for a guest the sandbox whose namespace it is in. */
  item: Item;
  /** When it is known to have been there, ns. */
  placedNs: BootNs;
  end: ExitEvent | undefined;
  isTouched: boolean;
  record: ProcessRecord | undefined;
  /** What the tree shows of it. */
  shown: ProcessRecord | undefined;
  /** `pid@startTime`, made when it is needed. */
  key: string;
}

/** How events refer to an item: made once, until anything of it changes. */
export interface ItemRefs {
  readonly pod: PodRef;
  readonly sandbox?: SandboxRef;
  readonly container?: ContainerRef;
  readonly attribution?: 'unnamed-container';
}

/** One id of the runtime: a container, or a sandbox with its pause. */
export interface Item {
  readonly id: ContainerId;
  pod: PodState;
  kind: 'sandbox' | 'container';
  /** The first time it was heard of, ns. */
  readonly seenNs: BootNs;
  sandbox?: RuntimeSandbox;
  container?: RuntimeContainer;
  /** The runtime's last answer had it. */
  isListed: boolean;
  /** The runtime had it in some answer. */
  wasNamed: boolean;
  /** Its directories that are there. */
  readonly cgroups: Set<CgroupId>;
  hadProcess: boolean;
  isDroppedInfra: boolean;
  readonly processes: Set<ProcessState>;
  readonly guests: Set<ProcessState>;
  /** Its first process, kept after its death. */
  first?: ProcessState;
  /** The same while it lives. */
  init?: ProcessState;
  /** Parent of its first process when that became the container's program. */
  shimPid: number;
  /** It was there before the first levels were complete. */
  readonly isFromBefore: boolean;
  /** When the first process became the container's program, ns. */
  startedNs: BootNs;
  namespaces?: NamespaceSet;
  namespaceRefs: readonly NamespaceRef[];
  /** `record` and `status` are absent when its end was missed. */
  exit?: { readonly record: ExitRecord | undefined; readonly status: ExitStatus | undefined; readonly timeNs: BootNs };
  /** Sandbox only: why the pause died. */
  cause?: Cause;
  /** Sandbox only: since when the runtime lists it without the address it had, its pause alive. */
  addressLostNs?: BootNs;
  /** Sandbox only: the last sample, while the tree shows it. */
  usage?: UsageRecord;
  /** Sandbox only: a container has run in it. */
  hadContainer: boolean;
  /** Sandbox only: names of the containers that ran when the pause died. */
  runningAtDeath: readonly string[];
  announced: { created: boolean; ready: boolean; started: boolean };
  refs: ItemRefs | undefined;
  /** A container that the tree shows: below which sandbox. */
  shown?: { readonly record: ContainerRecord; readonly json: string; readonly under: string };
}

export interface ShownSandbox {
  readonly record: SandboxRecord;
  readonly json: string;
}

export interface PodState {
  readonly uid: PodUid;
  qos?: Qos;
  ref: PodRef;
  labels: Readonly<Record<string, string>>;
  hostNetwork: boolean;
  readonly items: Map<ContainerId, Item>;
  /** When the last process of a container of it was last seen to go, ns. */
  emptiedNs: BootNs;
  /** When it was last heard of, or went out of the tree, ns. */
  goneNs: BootNs;
  current?: Item;
  /** The last sandbox that had a pause and was removed: a restart is measured against it when the runtime forgot it before the new one ran. */
  predecessor?: Item;
  /** The last ones, oldest first. */
  readonly outages: Outage[];
  /** Of containers, by their name. */
  readonly lastExits: Map<string, { readonly record: ExitRecord; readonly timeNs: BootNs }>;
  processCount: number;
  /** The last processes that died: see cascade.ts. */
  readonly fallen: { item: Item; startNs: BootNs; endNs: BootNs }[];
  fallenCount: number;
  isAnnounced: boolean;
  /** What the tree shows of it; undefined while it is not shown. */
  shown?: { readonly record: PodRecord; readonly json: string };
  shownSandbox?: ShownSandbox;
  /** Earlier sandboxes, oldest first. */
  history: ShownSandbox[];
  /** Ids that the bound of the history has pushed out. */
  readonly forgotten: Set<string>;
}

/** A pause that has died: what its cause is concluded from. */
export interface PauseExit {
  readonly item: Item;
  readonly event: ExitEvent;
  readonly process: ProcessRecord;
  readonly startNs: BootNs;
  /** The containers that ran when it died, and how many processes each had. */
  readonly victims: Map<ContainerId, { readonly item: Item; readonly processes: number }>;
  /** Paths of its namespaces that a mount keeps although the sandbox is gone. */
  readonly leaked: Set<string>;
  /** The API server was watched when we heard of it, and knew the pod. */
  readonly wasWatched: boolean;
  /** Told by then, and until later amended. */
  readonly deadlineNs: BootNs;
  /** Once it was told: the event that may be amended. */
  told?: Extract<TreeEvent, { type: 'pause.exited' }>;
}

/** What the API server has said of a pod, which may come before the pod and outlive it. */
export interface KnownMetadata {
  readonly pod: PodMetadata;
  /** When we first heard that it is marked for deletion; 0 when it is not. */
  readonly markedNs: BootNs;
  /** When we heard that the API server has it no more; 0 while it has. */
  goneNs: BootNs;
}

/** How a shim or the daemon ended. */
export interface RuntimeEnd {
  readonly pid: number;
  readonly comm: string;
  readonly startNs: BootNs;
  readonly timeNs: BootNs;
  /** Absent when only its absence was noticed. */
  readonly exit?: ExitEvent;
}

export interface PendingNamespaceEvent {
  readonly timeNs: BootNs;
  readonly deadlineNs: BootNs;
  /** Called once with the owner when it becomes known. */
  readonly resolve: (owner: Item) => void;
}

export type PauseRestarted = Extract<TreeEvent, { type: 'pause.restarted' }>;

export interface Outage {
  readonly pod: PodState;
  /** The sandbox whose pause was missed. */
  former: Item;
  /** The sandbox whose pause ended that. */
  readonly item: Item;
  /** Names of the containers that were still missing from an earlier outage when it began. */
  missingBefore: ReadonlySet<string>;
  /** Names of the containers that ran when it did: they count as long as it is not known which ran when the old pause died. */
  readonly ranBefore: readonly string[];
  /** Containers that have started since. */
  readonly starts: Set<Item>;
  readonly deadlineNs: BootNs;
  /** Nothing more is waited for, whatever is missing. */
  hasExpired: boolean;
  told?: { readonly refs: ItemRefs & { readonly process: ProcessRecord }; readonly event: PauseRestarted };
}

/** What a level says and events do not is believed when all events of the time until then have come, or have had time enough. */
export interface Patience {
  readonly untilNs: BootNs;
  readonly deadlineNs: BootNs;
}

/** A process that is over; how it ended is on its way. */
export interface UntoldEnd extends Patience {
  readonly tell: (event?: ExitEvent) => void;
}

/** A process that a scan has shown and no event: its fork may be on its way. */
export interface UnmetProcess {
  readonly process: HostProcess;
  readonly fromNs: BootNs;
  readonly patience: Patience;
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
  /** What is over: what is still told of it must not make it anew, and its namespaces are entered once more when the network is taken down. */
  readonly retired: Map<ContainerId, Item>;
  readonly processes: Map<number, ProcessState>;
  /** The dead: a late event of theirs must not bring them back, and may yet tell what they were. */
  readonly graveyard: Graveyard<ProcessState>;
  readonly metadata: Map<PodUid, KnownMetadata>;
  /** The API server is watched. */
  isMetadataCurrent: boolean;
  readonly leaked: Map<string, LeakedNamespace>;
  readonly pinnedBefore: Map<string, { readonly inode: number; readonly sinceNs: BootNs }>;
  /** Pods that once owned a network namespace inode, for naming a leaked one. */
  readonly formerOwners: Map<number, PodRef>;
  /** Deaths of pauses that are not told yet, or may still be amended. */
  readonly pauseExits: PauseExit[];
  readonly pendingNamespaces: Map<number, PendingNamespaceEvent[]>;
  /** Those that are not over. */
  readonly outages: Set<Outage>;
  /** Processes of the runtime that the probes watch: shims, the daemon. */
  readonly watchedRuntime: Set<number>;
  /** Those that have ended, by pid. */
  readonly runtimeDeaths: Map<number, RuntimeEnd>;
  /** Which of them served the CRI last. */
  daemonDeathPid: number | undefined;
  /** Parents of first processes, with the number of these. */
  readonly shimPids: Map<number, number>;
  /** Processes that made a pod's network namespace: the runtime's daemon, also when its socket is not ours to ask. */
  readonly makerPids: Set<number>;
  /** Guests that have gone home, and when. */
  readonly leftGuests: Map<number, { readonly guest: ProcessState; readonly leftNs: BootNs }>;
  /** Events of processes outside all pods that may turn out to be guests, by pid. */
  readonly strays: Map<number, KernelEvent[]>;
  /** Processes that a scan did not find: their exit may be on its way. */
  readonly missing: Map<ProcessState, Patience>;
  readonly unmet: UnmetProcess[];
  /** By pid and start: see untold-end.ts. */
  readonly untoldEnds: Map<number, UntoldEnd>;
  /** What the runtime's last answer did not have any more: it may have come, lived and gone in events that are on their way. */
  readonly unlisted: Map<Item, Patience>;
  /** Directories that a scan did not find: they may have been removed with what is still to be told of them. */
  readonly goneCgroups: Map<CgroupId, Patience>;
  /** Pods in which a container has lost its last process a moment ago. */
  readonly emptied: Set<PodState>;
  runtimeName: string | undefined;
  runtimePid: number | undefined;
  /** Mount namespaces of the runtime's daemon other than the host's, by the last scan. */
  runtimeMounts: ReadonlySet<number>;
  isRuntimeAvailable: boolean;
  /** False until the first levels were taken: what they bring is a snapshot, not news. */
  isPrimed: boolean;
  nowNs: BootNs;
  /** The time of the latest event. */
  latestEventNs: BootNs;
  /** How late events of one CPU have come after those of another lately, ns. */
  skewNs: BootNs;
  /** All events of before have come, ns. */
  caughtUpNs: BootNs;

  // What the event being handled has brought so far; emptied by flush.
  events: TreeEvent[];
  changes: TreeChange[];
  readonly dirtyPods: Set<PodState>;
  readonly touched: ProcessState[];
  /** Processes that have left what the tree shows. */
  removed: TreeChange[];
  readonly requests: {
    askRuntime: boolean;
    askHost: boolean;
    readonly watchPids: number[];
    readonly watchRuntimePids: number[];
    readonly podRoots: CgroupId[];
  };
}
