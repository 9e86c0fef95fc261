// One HTTP request to a server that may be slow, broken or hostile: bounded in time and size, no redirects, no proxy, no kept connections, and
// nothing that the environment could change.
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { messageOf } from '../error.ts';

export interface HttpRequest {
  readonly method: 'POST' | 'PATCH';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** PEM certificates to trust instead of the system's. */
  readonly ca?: string | undefined;
  /** For all of it. */
  readonly timeoutMs: number;
  /** Ends it early. */
  readonly signal?: AbortSignal | undefined;
}

export interface HttpResponse {
  readonly status: number;
  /** At most 64 KiB of it. */
  readonly body: string;
  readonly retryAfter: string | undefined;
}

const MAX_RESPONSE_BYTES = 65_536;

/** Rejects when there is no complete answer in time. The error names host and reason, never the rest of the address: that may be a secret. */
export function sendRequest(options: HttpRequest): Promise<HttpResponse> {
  const url = new URL(options.url);
  const isTls = url.protocol === 'https:';
  // An agent of its own: Node's global one may have been told to use a proxy by the environment.
  const agent = isTls ? new HttpsAgent({ keepAlive: false }) : new HttpAgent({ keepAlive: false });
  const signals = [AbortSignal.timeout(options.timeoutMs), ...(options.signal === undefined ? [] : [options.signal])];
  const signal = AbortSignal.any(signals);
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => {
      const reason = signals[0]?.aborted === true ? `no complete answer within ${options.timeoutMs} ms` : messageOf(error);
      reject(new Error(`${url.host}: ${reason}`));
    };
    const settings = {
      method: options.method,
      agent,
      signal,
      headers: { ...options.headers, 'Content-Length': String(Buffer.byteLength(options.body)), Connection: 'close' },
      // Said here, so that NODE_TLS_REJECT_UNAUTHORIZED has no say: the request carries secrets.
      ...(isTls && { rejectUnauthorized: true, ...(options.ca !== undefined && { ca: options.ca }) }),
    };
    const take = (response: IncomingMessage): void => {
      read(response).then((body) => {
        const retryAfter = response.headers['retry-after'];
        resolve({ status: response.statusCode ?? 0, body, retryAfter });
      }, fail);
    };
    const request = isTls ? httpsRequest(url, settings, take) : httpRequest(url, settings, take);
    request.on('error', fail);
    request.end(options.body);
  });
}

/** Rejects when the connection ends before the answer does. */
function read(response: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    response.on('data', (part: Buffer) => {
      size += part.length;
      parts.push(part);
      if (size <= MAX_RESPONSE_BYTES) return;
      // Long enough to know what it says; the status is what counts.
      resolve(Buffer.concat(parts).toString('utf8', 0, MAX_RESPONSE_BYTES));
      response.destroy();
    });
    response.on('end', () => resolve(Buffer.concat(parts).toString('utf8')));
    response.on('error', reject);
    response.on('close', () => reject(new Error('the connection was closed in the middle of the answer')));
  });
}
