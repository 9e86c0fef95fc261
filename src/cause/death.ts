// The death of a pause as its cause is concluded from: all that is known when it is judged, and what was decided.
import type { OomEvent, SignalEvent } from '../kernel/event.ts';
import type { BootNs } from '../kernel/identity.ts';
import type { Sender } from './cause.ts';
import type { ExitStatus } from './decisive-signal.ts';

/** A shim or the runtime's daemon that has died. */
export interface RuntimeDeath {
  readonly pid: number;
  readonly comm: string;
  readonly timeNs: BootNs;
  /** Absent when only its absence was noticed. */
  readonly exit?: ExitStatus;
  /** Who sent the signal it died of. */
  readonly sender?: Sender;
}

/** What a container ended with, as the kernel and as the runtime have it. */
export interface ExitDisagreement {
  readonly name: string;
  /** As wait(2) would make a shell say it: the code, or 128 + the signal. */
  readonly kernelCode: number;
  readonly runtimeCode: number;
}

/** What the API server says of the deletion of the pod. */
export interface Deletion {
  /** It was asked for before the pause died, or after; unordered: that is not known. none: nobody had asked, and podtree would know. */
  readonly order: 'before' | 'after' | 'unordered' | 'none';
  /** RFC 3339, in whole seconds of the API server's clock; absent when all that is known is that the API server has the pod no more. */
  readonly askedAt?: string;
  /** From the beginning of that second to the death of the pause; absent when that is later. */
  readonly agoMs?: number;
}

export interface PauseDeath {
  readonly pid: number;
  readonly timeNs: BootNs;
  /** Absent when the exit itself was not seen. */
  readonly exit?: ExitStatus | undefined;
  /** Fatal signals sent to it while it lived, oldest first. */
  readonly signals: readonly SignalEvent[];
  readonly oom?: OomEvent | undefined;
  /** The pause's parent when it started: containerd's shim or conmon (or the runc that made it, as long as that lived). 0 when not known. */
  readonly shimPid: number;
  /** Its parent when it died. */
  readonly parentPid: number;
  /** The process that serves the CRI. */
  readonly daemonPid?: number | undefined;
  /** Containers of the pod that still ran when the pause died. */
  readonly liveContainers: number;
  /** The pod's shim, when it died before. */
  readonly shimDeath?: RuntimeDeath | undefined;
  /** The runtime's daemon, when it ended a short time before. */
  readonly daemonDeath?: RuntimeDeath | undefined;
  /** Since when the runtime listed the sandbox without the address it had had. */
  readonly addressLostNs?: BootNs | undefined;
  /** The shape of its cgroup path shows two cgroup drivers. */
  readonly isDriverMismatch: boolean;
  /** Undefined when podtree has not watched the sandbox from its beginning. */
  readonly hadContainer: boolean | undefined;
  readonly disagreements: readonly ExitDisagreement[];
  /** Absent when the API server is not watched, does not know the pod, or knows it only as the mirror of a static pod. */
  readonly deletion?: Deletion | undefined;
}

/** What the verdict rests on beside the death itself: input of the findings. */
export interface Decision {
  readonly decisive?: SignalEvent;
  readonly sender?: Sender;
  readonly isByRuntime: boolean;
  readonly isShimGone: boolean;
  readonly isPlanned: boolean;
}
