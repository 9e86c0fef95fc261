// What the engine is told to keep to, and what it tells and asks of its surroundings.
import type { CgroupId } from '../kernel/identity.ts';

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
  metadataLimit: number;
  tooLate: number;
}

/** What the engine wants its surroundings to do: taken by `takeRequests`. */
export interface EngineRequests {
  /** An id was seen that the runtime has not named, or something it lists may be gone. */
  readonly askRuntime: boolean;
  /** What events told could not be kept: a cgroup's path was cut off, or a pod was named too late. A scan of the host makes it good. */
  readonly askHost: boolean;
  /** A level has shown what events have not: it is believed when a `caught-up` says that they have all come. */
  readonly askCatchUp: boolean;
  /** Pids the probes have to watch: processes of pods that were there before. */
  readonly watchPids: readonly number[];
  /** Shims and the daemon: the probes tell of their end and of who sends them a signal. */
  readonly watchRuntimePids: readonly number[];
  readonly podRoots: readonly CgroupId[];
}

/** What the probes' filters compare with, all of it. */
export interface ProbeSeeds {
  readonly pids: readonly number[];
  readonly runtimePids: readonly number[];
  readonly podRoots: readonly CgroupId[];
  readonly namespaces: readonly number[];
}

export interface EngineCounts {
  readonly pods: number;
  readonly sandboxes: number;
  readonly containers: number;
  readonly processes: number;
  readonly held: number;
  readonly cgroups: number;
}
