// The past of a pod as far as it is known: what the agent kept of it, and what the stream has told since, as one.
import type { HistorySandbox, PodHistory } from '../history/record.ts';
import type { TreeEvent } from '../tree/change.ts';
import type { Pod, SandboxRecord } from '../tree/model.ts';

/** A sandbox of which, besides the record, less or more may be known. */
export type PastSandbox = SandboxRecord & Partial<Pick<HistorySandbox, 'lastPause' | 'firstSeen' | 'lastSeen' | 'bootId'>>;

export interface PodPast {
  /** Oldest first. */
  readonly sandboxes: readonly PastSandbox[];
  /** By time. */
  readonly events: readonly TreeEvent[];
}

/** What the story is told from: as the history has it, filled in where the page knows less. */
export type StoryPast = Pick<PodHistory, 'pod' | 'sandboxes' | 'events'>;

/** `live` is what the stream told since the page was opened, `pod` the pod as it is now; either source may be the newer one. */
export function pastOf(history: PodHistory | undefined, live: readonly TreeEvent[], pod: Pod | undefined): PodPast {
  return { events: mergeEvents(history?.events ?? [], live), sandboxes: mergeSandboxes(history?.sandboxes ?? [], pod) };
}

/** Each event once, as it was amended last. */
export function mergeEvents(kept: readonly TreeEvent[], live: readonly TreeEvent[]): readonly TreeEvent[] {
  const byId = new Map<string, TreeEvent>();
  for (const event of [...kept, ...live]) {
    const known = byId.get(event.id);
    if (known === undefined || known.revision <= event.revision) byId.set(event.id, event);
  }
  // Times have nine digits each: as texts they are in their order.
  return [...byId.values()].sort((left, right) => (left.time < right.time ? -1 : left.time > right.time ? 1 : 0));
}

function mergeSandboxes(kept: readonly PastSandbox[], pod: Pod | undefined): readonly PastSandbox[] {
  const byId = new Map<string, PastSandbox>(kept.map((sandbox) => [sandbox.id, sandbox]));
  const now = pod === undefined ? [] : [...pod.history, ...(pod.sandbox === undefined ? [] : [pod.sandbox])];
  for (const sandbox of now) {
    const known = byId.get(sandbox.id);
    byId.set(sandbox.id, known === undefined ? sandbox : { ...sandbox, ...keptOf(known, sandbox) });
  }
  return [...byId.values()].sort((left, right) => startMs(left) - startMs(right));
}

function keptOf({ lastPause, firstSeen, lastSeen, bootId, createdAt }: PastSandbox, now: SandboxRecord): Partial<PastSandbox> {
  return {
    ...(lastPause && { lastPause }),
    ...(firstSeen !== undefined && { firstSeen }),
    ...(lastSeen !== undefined && { lastSeen }),
    ...(bootId !== undefined && { bootId }),
    ...(now.createdAt === undefined && createdAt !== undefined && { createdAt }),
  };
}

/** When it was made, ms; 0 where nothing says. */
export function startMs({ createdAt, pause, lastPause, firstSeen }: PastSandbox): number {
  const ms = Date.parse(createdAt ?? pause?.startTime ?? lastPause?.startTime ?? firstSeen ?? '');
  return Number.isNaN(ms) ? 0 : ms;
}

export function storyOf(uid: string, { events, sandboxes }: PodPast, history: PodHistory | undefined, pod: Pod | undefined): StoryPast {
  const named = pod ?? history?.pod ?? events.find((event) => event.pod !== undefined)?.pod;
  const unknown = { bootId: '', firstSeen: '', lastSeen: '' };
  return {
    pod: { labels: {}, hostNetwork: false, ...history?.pod, ...named, uid },
    sandboxes: sandboxes.map((box) => ({ ...unknown, firstSeen: box.createdAt ?? '', lastSeen: box.createdAt ?? '', ...box })),
    events,
  };
}
