// The connection to the agent's stream: keeps it up, comes back from where it was, and says what is wrong when it cannot.
import { messageOf } from '../error.ts';
import type { Frame } from '../stream/frame.ts';
import { decodeProtobuf } from '../stream/protobuf.ts';
import { RETRY_POLICY, retryDelayMs, tokenOf } from '../stream/retry.ts';

export type LinkState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  /** Will be tried again at `retryAtMs` (wall time). */
  | { readonly kind: 'waiting'; readonly reason: string; readonly retryAtMs: number };

export interface LinkOptions {
  /** Of the agent, with a slash at its end. */
  readonly base: string;
  onFrame(frame: Frame): void;
  onState(state: LinkState): void;
}

export interface Link {
  /** Tries now instead of when it is time. */
  retry(): void;
  close(): void;
}

/** The agent sends something every five seconds. */
const SILENCE_MS = 15_000;
const PROTOCOL = 'podtree.v1.protobuf';

/** Connects at once, and again whenever the connection is lost, with the last token as `since`: nothing comes twice. */
export function openLink({ base, onFrame, onState }: LinkOptions): Link {
  let since: string | undefined;
  let attempt = 0;
  let socket: WebSocket | undefined;
  let timer = 0;
  let watchdog = 0;

  function connect(): void {
    window.clearTimeout(timer);
    onState({ kind: 'connecting' });
    const url = new URL('v1/stream', base);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    if (since !== undefined) url.searchParams.set('since', since);
    const opened = new WebSocket(url, PROTOCOL);
    socket = opened;
    opened.binaryType = 'arraybuffer';
    opened.onmessage = ({ data }) => {
      if (socket === opened && data instanceof ArrayBuffer) receive(opened, data);
    };
    opened.onclose = ({ code, reason }) => {
      if (socket === opened) lost(code === 1001 && reason !== '' ? reason : undefined);
    };
    watch();
  }

  function receive(from: WebSocket, data: ArrayBuffer): void {
    watch();
    let frame: Frame | undefined;
    try {
      frame = decodeProtobuf(new Uint8Array(data));
    } catch (error) {
      from.close();
      lost(`the agent sent what this page does not understand (${messageOf(error)}): reload it`);
      return;
    }
    if (frame === undefined) return;
    const token = tokenOf(frame);
    if (token !== undefined) {
      since = token;
      attempt = 0;
    }
    if ('hello' in frame) onState({ kind: 'live' });
    onFrame(frame);
  }

  /** A connection that is cut without a closing handshake looks as if nothing happened. */
  function watch(): void {
    window.clearTimeout(watchdog);
    watchdog = window.setTimeout(() => {
      socket?.close();
      lost('the agent has been silent');
    }, SILENCE_MS);
  }

  function lost(reason: string | undefined): void {
    socket = undefined;
    window.clearTimeout(watchdog);
    attempt += 1;
    const delayMs = retryDelayMs(RETRY_POLICY, attempt, Math.random);
    const wait = (why: string): void => onState({ kind: 'waiting', reason: why, retryAtMs: Date.now() + delayMs });
    timer = window.setTimeout(connect, delayMs);
    wait(reason ?? 'the connection was cut');
    // A browser does not tell a page why a WebSocket was refused: the agent does.
    if (reason === undefined) void reasonNow(base).then((why) => socket === undefined && why !== undefined && wait(why));
  }

  const retry = (): void => {
    if (socket !== undefined) return;
    attempt = 0;
    connect();
  };
  window.addEventListener('online', retry);
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && retry());
  connect();
  return {
    retry,
    close() {
      window.clearTimeout(timer);
      window.clearTimeout(watchdog);
      window.removeEventListener('online', retry);
      const open = socket;
      socket = undefined;
      open?.close();
    },
  };
}

async function reasonNow(base: string): Promise<string | undefined> {
  try {
    const answer = await fetch(new URL('readyz', base), { cache: 'no-store' });
    if (answer.ok) return undefined;
    const { reason, error } = (await answer.json()) as { readonly reason?: unknown; readonly error?: { readonly message?: unknown } };
    const text = reason ?? error?.message;
    return typeof text === 'string' ? text : `the agent answers with HTTP ${answer.status}`;
  } catch {
    return 'the agent does not answer';
  }
}
