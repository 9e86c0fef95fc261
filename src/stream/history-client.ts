// Asks an agent what was: the history of one pod, and which pods it remembers.
import { PodtreeError } from '../error.ts';
import type { PodHistory, PodSummary } from '../history/record.ts';
import { DEFAULT_SERVER, parseServer } from './address.ts';
import type { FetchOptions } from './client.ts';
import { malformed, refused } from './failure.ts';
import { readHistory, readPods } from './read-history.ts';
import { request } from './request.ts';
import { partyOf } from './route.ts';

export type HistoryFetchOptions = Omit<FetchOptions, 'query'>;

/** Undefined for a pod that the agent does not know or no longer knows. Throws AGENT_UNREACHABLE, AGENT_PROTOCOL. */
export async function fetchHistory(uid: string, options: HistoryFetchOptions): Promise<PodHistory | undefined> {
  return ask(`v1/pods/${encodeURIComponent(uid)}/history`, {}, options, readHistory);
}

/** Pods that are there or were, those with the latest deaths first. Throws QUERY_INVALID, AGENT_UNREACHABLE, AGENT_PROTOCOL. */
export async function fetchPods(
  query: { readonly name?: string | undefined; readonly namespace?: string | undefined; readonly limit?: number },
  options: HistoryFetchOptions,
): Promise<readonly PodSummary[]> {
  return (await ask('v1/pods', query, options, readPods)) ?? [];
}

async function ask<T>(
  path: string,
  query: Readonly<Record<string, string | number | undefined>>,
  { server = DEFAULT_SERVER, credentials, signal, route }: HistoryFetchOptions,
  read: (value: unknown) => T,
): Promise<T | undefined> {
  const url = new URL(path, parseServer(server));
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value));
  const answer = await request(url, { credentials, signal, route });
  if (answer.status === 404 && answer.body.includes('"POD_NOT_FOUND"')) return undefined;
  if (!answer.ok) throw refused(partyOf(url, route), answer.status, answer.body);
  try {
    return read(JSON.parse(answer.body));
  } catch (error) {
    if (error instanceof PodtreeError || error instanceof SyntaxError) throw malformed(partyOf(url, route), error);
    throw error;
  }
}
