// One HTTP request to an agent.
import { request as httpRequest } from 'node:http';
import { unreachable } from './failure.ts';
import { createConnectionOf, partyOf, type Route } from './route.ts';

const TIMEOUT_MS = 10_000;
/** The tree of a node with more pods than a node can have. */
const MAX_BODY_BYTES = 128 * 1_048_576;

export interface RequestOptions {
  readonly token?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Absent: a TCP connection to the URL. */
  readonly route?: Route | undefined;
}

export interface Answer {
  readonly ok: boolean;
  readonly status: number;
  readonly body: string;
}

/** Whatever the agent answers, errors too. Throws AGENT_UNREACHABLE when it does not, or what the route says. */
export async function request(url: URL, { token, signal, route }: RequestOptions): Promise<Answer> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  const headers = { Accept: 'application/json', ...(token !== undefined && { Authorization: `Bearer ${token}` }) };
  try {
    return route === undefined ? await read(url, headers, either) : await readBy(route, url, headers, either);
  } catch (error) {
    const reason = timeout.aborted && !signal?.aborted ? new Error(`no answer within ${TIMEOUT_MS / 1000} s`) : error;
    throw unreachable(partyOf(url, route), reason instanceof TypeError ? (reason.cause ?? reason) : reason);
  }
}

type Headers = Readonly<Record<string, string>>;

async function read(url: URL, headers: Headers, signal: AbortSignal): Promise<Answer> {
  const response = await fetch(url, { redirect: 'error', signal, headers });
  return { ok: response.ok, status: response.status, body: await response.text() };
}

// fetch takes no connection of ours.
function readBy(route: Route, url: URL, headers: Headers, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const createConnection = createConnectionOf(route);
    const sent = httpRequest(url, { createConnection, signal, headers: { ...headers, Connection: 'close' } }, (response) => {
      const parts: Buffer[] = [];
      let size = 0;
      response.on('data', (part: Buffer) => {
        size += part.length;
        parts.push(part);
        if (size > MAX_BODY_BYTES) response.destroy(new Error(`the answer is longer than ${MAX_BODY_BYTES} bytes`));
      });
      response.on('error', reject);
      response.on('end', () => {
        const status = response.statusCode ?? 0;
        resolve({ ok: status >= 200 && status < 300, status, body: Buffer.concat(parts).toString('utf8') });
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}
