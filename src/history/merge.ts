// Puts what was written and what is there now together: the tree has the last word on what it still shows.
import type { Pod, PodRecord, SandboxRecord } from '../tree/model.ts';
import type { HistorySandbox, PodHistory } from './record.ts';

/** A pod in the parts that history keeps. */
export function withoutChildren(pod: Pod): {
  readonly record: PodRecord;
  readonly sandbox?: SandboxRecord;
  readonly history: readonly SandboxRecord[];
} {
  const { sandbox, history, ...record } = pod;
  if (!sandbox) return { record, history };
  const { containers: _containers, guests: _guests, usage: _usage, ...current } = sandbox;
  return { record, sandbox: current, history };
}

/** Undefined when neither knows the pod. */
export function mergeLive(
  stored: Omit<PodHistory, 'node'> | undefined,
  live: Pod | undefined,
  now: { readonly node: string; readonly bootId: string; readonly time: string },
): PodHistory | undefined {
  if (!live) return stored && { node: now.node, ...stored };
  const { record, sandbox, history } = withoutChildren(live);
  const byId = new Map<string, HistorySandbox>((stored?.sandboxes ?? []).map((each) => [each.id, each]));
  for (const each of sandbox ? [...history, sandbox] : history) {
    const { pause: _before, ...known } = byId.get(each.id) ?? { bootId: now.bootId, firstSeen: now.time, lastSeen: now.time };
    byId.set(each.id, { ...known, ...each, ...(each.pause && { lastPause: each.pause }) });
  }
  const sandboxes = [...byId.values()].sort((a, b) => startOf(a).localeCompare(startOf(b), 'en'));
  return { node: now.node, pod: record, sandboxes, events: stored?.events ?? [] };
}

function startOf(sandbox: HistorySandbox): string {
  return sandbox.createdAt ?? sandbox.firstSeen;
}
