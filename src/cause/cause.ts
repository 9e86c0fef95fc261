// Why a pause died, as told to users: a verdict and the observations it rests on.
import type { ContainerRef, PodRef } from '../attribution/reference.ts';

/** Who generated a signal. */
export interface Sender {
  readonly pid: number;
  readonly comm: string;
  /** Base name of its executable; absent for a kernel thread. */
  readonly exe?: string;
  readonly uid: number;
  /** The systemd unit (or session scope) of a host process, from its cgroup path. */
  readonly unit?: string;
  readonly pod?: PodRef;
  readonly container?: ContainerRef;
  /** Its ancestors, nearest first. */
  readonly parents: readonly { readonly pid: number; readonly comm: string }[];
}

export type CauseKind = 'planned-stop' | 'signal' | 'oom' | 'exit' | 'agent-down' | 'unknown';

export interface Cause {
  readonly kind: CauseKind;
  readonly signal?: string;
  readonly sender?: Sender;
  readonly oom?: { readonly victimPid: number; readonly allocatorPid: number; readonly allocatorComm: string };
  /** The raw observations the verdict was concluded from, one sentence each. */
  readonly evidence: readonly string[];
}
