// A server that speaks the two parts of the Kubernetes API by which access is decided: TokenReview and SubjectAccessReview, as strict as the real one.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Test } from 'tap';
import { type ApiClient, createApiClient } from '../../src/kubernetes/api-client.ts';
import { createCredential } from '../../src/kubernetes/credential.ts';
import type { Cluster } from '../../src/kubernetes/kubeconfig.ts';

export interface FakeUser {
  readonly username: string;
  readonly groups?: readonly string[];
  /** Whether RBAC lets it get nodes/podtree. */
  readonly isAllowed?: boolean;
  /** For whom its token is; absent: for the API server. */
  readonly audience?: string;
}

export interface ReviewApi {
  readonly url: string;
  readonly client: ApiClient;
  readonly cluster: Cluster;
  /** By token. */
  readonly users: Map<string, FakeUser>;
  /** `tokenreviews TOKEN` and `subjectaccessreviews USER` of each request, in order. */
  readonly asked: string[];
  /** What came that the real API server would not take. */
  readonly mistakes: string[];
  /** Answers in the place of what the API would answer. */
  instead: ((response: ServerResponse) => void) | undefined;
  /** Requests wait for it. */
  hold: Promise<void> | undefined;
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
}

export const AGENT_TOKEN = 'the-token-of-the-agent-itself';
export const NODE = 'n';

type Fields = Readonly<Record<string, unknown>>;

export async function startReviewApi(t: Test, timeoutMs = 5000): Promise<ReviewApi> {
  const users = new Map<string, FakeUser>();
  const asked: string[] = [];
  const mistakes: string[] = [];
  const sockets = new Set<Socket>();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const part of request) text += String(part);
    const body = JSON.parse(text) as Fields & { readonly spec: Fields };
    const end = (code: number, value: object): void => {
      response.writeHead(code, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
    };
    const check = (isGood: boolean, what: string): void => {
      if (!isGood) mistakes.push(what);
    };
    check(request.method === 'POST', 'not POST');
    check(request.headers['content-type'] === 'application/json', 'not JSON');
    const kind = request.url?.endsWith('/tokenreviews') ? 'TokenReview' : 'SubjectAccessReview';
    asked.push(kind === 'TokenReview' ? `tokenreviews ${body.spec.token}` : `subjectaccessreviews ${body.spec.user}`);
    await api.hold;
    if (api.instead !== undefined) return api.instead(response);
    if (request.headers.authorization !== `Bearer ${AGENT_TOKEN}`) {
      return end(401, { kind: 'Status', status: 'Failure', code: 401, reason: 'Unauthorized', message: 'Unauthorized' });
    }
    check(body.kind === kind, `kind ${body.kind}`);
    if (kind === 'TokenReview') {
      check(request.url === '/apis/authentication.k8s.io/v1/tokenreviews', `path ${request.url}`);
      check(body.apiVersion === 'authentication.k8s.io/v1', `apiVersion ${body.apiVersion}`);
      const { token, audiences = ['api'] } = body.spec as { readonly token: string; readonly audiences?: readonly string[] };
      const user = users.get(token);
      const audience = user?.audience ?? 'api';
      if (user === undefined || !audiences.includes(audience)) {
        // As the real one says it: without `authenticated`.
        return end(201, { ...body, status: { user: {}, error: '[invalid bearer token, service account token has expired]' } });
      }
      const extra = { 'authentication.kubernetes.io/credential-id': ['JTI=1'] };
      const holder = { username: user.username, uid: `uid-${user.username}`, groups: user.groups ?? ['system:authenticated'], extra };
      return end(201, { ...body, status: { authenticated: true, user: holder, audiences: [audience] } });
    }
    check(request.url === '/apis/authorization.k8s.io/v1/subjectaccessreviews', `path ${request.url}`);
    check(body.apiVersion === 'authorization.k8s.io/v1', `apiVersion ${body.apiVersion}`);
    const { user, uid, groups, extra, resourceAttributes } = body.spec as Fields & { readonly resourceAttributes: Fields };
    check(uid === `uid-${user}` && Array.isArray(groups) && typeof extra === 'object', 'the user is not passed on as it was');
    const { verb, resource, subresource, name, group } = resourceAttributes;
    const isMeant = verb === 'get' && resource === 'nodes' && subresource === 'podtree' && name === NODE && group === '';
    check(isMeant, `resourceAttributes ${JSON.stringify(resourceAttributes)}`);
    const found = [...users.values()].find((each) => each.username === user);
    const isAllowed = isMeant && found?.isAllowed !== false && found !== undefined;
    end(201, {
      ...body,
      status: isAllowed ? { allowed: true, reason: 'RBAC: allowed by ClusterRoleBinding "viewers"' } : { allowed: false },
    });
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      mistakes.push(String(error));
      response.destroy();
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const listen = async (port: number): Promise<number> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
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
  const url = `http://127.0.0.1:${port}`;
  const cluster: Cluster = {
    name: 'test',
    server: new URL(`${url}/`),
    isInsecure: false,
    namespace: 'default',
    user: { token: AGENT_TOKEN },
  };
  const client = createApiClient({ cluster, credential: createCredential({ read: () => cluster, env: {} }), env: {}, timeoutMs });
  const api: ReviewApi = {
    ...{ url, client, cluster, users, asked, mistakes },
    instead: undefined,
    hold: undefined,
    goAway: stop,
    comeBack: async () => void (await listen(port)),
  };
  return api;
}
