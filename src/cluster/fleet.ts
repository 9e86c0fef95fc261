// The streams of all nodes as one: follows each node's agent, also those that come later, and merges what they say by time.
import type { PodtreeError } from '../error.ts';
import type { ApiClient } from '../kubernetes/api-client.ts';
import { type PodInfo, watchPods } from '../kubernetes/pods.ts';
import type { ConnectionLimits } from '../stream/connection.ts';
import { createFilter, type StreamQuery } from '../stream/filter.ts';
import type { Frame } from '../stream/frame.ts';
import { RETRY_POLICY, type RetryPolicy, retryDelayMs } from '../stream/retry.ts';
import { type AgentQuery, agentsOf, noAgents } from './agents.ts';
import { createGate } from './gate.ts';
import { type Link, openLink } from './link.ts';
import { createMerge, type Merged } from './merge.ts';

export interface FleetOptions {
  readonly api: ApiClient;
  readonly agents: AgentQuery;
  readonly port: number;
  readonly query: Omit<StreamQuery, 'since'>;
  /** Tokens by node: where each was left. */
  readonly since?: ReadonlyMap<string, string> | undefined;
  /** How long something is held so that a slower node's can come before it. */
  readonly windowMs: number;
  readonly signal: AbortSignal;
  /** What the reader should know besides the frames, said once: a node that is lost or back, or the API server. */
  readonly onNotice: (notice: FleetNotice) => void;
  readonly retry?: RetryPolicy | undefined;
  readonly limits?: Partial<ConnectionLimits> | undefined;
  /** Wall time in ms. */
  readonly now?: () => number;
  /** In [0, 1). */
  readonly random?: () => number;
}

export type FleetNotice =
  | { readonly type: 'following'; readonly nodes: number }
  | { readonly type: 'joined' | 'back'; readonly node: string }
  | { readonly type: 'lost'; readonly node: string; readonly error: PodtreeError }
  | { readonly type: 'api-lost'; readonly error: PodtreeError };

/** A frame of a node; one of updates holds one. */
export type FleetFrame = Merged<Frame>;

/** Frames that wait to be taken; then the nodes are not read, and hold a bounded part themselves. */
const MAX_HELD = 20_000;
/** Connections that are being made at a time: the API server has others to serve. */
const MAX_CONNECTING = 16;

/** Ends when the signal fires. Throws QUERY_INVALID, AGENT_NOT_FOUND, CLUSTER_… and what one agent refuses for good. */
export async function* openFleet(options: FleetOptions): AsyncGenerator<FleetFrame, void, undefined> {
  const {
    api,
    agents,
    port,
    query,
    since,
    windowMs,
    onNotice,
    retry = RETRY_POLICY,
    limits,
    now = Date.now,
    random = Math.random,
  } = options;
  // Every agent would refuse it: better said once, and before anybody is asked.
  createFilter(query);
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const merge = createMerge<Frame>(windowMs);
  const links = new Map<string, Link>();
  const gate = createGate(MAX_CONNECTING);
  let failure: unknown;
  let hasAgents = false;
  let wake = Promise.withResolvers<void>();
  let room = Promise.withResolvers<void>();

  function fail(error: unknown): void {
    failure ??= error;
    wake.resolve();
  }

  async function take(node: string, frame: Frame): Promise<void> {
    const at = now();
    for (const { part, timeMs } of partsOf(frame)) merge.put(node, part, timeMs, at);
    wake.resolve();
    while (merge.held > MAX_HELD && !signal.aborted) await room.promise;
  }

  function follow(pods: readonly PodInfo[]): void {
    const current = agentsOf(pods);
    if (!hasAgents && current.size === 0) return fail(noAgents(agents));
    for (const [node, link] of links) link.aim(current.get(node));
    for (const [node, agent] of current) {
      if (links.has(node)) continue;
      if (hasAgents) onNotice({ type: 'joined', node });
      const start = since?.get(node);
      const link = openLink(
        {
          api,
          port,
          query: { ...query, ...(start !== undefined && { since: start }) },
          signal,
          retry,
          limits,
          random,
          gate,
          onFrame: (frame) => take(node, frame),
          onLost: (error) => onNotice({ type: 'lost', node, error }),
          onBack: () => onNotice({ type: 'back', node }),
        },
        agent,
      );
      links.set(node, link);
      link.ended.catch(fail);
    }
    if (!hasAgents) onNotice({ type: 'following', nodes: links.size });
    hasAgents = true;
  }

  const watching = watchPods(api, {
    namespace: agents.namespace,
    labelSelector: agents.selector,
    signal,
    onChange: follow,
    onTrouble: (error) => onNotice({ type: 'api-lost', error }),
    delayMs: (attempt) => retryDelayMs(retry, attempt, random),
  }).catch(fail);
  const onAbort = (): void => wake.resolve();
  signal.addEventListener('abort', onAbort);
  try {
    while (!signal.aborted) {
      if (failure !== undefined) throw failure;
      const taken = merge.take(now());
      for (const each of taken) {
        yield each;
        if (signal.aborted) return;
      }
      if (merge.held <= MAX_HELD) {
        room.resolve();
        room = Promise.withResolvers();
      }
      if (taken.length === 0) await wait();
    }
  } finally {
    stop.abort();
    room.resolve();
    signal.removeEventListener('abort', onAbort);
    await Promise.allSettled([watching, ...[...links.values()].map(({ ended }) => ended)]);
  }

  async function wait(): Promise<void> {
    const due = merge.dueAt();
    const timer = due === undefined ? undefined : setTimeout(() => wake.resolve(), Math.max(1, due - now()));
    await wake.promise;
    clearTimeout(timer);
    wake = Promise.withResolvers();
  }
}

/** What has a time of its own is sorted by it; an amendment repeats the time of what it amends, which was said long ago. */
function partsOf(frame: Frame): readonly { readonly part: Frame; readonly timeMs: number | undefined }[] {
  if (!('updates' in frame)) return [{ part: frame, timeMs: undefined }];
  return frame.updates.map((update) => {
    const { event } = update;
    const time = event === undefined || event.revision > 0 ? Number.NaN : Date.parse(event.time);
    return { part: { updates: [update] }, timeMs: Number.isNaN(time) ? undefined : time };
  });
}
