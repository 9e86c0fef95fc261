// Port-forward and the client of the API server, against a server that speaks the protocol over TLS.
import { once } from 'node:events';
import { createServer as createHttp } from 'node:http';
import { connect, createServer } from 'node:net';
import { buffer } from 'node:stream/consumers';
import t, { type Test } from 'tap';
import { type ApiClient, createApiClient } from '../../src/kubernetes/api-client.ts';
import { createCredential } from '../../src/kubernetes/credential.ts';
import { readKubeconfig } from '../../src/kubernetes/kubeconfig.ts';
import { listPods } from '../../src/kubernetes/pods.ts';
import { forwardPort } from '../../src/kubernetes/port-forward.ts';
import { fetchTree, openStream } from '../../src/stream/client.ts';
import { type KubeApi, startKubeApi } from '../helpers/kube-api.ts';
import { startStream } from '../helpers/stream-server.ts';

function clientOf(api: KubeApi, user: object = {}): ApiClient {
  const file = api.kubeconfig(user);
  const read = () => readKubeconfig({ file, env: {} });
  return createApiClient({ cluster: read(), credential: createCredential({ read, env: process.env }), env: {} });
}

async function listen(t: Test, server: ReturnType<typeof createServer>): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

t.test('bytes come through a port-forward whole and in order, in both directions', async (t) => {
  const api = await startKubeApi(t);
  const sent = Buffer.alloc(3_000_000, Buffer.from('abcdefghijklmnopqrstuvwxyz0123456789'));
  const port = await listen(
    t,
    createServer((socket) => {
      let size = 0;
      socket.on('data', (part) => {
        size += part.length;
        // It answers with what it got, and ends when it has it all.
        if (socket.write(part) && size === sent.length) socket.end();
        else if (size === sent.length) socket.once('drain', () => socket.end());
      });
    }),
  );
  api.put({ name: 'echo', port });
  const stream = forwardPort(clientOf(api), { namespace: 'podtree', name: 'echo', port: 7 });
  stream.write(sent.subarray(0, 1));
  stream.write(sent.subarray(1));
  const got = await buffer(stream);
  t.ok(got.equals(sent), `all of ${got.length} bytes`);
  t.equal(api.requests.at(-1), 'UPGRADE /api/v1/namespaces/podtree/pods/echo/portforward?ports=7');
});

t.test('whoever does not read holds up the sender', async (t) => {
  const api = await startKubeApi(t);
  let written = 0;
  let isFull = Promise.withResolvers<void>();
  const part = Buffer.alloc(65_536);
  const most = 64 * 1_048_576;
  const port = await listen(
    t,
    createServer((socket) => {
      const pump = (): void => {
        while (written < most) {
          written += part.length;
          if (!socket.write(part)) {
            isFull.resolve();
            return;
          }
        }
        socket.end();
      };
      socket.on('drain', pump);
      socket.on('error', () => {});
      pump();
    }),
  );
  api.put({ name: 'flood', port });
  const stream = forwardPort(clientOf(api), { namespace: 'podtree', name: 'flood', port: 7 });
  await once(stream, 'readable');
  // It has stalled once nothing is written any more between two looks at it.
  for (let before = -1; before !== written; ) {
    before = written;
    isFull = Promise.withResolvers();
    await Promise.race([isFull.promise, new Promise((resolve) => setTimeout(resolve, 300))]);
  }
  t.ok(written < most / 2, `stalled after ${written} bytes`);
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) size += chunk.length;
  t.equal(size, most, 'and goes on when it is read');
});

t.test('the agent is asked over HTTP and WebSocket through a port-forward', async (t) => {
  const api = await startKubeApi(t);
  const agent = await startStream(t);
  agent.run(30);
  api.put({ name: 'agent', port: agent.port });
  const client = clientOf(api);
  const route = {
    place: 'on node-a',
    adviceUnreachable: '',
    adviceLost: '',
    open: () => forwardPort(client, { namespace: 'podtree', name: 'agent', port: 7637 }),
  };
  t.same((await fetchTree({ route })).pods.length, agent.model.tree().pods.length);
  for await (const frame of openStream({ route })) {
    if ('snapshot' in frame) break;
  }
  t.pass('a snapshot came');
  t.equal(api.requests.filter((each) => each.startsWith('UPGRADE')).length, 2);
});

t.test('what refuses a port-forward is said', async (t) => {
  const api = await startKubeApi(t);
  api.put({ name: 'deaf' });
  const client = clientOf(api);
  const failing = async (name: string): Promise<Error> => {
    const stream = forwardPort(client, { namespace: 'podtree', name, port: 7637 });
    const [error] = (await once(stream, 'error')) as [Error];
    return error;
  };
  t.match(await failing('deaf'), { code: 'AGENT_UNREACHABLE', message: /port 7637 of pod podtree\/deaf: .*ECONNREFUSED/ });
  t.match(await failing('none'), { code: 'CLUSTER_UNREACHABLE', status: 404, message: /pods "none" not found/ });
  t.match(await failing('../../secrets'), { status: 404 });
  t.equal(api.requests.at(-1), 'UPGRADE /api/v1/namespaces/podtree/pods/..%2F..%2Fsecrets/portforward?ports=7637');
  api.forbidden.add('create pods/portforward');
  t.match(await failing('deaf'), {
    code: 'CLUSTER_FORBIDDEN',
    message: /right to get pods\/portforward in namespace podtree \(get and create.*cannot create resource "pods\/portforward"/,
  });
  await api.goAway();
  t.match(await failing('deaf'), {
    code: 'CLUSTER_UNREACHABLE',
    message: /at 127\.0\.0\.1:\d+: nothing listens there\. Does kubectl reach it/,
  });
});

t.test('requests and port-forwards go through the proxy of the kubeconfig, or of the environment', async (t) => {
  const api = await startKubeApi(t);
  const agent = await startStream(t);
  api.put({ name: 'agent', port: agent.port });
  const asked: string[] = [];
  const proxy = createHttp().on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    const target = connect(Number(new URL(`http://${request.url}`).port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      target.pipe(socket).pipe(target);
    });
    for (const end of [socket, target]) end.on('error', () => {});
  });
  const proxyUrl = `http://127.0.0.1:${await listen(t, proxy)}`;
  const file = api.kubeconfig();
  const cluster = readKubeconfig({ file, env: {} });
  const credential = createCredential({ read: () => cluster, env: {} });
  const cases = [
    createApiClient({ cluster: { ...cluster, proxyUrl }, credential, env: {} }),
    createApiClient({ cluster, credential, env: { HTTPS_PROXY: proxyUrl } }),
  ];
  for (const client of cases) {
    asked.length = 0;
    t.equal((await listPods(client, {})).pods.length, 1);
    const open = () => forwardPort(client, { namespace: 'podtree', name: 'agent', port: 7637 });
    t.match(await fetchTree({ route: { place: 'on a', adviceUnreachable: '', adviceLost: '', open } }), { pods: [] });
    t.same(asked, Array(2).fill(new URL(api.url).host));
  }
  asked.length = 0;
  const direct = createApiClient({ cluster, credential, env: { HTTPS_PROXY: proxyUrl, NO_PROXY: '127.0.0.1' } });
  await listPods(direct, {});
  t.same(asked, [], 'NO_PROXY counts');
  t.throws(() => createApiClient({ cluster: { ...cluster, proxyUrl: 'socks5://x:1' }, credential, env: {} }), {
    code: 'KUBECONFIG_INVALID',
    message: /proxy-url is no http:\/\/ or https:\/\/ proxy/,
  });
});
