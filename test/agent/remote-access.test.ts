// How the agent puts together who may come in: files and the API server by the configuration, and what it says when it cannot.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import t from 'tap';
import { checkRemoteAccess, openRemoteAccess } from '../../agent/remote-access.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { makeAuthority } from '../helpers/pki.ts';
import { AGENT_TOKEN, NODE, startReviewApi } from '../helpers/review-api.ts';

t.test('an agent that asks the cluster', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'podtree-remote-'));
  t.teardown(() => rmSync(dir, { recursive: true, force: true }));
  const { certFile, keyFile } = makeAuthority(dir).issue({ name: 'node-a' });
  const api = await startReviewApi(t);
  api.users.set('token-of-alice', { username: 'alice', audience: 'podtree' });
  api.users.set('token-for-the-api', { username: 'bob' });
  const kubeconfig = join(dir, 'kubeconfig');
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      'current-context': 'c',
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
      clusters: [{ name: 'c', cluster: { server: api.url } }],
      users: [{ name: 'u', user: { token: AGENT_TOKEN } }],
    }),
  );
  const flags = {
    'kubernetes-kubeconfig': kubeconfig,
    'tls-cert-file': certFile,
    'tls-key-file': keyFile,
    'auth-kubernetes': 'true',
    'auth-audiences': 'podtree',
  };
  const { config } = loadConfig({ flags: { ...flags, listen: '127.0.0.1:1,10.0.0.1:1' } });
  const open = (env: Readonly<Record<string, string>>, of = config) =>
    openRemoteAccess({ config: () => of, node: NODE, env, log: pino({ level: 'silent' }) });

  const access = open({});
  t.teardown(() => access?.stop());
  t.same(await access?.judge({ token: 'token-of-alice' }), { identity: { name: 'alice', way: 'kubernetes' } });
  t.same(await access?.judge({ token: 'token-for-the-api' }), { refused: 'wrong' });
  t.same(await access?.judge({}), { refused: 'missing' });
  t.same(api.mistakes, []);

  const { 'kubernetes-kubeconfig': _, ...without } = flags;
  const alone = loadConfig({ flags: { ...without, listen: ':1' } }).config;
  const nowhere = { HOME: dir, KUBECONFIG: kubeconfig };
  const message = /auth\.kubernetes {2}this is no pod, so there is no API server to ask: name a kubeconfig with kubernetes\.kubeconfig/;
  t.throws(() => open(nowhere, alone), { code: 'CONFIG_INVALID', message }, 'what the environment of a person names is not for an agent');
  t.throws(() => checkRemoteAccess(alone, nowhere), { code: 'CONFIG_INVALID', message });
  const broken = loadConfig({ flags: { ...flags, listen: ':1', 'kubernetes-kubeconfig': '/none' } }).config;
  t.throws(() => open({}, broken), { code: 'CONFIG_INVALID', message: /auth\.kubernetes {2}\/none cannot be read: ENOENT/ });
  t.equal(open(nowhere, loadConfig({}).config), undefined, 'nothing is opened for loopback');
  const swapped = loadConfig({ flags: { ...flags, listen: ':1', 'tls-key-file': certFile, 'auth-tokens-file': '/none' } }).config;
  t.throws(() => checkRemoteAccess(swapped, {}), {
    code: 'CONFIG_INVALID',
    message: /^the configuration has 2 problems:\n {2}tls\.keyFile .* is no private key in PEM.*\n {2}auth\.tokensFile .*ENOENT/,
  });
});
