// A client of the agent: the stream as an async iterable that survives reconnects, and the tree as it is now.
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { PodtreeError } from '../error.ts';
import type { Tree } from '../tree/model.ts';
import { DEFAULT_SERVER, endpoint } from './address.ts';
import type { Protocol } from './codec.ts';
import { CONNECTION_LIMITS, type ConnectionLimits, connect } from './connection.ts';
import type { Credentials, ReadCredentials } from './credentials.ts';
import { malformed, refused } from './failure.ts';
import type { StreamQuery } from './filter.ts';
import type { Frame } from './frame.ts';
import { readTree } from './read-frame.ts';
import { request } from './request.ts';
import { RETRY_POLICY, type RetryPolicy, retryDelayMs, tokenOf } from './retry.ts';
import { partyOf, type Route } from './route.ts';

export interface StreamOptions {
  /** Default http://127.0.0.1:7637. */
  readonly server?: string | undefined;
  readonly query?: StreamQuery | undefined;
  readonly protocol?: Protocol | undefined;
  /** Connects again when the connection is lost, from where it was. The first connection must succeed all the same. */
  readonly reconnect?: boolean | undefined;
  /** Ends the stream without an error. */
  readonly signal?: AbortSignal | undefined;
  /** Absent: none, as on loopback. */
  readonly credentials?: ReadCredentials | undefined;
  /** Told of each connection that was lost and will be tried again. */
  readonly onRetry?: ((retry: { readonly error: PodtreeError; readonly attempt: number; readonly delayMs: number }) => void) | undefined;
  readonly retry?: RetryPolicy | undefined;
  readonly limits?: Partial<ConnectionLimits> | undefined;
  /** Another way to the agent than a TCP connection to `server`, which then only is the Host header. */
  readonly route?: Route | undefined;
  /** In [0, 1). */
  readonly random?: (() => number) | undefined;
}

/** Frames as they come, each connection beginning with its hello: `resumed` there says whether a snapshot follows instead of what was missed.
 * While the reader takes its time the network is not read; the agent then holds a bounded part and states what it could not.
 * Ends when `signal` fires or the reader stops. Throws QUERY_INVALID, AGENT_UNREACHABLE, AGENT_PROTOCOL; over TLS also
 * AGENT_UNTRUSTED, AGENT_UNAUTHORIZED and AGENT_FORBIDDEN. */
export async function* openStream(options: StreamOptions = {}): AsyncGenerator<Frame, void, undefined> {
  const { server = DEFAULT_SERVER, query = {}, protocol = 'json', reconnect = false, onRetry, retry = RETRY_POLICY, route } = options;
  const { random = Math.random, signal = new AbortController().signal } = options;
  const limits = { ...CONNECTION_LIMITS, ...options.limits };
  let since = query.since;
  let wasConnected = false;
  let attempt = 0;
  let shown = options.credentials?.() ?? {};
  for (;;) {
    const url = endpoint(server, 'v1/stream', { ...query, ...(since !== undefined && { since }) });
    let isFirst = true;
    try {
      for await (const frame of connect({ url, protocol, credentials: shown, limits, signal, route })) {
        if (isFirst && !('hello' in frame)) throw malformed(partyOf(url, route), new Error('the first frame is not hello'));
        isFirst = false;
        wasConnected = true;
        const reached = tokenOf(frame);
        if (reached !== undefined) {
          since = reached;
          attempt = 0;
        }
        yield frame;
      }
      return;
    } catch (error) {
      if (!(error instanceof PodtreeError) || !reconnect || !wasConnected) throw error;
      const before = shown;
      shown = reread(options.credentials, shown);
      const isRenewed = error.code === 'AGENT_UNAUTHORIZED' && !isDeepStrictEqual(before, shown);
      if (error.code !== 'AGENT_UNREACHABLE' && !isRenewed) throw error;
      attempt += 1;
      const delayMs = retryDelayMs(retry, attempt, random);
      onRetry?.({ error, attempt, delayMs });
      await delay(delayMs, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
    }
  }
}

/** As they are now; while a file is being replaced, as they were. */
function reread(read: ReadCredentials | undefined, before: Credentials): Credentials {
  try {
    return read?.() ?? before;
  } catch {
    // They are read again with the next attempt, and the agent says what it thinks of these.
    return before;
  }
}

export interface FetchOptions extends Pick<StreamOptions, 'server' | 'signal' | 'credentials' | 'route'> {
  readonly query?: Pick<StreamQuery, 'namespace' | 'pod' | 'container' | 'selector'> | undefined;
}

/** The tree as it is now. Throws QUERY_INVALID, AGENT_UNREACHABLE, AGENT_PROTOCOL. */
export async function fetchTree(options: FetchOptions = {}): Promise<Tree> {
  const { server = DEFAULT_SERVER, query = {}, credentials, signal, route } = options;
  const url = endpoint(server, 'v1/tree', query);
  const { ok, status, body } = await request(url, { credentials, signal, route });
  if (!ok) throw refused(partyOf(url, route), status, body);
  try {
    return readTree(JSON.parse(body), 'tree');
  } catch (error) {
    throw malformed(partyOf(url, route), error);
  }
}
