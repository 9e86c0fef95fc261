// Why a pause died, as told to users: a verdict, what else explains it, and the observations both rest on.
import type { ContainerRef, PodRef } from '../attribution/reference.ts';

export interface Ancestor {
  readonly pid: number;
  readonly comm: string;
}

/** Who generated a signal. */
export interface Sender {
  readonly pid: number;
  readonly comm: string;
  /** Base name of its executable; absent for a kernel thread. */
  readonly exe?: string;
  readonly uid: number;
  /** Who logged in, whatever su and sudo made of it since (pam_loginuid(8)); absent when nobody did. */
  readonly loginUid?: number;
  /** Its controlling terminal, such as `pts3`. */
  readonly tty?: string;
  /** The systemd unit (or session scope) of a host process, from its cgroup path. */
  readonly unit?: string;
  readonly pod?: PodRef;
  readonly container?: ContainerRef;
  /** Its ancestors, nearest first, up to init (at most 12). */
  readonly parents: readonly Ancestor[];
}

export type CauseKind = 'planned-stop' | 'signal' | 'oom' | 'exit' | 'agent-down' | 'unknown';

export interface OomKill {
  readonly victimPid: number;
  readonly allocatorPid: number;
  readonly allocatorComm: string;
  /** cgroup: the limit of a memory cgroup was hit. node: the whole machine had no memory left. Absent when that is not known. */
  readonly scope?: 'cgroup' | 'node';
  /** Path of the memory cgroup whose limit was hit. */
  readonly cgroup?: string;
  readonly limitBytes?: number;
  /** What was charged to that cgroup when the victim was chosen. */
  readonly usageBytes?: number;
}

/** What explains a death beyond its kind; more may be added. */
export type FindingCode =
  | 'shim-died-first'
  | 'cgroup-kill'
  | 'pid-namespace-ended'
  | 'runtime-restarted'
  | 'cgroup-driver-mismatch'
  | 'kubelet-cleanup'
  | 'pod-deleted'
  | 'memory-daemon'
  | 'address-lost'
  | 'exit-code-differs'
  | 'never-had-container'
  | 'containers-still-ran';

export interface Finding {
  readonly code: FindingCode;
  /** One sentence for people. */
  readonly text: string;
}

export interface Cause {
  readonly kind: CauseKind;
  readonly signal?: string;
  readonly sender?: Sender;
  readonly oom?: OomKill;
  readonly findings: readonly Finding[];
  /** The raw observations the verdict was concluded from, one sentence each. */
  readonly evidence: readonly string[];
}
