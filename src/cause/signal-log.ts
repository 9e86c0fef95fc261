// Remembers who sent which fatal signal to whom, for as long as a death that it explains may still be reported.
import { dropOldest } from '../attribution/drop-oldest.ts';
import type { OomEvent, SignalEvent } from '../kernel/event.ts';
import type { BootNs } from '../kernel/identity.ts';

export interface SignalLog {
  addSignal(event: SignalEvent): void;
  addOom(event: OomEvent): void;
  /** Signals sent to a pid between the start and the end of the process that had it, oldest first. */
  signalsTo(pid: number, fromNs: BootNs, toNs: BootNs): readonly SignalEvent[];
  oomOf(pid: number, fromNs: BootNs, toNs: BootNs): OomEvent | undefined;
  readonly size: number;
}

/** Bounded: the oldest target goes first, and of one target the newest signals are kept with the very first. */
export function createSignalLog(options: { maxTargets?: number; maxPerTarget?: number } = {}): SignalLog {
  const { maxTargets = 4096, maxPerTarget = 8 } = options;
  const signals = new Map<number, SignalEvent[]>();
  const victims = new Map<number, OomEvent>();

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
    signalsTo: (pid, fromNs, toNs) => (signals.get(pid) ?? []).filter(({ timeNs }) => timeNs >= fromNs && timeNs <= toNs),
    oomOf: (pid, fromNs, toNs) => {
      const event = victims.get(pid);
      return event && event.timeNs >= fromNs && event.timeNs <= toNs ? event : undefined;
    },
    get size() {
      return signals.size + victims.size;
    },
  };
}
