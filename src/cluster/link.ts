// Follows the agent of one node for as long as it is wanted: connects, comes back after a loss from where it was, and waits for the next agent when
// there is none.
import { setTimeout as delay } from 'node:timers/promises';
import { PodtreeError } from '../error.ts';
import type { ApiClient } from '../kubernetes/api-client.ts';
import { openStream } from '../stream/client.ts';
import type { ConnectionLimits } from '../stream/connection.ts';
import type { StreamQuery } from '../stream/filter.ts';
import type { Frame } from '../stream/frame.ts';
import { RETRY_POLICY, type RetryPolicy, retryDelayMs, tokenOf } from '../stream/retry.ts';
import { type Agent, hindrance, routeTo } from './agents.ts';

export interface LinkOptions {
  readonly api: ApiClient;
  readonly port: number;
  readonly query: StreamQuery;
  readonly signal: AbortSignal;
  readonly retry?: RetryPolicy | undefined;
  readonly limits?: Partial<ConnectionLimits> | undefined;
  readonly random: () => number;
  /** Runs at most so many first steps of connections at a time. */
  readonly gate: <T>(act: () => Promise<T>) => Promise<T>;
  /** Resolves when the next frame may come: until then the network is not read. */
  readonly onFrame: (frame: Frame) => Promise<void>;
  /** Once for each outage. */
  readonly onLost: (error: PodtreeError) => void;
  readonly onBack: () => void;
}

export interface Link {
  /** The node's agent, or that it has none now. */
  aim(agent: Agent | undefined): void;
  /** Rejects with what trying again does not mend. */
  readonly ended: Promise<void>;
}

// The first is worth another try even when it was the API server that was away; what it forbids it will forbid again.
const RETRIED: ReadonlySet<PodtreeError['code']> = new Set([
  'AGENT_UNREACHABLE',
  'AGENT_PROTOCOL',
  'CLUSTER_UNREACHABLE',
  'CLUSTER_UNAUTHORIZED',
]);

export function openLink(options: LinkOptions, first: Agent): Link {
  const { api, port, query, signal, retry = RETRY_POLICY, limits, random, gate, onFrame, onLost, onBack } = options;
  let target: Agent | undefined = first;
  let aimed = Promise.withResolvers<void>();
  let switching = new AbortController();
  let since = query.since;
  let wasConnected = false;
  let isLost = false;
  let attempt = 0;

  async function follow(agent: Agent): Promise<void> {
    const stop = AbortSignal.any([signal, switching.signal]);
    const frames = openStream({
      route: routeTo(api, agent, port),
      query: { ...query, ...(since !== undefined && { since }) },
      signal: stop,
      limits,
    })[Symbol.asyncIterator]();
    try {
      for (let next = await gate(() => frames.next()); next.done !== true; next = await frames.next()) await take(next.value);
    } finally {
      await frames.return?.();
    }
  }

  async function take(frame: Frame): Promise<void> {
    if (isLost) onBack();
    isLost = false;
    wasConnected = true;
    attempt = 0;
    await onFrame(frame);
    since = tokenOf(frame) ?? since;
  }

  function lose(error: PodtreeError): void {
    if (!isLost) onLost(error);
    isLost = true;
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      const agent = target;
      const none =
        agent === undefined ? new PodtreeError('AGENT_NOT_FOUND', 'the node has no agent now; waiting for the next one') : hindrance(agent);
      if (agent === undefined || none !== undefined) {
        if (none !== undefined) lose(none);
        await Promise.race([aimed.promise, aborted(signal)]);
        continue;
      }
      try {
        await follow(agent);
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof PodtreeError)) throw error;
        if (!RETRIED.has(error.code) && !(wasConnected && error.code === 'CLUSTER_FORBIDDEN')) throw error;
        lose(error);
        attempt += 1;
        await Promise.race([delay(retryDelayMs(retry, attempt, random), undefined, { signal }).catch(() => {}), aimed.promise]);
      }
    }
  }

  return {
    aim(agent) {
      const before = target;
      target = agent;
      if (before?.pod.uid === agent?.pod.uid && before?.pod.isRunning === agent?.pod.isRunning) return;
      // An agent that is being stopped may still have something to say; one that another has replaced has not.
      if (agent !== undefined && before !== undefined && before.pod.uid !== agent.pod.uid) {
        switching.abort();
        switching = new AbortController();
      }
      aimed.resolve();
      aimed = Promise.withResolvers();
    },
    ended: run(),
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
