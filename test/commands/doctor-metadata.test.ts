// What the doctor says of the API server: never more than a warning, and with the next step.
import t from 'tap';
import { checkMetadata } from '../../agent/commands/doctor-parts.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { startKubeApi } from '../helpers/kube-api.ts';

const check = (settings: Readonly<Record<string, string>>) =>
  checkMetadata(loadConfig({ env: { PODTREE_NODE_NAME: 'node-a', ...settings } }).config, {});

t.test('the metadata of pods', async (t) => {
  const api = await startKubeApi(t);
  api.tokens.add('right');
  const on = (token: string) => ({
    PODTREE_KUBERNETES_METADATA: 'on',
    PODTREE_KUBERNETES_KUBECONFIG: api.kubeconfig({ token }, `config-${token}`),
  });
  t.match(await check({}), { name: 'pod metadata', status: 'ok', found: /is not asked: this is no pod/ });
  t.match(await check({ PODTREE_KUBERNETES_METADATA: 'off' }), { status: 'ok', found: /is not asked: kubernetes\.metadata is off/ });
  t.same(api.requests, []);
  t.match(await check(on('right')), { status: 'warn', found: 'the API server has no pod for node node-a', fix: /--node-name/ });
  api.put({ name: 'a', node: 'node-a' });
  t.same(await check(on('right')), { name: 'pod metadata', status: 'ok', found: 'the API server has pods for node node-a' });
  t.match(api.accepts.at(-1), /PartialObjectMetadataList/);
  t.match(await check(on('wrong')), { status: 'warn', found: /does not take its token/, fix: /another token/ });
  api.forbidden.add('list pods');
  t.match(await check(on('right')), { status: 'warn', found: /may not list and watch pods/, fix: /ClusterRole/ });
  await api.goAway();
  t.match(await check(on('right')), { status: 'warn', found: 'nothing listens there', fix: /network policy/ });
  t.match(await check({ PODTREE_KUBERNETES_METADATA: 'on' }), { status: 'warn', found: /this is no pod/, fix: /kubernetes\.kubeconfig/ });
});
