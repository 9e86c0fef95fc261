// Whether the API server is asked for the metadata of pods, with what, and what is said of it: once, and again when it has changed.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import t, { type Test } from 'tap';
import { createMetadataSource, type MetadataFailure, readMetadataCluster, retryAfterMs } from '../../agent/metadata.ts';
import type { KubernetesConfig } from '../../src/config/schema.ts';
import type { MetadataNews } from '../../src/tree/pod-metadata.ts';
import { type KubeApi, startKubeApi } from '../helpers/kube-api.ts';

const ON: KubernetesConfig = { metadata: 'on', kubeconfig: undefined };
const AUTO: KubernetesConfig = { metadata: 'auto', kubeconfig: undefined };

/** As the kubelet mounts it. */
function mountAccount(api: KubeApi, name = 'account'): { readonly accountDir: string; readonly env: Record<string, string> } {
  const accountDir = join(api.dir, name);
  mkdirSync(accountDir, { recursive: true });
  writeFileSync(join(accountDir, 'token'), 'right\n');
  writeFileSync(join(accountDir, 'namespace'), 'podtree');
  writeFileSync(join(accountDir, 'ca.crt'), readFileSync(api.certificate?.certFile ?? ''));
  const { hostname, port } = new URL(api.url);
  return { accountDir, env: { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port } };
}

function start(
  t: Test,
  options: { readonly config: KubernetesConfig; readonly env: Record<string, string>; readonly accountDir?: string },
) {
  const lines: { readonly level: number; readonly msg: string; readonly reason?: string; readonly next?: string }[] = [];
  const names = new Set<string>();
  const delays: (MetadataFailure | undefined)[] = [];
  let isCurrent = false;
  let changed = Promise.withResolvers<void>();
  const tell = (): void => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  const write = (line: string): void => {
    lines.push(JSON.parse(line));
    tell();
  };
  const source = createMetadataSource({
    ...options,
    node: 'node-a',
    onNews: (news: MetadataNews) => {
      isCurrent = news.isCurrent;
      for (const { name } of [...(news.all ?? []), ...(news.changed ?? [])]) names.add(name);
      tell();
    },
    log: pino({ base: null }, { write }),
    delayMs: (failure) => {
      delays.push(failure);
      tell();
      return 2;
    },
  });
  t.teardown(source.stop);
  source.start();
  return {
    ...{ source, lines, delays, names },
    isCurrent: () => isCurrent,
    async until(isDone: () => boolean): Promise<void> {
      while (!isDone()) await changed.promise;
    },
  };
}

t.test('auto asks in a pod with a token, on asks or says why not, off never', async (t) => {
  const api = await startKubeApi(t);
  const { accountDir, env } = mountAccount(api);
  const kubeconfig = api.kubeconfig({ token: 'right' });
  const nameOf = (config: KubernetesConfig, more: object = { env, accountDir }) =>
    readMetadataCluster({ config, env: {}, accountDir: join(api.dir, 'none'), ...more })?.name;
  t.equal(nameOf(AUTO), 'in-cluster');
  t.equal(nameOf(AUTO, {}), undefined, 'no pod');
  t.equal(nameOf(AUTO, { env }), undefined, 'a pod without a token');
  t.equal(nameOf({ metadata: 'auto', kubeconfig }, {}), undefined, 'a kubeconfig is for on');
  t.equal(nameOf(ON), 'in-cluster');
  t.equal(nameOf({ metadata: 'on', kubeconfig }, {}), 'test');
  t.equal(nameOf({ metadata: 'off', kubeconfig }), undefined);
  t.throws(() => nameOf(ON, {}), { code: 'KUBECONFIG_INVALID', message: /this is no pod: name a kubeconfig/ });
  t.throws(() => nameOf(ON, { env }), { code: 'KUBECONFIG_INVALID', message: /service account cannot be read/ });
  const home = { env: { HOME: api.dir, KUBECONFIG: kubeconfig } };
  t.equal(nameOf(AUTO, home), undefined, "root's own kubeconfig is nobody else's business");
});

t.test('that nobody is asked is said in one line', async (t) => {
  const api = await startKubeApi(t);
  const watched = start(t, { config: AUTO, env: {}, accountDir: join(api.dir, 'none') });
  await watched.until(() => watched.lines.length > 0);
  await watched.source.stop();
  t.match(watched.lines, [{ level: 30, msg: /is not asked: owners, later labels and deletions of pods are not known/ }]);
  t.equal(watched.source.stats().state, 'off');
  t.same(api.requests, []);
});

t.test('a trouble is said once, another one once more, and the end of it', async (t) => {
  const api = await startKubeApi(t);
  api.tokens.add('right');
  api.put({ name: 'a', node: 'node-a' });
  const watched = start(t, { config: ON, ...mountAccount(api) });
  await watched.until(() => watched.source.stats().state === 'watching');
  await api.goAway();
  await watched.until(() => watched.source.stats().failures.unreachable >= 4);
  t.equal(watched.isCurrent(), false);
  api.forbidden.add('list pods');
  api.forbidden.add('watch pods');
  api.put({ name: 'b', node: 'node-a' });
  await api.comeBack();
  await watched.until(() => watched.source.stats().failures.forbidden >= 3);
  t.equal(watched.source.stats().state, 'forbidden');
  api.forbidden.clear();
  await watched.until(() => watched.names.has('b') && watched.isCurrent());
  await watched.until(() => watched.lines.length >= 4);
  t.match(watched.lines, [
    { level: 30, msg: 'the API server tells of the pods', pods: 1, node: 'node-a' },
    { level: 40, msg: /tells nothing of the pods/, next: /network policy/ },
    {
      level: 40,
      msg: /tells nothing of the pods/,
      reason: /may not list and watch pods: .*cannot/,
      next: /ClusterRole.*docs\/kubernetes-api\.md/,
    },
    { level: 30, msg: 'the API server tells of the pods again' },
  ]);
  t.equal(watched.lines.length, 4);
  t.notMatch(JSON.stringify(watched.lines), /right/, 'the token is in no line');
});

t.test('where nobody has asked for it, a refusal is no warning, and long waited for', async (t) => {
  const api = await startKubeApi(t);
  api.forbidden.add('list pods');
  const watched = start(t, { config: AUTO, ...mountAccount(api) });
  await watched.until(() => watched.delays.length >= 2);
  t.match(watched.lines, [{ level: 30, reason: /may not list/, next: /or set kubernetes\.metadata to off/ }]);
  t.equal(watched.lines.length, 1);
  t.ok(retryAfterMs('forbidden', 5, 'auto') >= 1_800_000);
  t.ok(retryAfterMs('forbidden', 5, 'on') >= 30_000);
  t.ok(retryAfterMs('unreachable', 1, 'auto') <= 1_000);
  t.ok(retryAfterMs(undefined, 1, 'on') >= 500, 'also a watch that only ends');
  for (const failures of [10, 100, 100_000]) t.ok(retryAfterMs('unreachable', failures, 'on') <= 30_000);
});

t.test('what it is told to use is read again: it may come later, and change', async (t) => {
  const api = await startKubeApi(t);
  api.put({ name: 'a', node: 'node-a' });
  const kubeconfig = join(api.dir, 'later');
  const watched = start(t, { config: { metadata: 'on', kubeconfig }, env: {} });
  await watched.until(() => watched.source.stats().failures.misconfigured >= 3);
  t.match(watched.lines, [{ level: 40, reason: /later cannot be read/, next: /kubernetes\.kubeconfig/ }]);
  t.equal(watched.lines.length, 1);
  api.kubeconfig({}, 'later');
  await watched.until(() => watched.names.has('a'));
  await watched.until(() => watched.lines.length === 2);
  // Another server takes its place, which another authority vouches for.
  const other = await startKubeApi(t);
  other.put({ name: 'b', node: 'node-a' });
  await api.goAway();
  const text = readFileSync(other.kubeconfig(), 'utf8');
  rmSync(kubeconfig);
  writeFileSync(kubeconfig, text);
  await watched.until(() => watched.names.has('b'));
  t.ok(watched.source.stats().failures.unreachable >= 10, 'after some failures');
});

t.test('it stops in the middle of anything', async (t) => {
  const api = await startKubeApi(t);
  api.put({ name: 'a', node: 'node-a' });
  api.mute(true);
  const watched = start(t, { config: ON, ...mountAccount(api) });
  while (api.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
  await watched.source.stop();
  api.mute(false);
  t.equal(watched.source.stats().failures.unreachable, 0);
  const away = createMetadataSource({
    ...{ config: { metadata: 'on', kubeconfig: '/none' }, node: 'node-a', env: {}, log: pino({ level: 'silent' }) },
    onNews: () => {},
    delayMs: () => 3_600_000,
  });
  away.start();
  await away.stop();
});
