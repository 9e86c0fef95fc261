// Remembers who sent which fatal signal to whom, for as long as a death that it explains may still be reported.
import { dropOldest } from '../attribution/drop-oldest.ts';
import type { OomEvent, SignalEvent } from '../kernel/event.ts';
import type { BootNs } from '../kernel/identity.ts';
import { SI_KERNEL } from './decisive-signal.ts';

export interface SignalLog {
  addSignal(event: SignalEvent): void;
  addOom(event: OomEvent): void;
  /** Signals sent to a pid between the start and the end of the process that had it, oldest first. */
  signalsTo(pid: number, fromNs: BootNs, toNs: BootNs): readonly SignalEvent[];
  /** The OOM killer's mark on the process that had a pid between `fromNs` and `toNs`. The thread that wants memory sends the KILL and marks after that
   * (kernel mm/oom_kill.c __oom_kill_process), so a victim that runs on another CPU may be dead before it is marked. */
  oomOf(pid: number, fromNs: BootNs, toNs: BootNs): OomEvent | undefined;
  readonly size: number;
}

/** Bounded: the oldest target goes first, and of one target the newest signals are kept with the very first. */
export function createSignalLog(options: { maxTargets?: number; maxPerTarget?: number } = {}): SignalLog {
  const { maxTargets = 4096, maxPerTarget = 8 } = options;
  const signals = new Map<number, SignalEvent[]>();
  const victims = new Map<number, OomEvent>();

  const signalsTo = (pid: number, fromNs: BootNs, toNs: BootNs): readonly SignalEvent[] =>
    (signals.get(pid) ?? []).filter(({ timeNs }) => timeNs >= fromNs && timeNs <= toNs);

  return {
    addSignal: (event) => {
      const list = signals.get(event.targetPid);
      if (!list) {
        signals.set(event.targetPid, [event]);
        dropOldest(signals, maxTargets);
        return;
      }
      const at = list.findLastIndex((other) => other.timeNs <= event.timeNs) + 1;
      list.splice(at, 0, event);
      if (list.length > maxPerTarget) list.splice(1, 1);
    },
    addOom: (event) => {
      victims.set(event.victimPid, event);
      dropOldest(victims, maxTargets);
    },
    signalsTo,
    oomOf: (pid, fromNs, toNs) => {
      const mark = victims.get(pid);
      if (!mark || mark.timeNs < fromNs) return undefined;
      const isItsKill = ({ code, task }: SignalEvent): boolean => code === SI_KERNEL && task.tid === mark.task.tid;
      return mark.timeNs <= toNs || signalsTo(pid, fromNs, toNs).some(isItsKill) ? mark : undefined;
    },
    get size() {
      return signals.size + victims.size;
    },
  };
}
