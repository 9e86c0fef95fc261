// What the page asks the agent for besides the stream: the history of a pod, the pods that are remembered, the alerts.
import type { PodHistory, PodSummary } from '../history/record.ts';
import { type AlertEvent, readAlerts, readHistory, readPods } from '../stream/read-history.ts';

const PODS = 500;

/** Undefined for a pod that the agent knows nothing of. Rejects when it cannot be asked. */
export async function fetchHistory(base: string, uid: string, signal: AbortSignal): Promise<PodHistory | undefined> {
  // What is no uid cannot be asked for.
  if (!/^[0-9a-f-]{1,64}$/.test(uid)) return undefined;
  const answer = await fetch(new URL(`v1/pods/${uid}/history`, base), { signal, cache: 'no-store' });
  if (answer.status === 404) return undefined;
  return readHistory(await body(answer));
}

/** Pods that are there or were, those with the latest deaths first, and what the agent's clock is ahead of this machine's, ms. */
export async function fetchPods(base: string): Promise<{ readonly pods: readonly PodSummary[]; readonly skewMs: number | undefined }> {
  const askedMs = Date.now();
  const answer = await fetch(new URL(`v1/pods?limit=${PODS}`, base), { cache: 'no-store' });
  const pods = readPods(await body(answer));
  const date = Date.parse(answer.headers.get('date') ?? '');
  return { pods, skewMs: Number.isNaN(date) ? undefined : date + 500 - (askedMs + Date.now()) / 2 };
}

export async function fetchAlerts(base: string): Promise<readonly AlertEvent[]> {
  return readAlerts(await body(await fetch(new URL('v1/alerts', base), { cache: 'no-store' })));
}

async function body(answer: Response): Promise<unknown> {
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return answer.json();
}
