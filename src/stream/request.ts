// One HTTP request to an agent.
import { unreachable } from './failure.ts';

const TIMEOUT_MS = 10_000;

export interface RequestOptions {
  readonly token?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Answer {
  readonly ok: boolean;
  readonly status: number;
  readonly body: string;
}

/** Whatever the agent answers, errors too. Throws AGENT_UNREACHABLE when it does not. */
export async function request(url: URL, { token, signal }: RequestOptions): Promise<Answer> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    return await read(url, token, signal === undefined ? timeout : AbortSignal.any([signal, timeout]));
  } catch (error) {
    throw unreachable(url.origin, error instanceof TypeError ? (error.cause ?? error) : error);
  }
}

async function read(url: URL, token: string | undefined, signal: AbortSignal): Promise<Answer> {
  const response = await fetch(url, {
    redirect: 'error',
    signal,
    headers: { Accept: 'application/json', ...(token !== undefined && { Authorization: `Bearer ${token}` }) },
  });
  return { ok: response.ok, status: response.status, body: await response.text() };
}
