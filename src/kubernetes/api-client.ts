// Asks the API server, as the user of a kubeconfig: JSON, a stream of JSON lines, or a WebSocket. A refused credential is renewed once.
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { WebSocket } from 'ws';
import { PodtreeError } from '../error.ts';
import { ApiRefusal, apiRefused, apiUnreachable, type Wanted } from './api-failure.ts';
import type { Credential, Shown } from './credential.ts';
import type { Cluster } from './kubeconfig.ts';

export interface ApiRequest {
  /** Below the server's address, such as `api/v1/pods`; its parts are encoded already. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly wanted: Wanted;
  readonly signal?: AbortSignal | undefined;
  /** Default: `application/json`, whole objects. */
  readonly accept?: string;
  /** Of `lines`: the server has agreed, and lines come from here on. */
  readonly onOpen?: () => void;
}

export interface ApiClient {
  /** Throws CLUSTER_UNREACHABLE, CLUSTER_UNAUTHORIZED, CLUSTER_FORBIDDEN; an ApiRefusal where the server answered. */
  get(request: ApiRequest): Promise<unknown>;
  /** Sends a body as JSON. Throws as get. */
  post(request: ApiRequest & { readonly body: object }): Promise<unknown>;
  /** Each line of an answer that does not end, parsed, until the server ends it. Throws as get. */
  lines(request: ApiRequest): AsyncGenerator<unknown, void, undefined>;
  /** Open when it resolves, and paused: its first messages wait for whoever listens and resumes it. Rejects as get. */
  webSocket(request: ApiRequest, protocol: string): Promise<WebSocket>;
}

export interface ApiClientOptions {
  readonly cluster: Cluster;
  readonly credential: Credential;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs?: number;
  /** A stream of lines in which nothing comes for so long is given up: servers end a watch in time, a broken network does not. */
  readonly idleMs?: number;
  /** Who asks, as the API server's audit log has it. */
  readonly userAgent?: string;
}

/** A page of 500 pods with everything they have. */
const MAX_BODY_BYTES = 128 * 1_048_576;
/** etcd takes objects of 1.5 MiB. */
const MAX_LINE_CHARACTERS = 8 * 1_048_576;
const KEEP_ALIVE_MS = 30_000;
const MAX_ERROR_BYTES = 16_384;
const MAX_MESSAGE_BYTES = 16 * 1_048_576;

export function createApiClient(options: ApiClientOptions): ApiClient {
  const { cluster, credential, env, timeoutMs = 15_000, idleMs = 400_000, userAgent = 'kubectl-podtree' } = options;
  const isTls = cluster.server.protocol === 'https:';
  const { host } = cluster.server;
  const agentOptions = { keepAlive: false, ...proxyOptions(cluster, env) };
  const agent = isTls ? new HttpsAgent(agentOptions) : new HttpAgent(agentOptions);

  function urlOf({ path, query = {} }: ApiRequest): URL {
    const url = new URL(path, cluster.server);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url;
  }

  function settingsOf(shown: Shown): RequestOptions {
    const headers = { 'User-Agent': userAgent, ...(shown.authorization !== undefined && { Authorization: shown.authorization }) };
    if (!isTls) return { headers, agent };
    const tls = {
      // Said here, so that NODE_TLS_REJECT_UNAUTHORIZED has no say: only the kubeconfig has.
      rejectUnauthorized: !cluster.isInsecure,
      ...(cluster.ca !== undefined && { ca: cluster.ca }),
      ...(cluster.serverName !== undefined && { servername: cluster.serverName }),
      ...shown.certificate,
    };
    return { headers, agent, ...tls };
  }

  /** What `attempt` gives, with a new credential once if the server does not take the present one. */
  async function asUser<T>(attempt: (shown: Shown) => Promise<T>): Promise<T> {
    const shown = await credential.get();
    try {
      return await attempt(shown);
    } catch (error) {
      if (!(error instanceof ApiRefusal) || error.status !== 401) throw error;
      credential.renew(shown);
      const renewed = await credential.get();
      return attempt(renewed);
    }
  }

  /** The answer, once it has a status of success. Rejects with what an error answer means. */
  function open(request: ApiRequest & { readonly body?: object }, shown: Shown, signal: AbortSignal): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const settings = settingsOf(shown);
      const take = (response: IncomingMessage): void => {
        const status = response.statusCode ?? 0;
        if (status === 200 || status === 201) resolve(response);
        else readError(response, (body) => reject(apiRefused(host, status, body, request.wanted)));
      };
      const body = request.body === undefined ? undefined : JSON.stringify(request.body);
      const typed = body !== undefined && { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
      const headers = { ...settings.headers, Accept: request.accept ?? 'application/json', ...typed };
      const options = { ...settings, signal, headers, method: body === undefined ? 'GET' : 'POST' };
      const url = urlOf(request);
      const sent = isTls ? httpsRequest(url, options, take) : httpRequest(url, options, take);
      // A watch may say nothing for minutes: whether the other end is still there, the kernel finds out.
      sent.setSocketKeepAlive(true, KEEP_ALIVE_MS);
      sent.on('error', (error) => reject(apiUnreachable(host, error)));
      sent.end(body);
    });
  }

  const ask: ApiClient['get'] = (request: ApiRequest & { readonly body?: object }) =>
    asUser(async (shown) => {
      const timeout = AbortSignal.timeout(timeoutMs);
      const signal = request.signal === undefined ? timeout : AbortSignal.any([request.signal, timeout]);
      try {
        const text = await readAll(await open(request, shown, signal));
        return JSON.parse(text) as unknown;
      } catch (error) {
        if (timeout.aborted) throw apiUnreachable(host, new Error(`no complete answer within ${timeoutMs} ms`));
        throw apiUnreachable(host, error);
      }
    });

  return {
    get: ask,
    post: ask,
    async *lines(request) {
      const stop = new AbortController();
      const signal = request.signal === undefined ? stop.signal : AbortSignal.any([request.signal, stop.signal]);
      const timer = setTimeout(() => stop.abort(), timeoutMs);
      try {
        const response = await asUser((shown) => open(request, shown, signal));
        clearTimeout(timer);
        request.onOpen?.();
        yield* readLines(response, idleMs);
      } catch (error) {
        if (request.signal?.aborted) return;
        if (stop.signal.aborted) throw apiUnreachable(host, new Error(`no answer within ${timeoutMs} ms`));
        throw apiUnreachable(host, error);
      } finally {
        clearTimeout(timer);
        stop.abort();
      }
    },
    webSocket: (request, protocol) =>
      asUser(
        (shown) =>
          new Promise((resolve, reject) => {
            const socket = new WebSocket(urlOf(request).href.replace(/^http/, 'ws'), [protocol], {
              ...settingsOf(shown),
              handshakeTimeout: timeoutMs,
              maxPayload: MAX_MESSAGE_BYTES,
              perMessageDeflate: false,
              followRedirects: false,
            });
            const abort = (): void => socket.terminate();
            const settle = (act: () => void): void => {
              request.signal?.removeEventListener('abort', abort);
              act();
            };
            request.signal?.addEventListener('abort', abort, { once: true });
            if (request.signal?.aborted) abort();
            socket.once('open', () => {
              // The server's first messages may come with its answer, before whoever asked listens.
              socket.pause();
              settle(() => resolve(socket));
            });
            socket.on('error', (error) => settle(() => reject(apiUnreachable(host, error))));
            socket.once('unexpected-response', (sent, response) => {
              readError(response, (body) => {
                settle(() => reject(apiRefused(host, response.statusCode ?? 0, body, request.wanted)));
                sent.destroy();
              });
            });
          }),
      ),
  };
}

/** `proxy-url` of the kubeconfig, else what the environment says: as kubectl. */
function proxyOptions(cluster: Cluster, env: ApiClientOptions['env']): { readonly proxyEnv?: NodeJS.ProcessEnv } {
  const { proxyUrl } = cluster;
  const fromEnv = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'NO_PROXY', 'no_proxy'] as const;
  const proxyEnv: NodeJS.ProcessEnv =
    proxyUrl === undefined
      ? Object.fromEntries(fromEnv.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])))
      : { HTTPS_PROXY: proxyUrl, HTTP_PROXY: proxyUrl };
  if (Object.keys(proxyEnv).length === 0) return {};
  const isUsable = proxyUrl === undefined || /^https?:\/\//.test(proxyUrl);
  if (isUsable && process.allowedNodeEnvironmentFlags.has('--use-env-proxy')) return { proxyEnv };
  if (proxyUrl === undefined) return {};
  const what = isUsable ? 'needs Node.js 22.21 or later' : 'is no http:// or https:// proxy, which is all that podtree can use';
  throw new PodtreeError('KUBECONFIG_INVALID', `context ${JSON.stringify(cluster.name)}: proxy-url ${what}`);
}

function readError(response: IncomingMessage, done: (body: string) => void): void {
  let body = '';
  response.setEncoding('utf8');
  response.on('data', (text: string) => {
    body += text;
    if (body.length > MAX_ERROR_BYTES) response.destroy();
  });
  response.on('error', () => {});
  response.on('close', () => done(body));
}

async function readAll(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MAX_BODY_BYTES) throw new Error(`the answer is longer than ${MAX_BODY_BYTES} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

async function* readLines(response: IncomingMessage, idleMs: number): AsyncGenerator<unknown, void, undefined> {
  response.setEncoding('utf8');
  const idle = setTimeout(() => response.destroy(new Error('it went silent')), idleMs);
  let rest = '';
  try {
    for await (const chunk of response as AsyncIterable<string>) {
      idle.refresh();
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > MAX_LINE_CHARACTERS) throw new Error(`a line is longer than ${MAX_LINE_CHARACTERS} characters`);
      for (const line of lines) if (line.trim() !== '') yield JSON.parse(line) as unknown;
    }
  } finally {
    clearTimeout(idle);
  }
}
