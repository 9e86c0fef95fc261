// Which of the signals that a process was sent explains how it ended.
import type { SignalEvent } from '../kernel/event.ts';

export interface ExitStatus {
  readonly code: number | undefined;
  readonly signal: number;
}

/** SI_KERNEL: the kernel made the signal, in the context of whatever task ran. */
export const SI_KERNEL = 128;
const SI_USER = 0;
const SIGINT = 2;
const SIGKILL = 9;
const SIGTERM = 15;

/** Of those that could have been delivered (result 0), the first with the number it died of. A program that handles TERM and INT exits by itself, so these
 * explain an exit with code 0, as a pause's is (kubernetes build/pause/linux/pause.c), or with 128 + the number, as shells have it. */
export function decisiveSignal(exit: ExitStatus, signals: readonly SignalEvent[]): SignalEvent | undefined {
  const explains = ({ signal }: SignalEvent) =>
    exit.signal !== 0
      ? signal === exit.signal
      : (signal === SIGTERM || signal === SIGINT) && (exit.code === 0 || exit.code === 128 + signal);
  const candidates = signals.filter((event) => explains(event) && event.result !== 1);
  return candidates.find((event) => event.result === 0) ?? candidates[0];
}

/** A write to cgroup.kill: the kernel sends KILL to each thread group of the cgroup in the writer's name and, unlike kill(2), to one task and not to the
 * group (kernel/cgroup/cgroup.c __cgroup_kill, kernel/signal.c send_sig). */
export function isCgroupKill({ signal, code, group }: SignalEvent): boolean {
  return signal === SIGKILL && code === SI_USER && !group;
}

/** The first process of a pid namespace died, and the kernel kills all that is in it or below (kernel/pid_namespace.c zap_pid_ns_processes). */
export function isNamespaceEnd({ code, isExiting, nsPid }: SignalEvent): boolean {
  return code === SI_KERNEL && isExiting && nsPid === 1;
}
