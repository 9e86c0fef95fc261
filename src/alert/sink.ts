// What a sink is to the courier that carries alerts to it, and how an HTTP answer is judged.
import type { HttpResponse } from '../kubernetes/http-request.ts';
import { hide } from './hide.ts';
import type { Notification } from './incident.ts';
import type { ReadSecret } from './secret.ts';
import type { SinkSettings } from './sink-settings.ts';
import { plain } from './summary.ts';

/** retry: the sink may take it later. rejected: it never will, or it is not meant for it. */
export type Outcome =
  | { readonly result: 'delivered' }
  | { readonly result: 'retry'; readonly reason: string; readonly retryAfterMs?: number | undefined }
  | { readonly result: 'rejected'; readonly reason: string };

export interface Sink {
  readonly name: string;
  readonly type: SinkSettings['type'];
  /** Whether it is told of incidents or of each pod's alert. */
  readonly scope: Notification['scope'];
  /** `key`: the same for every attempt. May reject: that is a reason to try again. */
  deliver(notification: Notification, key: string, signal: AbortSignal): Promise<Outcome>;
  /** For a sink that forgets what it is not told again: everything that fires, every so often. */
  renew?(firing: readonly Notification[], signal: AbortSignal): Promise<Outcome>;
}

export interface SinkContext {
  readonly readSecret: ReadSecret;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Wall time, ms. */
  readonly now: () => number;
  readonly log: { warn(fields: object, message: string): void; info(fields: object, message: string): void };
}

const DELIVERED: Outcome = { result: 'delivered' };
/** What an alert that is sent again would be answered again. All else may be put right at the other end: a token, a route, a full disk. */
const FINAL: ReadonlySet<number> = new Set([400, 405, 406, 411, 413, 414, 415, 422, 431]);
const MAX_RETRY_AFTER_MS = 3_600_000;

/** `hidden`: what must not be in the reason, whatever the server answered. */
export function judge(response: HttpResponse, nowMs: number, hidden: readonly string[]): Outcome {
  const { status } = response;
  if (status >= 200 && status < 300) return DELIVERED;
  if (status >= 300 && status < 400)
    return { result: 'retry', reason: `status ${status}: redirects are not followed, give the address itself` };
  const body = hide(response.body, hidden).trim();
  const said = body === '' ? '' : `: ${plain(body, 200)}`;
  const reason = `status ${status}${said}`;
  if (FINAL.has(status)) return { result: 'rejected', reason };
  return { result: 'retry', reason, retryAfterMs: readRetryAfter(response.retryAfter, nowMs) };
}

/** Seconds or a date (RFC 9110 10.2.3), an hour at most. */
export function readRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d{1,9}$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - nowMs;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), MAX_RETRY_AFTER_MS);
}
