// Remembers who sent which fatal signal to whom, for as long as a death that it explains may still be reported.
import type { OomEvent, SignalEvent } from '../kernel/event.ts';

export interface SignalLog {
  addSignal(event: SignalEvent): void;
  addOom(event: OomEvent): void;
  /** Signals sent to a process since it started, oldest first. */
  signalsTo(pid: number, startNs: number): readonly SignalEvent[];
  oomOf(pid: number, startNs: number): OomEvent | undefined;
  /** The process is dead and explained. */
  drop(pid: number): void;
}

/** Bounded: the oldest target goes first, and of one target the newest signals are kept with the very first. */
export function createSignalLog(options: { maxTargets?: number; maxPerTarget?: number } = {}): SignalLog {
  const { maxTargets = 4096, maxPerTarget = 8 } = options;
  const signals = new Map<number, SignalEvent[]>();
  const victims = new Map<number, OomEvent>();

  function bound(map: Map<number, unknown>): void {
    if (map.size <= maxTargets) return;
    const oldest = map.keys().next();
    if (!oldest.done) map.delete(oldest.value);
  }

  return {
    addSignal: (event) => {
      const list = signals.get(event.targetPid);
      if (!list) {
        signals.set(event.targetPid, [event]);
        bound(signals);
        return;
      }
      const at = list.findLastIndex((other) => other.timeNs <= event.timeNs) + 1;
      list.splice(at, 0, event);
      if (list.length > maxPerTarget) list.splice(1, 1);
    },
    addOom: (event) => {
      victims.set(event.victimPid, event);
      bound(victims);
    },
    signalsTo: (pid, startNs) => (signals.get(pid) ?? []).filter((event) => event.timeNs >= startNs),
    oomOf: (pid, startNs) => {
      const event = victims.get(pid);
      return event && event.timeNs >= startNs ? event : undefined;
    },
    drop: (pid) => {
      signals.delete(pid);
      victims.delete(pid);
    },
  };
}
