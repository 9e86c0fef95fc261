// Kubeconfig files as kubectl reads them, and the credentials that come of them.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { createCredential } from '../../src/kubernetes/credential.ts';
import { type Cluster, readKubeconfig } from '../../src/kubernetes/kubeconfig.ts';

const PEM = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';

function write(dir: string, name: string, text: string): string {
  const path = join(dir, name);
  writeFileSync(path, text);
  return path;
}

const TWO = `
apiVersion: v1
kind: Config
current-context: one
contexts:
- {name: one, context: {cluster: c1, user: u1, namespace: shop}}
- {name: two, context: {cluster: c2, user: u2}}
- {name: broken, context: {cluster: nowhere, user: u1}}
- {name: nobody, context: {cluster: c1, user: nowhere}}
clusters:
- name: c1
  cluster: {server: "https://10.0.0.1:6443/prefix", certificate-authority: pki/ca.crt, tls-server-name: api}
- name: c2
  cluster: {server: "https://[fd00::1]", certificate-authority-data: "${Buffer.from(PEM).toString('base64')}", proxy-url: "http://p:3128"}
users:
- {name: u1, user: {token: t1}}
- {name: u2, user: {client-certificate: pki/me.crt, client-key: pki/me.key, tokenFile: token}}
`;

function folder(t: Test): string {
  const dir = t.testdir({ pki: { 'ca.crt': PEM, 'me.crt': 'CERT', 'me.key': 'KEY' }, token: 'from-file\n' });
  return dir;
}

t.test('a context says which cluster, and what the user shows it', async (t) => {
  const dir = folder(t);
  const file = write(dir, 'config', TWO);
  t.match(readKubeconfig({ file, env: {} }), {
    name: 'one',
    server: new URL('https://10.0.0.1:6443/prefix/'),
    ca: PEM,
    isInsecure: false,
    serverName: 'api',
    namespace: 'shop',
    user: { token: 't1' },
  });
  t.match(readKubeconfig({ file, context: 'two', env: {} }), {
    name: 'two',
    ca: PEM,
    namespace: 'default',
    proxyUrl: 'http://p:3128',
    user: { certificate: { cert: 'CERT', key: 'KEY' }, tokenFile: join(dir, 'token') },
  });
});

t.test('of several files in KUBECONFIG the first that names a thing wins, and missing ones are passed over', async (t) => {
  const dir = folder(t);
  const first = write(dir, 'first', 'current-context: two\nusers:\n- {name: u2, user: {token: mine}}\n');
  const KUBECONFIG = [join(dir, 'none'), first, write(dir, 'config', TWO)].join(':');
  const cluster = readKubeconfig({ env: { KUBECONFIG } });
  t.match(cluster, { name: 'two', user: { token: 'mine', certificate: undefined } });
  mkdirSync(join(dir, '.kube'));
  write(dir, '.kube/config', TWO.replaceAll('pki/', '../pki/'));
  t.match(readKubeconfig({ env: { HOME: dir } }), { name: 'one', ca: PEM }, 'without it the one at home, paths relative to it');
});

t.test('in a pod without a kubeconfig it is the pod’s own account', async (t) => {
  const accountDir = t.testdir({ 'ca.crt': PEM, namespace: 'podtree', token: 'abc' });
  const env = { HOME: accountDir, KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '6443' };
  const cluster = readKubeconfig({ env, accountDir });
  t.match(cluster, { name: 'in-cluster', namespace: 'podtree', ca: PEM, user: { tokenFile: join(accountDir, 'token') } });
  t.equal(cluster.server.href, 'https://[fd00::1]:6443/');
});

t.test('what is wrong is said with the next step', async (t) => {
  const dir = folder(t);
  const file = write(dir, 'config', TWO);
  const odd = (name: string, text: string): string => write(dir, name, text);
  const user = (text: string): string =>
    `current-context: x\ncontexts:\n- {name: x, context: {cluster: c, user: u}}\nclusters:\n- {name: c, cluster: {server: "https://h"}}\nusers:\n- {name: u, user: ${text}}\n`;
  const cases: readonly (readonly [options: Parameters<typeof readKubeconfig>[0], said: RegExp])[] = [
    [
      { env: { HOME: join(dir, 'nobody') } },
      /^there is no kubeconfig \(looked for .*nobody\/\.kube\/config\): give one with --kubeconfig FILE/,
    ],
    [{ file: join(dir, 'none'), env: {} }, /none cannot be read: ENOENT/],
    [{ env: { KUBECONFIG: join(dir, 'none') } }, /none cannot be read: ENOENT/],
    [{ file: dir, env: {} }, /is no file/],
    [{ file, context: 'three', env: {} }, /no context "three": give --context with one of "one", "two", "broken", "nobody"/],
    [{ file, context: 'broken', env: {} }, /context "broken" names cluster "nowhere", which is not there/],
    [{ file, context: 'nobody', env: {} }, /context "nobody" names user "nowhere", which is not there/],
    [{ file: odd('a', 'x: [1'), env: {} }, /a is not valid YAML/],
    [{ file: odd('b', '- 1'), env: {} }, /b holds no kubeconfig/],
    [{ file: odd('c', ''), env: {} }, /no current context: kubectl config use-context NAME, or --context \(it has none\)/],
    [{ file: odd('d', user('{client-key: pki/me.key}')), env: {} }, /only one of client-certificate and client-key/],
    [
      { file: odd('e', user('{auth-provider: {name: gcp}}')), env: {} },
      /auth-provider "gcp" is gone since kubectl 1\.26: use an exec plugin/,
    ],
    [{ file: odd('f', user('{exec: {args: [x]}}')), env: {} }, /exec has no command/],
    [{ file: odd('g', user('{token: x}').replace('https://h', 'ftp://h')), env: {} }, /server "ftp:\/\/h" is no address/],
    // What expands to billions of entries when it is read in full.
    [
      {
        file: odd(
          'h',
          `a: &a [x,x]\n${Array.from({ length: 30 }, (_, n) => `b${n}: &b${n} [${'*'}${n === 0 ? 'a' : `b${n - 1}`}, ${'*'}${n === 0 ? 'a' : `b${n - 1}`}]`).join('\n')}`,
        ),
        env: {},
      },
      /not valid YAML|no current context/,
    ],
  ];
  for (const [options, said] of cases) t.throws(() => readKubeconfig(options), { code: 'KUBECONFIG_INVALID', message: said }, String(said));
});

function plugin(dir: string, script: string): { readonly file: string; readonly runs: string } {
  const path = join(dir, 'login plugin');
  writeFileSync(path, `#!/bin/sh\necho x >> '${dir}/runs'\n${script}\n`);
  chmodSync(path, 0o755);
  const user = {
    exec: {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: './login plugin',
      args: ['get'],
      env: [{ name: 'WHO', value: 'me' }],
      provideClusterInfo: true,
      installHint: 'get it from there',
    },
  };
  const config = {
    'current-context': 'x',
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster: { server: 'https://h:1' } }],
    users: [{ name: 'u', user }],
  };
  return { file: write(dir, 'config', JSON.stringify(config)), runs: join(dir, 'runs') };
}

const credential = (token: string, expires = ''): string =>
  `echo '{"kind":"ExecCredential","status":{"token":"${token}"${expires === '' ? '' : `,"expirationTimestamp":"${expires}"`}}}'`;

t.test('a credential plugin is told of the cluster, run once for all, and again when its token is over or refused', async (t) => {
  const dir = t.testdir({});
  const { file } = plugin(
    dir,
    `printf '%s' "$KUBERNETES_EXEC_INFO $WHO $1" > '${dir}/told'\n${credential('secret-1', '2026-01-01T01:00:00Z')}`,
  );
  let now = Date.parse('2026-01-01T00:00:00Z');
  const { readFileSync } = await import('node:fs');
  const runs = (): number => readFileSync(join(dir, 'runs'), 'utf8').trim().split('\n').length;
  const given = createCredential({ read: () => readKubeconfig({ file, env: {} }), env: process.env, now: () => now });
  const [one, other] = await Promise.all([given.get(), given.get()]);
  t.match(one, { authorization: 'Bearer secret-1' });
  t.equal(one, other);
  t.equal(runs(), 1, 'once for two at a time');
  const told = readFileSync(join(dir, 'told'), 'utf8');
  t.match(told, /"kind":"ExecCredential".*"server":"https:\/\/h:1\/"/);
  t.match(told, / me get$/);
  now += 3_599_000;
  await given.get();
  t.equal(runs(), 2, 'shortly before it expires');
  now -= 3_599_000;
  const shown = await given.get();
  t.equal(runs(), 2);
  given.renew(one);
  await given.get();
  t.equal(runs(), 2, 'a refusal of one that was replaced meanwhile counts no more');
  given.renew(shown);
  await given.get();
  t.equal(runs(), 3, 'a refusal of the present one does');
});

t.test('a plugin that fails is said without what it printed', async (t) => {
  const cases: readonly (readonly [script: string, said: RegExp])[] = [
    ['echo hunter2; exit 3', /login plugin" ended with exit code 3: log in as for kubectl/],
    ['echo hunter2', /printed no JSON: try it by hand/],
    [`echo '{"status":{"expirationTimestamp":"hunter2"}}'`, /gave neither token nor certificate/],
    [`echo '{"status":{"token":"hunter2 x"}}'`, /no single line of printable ASCII/],
    ['head -c 2000000 /dev/zero', /printed too much/],
  ];
  for (const [index, [script, said]] of cases.entries()) {
    const dir = t.testdir({ [String(index)]: {} });
    const { file } = plugin(join(dir, String(index)), script);
    const given = createCredential({ read: () => readKubeconfig({ file, env: {} }), env: process.env });
    await t.rejects(given.get(), { code: 'CLUSTER_UNAUTHORIZED', message: said });
    const error: unknown = await given.get().catch((each: unknown) => each);
    t.notMatch(String(error), /hunter2/);
  }
  const read = (command: string) => (): Cluster => ({
    name: 'x',
    server: new URL('https://h'),
    isInsecure: false,
    namespace: 'default',
    user: { exec: { apiVersion: 'v1', command, args: [], env: {}, installHint: 'get it from there', isTold: false } },
  });
  await t.rejects(createCredential({ read: read('/nonexistent/plugin'), env: {} }).get(), { message: /is not there: get it from there/ });
});

t.test('token files are read again, other credentials are what they are', async (t) => {
  const dir = t.testdir({ token: 'first\n' });
  let now = 0;
  const cluster = (user: Cluster['user']): Cluster => ({
    name: 'x',
    server: new URL('https://h'),
    isInsecure: false,
    namespace: 'default',
    user,
  });
  const given = createCredential({ read: () => cluster({ tokenFile: join(dir, 'token') }), env: {}, now: () => now });
  t.match(await given.get(), { authorization: 'Bearer first' });
  writeFileSync(join(dir, 'token'), 'second');
  t.match(await given.get(), { authorization: 'Bearer first' });
  now += 55_000;
  t.match(await given.get(), { authorization: 'Bearer second' });
  const basic = createCredential({ read: () => cluster({ basic: { name: 'me', password: 'pä:ss' } }), env: {} });
  t.match(await basic.get(), { authorization: `Basic ${Buffer.from('me:pä:ss').toString('base64')}` });
  const both = createCredential({ read: () => cluster({ certificate: { cert: 'C', key: 'K' } }), env: {} });
  t.same(await both.get(), { certificate: { cert: 'C', key: 'K' } });
  await t.rejects(createCredential({ read: () => cluster({ tokenFile: join(dir, 'none') }), env: {} }).get(), {
    code: 'CLUSTER_UNAUTHORIZED',
    message: /the token cannot be read: ENOENT/,
  });
});
