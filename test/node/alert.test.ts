// Alerts on a real node: the pause of the example pod is killed from a shell, and Debian's Alertmanager, a webhook and the stream say who did it.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';
import type { AlertEvent } from '../../src/alert/incident.ts';
import { createDemo } from '../../src/demo/demo.ts';
import { cannotRunAgent, followStream, testConfig } from '../helpers/agent.ts';
import { killFromShell } from '../helpers/agent-scenarios.ts';
import { type Received, startSinkServer } from '../helpers/alert-sink-server.ts';
import { cannotRunAlertmanager, startAlertmanager } from '../helpers/alertmanager.ts';
import { startCommand } from '../helpers/command-line.ts';

async function until<T>(what: string, look: () => Promise<T | undefined> | T | undefined): Promise<NonNullable<T>> {
  const end = performance.now() + 60_000;
  for (;;) {
    const found = await Promise.resolve(look()).catch(() => undefined);
    if (found !== undefined && found !== null && found !== false) return found as NonNullable<T>;
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
    await delay(50);
  }
}

t.test('a killed pause pages, an ordinary removal does not', { skip: cannotRunAgent() ?? cannotRunAlertmanager() ?? false }, async (t) => {
  t.setTimeout(180_000);
  const parent = mkdtempSync(join(tmpdir(), 'podtree-alert-'));
  t.teardown(() => rmSync(parent, { recursive: true, force: true }));
  // The containers are nobody.
  chmodSync(parent, 0o755);
  const hook = await startSinkServer(t);
  const manager = await startAlertmanager(t, parent, `${hook.url}/from-alertmanager`);
  const file = join(parent, 'podtree.yaml');
  writeFileSync(
    file,
    `alerts:
  sinks:
    - {type: alertmanager, url: '${manager.url}'}
    - {type: webhook, url: '${hook.url}/direct', secret: '\${HOOK_SECRET}'}
    - type: log
`,
  );
  const demo = createDemo({
    root: `/podtree-test-${process.pid}`,
    stateDirectory: join(parent, 'demo'),
    log: { info() {}, warn() {} },
  });
  t.teardown(() => demo.stop());
  await demo.start();
  const uid = demo.level().sandboxes[0]?.podUid ?? '';
  const env = {
    PODTREE_LISTEN: '127.0.0.1:0',
    PODTREE_STATE_DIR: join(parent, 'state'),
    PODTREE_RUNTIME_ENDPOINT: demo.endpoint,
    PODTREE_LOG_FORMAT: 'json',
    PODTREE_CONFIG: file,
    HOOK_SECRET: 'sEcReT',
  };
  // Mounts what the probes need.
  testConfig({ PODTREE_LISTEN: env.PODTREE_LISTEN });
  const agent = startCommand(t, ['agent'], env);
  let said = '';
  agent.child.stderr.on('data', (text: string) => {
    said += text;
  });
  const address = await until('its address', () => /"address":"([^"]+)"/.exec(said)?.[1]);
  const server = `http://${address}`;
  await until('the agent', async () => (await fetch(`${server}/readyz`)).ok || undefined);
  const view = await followStream(server);

  const victim = demo.pausePid() ?? 0;
  const killer = await killFromShell(victim);
  // Whatever else runs on this node may have its own alerts.
  const ours = (): readonly Received[] =>
    hook.received.filter(({ path, body }) => path === '/direct' && (JSON.parse(body) as AlertEvent).pod?.uid === uid);
  await hook.until(() => ours().length > 0);
  const [direct] = ours();
  const event = JSON.parse(direct?.body ?? '') as AlertEvent;
  t.match(event, {
    type: 'alert.firing',
    revision: 0,
    pod: { uid, namespace: 'default', name: 'example-pod' },
    cause: { kind: 'signal', signal: 'SIGKILL', sender: { pid: killer.pid, comm: 'sh', uid: 0 } },
    alert: { name: 'PauseRestarted', count: 1 },
  });
  t.match(direct?.headers['x-podtree-signature'], /^sha256=[0-9a-f]{64}$/);
  const shown = await until('the alert in Alertmanager', async () =>
    (await manager.alerts()).find(({ labels }) => labels.pod === 'example-pod'),
  );
  t.match(shown, {
    labels: { alertname: 'PauseRestarted', namespace: 'default', pod: 'example-pod', severity: 'warning' },
    annotations: { summary: new RegExp(`was killed with SIGKILL by sh \\(pid ${killer.pid}, uid 0`), cause: 'signal' },
  });
  const streamed = await view.until('the alert in the stream', () => view.of(uid, 'alert.firing').find(({ revision }) => revision === 0));
  t.equal(streamed.id, event.id);
  await view.until('the pod whole again', () => view.of(uid, 'pause.restarted').find(({ complete }) => complete === true));

  await demo.stop();
  await until('the end of the pod', async () => {
    const tree = (await (await fetch(`${server}/v1/tree`)).json()) as { pods: { uid: string }[] };
    return tree.pods.some((pod) => pod.uid === uid) ? undefined : true;
  });
  await view.close();
  agent.child.kill('SIGTERM');
  t.equal((await agent.ended).code, 0);
  const alerts = ours().map(({ body }) => JSON.parse(body) as AlertEvent);
  t.same([...new Set(alerts.map(({ id }) => id))], [event.id], `the removal raised nothing: ${JSON.stringify(alerts.slice(1))}`);
  t.match(said, /"msg":"alert firing"/);
  t.notMatch(said, /sEcReT/);
  t.comment(`from the death to the webhook: ${(direct?.atMs ?? 0) - Date.parse(event.time)} ms`);
});
