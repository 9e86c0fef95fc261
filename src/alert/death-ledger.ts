// The deaths of pauses, each once, whatever tells of it: its exit, that exit's amendments, or the restart that followed.
import type { PodRef } from '../attribution/reference.ts';
import type { Cause } from '../cause/cause.ts';
import type { ExitRecord } from '../kernel/signal.ts';
import type { TreeEvent } from '../tree/change.ts';

export interface Death {
  /** Pod uid and the sandbox that died. */
  readonly key: string;
  readonly pod: PodRef;
  readonly atMs: number;
  readonly time: string;
  readonly cause: Cause;
  readonly exit?: ExitRecord | undefined;
  readonly outageMs?: number | undefined;
}

/** new: it counts from now on. changed: more is known of it. withdrawn: it was planned after all. */
export type DeathNews = { readonly kind: 'new' | 'changed' | 'withdrawn'; readonly death: Death };

type DeathEvent = Extract<TreeEvent, { type: 'pause.exited' | 'pause.restarted' }>;

interface Entry {
  death: Death;
  state: 'held' | 'counted' | 'planned';
  heldUntilMs: number;
}

/** An unknown cause waits so long for evidence that it was a planned stop, which nobody wants to be paged for. */
const HOLD_MS = 1000;
const MAX_DEATHS = 4096;

export interface DeathLedger {
  take(event: DeathEvent, nowMs: number): DeathNews | undefined;
  /** Those that were held long enough. */
  due(nowMs: number): readonly DeathNews[];
  nextDeadlineMs(): number | undefined;
}

/** Bounded: the oldest deaths are forgotten first. */
export function createDeathLedger(): DeathLedger {
  const entries = new Map<string, Entry>();
  const held = new Set<Entry>();

  function hold(entry: Entry, nowMs: number): undefined {
    entry.state = 'held';
    entry.heldUntilMs = nowMs + HOLD_MS;
    held.add(entry);
    return undefined;
  }

  function settle(entry: Entry): DeathNews | undefined {
    held.delete(entry);
    const before = entry.state;
    const isPlanned = entry.death.cause.kind === 'planned-stop';
    entry.state = isPlanned ? 'planned' : 'counted';
    if (isPlanned) return before === 'counted' ? { kind: 'withdrawn', death: entry.death } : undefined;
    return { kind: before === 'counted' ? 'changed' : 'new', death: entry.death };
  }

  return {
    take(event, nowMs) {
      const sandboxId = event.type === 'pause.restarted' ? event.oldSandbox.id : event.sandbox?.id;
      if (event.pod === undefined) return undefined;
      const key = `${event.pod.uid}/${sandboxId ?? event.id}`;
      const known = entries.get(key);
      const { cause } = event;
      if (known === undefined) {
        const atMs = Date.parse(event.time);
        const death: Death = {
          key,
          pod: event.pod,
          atMs: Number.isNaN(atMs) ? nowMs : atMs,
          time: event.time,
          cause,
          ...facts(event),
        };
        const entry: Entry = { death, state: 'held', heldUntilMs: 0 };
        entries.set(key, entry);
        const oldest = entries.size > MAX_DEATHS ? entries.keys().next().value : undefined;
        if (oldest !== undefined) entries.delete(oldest);
        return cause.kind === 'unknown' && event.type === 'pause.exited' ? hold(entry, nowMs) : settle(entry);
      }
      // A restart repeats the cause that was known when it began: what an amendment of the exit has said since is newer.
      const isNewer = event.type === 'pause.exited' || known.death.cause.kind === 'unknown';
      known.death = { ...known.death, pod: event.pod, ...(isNewer && { cause }), ...facts(event) };
      if (known.state === 'held' && known.death.cause.kind === 'unknown') return undefined;
      return settle(known);
    },
    due(nowMs) {
      return [...held].filter((entry) => entry.heldUntilMs <= nowMs).flatMap((entry) => settle(entry) ?? []);
    },
    nextDeadlineMs() {
      let next: number | undefined;
      for (const { heldUntilMs } of held) next = Math.min(next ?? heldUntilMs, heldUntilMs);
      return next;
    },
  };
}

function facts(event: DeathEvent): Partial<Pick<Death, 'exit' | 'outageMs'>> {
  if (event.type === 'pause.exited') return event.exit === undefined ? {} : { exit: event.exit };
  return event.outageMs === undefined ? {} : { outageMs: event.outageMs };
}
