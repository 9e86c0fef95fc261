// Watching the metadata of one node's pods, at a server that cuts, forgets, expires tokens, goes silent, goes away, sends garbage and more than asked.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { createApiClient } from '../../src/kubernetes/api-client.ts';
import { createCredential } from '../../src/kubernetes/credential.ts';
import { readKubeconfig } from '../../src/kubernetes/kubeconfig.ts';
import { type MetadataTrouble, watchMetadata } from '../../src/kubernetes/metadata-watch.ts';
import { readPodMetadata } from '../../src/kubernetes/pod-metadata.ts';
import type { MetadataNews, PodMetadata } from '../../src/tree/pod-metadata.ts';
import { type FakePod, type KubeApi, startKubeApi } from '../helpers/kube-api.ts';

const NODE = 'node-a';
const SECRET = 'hunter2';

interface WatchOptions {
  readonly user?: object;
  readonly idleMs?: number;
  readonly now?: () => number;
}

/** What a tree would have of it. */
function watch(t: Test, api: KubeApi, { user = {}, idleMs = 60_000, now }: WatchOptions = {}) {
  const stopping = new AbortController();
  t.teardown(() => stopping.abort());
  const file = api.kubeconfig(user);
  const read = () => readKubeconfig({ file, env: {} });
  const client = createApiClient({
    ...{ cluster: read(), credential: createCredential({ read, env: {} }), env: {}, timeoutMs: 5000, idleMs },
    userAgent: 'podtree',
  });
  const pods = new Map<string, PodMetadata>();
  const gone: PodMetadata[] = [];
  const troubles: (readonly [MetadataTrouble, string, number])[] = [];
  const delays: number[] = [];
  const state = { isCurrent: false, watching: [] as number[], lists: 0 };
  let changed = Promise.withResolvers<void>();
  const tell = (): void => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  function take({ isCurrent, all, changed: put = [], removed = [] }: MetadataNews): void {
    state.isCurrent = isCurrent;
    if (all) {
      state.lists += 1;
      pods.clear();
    }
    for (const pod of [...(all ?? []), ...put]) pods.set(pod.uid, pod);
    for (const pod of removed) pods.delete(pod.uid);
    gone.push(...removed);
  }
  const ended = watchMetadata({
    api: client,
    node: NODE,
    isFromCache: true,
    random: () => 0.5,
    signal: stopping.signal,
    onNews: (news) => {
      take(news);
      tell();
    },
    onWatching: (count) => {
      state.watching.push(count);
      tell();
    },
    onTrouble: (...trouble) => {
      troubles.push(trouble);
      tell();
    },
    delayMs: (failures) => {
      delays.push(failures);
      tell();
      return 3;
    },
    ...(now && { now }),
  });
  return {
    ...{ pods, gone, troubles, delays, state, ended },
    stop: () => stopping.abort(),
    names: () =>
      [...pods.values()]
        .map(({ name }) => name)
        .sort()
        .join(' '),
    async until(isDone: () => boolean): Promise<void> {
      while (!isDone()) await changed.promise;
    },
  };
}

const versions = (api: KubeApi): (string | null)[] =>
  api.requests
    .filter((each) => each.includes('watch=1'))
    .map((each) => new URL(each.split(' ')[1] ?? '', 'http://x').searchParams.get('resourceVersion'));

function pod(name: string, more: Partial<FakePod> = {}): FakePod {
  return { name, node: NODE, namespace: 'shop', spec: { containers: [{ env: [{ name: 'PASSWORD', value: SECRET }] }] }, ...more };
}

t.test('what of a pod is read, and how', async (t) => {
  const read = (metadata: object) => readPodMetadata({ metadata: { namespace: 'shop', name: 'web-1', uid: 'u-1', ...metadata } });
  const owned = (kind: string, name: string, apiVersion = 'apps/v1') => ({
    ownerReferences: [
      { kind: 'X', name: 'y' },
      { kind, name, apiVersion, controller: true },
    ],
  });
  const hash = { labels: { 'pod-template-hash': '5d4f' } };
  t.same(read({ labels: { app: 'web' } }), { uid: 'u-1', namespace: 'shop', name: 'web-1', labels: { app: 'web' }, isStatic: false });
  t.same(read({ ...owned('ReplicaSet', 'web-5d4f'), ...hash })?.controller, { kind: 'Deployment', name: 'web', replicaSet: 'web-5d4f' });
  t.same(read(owned('ReplicaSet', 'web-5d4f'))?.controller, { kind: 'ReplicaSet', name: 'web-5d4f' }, 'without the label nobody knows');
  t.same(read({ ...owned('ReplicaSet', 'web-77'), ...hash })?.controller, { kind: 'ReplicaSet', name: 'web-77' }, 'its own ReplicaSet');
  t.same(read({ ...owned('ReplicaSet', '-5d4f'), ...hash })?.controller, { kind: 'ReplicaSet', name: '-5d4f' });
  t.same(
    read({ ...owned('ReplicaSet', 'web-5d4f', 'x.io/v1'), ...hash })?.controller,
    { kind: 'ReplicaSet', name: 'web-5d4f' },
    'of another kind',
  );
  for (const kind of ['StatefulSet', 'DaemonSet', 'Node', 'Whatever']) t.same(read(owned(kind, 'db'))?.controller, { kind, name: 'db' });
  t.same(
    read(owned('Job', 'backup-29000000', 'batch/v1'))?.controller,
    { kind: 'Job', name: 'backup-29000000' },
    'a CronJob cannot be told',
  );
  t.equal(read({ ownerReferences: [{ kind: 'X', name: 'y' }] })?.controller, undefined, 'an owner that does not control');

  const deletionTimestamp = '2026-11-25T21:00:30Z';
  t.equal(read({ deletionTimestamp, deletionGracePeriodSeconds: 30 })?.deletedAt, '2026-11-25T21:00:00.000000000Z');
  t.equal(read({ deletionTimestamp })?.deletedAt, '2026-11-25T21:00:30.000000000Z');
  t.equal(read({ deletionTimestamp, deletionGracePeriodSeconds: 0 })?.deletedAt, '2026-11-25T21:00:30.000000000Z');
  const mirrored = { annotations: { 'kubernetes.io/config.mirror': 'a'.repeat(32) }, deletionTimestamp };
  t.match(read(mirrored), { uid: 'a'.repeat(32), isStatic: true, deletedAt: undefined }, 'a static pod has another uid on the node');

  const hostile = { deletionTimestamp: '2026-99-99T99:99:99Z', ownerReferences: [null, { controller: true, kind: {}, name: 5 }, 7] };
  t.same(read({ ...hostile, labels: [] }), { uid: 'u-1', namespace: 'shop', name: 'web-1', labels: {}, isStatic: false });
  for (const deletionTimestamp of [5, '', 'x'.repeat(1e6), '0000-01-01T00:00:00Z'])
    t.equal(read({ deletionTimestamp, deletionGracePeriodSeconds: 1e300 })?.deletedAt, undefined);
  const labels = JSON.parse(
    `{"__proto__":"x","n":5,${Array.from({ length: 400 }, (_, index) => `"l${index}":"${'v'.repeat(2000)}"`).join()}}`,
  );
  const kept = read({ labels })?.labels ?? {};
  t.equal(Object.keys(kept).length, 256);
  t.ok(Object.values(kept).every((value) => value.length === 1024));
  t.notOk(Object.hasOwn(kept, '__proto__'));
  for (const value of [null, 5, 'x', {}, { metadata: null }, { metadata: { uid: 'u' } }]) t.equal(readPodMetadata(value), undefined);
  t.equal(read({ uid: '../../etc' }), undefined);
  t.equal(read({ name: 'n'.repeat(300) }), undefined);
});

t.test('the pods of this node come in pages, as metadata alone where the server can', async (t) => {
  for (const sendsWholeObjects of [false, true]) {
    const api = await startKubeApi(t, { isPlain: true, sendsWholeObjects });
    for (let number = 0; number < 1203; number += 1) api.put(pod(`p-${number}`));
    api.put(pod('elsewhere', { node: 'node-b' }));
    const watched = watch(t, api);
    await watched.until(() => watched.state.isCurrent);
    t.equal(watched.pods.size, 1203);
    t.same(watched.state.watching, [1203]);
    const [list, watching] = [api.accepts[0], api.accepts.at(-1)];
    t.match(list, /^application\/json;as=PartialObjectMetadataList;g=meta\.k8s\.io;v=v1,application\/json$/);
    t.match(watching, /^application\/json;as=PartialObjectMetadata;g=meta\.k8s\.io;v=v1,application\/json$/);
    t.match(api.requests[0], /fieldSelector=spec\.nodeName%3Dnode-a&limit=500&resourceVersion=0$/);
    t.match(
      api.requests.at(-1),
      /fieldSelector=spec\.nodeName%3Dnode-a&watch=1&allowWatchBookmarks=true&timeoutSeconds=300&resourceVersion=1304$/,
    );
    api.put(pod('late', { labels: { app: 'web' } }));
    await watched.until(() => watched.pods.size === 1204);
    t.same(watched.pods.get('uid-of-late'), {
      uid: 'uid-of-late',
      namespace: 'shop',
      name: 'late',
      labels: { app: 'web' },
      isStatic: false,
    });
    t.equal(JSON.stringify([...watched.pods.values()]).includes(SECRET), false);
    const perPod = Math.round(api.sentBytes() / 1204);
    t.ok(sendsWholeObjects ? perPod > 300 : perPod < 260, `${perPod} bytes for each pod`);
    watched.stop();
    await watched.ended;
  }
});

t.test('a cut goes on from where it was, a bookmark from where that is', async (t) => {
  const api = await startKubeApi(t, { isPlain: true });
  api.put(pod('a'));
  const watched = watch(t, api);
  await watched.until(() => watched.state.isCurrent);
  api.put(pod('b'));
  await watched.until(() => watched.names() === 'a b');
  api.endWatches();
  api.remove('a');
  await watched.until(() => watched.names() === 'b');
  t.match(watched.gone, [{ name: 'a' }]);
  for (let number = 0; number < 5; number += 1) api.put(pod(`x-${number}`, { node: 'node-b' }));
  api.bookmark();
  api.put(pod('b', { labels: { seen: 'yes' } }));
  await watched.until(() => watched.pods.get('uid-of-b')?.labels.seen === 'yes');
  api.bookmark();
  api.put(pod('c'));
  await watched.until(() => watched.names() === 'b c');
  api.endWatches();
  api.put(pod('d'));
  await watched.until(() => watched.names() === 'b c d');
  t.equal(watched.state.lists, 1, 'listed once');
  t.same(versions(api), ['101', '102', '112'], 'each time from the last version seen');
  t.same(watched.troubles, []);
});

t.test('a bookmark alone moves the version', async (t) => {
  const api = await startKubeApi(t, { isPlain: true });
  api.put(pod('a'));
  let clock = 0;
  const watched = watch(t, api, { now: () => clock });
  await watched.until(() => watched.state.isCurrent);
  for (let number = 0; number < 9; number += 1) api.put(pod(`x-${number}`, { node: 'node-b' }));
  api.bookmark();
  clock += 60_000;
  api.endWatches();
  api.put(pod('b'));
  await watched.until(() => watched.names() === 'a b');
  t.same(versions(api), ['101', '111']);
  t.same(watched.delays, [], 'one that has lasted is followed by the next at once');
});

t.test('a server that has forgotten is listed anew, whichever way it says so', async (t) => {
  const api = await startKubeApi(t, { isPlain: true });
  api.put(pod('a'));
  api.put(pod('gone'));
  const watched = watch(t, api);
  await watched.until(() => watched.state.isCurrent);
  // As an event in the watch.
  api.endWatches(true);
  api.remove('gone');
  api.put(pod('b'));
  await watched.until(() => watched.names() === 'a b');
  t.equal(watched.state.lists, 2);
  t.match(
    api.requests.findLast((each) => !each.includes('watch=1')),
    /limit=500$/,
    'not from a cache that may be older',
  );
  // As the status of the answer: the watch is cut, and what comes after its version is forgotten before the next one is asked for.
  await api.goAway();
  api.endWatches(true);
  await api.comeBack();
  api.put(pod('c'));
  await watched.until(() => watched.names() === 'a b c');
  t.equal(watched.state.lists, 3);
  t.notOk(
    watched.troubles.some(([, text]) => /410|too old/.test(text)),
    'which is no trouble',
  );
});

t.test('a token that expires is read again from its file; one that stays refused is said', async (t) => {
  const api = await startKubeApi(t, { isPlain: true });
  const tokenFile = join(api.dir, 'token');
  writeFileSync(tokenFile, 'old');
  api.tokens.add('old');
  api.put(pod('a'));
  const watched = watch(t, api, { user: { tokenFile } });
  await watched.until(() => watched.state.isCurrent);
  writeFileSync(tokenFile, 'new');
  api.tokens.clear();
  api.tokens.add('new');
  api.endWatches();
  api.put(pod('b'));
  await watched.until(() => watched.names() === 'a b');
  t.same(watched.troubles, []);
  api.tokens.clear();
  api.tokens.add('newer');
  api.endWatches();
  await watched.until(() => watched.troubles.length > 0);
  t.same(watched.troubles[0]?.slice(0, 2), ['unauthorized', 'the API server does not take its token: Unauthorized']);
  t.equal(watched.state.isCurrent, false);
  t.equal(watched.names(), 'a b', 'what was said stands');
  writeFileSync(tokenFile, 'newer');
  api.put(pod('c'));
  await watched.until(() => watched.state.isCurrent && watched.names() === 'a b c');
});

t.test('a right that is missing is said, and taken up when it is given', async (t) => {
  const api = await startKubeApi(t, { isPlain: true });
  api.put(pod('a'));
  api.forbidden.add('list pods');
  const watched = watch(t, api);
  await watched.until(() => watched.troubles.length === 3);
  t.match(watched.troubles[0], ['forbidden', /^it may not list and watch pods: pods is forbidden: .* cannot list/, 1]);
  t.match(watched.troubles[2], ['forbidden', /cannot list/, 3]);
  t.notOk(watched.state.isCurrent);
  api.forbidden.clear();
  api.forbidden.add('watch pods');
  await watched.until(() => watched.names() === 'a');
  await watched.until(() => /cannot watch/.test(watched.troubles.at(-1)?.[1] ?? ''));
  t.notOk(watched.state.isCurrent);
  api.forbidden.clear();
  await watched.until(() => watched.state.isCurrent);
});

t.test('while the API server is away nothing changes, and then all that has', async (t) => {
  const api = await startKubeApi(t);
  for (const name of ['a', 'b', 'c']) api.put(pod(name));
  const watched = watch(t, api);
  await watched.until(() => watched.state.isCurrent);
  await api.goAway();
  await watched.until(() => watched.troubles.length >= 6);
  t.ok(watched.troubles.slice(1).every(([trouble, text]) => trouble === 'unreachable' && text === 'nothing listens there'));
  t.same(
    watched.troubles.map(([, , failures]) => failures),
    watched.troubles.map((_, index) => index + 1),
    'counted, so that it is waited longer and longer',
  );
  t.equal(watched.state.isCurrent, false);
  t.equal(watched.names(), 'a b c');
  api.remove('a');
  api.put(pod('b', { metadata: { deletionTimestamp: '2026-11-25T21:00:30Z', deletionGracePeriodSeconds: 30 } }));
  api.put(pod('d'));
  await api.comeBack();
  await watched.until(() => watched.state.isCurrent && watched.names() === 'b c d');
  t.equal(watched.pods.get('uid-of-b')?.deletedAt, '2026-11-25T21:00:00.000000000Z');
  t.equal(watched.state.watching.length, 2);
});

t.test('a connection that has gone silent is given up, and what was said into it is not lost', async (t) => {
  const api = await startKubeApi(t, { isPlain: true });
  api.put(pod('a'));
  const watched = watch(t, api, { idleMs: 150 });
  await watched.until(() => watched.state.isCurrent);
  api.mute(true);
  api.put(pod('b'));
  await watched.until(() => watched.troubles.length > 0);
  t.match(watched.troubles[0], ['unreachable', 'it went silent', 1]);
  t.equal(watched.names(), 'a');
  api.mute(false);
  await watched.until(() => watched.names() === 'a b');
  t.equal(watched.state.lists, 1);
});

t.test('a watch that ends at once, again and again, makes no storm', async (t) => {
  for (const how of ['empty', 'bookmark'] as const) {
    const api = await startKubeApi(t, { isPlain: true });
    api.put(pod('a'));
    api.endAtOnce(how);
    const watched = watch(t, api);
    await watched.until(() => watched.delays.length >= 7);
    t.same(watched.delays.slice(0, 7), [1, 2, 3, 4, 5, 6, 7], `${how}: each time it is waited longer`);
    t.ok(api.requests.length <= 2 * watched.delays.length + 2, `${api.requests.length} requests`);
    api.endAtOnce('off');
    api.put(pod('b'));
    await watched.until(() => watched.names() === 'a b');
    watched.stop();
    await watched.ended;
  }
});

t.test('garbage, errors and too much of it end a watch, and in the end a list gets past it', async (t) => {
  const lines: readonly (readonly [string, RegExp])[] = [
    ['<html>', /Unexpected token/],
    ['{"type":"ERROR","object":{"code":500,"message":"etcd is sad"}}', /ended the watch: etcd is sad/],
    ['{"type":"ERROR"}', /ended the watch/],
    ['x'.repeat(9 * 2 ** 20), /longer than \d+ characters/],
  ];
  const api = await startKubeApi(t, { isPlain: true });
  api.put(pod('a'));
  const watched = watch(t, api);
  for (const [line, expected] of lines) {
    await watched.until(() => watched.state.isCurrent);
    const before = watched.troubles.length;
    api.write(line);
    await watched.until(() => watched.troubles.length > before);
    t.match(watched.troubles.at(-1), ['unreachable', expected]);
  }
  await watched.until(() => watched.state.lists > 1);
  await watched.until(() => watched.state.isCurrent);
  for (const line of [
    'null',
    '5',
    '[]',
    '{}',
    '{"type":"ADDED"}',
    '{"type":"ADDED","object":{"metadata":{"resourceVersion":7}}}',
    '{"type":"WHAT","object":{}}',
  ])
    api.write(line);
  api.write(
    `{"type":"MODIFIED","object":{"metadata":{"name":"a","namespace":"shop","uid":"uid-of-a","labels":{"l":"${'x'.repeat(5000)}"}}}}`,
  );
  await watched.until(() => watched.pods.get('uid-of-a')?.labels.l?.length === 1024);
  t.equal(watched.names(), 'a', 'what is nothing is passed over');
});

t.test('a pod of the same name is another one, and being told twice is nothing', async (t) => {
  const api = await startKubeApi(t, { isPlain: true });
  api.put(pod('db-0', { uid: 'first' }));
  const watched = watch(t, api);
  await watched.until(() => watched.state.isCurrent);
  api.remove('db-0');
  api.put(pod('db-0', { uid: 'second' }));
  api.put(pod('db-0', { uid: 'second' }));
  api.put(pod('end'));
  await watched.until(() => watched.pods.has('uid-of-end'));
  t.same([...watched.pods.keys()], ['second', 'uid-of-end']);
  t.match(watched.gone, [{ uid: 'first' }]);
});
