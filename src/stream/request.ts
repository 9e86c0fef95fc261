// One HTTP request to an agent.
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { authorizationOf, type Credentials, type ReadCredentials, tlsOptionsOf } from './credentials.ts';
import { unreachable } from './failure.ts';
import { createConnectionOf, partyOf, type Route } from './route.ts';

const TIMEOUT_MS = 10_000;
/** The tree of a node with more pods than a node can have. */
const MAX_BODY_BYTES = 128 * 1_048_576;

export interface RequestOptions {
  readonly credentials?: ReadCredentials | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Absent: a TCP connection to the URL. */
  readonly route?: Route | undefined;
}

export interface Answer {
  readonly ok: boolean;
  readonly status: number;
  readonly body: string;
}

/** Whatever the agent answers, errors too. Throws AGENT_UNREACHABLE or AGENT_UNTRUSTED when it does not, or what the route says. */
export async function request(url: URL, { credentials, signal, route }: RequestOptions): Promise<Answer> {
  const shown = credentials?.() ?? {};
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  try {
    return await send(url, shown, route, either);
  } catch (error) {
    const reason = timeout.aborted && !signal?.aborted ? new Error(`no answer within ${TIMEOUT_MS / 1000} s`) : error;
    throw unreachable(partyOf(url, route), reason);
  }
}

function send(url: URL, shown: Credentials, route: Route | undefined, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { Accept: 'application/json', Connection: 'close', ...authorizationOf(shown) };
    // A connection of its own, also where the environment would have Node's shared agent use a proxy.
    const way = route === undefined ? { agent: false as const } : { createConnection: createConnectionOf(route) };
    const options = { signal, headers, ...way };
    const take = (response: IncomingMessage): void => {
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
    };
    const sent =
      url.protocol === 'https:' ? httpsRequest(url, { ...options, ...tlsOptionsOf(shown) }, take) : httpRequest(url, options, take);
    sent.on('error', reject);
    sent.end();
  });
}
