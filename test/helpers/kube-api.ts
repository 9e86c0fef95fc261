// A server that speaks the parts of the Kubernetes API that podtree uses: list and watch of pods, whole or their metadata, port-forward, bearer
// tokens, RBAC.
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { Test } from 'tap';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Certificate, makeCertificate } from './certificate.ts';

export interface FakePod {
  readonly namespace?: string;
  readonly name: string;
  readonly uid?: string;
  readonly node?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly isReady?: boolean;
  readonly phase?: string;
  readonly waiting?: string;
  /** Put over what metadata has otherwise. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Put over what spec has otherwise: what nobody who wants metadata should get. */
  readonly spec?: Readonly<Record<string, unknown>>;
  /** Where a port-forward to any of its ports leads; absent: nothing listens. */
  readonly port?: number;
}

export interface KubeApi {
  readonly url: string;
  readonly dir: string;
  /** Of the API server; absent without TLS. */
  readonly certificate: Certificate | undefined;
  /** Those that are taken; empty: no token is asked for. */
  readonly tokens: Set<string>;
  /** `VERB RESOURCE` that is forbidden. */
  readonly forbidden: Set<string>;
  /** `METHOD path?query` of every request, in order. */
  readonly requests: string[];
  /** Their Accept headers. */
  readonly accepts: string[];
  /** Bytes of answers and of what watches were told, so far. */
  readonly sentBytes: () => number;
  /** Most port-forwards there have been at a time. */
  readonly forwards: () => { readonly now: number; readonly most: number };
  put(pod: FakePod): void;
  remove(name: string): void;
  bookmark(): void;
  /** Writes this into every watch, whatever it is. */
  write(line: string): void;
  /** Answers every watch with its end, and a bookmark before it if asked to: from the next one on, until told otherwise. */
  endAtOnce(how: 'off' | 'empty' | 'bookmark'): void;
  /** Half-open: connections stay, and nothing comes through them any more. What happens meanwhile is told to the next watch. */
  mute(isMuted: boolean): void;
  /** Ends every watch; `isGone`: with the error that what came later is forgotten. What happens before the next watch is in no watch then. */
  endWatches(isGone?: boolean): void;
  /** Breaks the port-forwards to a pod as a network does; without a name all. */
  cut(name?: string): void;
  /** Requests wait for this promise. */
  holdUp(until: Promise<void>, path: RegExp): void;
  /** Stops answering altogether and cuts everything, until `comeBack`. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  /** A kubeconfig for it, with that user; gives its path. */
  kubeconfig(user?: object, name?: string): string;
}

interface Stored {
  readonly object: object;
  readonly fake: FakePod;
}

export async function startKubeApi(
  t: Test,
  options: { readonly isPlain?: boolean; readonly sendsWholeObjects?: boolean } = {},
): Promise<KubeApi> {
  const dir = mkdtempSync(join(tmpdir(), 'podtree-kube-'));
  t.teardown(() => rmSync(dir, { recursive: true, force: true }));
  const certificate = options.isPlain ? undefined : makeCertificate(dir);
  const tokens = new Set<string>();
  const forbidden = new Set<string>();
  const requests: string[] = [];
  const accepts: string[] = [];
  const pods = new Map<string, Stored>();
  const watches = new Set<{
    readonly response: ServerResponse;
    readonly query: URLSearchParams;
    readonly namespace: string | undefined;
    readonly isPartial: boolean;
  }>();
  const tunnels = new Map<WebSocket, string>();
  const sockets = new Set<Socket>();
  let most = 0;
  let sentBytes = 0;
  let endsAtOnce: 'off' | 'empty' | 'bookmark' = 'off';
  let unmuted: Promise<void> | undefined;
  let unmute = (): void => {};
  let version = 100;
  let forgotten = 0;
  let hold: { readonly until: Promise<void>; readonly path: RegExp } | undefined;
  const log: { readonly version: number; readonly type: string; readonly stored: Stored }[] = [];
  const forwarding = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => (offered.has('v4.channel.k8s.io') ? 'v4.channel.k8s.io' : false),
  });

  function status(code: number, reason: string, message: string): string {
    return JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message });
  }

  function refusal(
    request: IncomingMessage,
    verbs: readonly string[],
    resource: string,
  ): { readonly code: number; readonly body: string } | undefined {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if (tokens.size > 0 && !tokens.has(token)) return { code: 401, body: status(401, 'Unauthorized', 'Unauthorized') };
    const verb = verbs.find((each) => forbidden.has(`${each} ${resource}`));
    if (verb === undefined) return undefined;
    const message = `pods is forbidden: User "tester" cannot ${verb} resource "${resource}" in API group "" at the cluster scope`;
    return { code: 403, body: status(403, 'Forbidden', message) };
  }

  function selected({ fake }: Stored, query: URLSearchParams, namespace: string | undefined): boolean {
    const wanted = (query.get('labelSelector') ?? '').split(',').filter((part) => part !== '');
    const [, field, value] = /^(metadata\.name|spec\.nodeName)=(.*)$/.exec(query.get('fieldSelector') ?? '') ?? [];
    return (
      (namespace === undefined || (fake.namespace ?? 'podtree') === namespace) &&
      (field === undefined || (field === 'spec.nodeName' ? fake.node : fake.name) === value) &&
      wanted.every((part) => {
        const [key = '', value] = part.split('=');
        return fake.labels?.[key] === value;
      })
    );
  }

  function send(watch: Parameters<typeof watches.add>[0], type: string, stored: Stored): void {
    if (unmuted !== undefined || !selected(stored, watch.query, watch.namespace)) return;
    const object = watch.isPartial ? partial(stored.object) : stored.object;
    const line = `${JSON.stringify({ type, object })}\n`;
    sentBytes += line.length;
    watch.response.write(line);
  }

  function publish(type: string, stored: Stored): void {
    log.push({ version, type, stored });
    for (const watch of watches) send(watch, type, stored);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://x');
    requests.push(`${request.method} ${request.url}`);
    accepts.push(request.headers.accept ?? '');
    await unmuted;
    if (hold?.path.test(url.pathname)) await hold.until;
    const match = /^\/api\/v1(?:\/namespaces\/([^/]+))?\/pods(?:\/([^/]+))?$/.exec(url.pathname);
    const [, namespace, name] = match ?? [];
    const isWatch = url.searchParams.get('watch') === '1';
    const refused = refusal(request, [name !== undefined ? 'get' : isWatch ? 'watch' : 'list'], 'pods');
    const isPartial = options.sendsWholeObjects !== true && /;as=PartialObjectMetadata(List)?;/.test(request.headers.accept ?? '');
    const end = (code: number, body: string): void => {
      sentBytes += body.length;
      response.writeHead(code, { 'Content-Type': 'application/json' }).end(body);
    };
    if (refused !== undefined) return end(refused.code, refused.body);
    if (match === null) return end(404, status(404, 'NotFound', 'the server could not find the requested resource'));
    if (name !== undefined) {
      const found = [...pods.values()].find(
        ({ fake }) => fake.name === decodeURIComponent(name) && (fake.namespace ?? 'podtree') === namespace,
      );
      return found === undefined ? end(404, status(404, 'NotFound', `pods "${name}" not found`)) : end(200, JSON.stringify(found.object));
    }
    if (!isWatch) {
      const all = [...pods.values()].filter((each) => selected(each, url.searchParams, namespace));
      const from = Number(url.searchParams.get('continue') ?? 0);
      const limit = Number(url.searchParams.get('limit') ?? all.length);
      const rest = from + limit < all.length ? { continue: String(from + limit) } : {};
      const items = all.slice(from, from + limit).map(({ object }) => (isPartial ? partial(object) : object));
      return end(
        200,
        JSON.stringify({
          kind: isPartial ? 'PartialObjectMetadataList' : 'PodList',
          metadata: { resourceVersion: String(version), ...rest },
          items,
        }),
      );
    }
    const since = Number(url.searchParams.get('resourceVersion'));
    if (since < forgotten) return end(410, status(410, 'Expired', 'too old resource version'));
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.flushHeaders();
    if (endsAtOnce !== 'off') {
      const object = { kind: 'Pod', metadata: { resourceVersion: String(version) } };
      return void response.end(endsAtOnce === 'empty' ? '' : `${JSON.stringify({ type: 'BOOKMARK', object })}\n`);
    }
    const watch = { response, query: url.searchParams, namespace, isPartial };
    for (const each of log) if (each.version > since) send(watch, each.type, each.stored);
    watches.add(watch);
    response.on('close', () => watches.delete(watch));
  }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    requests.push(`UPGRADE ${request.url}`);
    const url = new URL(request.url ?? '/', 'http://x');
    const name = decodeURIComponent(/\/pods\/([^/]+)\/portforward$/.exec(url.pathname)?.[1] ?? '');
    // As from 1.35 on.
    const refused = refusal(request, ['get', 'create'], 'pods/portforward');
    const pod = [...pods.values()].find(({ fake }) => fake.name === name);
    const failure = refused ?? (pod === undefined ? { code: 404, body: status(404, 'NotFound', `pods "${name}" not found`) } : undefined);
    if (failure !== undefined) {
      const { code, body } = failure;
      socket.end(
        `HTTP/1.1 ${code} No\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      );
      return;
    }
    const accept = (): void => {
      // As through a kubelet: the first messages come in one piece with the answer.
      socket.cork();
      forwarding.handleUpgrade(request, socket, head, (client) => {
        tunnel(client, name, pod?.fake.port, Number(url.searchParams.get('ports')));
        socket.uncork();
      });
    };
    if (hold?.path.test(url.pathname)) void hold.until.then(accept);
    else accept();
  }

  function tunnel(client: WebSocket, name: string, port: number | undefined, asked: number): void {
    tunnels.set(client, name);
    most = Math.max(most, tunnels.size);
    client.on('error', () => {});
    const portBytes = Buffer.alloc(2);
    portBytes.writeUInt16LE(asked);
    for (const channel of [0, 1]) client.send(Buffer.concat([Buffer.from([channel]), portBytes]));
    const target = connect(port ?? 1, '127.0.0.1');
    target.on('data', (bytes) => {
      target.pause();
      client.send(Buffer.concat([Buffer.from([0]), bytes]), () => target.resume());
    });
    target.on('error', (error) =>
      client.send(Buffer.concat([Buffer.from([1]), Buffer.from(`error forwarding port ${asked}: ${error.message}`)])),
    );
    target.on('close', () => client.close());
    client.on('message', (data) => {
      if (Buffer.isBuffer(data) && data[0] === 0) target.write(data.subarray(1));
    });
    client.on('close', () => {
      tunnels.delete(client);
      target.destroy();
    });
  }

  const server = certificate === undefined ? createHttp() : createHttps({ key: certificate.key, cert: certificate.cert });
  server.on('request', (request, response) => void answer(request, response));
  server.on('upgrade', upgrade);
  server.on(certificate === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  const listen = async (port: number): Promise<number> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  };
  const port = await listen(0);
  const stop = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  t.teardown(async () => {
    if (server.listening) await stop();
  });

  const url = `${certificate === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
  return {
    url,
    dir,
    certificate,
    tokens,
    forbidden,
    requests,
    accepts,
    sentBytes: () => sentBytes,
    forwards: () => ({ now: tunnels.size, most }),
    put(fake) {
      const isNew = !pods.has(fake.name);
      version += 1;
      const stored = { fake, object: podObject(fake, version) };
      pods.set(fake.name, stored);
      publish(isNew ? 'ADDED' : 'MODIFIED', stored);
    },
    remove(name) {
      const stored = pods.get(name);
      if (stored === undefined) throw new Error(`there is no pod ${name}`);
      pods.delete(name);
      version += 1;
      publish('DELETED', { ...stored, object: podObject(stored.fake, version) });
    },
    bookmark() {
      version += 1;
      const object = { kind: 'Pod', metadata: { resourceVersion: String(version) } };
      for (const { response } of watches) response.write(`${JSON.stringify({ type: 'BOOKMARK', object })}\n`);
    },
    write(line) {
      for (const { response } of watches) response.write(`${line}\n`);
    },
    endAtOnce(how) {
      endsAtOnce = how;
    },
    mute(isMuted) {
      unmute();
      unmuted = isMuted
        ? new Promise((resolve) => {
            unmute = resolve;
          })
        : undefined;
    },
    endWatches(isGone = false) {
      if (isGone) forgotten = version + 1;
      for (const watch of watches) {
        const { response } = watch;
        watches.delete(watch);
        if (isGone)
          response.write(
            `${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' } })}\n`,
          );
        response.end();
      }
      if (isGone) version += 1;
    },
    cut(name) {
      for (const [client, of] of tunnels) if (name === undefined || of === name) client.terminate();
    },
    holdUp(until, path) {
      hold = { until, path };
    },
    goAway: stop,
    comeBack: async () => void (await listen(port)),
    kubeconfig(user = {}, name = 'config') {
      const path = join(dir, name);
      const cluster = { server: url, ...(certificate !== undefined && { 'certificate-authority': certificate.certFile }) };
      const config = {
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': 'test',
        contexts: [{ name: 'test', context: { cluster: 'c', user: 'u' } }],
        clusters: [{ name: 'c', cluster }],
        users: [{ name: 'u', user }],
      };
      // JSON is YAML.
      writeFileSync(path, JSON.stringify(config));
      return path;
    },
  };
}

function podObject(fake: FakePod, version: number): object {
  const { name, namespace = 'podtree', node, labels = {}, isReady = true, phase = 'Running', waiting } = fake;
  return {
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      uid: fake.uid ?? `uid-of-${name}`,
      labels,
      resourceVersion: String(version),
      creationTimestamp: new Date(1_700_000_000_000 + version * 1000).toISOString(),
      ...fake.metadata,
    },
    spec: { ...(node !== undefined && { nodeName: node }), ...fake.spec },
    status: {
      phase,
      conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }],
      containerStatuses: waiting === undefined ? [] : [{ state: { waiting: { reason: waiting } } }],
    },
  };
}

function partial(object: object): object {
  const { metadata } = object as { readonly metadata: unknown };
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
}
