// The deaths of pauses, each once, whatever tells of it and in whichever run of the agent: its exit, that exit's amendments, or the restart after it.
import type { TreeEvent } from '../tree/change.ts';
import type { Death, DeathNews } from './death.ts';
import type { Save, SavedDeath } from './saved.ts';

export type DeathEvent = Extract<TreeEvent, { type: 'pause.exited' | 'pause.restarted' }>;

interface Entry {
  death: Death;
  state: 'held' | 'counted' | 'planned';
  readonly toldMs: number;
  heldUntilMs: number;
}

/** An unknown cause waits so long for evidence that it was a planned stop, which nobody wants to be paged for. */
const HOLD_MS = 1000;
const MAX_DEATHS = 4096;
/** The longest window that a rule can have. */
const KEEP_MS = 24 * 3_600_000;

export interface DeathLedger {
  take(event: DeathEvent, nowMs: number): DeathNews | undefined;
  /** Those that were held long enough. */
  due(nowMs: number): readonly DeathNews[];
  nextDeadlineMs(): number | undefined;
}

export interface DeathLedgerOptions {
  readonly restored: readonly SavedDeath[];
  readonly save: Save;
}

/** Bounded: the oldest deaths are forgotten first. */
export function createDeathLedger({ restored, save }: DeathLedgerOptions): DeathLedger {
  const entries = new Map<string, Entry>();
  const held = new Set<Entry>();
  for (const { death, isHeld } of restored) {
    const entry: Entry = { death, state: isHeld ? 'held' : 'counted', toldMs: death.atMs, heldUntilMs: death.atMs + HOLD_MS };
    entries.set(death.key, entry);
    if (isHeld) held.add(entry);
  }

  function hold(entry: Entry, nowMs: number): undefined {
    entry.state = 'held';
    entry.heldUntilMs = nowMs + HOLD_MS;
    held.add(entry);
    keep(entry);
    return undefined;
  }

  function settle(entry: Entry): DeathNews | undefined {
    held.delete(entry);
    const before = entry.state;
    const isPlanned = entry.death.cause.kind === 'planned-stop';
    entry.state = isPlanned ? 'planned' : 'counted';
    keep(entry);
    if (isPlanned) return before === 'counted' ? { kind: 'withdrawn', death: entry.death } : undefined;
    return { kind: before === 'counted' ? 'changed' : 'new', death: entry.death };
  }

  function keep({ death, state }: Entry): void {
    save(`death ${death.key}`, state === 'planned' ? undefined : { kind: 'death', death, isHeld: state === 'held' });
  }

  function forgetOld(nowMs: number): void {
    for (const [key, { toldMs }] of entries) {
      if (entries.size <= MAX_DEATHS && toldMs > nowMs - KEEP_MS) return;
      entries.delete(key);
      save(`death ${key}`, undefined);
    }
  }

  return {
    take(event, nowMs) {
      const sandboxId = event.type === 'pause.restarted' ? event.oldSandbox.id : event.sandbox?.id;
      const { pod, cause, time } = event;
      if (pod === undefined) return undefined;
      const key = `${pod.uid}/${sandboxId ?? event.id}`;
      const known = entries.get(key);
      if (known === undefined) {
        const atMs = Date.parse(time) || nowMs;
        const death: Death = { key, pod, atMs, time, cause, alertedBy: [], ...facts(event) };
        const isPlanned = cause.kind === 'planned-stop';
        const entry: Entry = { death, state: 'held', toldMs: nowMs, heldUntilMs: 0 };
        entries.set(key, entry);
        forgetOld(nowMs);
        if (isPlanned) {
          entry.state = 'planned';
          return undefined;
        }
        return cause.kind === 'unknown' && event.type === 'pause.exited' ? hold(entry, nowMs) : settle(entry);
      }
      // A restart repeats the cause that was known when it began: what an amendment of the exit has said since is newer.
      const isNewer = event.type === 'pause.exited' || known.death.cause.kind === 'unknown';
      known.death = { ...known.death, pod, ...(isNewer && { cause }), ...facts(event) };
      if (known.state === 'held' && known.death.cause.kind === 'unknown') return undefined;
      if (known.state === 'planned' && known.death.cause.kind === 'planned-stop') return undefined;
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

/** An amendment may take back that the pod was whole. */
function facts(event: DeathEvent): Partial<Pick<Death, 'exit' | 'outageMs' | 'containers'>> {
  if (event.type === 'pause.exited') {
    const { exit, cause, cascade } = event;
    const containers = cause.kind === 'oom' ? cascade?.containers.map(({ id, name }) => ({ id, name })) : undefined;
    return { ...(exit && { exit }), ...(containers && { containers }) };
  }
  return { outageMs: event.outageMs };
}
