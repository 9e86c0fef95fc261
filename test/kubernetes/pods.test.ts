// Listing and watching pods, against a server that pages, sends bookmarks, forgets, ends watches, wants new tokens and goes away.
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import t, { type Test } from 'tap';
import type { PodtreeError } from '../../src/error.ts';
import { type ApiClient, createApiClient } from '../../src/kubernetes/api-client.ts';
import { createCredential } from '../../src/kubernetes/credential.ts';
import { readKubeconfig } from '../../src/kubernetes/kubeconfig.ts';
import { getPod, listPods, watchPods } from '../../src/kubernetes/pods.ts';
import { type KubeApi, startKubeApi } from '../helpers/kube-api.ts';

const LABELS = { app: 'x' };

function clientOf(api: KubeApi, user: object = {}): ApiClient {
  const file = api.kubeconfig(user);
  const read = () => readKubeconfig({ file, env: {} });
  return createApiClient({ cluster: read(), credential: createCredential({ read, env: process.env }), env: {}, timeoutMs: 5000 });
}

interface Watched {
  readonly names: () => string;
  readonly troubles: readonly PodtreeError[];
  until(isDone: () => boolean): Promise<void>;
  readonly ended: Promise<void>;
  stop(): void;
}

function watch(t: Test, client: ApiClient): Watched {
  const stopping = new AbortController();
  t.teardown(() => stopping.abort());
  const troubles: PodtreeError[] = [];
  let names = '';
  let changed = Promise.withResolvers<void>();
  const tell = (): void => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  const ended = watchPods(client, {
    labelSelector: 'app=x',
    signal: stopping.signal,
    delayMs: () => 5,
    onChange: (pods) => {
      names = pods
        .map(({ name }) => name)
        .sort()
        .join(' ');
      tell();
    },
    onTrouble: (error) => {
      troubles.push(error);
      tell();
    },
  });
  ended.catch(tell);
  return {
    names: () => names,
    troubles,
    ended,
    stop: () => stopping.abort(),
    async until(isDone) {
      while (!isDone()) await changed.promise;
    },
  };
}

async function hasWatched(api: KubeApi, count: number): Promise<void> {
  while (api.requests.filter((each) => each.includes('watch=1')).length < count) await delay(2);
}

t.test('a list comes in pages; one pod or none by name; nothing that is no pod', async (t) => {
  const api = await startKubeApi(t);
  for (let number = 0; number < 1203; number += 1)
    api.put({ name: `p-${number}`, node: `n-${number}`, labels: LABELS, isReady: number !== 7 });
  api.put({ name: 'other', namespace: 'shop', waiting: 'ImagePullBackOff', phase: 'Pending' });
  const client = clientOf(api);
  const { pods } = await listPods(client, { labelSelector: 'app=x' });
  t.equal(new Set(pods.map(({ name }) => name)).size, 1203);
  t.equal(api.requests.length, 3);
  t.match(pods[7], { name: 'p-7', node: 'n-7', isReady: false, isRunning: true });
  t.match(await getPod(client, 'shop', 'other'), { name: 'other', node: undefined, isRunning: false, reason: 'ImagePullBackOff' });
  t.equal(await getPod(client, 'shop', 'none'), undefined);
});

t.test('a watch follows what comes and goes, over bookmarks, ends, and a server that has forgotten', async (t) => {
  const api = await startKubeApi(t);
  api.put({ name: 'a', labels: LABELS });
  const watched = watch(t, clientOf(api));
  await watched.until(() => watched.names() === 'a');
  await hasWatched(api, 1);
  api.put({ name: 'b', labels: LABELS });
  api.put({ name: 'c' });
  await watched.until(() => watched.names() === 'a b');
  api.bookmark();
  api.endWatches();
  api.remove('a');
  await watched.until(() => watched.names() === 'b');
  await hasWatched(api, 2);
  const lists = (): number => api.requests.filter((each) => !each.includes('watch=1')).length;
  t.equal(lists(), 1, 'from where it was, without a new list');
  api.endWatches(true);
  api.put({ name: 'd', labels: LABELS });
  await watched.until(() => watched.names() === 'b d');
  t.equal(lists(), 2, 'what was forgotten is listed again');
  await hasWatched(api, 3);
  api.remove('b');
  await watched.until(() => watched.names() === 'd');
  t.same(watched.troubles, []);
  watched.stop();
  await watched.ended;
});

t.test('an API server that is away is said once, and what happened meanwhile is seen when it is back', async (t) => {
  const api = await startKubeApi(t);
  api.put({ name: 'a', labels: LABELS });
  const watched = watch(t, clientOf(api));
  await watched.until(() => watched.names() === 'a');
  await hasWatched(api, 1);
  await api.goAway();
  await watched.until(() => watched.troubles.length > 0);
  // Several attempts fail meanwhile.
  await delay(60);
  api.put({ name: 'b', labels: LABELS });
  await api.comeBack();
  await watched.until(() => watched.names() === 'a b');
  t.match(watched.troubles, [{ code: 'CLUSTER_UNREACHABLE' }]);
  t.equal(watched.troubles.length, 1);
});

t.test('a token that expires in the middle is exchanged for the new one in its file', async (t) => {
  const api = await startKubeApi(t);
  const tokenFile = join(api.dir, 'token');
  writeFileSync(tokenFile, 'old');
  api.tokens.add('old');
  api.put({ name: 'a', labels: LABELS });
  const watched = watch(t, clientOf(api, { tokenFile }));
  await watched.until(() => watched.names() === 'a');
  await hasWatched(api, 1);
  writeFileSync(tokenFile, 'new');
  api.tokens.clear();
  api.tokens.add('new');
  api.endWatches();
  api.put({ name: 'b', labels: LABELS });
  await watched.until(() => watched.names() === 'a b');
  t.same(watched.troubles, []);
});

t.test('what is forbidden, refused or unreachable at the start is the end', async (t) => {
  const api = await startKubeApi(t);
  api.tokens.add('right');
  const failing = async (user: object): Promise<unknown> => watch(t, clientOf(api, user)).ended.catch((error: unknown) => error);
  t.match(await failing({ token: 'wrong' }), {
    code: 'CLUSTER_UNAUTHORIZED',
    message: /does not know you: Unauthorized\. The credential has expired/,
  });
  api.forbidden.add('watch pods');
  t.match(await failing({ token: 'right' }), {
    code: 'CLUSTER_FORBIDDEN',
    message: /right to watch pods in all namespaces; docs\/cluster\.md has the role.*--agent-namespace.*It said: .*cannot watch/,
  });
  api.forbidden.add('list pods');
  t.match(await failing({ token: 'right' }), { code: 'CLUSTER_FORBIDDEN', message: /right to list pods/ });
  await api.goAway();
  t.match(await failing({ token: 'right' }), { code: 'CLUSTER_UNREACHABLE', message: /nothing listens there/ });
});

t.test('a server that another authority vouches for is not believed', async (t) => {
  const [api, other] = [await startKubeApi(t), await startKubeApi(t)];
  const file = api.kubeconfig({ token: 'secret' });
  const cluster = { ...readKubeconfig({ file, env: {} }), ca: other.certificate?.cert };
  const credential = createCredential({ read: () => cluster, env: {} });
  const ask = (more: object): Promise<unknown> =>
    listPods(createApiClient({ cluster: { ...cluster, ...more }, credential, env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } }), {});
  await t.rejects(ask({}), {
    code: 'CLUSTER_UNREACHABLE',
    message: /certificate is not signed by the certificate-authority of the kubeconfig/,
  });
  t.same(api.requests, [], 'and is shown no token');
  t.match(await ask({ isInsecure: true }), { pods: [] });
});

t.test('an answer that is none is said', async (t) => {
  const answers: Record<string, string> = {
    '/a/api/v1/pods': '<html>login</html>',
    '/b/api/v1/pods': '{"items":{}}',
    '/c/api/v1/pods': '{"items":[1,{"metadata":{}},null]}',
  };
  const server = createServer((request, response) => {
    const body = answers[new URL(request.url ?? '/', 'http://x').pathname];
    if (body === undefined) response.writeHead(502).end('<html>bad gateway\x1b[2J</html>');
    else response.end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const ask = (path: string): Promise<unknown> => {
    const cluster = { name: 'x', server: new URL(`http://127.0.0.1:${port}/${path}/`), isInsecure: false, namespace: 'default', user: {} };
    return listPods(createApiClient({ cluster, credential: createCredential({ read: () => cluster, env: {} }), env: {} }), {});
  };
  await t.rejects(ask('a'), { code: 'CLUSTER_UNREACHABLE', message: /Unexpected token/ });
  await t.rejects(ask('b'), { code: 'CLUSTER_UNREACHABLE', message: /no list of pods/ });
  t.match(await ask('c'), { pods: [] });
  await t.rejects(ask('d'), { code: 'CLUSTER_UNREACHABLE', message: /answered 502 to list pods: without saying why\. Try again/ });
});
