// The trials: each a sentence about podtree on a Kubernetes node and the steps that show it, in this order, for later ones use what earlier ones
// have made. They wait for conditions; what never comes is a failure.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { BUSYBOX_IMAGE } from '../helpers/images.ts';
import { eventually, type KubernetesNode } from './node.ts';

const DEPLOY = fileURLToPath(new URL('../../agent/deploy', import.meta.url));
const FORWARDS = 20;
const MINUTE_MS = 60_000;
/** Within which a right that was taken away is gone. */
const REVOKED_MS = 30_000;

export interface Trial {
  readonly sentence: string;
  /** Throws when it is not so. What it returns is worth saying. */
  run(node: KubernetesNode): Promise<string | undefined>;
}

interface PodInTree {
  readonly uid: string;
  readonly name: string;
  readonly controller?: { readonly kind: string; readonly name: string };
  readonly sandbox: {
    readonly pause?: { readonly pid: number };
    readonly pauseExit?: { readonly cause: string };
  };
}

interface ToldEvent {
  readonly type: string;
  readonly complete?: boolean;
  readonly outageMs?: number;
  readonly cause?: {
    readonly kind: string;
    readonly sender?: { readonly pid: number; readonly comm: string };
    readonly findings: readonly { readonly code: string }[];
  };
}

interface PodOfApi {
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly status: { readonly podIP?: string };
}

export const TRIALS: readonly Trial[] = [
  { sentence: 'the DaemonSet of the kustomization with remote and metadata becomes ready', run: install },
  { sentence: `kubectl podtree tree names the pods of a Deployment with what controls them, ${FORWARDS} times in a row`, run: askOften },
  {
    sentence: 'a pause killed from a shell is told with its sender and its whole restart, and the kubelet made the sandbox anew',
    run: killPause,
  },
  { sentence: 'the pause of a pod that was deleted is a planned stop with the finding pod-deleted', run: deletePod },
  { sentence: 'the pause of a Job that is complete is a planned stop', run: completeJob },
  {
    sentence: "a service account's token opens the port for other machines while it is bound to podtree-viewer, and not longer",
    run: askWithToken,
  },
  { sentence: 'in all of that no alert ForeignNamespaceJoin fired and nothing was lost', run: lookBack },
];

async function install(node: KubernetesNode): Promise<undefined> {
  const overlay = join(node.directory, 'overlay');
  mkdirSync(overlay);
  const from = (part: string) => relative(overlay, join(DEPLOY, part));
  const components = ['remote', 'metadata'].map((name) => from(`components/${name}`));
  writeFileSync(
    join(overlay, 'kustomization.yaml'),
    JSON.stringify({ apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', resources: [from('base')], components }),
  );
  // The Secret first: the kubelet is slow to try a volume again that it could not mount.
  await node.kubectl('apply', '--validate=false', '-f', join(DEPLOY, 'base/namespace.yaml'));
  const pair = ['--cert', join(node.directory, 'pki/podtree.crt'), '--key', join(node.directory, 'pki/podtree.key')];
  await node.kubectl('create', 'secret', 'tls', 'podtree-tls', '-n', 'podtree', ...pair);
  // This API server does not know all fields of the manifests, which are for 1.30 and later, and leaves them out.
  await node.kubectl('apply', '--validate=false', '-k', overlay);
  await node.kubectl('rollout', 'status', 'daemonset/podtree', '-n', 'podtree', '--timeout=110s');
  return undefined;
}

async function askOften(node: KubernetesNode): Promise<string> {
  await node.kubectl('create', 'namespace', 'shop');
  await create(node, 'web.yaml', deployment());
  await node.kubectl('rollout', 'status', 'deployment/web', '-n', 'shop', '--timeout=110s');
  const names = (await podsOfApi(node, 'shop', 'app=web')).map(({ metadata }) => metadata.name).sort();
  assert.equal(names.length, 2, 'pods of the Deployment');
  const isNamed = async () => {
    const pods = (await tree(node)).filter(({ name }) => names.includes(name));
    return pods.length === names.length && pods.every(({ controller }) => controller?.kind === 'Deployment' && controller.name === 'web');
  };
  // The API server's word may come after the pod.
  await eventually('the tree has both pods', MINUTE_MS, async () => (await isNamed()) || undefined);
  for (let asked = 1; asked <= FORWARDS; asked++) assert.ok(await isNamed(), `the answer number ${asked}`);
  return names.join(', ');
}

async function killPause(node: KubernetesNode): Promise<string> {
  const [pod] = await podsOfApi(node, 'shop', 'app=web');
  assert.ok(pod);
  const { name, uid } = pod.metadata;
  const shown = (await tree(node)).find((other) => other.uid === uid);
  const pid = shown?.sandbox.pause?.pid;
  if (pid === undefined) {
    const told = (await history(node, uid)).map((event) => JSON.stringify(event)).join('\n');
    throw new Error(`the tree has no pause of ${name}: ${JSON.stringify(shown)}, and podtree tells:\n${told}`);
  }
  // A shell's own kill, so that the shell is the sender.
  const shell = spawn('sh', ['-c', `kill -9 ${pid}; :`], { stdio: 'ignore' });
  await once(shell, 'exit');
  const restart = await eventually(`podtree tells who killed the pause of ${name}, and the whole restart`, MINUTE_MS, async () => {
    const events = await history(node, `shop/${name}`);
    const isBySh = events.some(({ type, cause }) => type === 'pause.exited' && cause?.kind === 'signal' && cause.sender?.pid === shell.pid);
    return isBySh ? events.find(({ type, complete }) => type === 'pause.restarted' && complete === true) : undefined;
  });
  const ofKubelet = `involvedObject.uid=${uid},reason=SandboxChanged`;
  await eventually('the kubelet says SandboxChanged', MINUTE_MS, async () => {
    const { items } = JSON.parse(await node.kubectl('get', 'events', '-n', 'shop', '--field-selector', ofKubelet, '-o', 'json'));
    return items.length > 0 || undefined;
  });
  return `outage ${restart.outageMs} ms`;
}

async function deletePod(node: KubernetesNode): Promise<string> {
  // The one whose pause nobody has killed: its history has this one death.
  const pods = await podsOfApi(node, 'shop', 'app=web');
  const pod = pods.at(-1);
  assert.ok(pod);
  const { name, uid } = pod.metadata;
  await node.kubectl('delete', 'pod', name, '-n', 'shop');
  // Evidence may still come.
  await eventually(`podtree tells that ${name} was deleted, and its pause a planned stop`, MINUTE_MS, async () => {
    const died = (await history(node, uid)).filter(({ type }) => type === 'pause.exited');
    const isTold = died.some(({ cause }) => cause?.kind === 'planned-stop' && cause.findings.some(({ code }) => code === 'pod-deleted'));
    if (isTold) return true;
    throw new Error(`podtree tells ${JSON.stringify(died.map(({ cause }) => cause))}`);
  });
  return name;
}

async function completeJob(node: KubernetesNode): Promise<string> {
  await create(node, 'quick.yaml', job());
  await node.kubectl('wait', '--for=condition=complete', 'job/quick', '-n', 'shop', '--timeout=110s');
  const pod = await eventually('the tree has how the pause of the Job ended', MINUTE_MS, async () => {
    const found = (await tree(node)).find(({ controller }) => controller?.kind === 'Job' && controller.name === 'quick');
    // Evidence may still come.
    if (found?.sandbox.pauseExit?.cause === 'planned-stop') return found;
    throw new Error(`the tree has ${JSON.stringify(found?.sandbox.pauseExit ?? found)}`);
  });
  return pod.name;
}

async function askWithToken(node: KubernetesNode): Promise<string> {
  await node.kubectl('create', 'namespace', 'tools');
  await node.kubectl('create', 'serviceaccount', 'dashboard', '-n', 'tools');
  const token = (await node.kubectl('create', 'token', 'dashboard', '-n', 'tools', '--audience=podtree')).trim();
  const agent = await agentPod(node);
  const ca = readFileSync(node.caFile, 'utf8');
  const ask = (bearer?: string) => statusOf(agent.status.podIP ?? '', ca, bearer);
  assert.equal(await ask(), 401, 'without a token');
  assert.equal(await ask(token), 403, 'before the binding');
  const binding = ['--clusterrole=podtree-viewer', '--serviceaccount=tools:dashboard'];
  await node.kubectl('create', 'clusterrolebinding', 'dashboard-podtree', ...binding);
  // A refusal is remembered for some seconds, too.
  await eventually('200 with the binding', REVOKED_MS, async () => (await ask(token)) === 200 || undefined);
  await node.kubectl('delete', 'clusterrolebinding', 'dashboard-podtree');
  const since = Date.now();
  await eventually('403 after the binding', REVOKED_MS, async () => (await ask(token)) === 403 || undefined);
  return `refused ${((Date.now() - since) / 1000).toFixed(1)} s after the binding was gone`;
}

async function lookBack(node: KubernetesNode): Promise<string> {
  const agent = await agentPod(node);
  const forward = node.spawnKubectl('port-forward', '-n', 'podtree', `pod/${agent.metadata.name}`, ':7637');
  const { alerts } = (await ask(await forwardedPort(forward), '/v1/alerts').then((text) => JSON.parse(text))) as {
    alerts: { alert: { name: string; summary: string } }[];
  };
  const strangers = alerts.filter(({ alert }) => alert.name === 'ForeignNamespaceJoin');
  assert.deepEqual(
    strangers.map(({ alert }) => alert.summary),
    [],
  );
  const metrics = await fetch(`http://${agent.status.podIP}:7638/metrics`).then((answer) => answer.text());
  const lines = metrics.split('\n').filter((line) => /^podtree_(lost_events_total|stream_gaps_total)[{ ]/.test(line));
  assert.ok(lines.length > 0, 'the metrics of losses');
  assert.deepEqual(
    lines.filter((line) => !line.endsWith(' 0')),
    [],
    'losses',
  );
  return `alerts: ${alerts.map(({ alert }) => `${alert.name}, ${alert.summary}`).join(' ') || 'none'}`;
}

async function tree(node: KubernetesNode): Promise<readonly PodInTree[]> {
  const { nodes } = JSON.parse(await node.kubectl('podtree', 'tree', '-o', 'json')) as { nodes: { pods: PodInTree[] }[] };
  return nodes.flatMap(({ pods }) => pods);
}

async function history(node: KubernetesNode, pod: string): Promise<readonly ToldEvent[]> {
  return (JSON.parse(await node.kubectl('podtree', 'why', pod, '-o', 'json')) as { events: ToldEvent[] }).events;
}

async function podsOfApi(node: KubernetesNode, namespace: string, selector: string): Promise<readonly PodOfApi[]> {
  return (JSON.parse(await node.kubectl('get', 'pods', '-n', namespace, '-l', selector, '-o', 'json')) as { items: PodOfApi[] }).items;
}

async function agentPod(node: KubernetesNode): Promise<PodOfApi> {
  const [pod] = await podsOfApi(node, 'podtree', 'app.kubernetes.io/name=podtree');
  assert.ok(pod, 'the pod of the agent');
  return pod;
}

async function create(node: KubernetesNode, file: string, manifest: object): Promise<void> {
  const path = join(node.directory, file);
  writeFileSync(path, JSON.stringify(manifest));
  await node.kubectl('apply', '--validate=false', '-f', path);
}

/** Of a GET at the agent's port for other machines. */
async function statusOf(host: string, ca: string, token: string | undefined): Promise<number> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    const options = { host, port: 7639, path: '/v1/tree', ca, servername: 'podtree.podtree.svc', headers, agent: false, timeout: 10_000 };
    const request = get(options, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on('timeout', () => request.destroy(new Error('no answer within 10 s')));
    request.on('error', reject);
  });
}

async function forwardedPort(forward: ReturnType<KubernetesNode['spawnKubectl']>): Promise<number> {
  assert.ok(forward.stdout);
  for await (const line of createInterface({ input: forward.stdout })) {
    const port = /^Forwarding from 127\.0\.0\.1:(\d+)/.exec(line)?.[1];
    if (port !== undefined) return Number(port);
  }
  throw new Error('kubectl port-forward ended');
}

async function ask(port: number, path: string): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(10_000) });
  assert.equal(answer.status, 200, path);
  return answer.text();
}

function container(name: string, ...command: readonly string[]): object {
  return { name, image: BUSYBOX_IMAGE, imagePullPolicy: 'Never', command };
}

function deployment(): object {
  const labels = { app: 'web' };
  const spec = {
    terminationGracePeriodSeconds: 3,
    initContainers: [container('setup', 'true')],
    containers: [container('web', 'httpd', '-f', '-p', '8080', '-h', '/www'), container('logger', 'sh', '-c', 'while :; do sleep 5; done')],
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { replicas: 2, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
  };
}

function job(): object {
  const spec = { restartPolicy: 'Never', containers: [container('quick', 'sh', '-c', 'for i in 1 2 3; do date; done')] };
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'quick', namespace: 'shop' }, spec: { template: { spec } } };
}
