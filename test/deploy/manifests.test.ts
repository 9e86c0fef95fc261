// What is deployed: chart and kustomization render, render the same, are what the Kubernetes API takes, and ask for no more than is meant.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { IDaemonSet } from 'kubernetes-models/apps/v1/DaemonSet';
import t from 'tap';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { renderDeploy, staleFiles } from '../../agent/setup/deploy.ts';
import { cannotFetchTools, kubernetesTools } from '../../agent/setup/kubernetes-tools.ts';
import { version } from '../../agent/version.ts';
import { loadConfig } from '../../src/config/load-config.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DEPLOY = join(ROOT, 'agent/deploy');
const OVERLAYS: Readonly<Record<string, readonly string[]>> = {
  full: ['monitoring', 'events', 'metadata'],
  metadata: ['metadata'],
  monitoring: ['monitoring'],
  remote: ['remote'],
  'sys-admin': ['sys-admin'],
};

interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

const identity = ({ apiVersion, kind, metadata }: KubernetesObject) => [apiVersion, kind, metadata.namespace, metadata.name].join(' ');

/** By identity; YAML without comments and order. */
function objectsIn(text: string): ReadonlyMap<string, KubernetesObject> {
  const objects = parseAllDocuments(text).map((document) => document.toJS() as KubernetesObject | null);
  return new Map(objects.flatMap((object) => (object === null ? [] : [[identity(object), object]])));
}

function sorted(objects: ReadonlyMap<string, KubernetesObject>): object {
  return Object.fromEntries([...objects].sort(([left], [right]) => (left < right ? -1 : 1)));
}

const componentValues = (names: readonly string[]) => names.flatMap((name) => ['--values', `components/${name}/values.yaml`]);

t.test('the kustomization and the chart', { skip: cannotFetchTools() ?? false }, async (t) => {
  const { helm, kubectl } = kubernetesTools();
  const template = (...args: readonly string[]) =>
    objectsIn(helm(['template', 'podtree', '.', '--namespace', 'podtree', '--set', 'namespace.create=true', ...args], DEPLOY));
  const kustomize = (path: string) => objectsIn(kubectl(['kustomize', path], DEPLOY));
  /** All that can be deployed, each in its fullest form. */
  const all = [OVERLAYS.full ?? [], ['sys-admin'], ['remote']].flatMap((names) => [...template(...componentValues(names)).values()]);

  t.test('the chart passes helm lint, with every set of values', async (t) => {
    for (const names of [[], ...Object.values(OVERLAYS)]) {
      t.match(helm(['lint', '--strict', '--quiet', '.', ...componentValues(names)], DEPLOY), /^\s*$|0 chart\(s\) failed/, names.join());
    }
  });

  t.test('what is rendered from the chart is current', async (t) => {
    t.same(staleFiles(renderDeploy()), []);
  });

  t.test('both deploy the same', async (t) => {
    t.same(sorted(kustomize('.')), sorted(template()));
    t.same(readdirSync(join(DEPLOY, 'overlays')).sort(), Object.keys(OVERLAYS).sort());
    for (const [overlay, components] of Object.entries(OVERLAYS)) {
      t.same(sorted(kustomize(`overlays/${overlay}`)), sorted(template(...componentValues(components))), overlay);
    }
    const [namespace, ...without] = [...template()].filter(([name]) => name.includes('Namespace') || !helmDefault().has(name));
    t.equal(namespace?.[1].kind, 'Namespace');
    t.same(without, [], 'by default the chart leaves out the namespace alone');
  });

  function helmDefault(): ReadonlyMap<string, KubernetesObject> {
    return objectsIn(helm(['template', 'podtree', '.', '--namespace', 'podtree'], DEPLOY));
  }

  t.test('the API takes every object', async (t) => {
    for (const object of all) {
      const model = await modelOf(object);
      t.doesNotThrow(() => new model(object).validate(), identity(object));
    }
    const broken = { ...all.find(({ kind }) => kind === 'DaemonSet'), spec: { selector: {}, template: { spec: { containers: [{}] } } } };
    const model = await modelOf(broken as unknown as KubernetesObject);
    t.throws(() => new model(broken).validate(), /containers\/0 must have required property name/, 'a wrong one would be found');
  });

  t.test('no object has a field that the API does not know', async (t) => {
    t.equal(unknownFields(t.testdir(), all), '');
    const daemonSet = JSON.stringify(all.find(({ kind }) => kind === 'DaemonSet'));
    const misspelt = JSON.parse(daemonSet.replace('"volumeMounts"', '"volumeMountz"')) as KubernetesObject;
    t.match(unknownFields(t.testdir(), [misspelt]), /'"volumeMountz"' does not exist/, 'a misspelt one would be found');
  });

  t.test('wrong values are refused with the name of what is wrong', async (t) => {
    for (const [value, name] of [
      ['metrics.port=http', 'metrics/port|metrics.port'],
      ['metrics.prot=1', 'prot'],
      ['image.digest=abc', 'digest'],
      ['securityContext.extraCapabilities={cap_bpf}', 'extraCapabilities'],
    ] as const) {
      t.throws(() => helm(['template', '.', '--set', value], DEPLOY), new RegExp(name), value);
    }
  });

  t.test('an address for other machines comes with TLS, credentials and the rights to check them', async (t) => {
    const render = (...args: readonly string[]) => [...template('--set', 'remote.enabled=true', ...args).values()];
    const specOf = (objects: readonly KubernetesObject[]) =>
      (objects.find(({ kind }) => kind === 'DaemonSet') as unknown as IDaemonSet).spec?.template.spec;
    const environment = (objects: readonly KubernetesObject[]) =>
      Object.fromEntries((specOf(objects)?.containers[0]?.env ?? []).map(({ name, value }) => [name, value]));
    const byCluster = render();
    const names = (objects: readonly KubernetesObject[]) =>
      objects.filter(({ kind }) => kind.startsWith('ClusterRole')).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    t.same(names(byCluster), ['ClusterRole podtree-reviews', 'ClusterRole podtree-viewer', 'ClusterRoleBinding podtree-reviews']);
    t.equal(specOf(byCluster)?.automountServiceAccountToken, true);
    const all = render('--set', 'remote.kubernetes=false,remote.tokensSecret=t,remote.clientCaSecret=c,remote.clientNames={a,b}');
    t.same(names(all), [], 'no rights where the cluster is not asked');
    t.equal(specOf(all)?.automountServiceAccountToken, false);
    for (const objects of [byCluster, all]) {
      // The configuration that this makes is one that the agent takes: the rule for such addresses is in it.
      const env = environment(objects);
      t.doesNotThrow(() => loadConfig({ env: { ...env, PODTREE_NODE_NAME: 'n', PODTREE_CONFIG: '' } }));
      const mounts = (specOf(objects)?.containers[0]?.volumeMounts ?? []).map(({ mountPath }) => mountPath);
      for (const [name, path] of Object.entries(env))
        if (/_FILE$/.test(name)) t.ok(mounts.includes(String(path).replace(/\/[^/]+$/, '')), name);
      const secrets = (specOf(objects)?.volumes ?? []).filter(({ secret }) => secret !== undefined);
      t.ok(secrets.length > 0 && secrets.every(({ secret }) => secret?.defaultMode === 0o400));
    }
    t.throws(
      () => render('--set', 'remote.kubernetes=false'),
      /remote.enabled needs remote.kubernetes, remote.tokensSecret or remote.clientCaSecret/,
    );
  });

  t.test('what is written for one cluster reaches the objects', async (t) => {
    const digest = `sha256:${'0'.repeat(64)}`;
    const file = join(t.testdir(), 'values.yaml');
    writeFileSync(
      file,
      stringify({
        image: { repository: 'registry.example.org/podtree', digest },
        config: { logLevel: 'debug' },
        networkPolicy: { egress: [{ ports: [{ port: 9093 }] }], metricsFrom: [{ namespaceSelector: {} }] },
        securityContext: { extraCapabilities: ['SYS_ADMIN'], seccompProfile: { type: 'Unconfined' } },
        priorityClassName: '',
        metrics: { port: 9100 },
      }),
    );
    const objects = [...objectsIn(helm(['template', 'tree', '.', '--namespace', 'ops', '--values', file], DEPLOY)).values()];
    const ofKind = (kind: string) => objects.find((object) => object.kind === kind);
    const spec = (ofKind('DaemonSet') as unknown as IDaemonSet).spec?.template.spec;
    t.match(ofKind('DaemonSet')?.metadata, { name: 'tree', namespace: 'ops' });
    t.equal(spec?.containers[0]?.image, `registry.example.org/podtree@${digest}`);
    t.match(spec?.containers[0]?.securityContext, { allowPrivilegeEscalation: true, seccompProfile: { type: 'Unconfined' } });
    t.match(spec?.containers[0]?.env, [{}, {}, { name: 'PODTREE_METRICS_LISTEN', value: ':9100' }]);
    t.match(ofKind('NetworkPolicy')?.spec, { egress: [{ ports: [{ port: 9093 }] }], ingress: [{ from: [{ namespaceSelector: {} }] }] });
    t.notOk(ofKind('ResourceQuota'), 'no quota where the priority needs none');
    t.match(ofKind('ConfigMap'), { data: { 'podtree.yaml': 'logLevel: debug\n' } });
  });
});

t.test('the DaemonSet asks for what the agent needs and for nothing else', async (t) => {
  const daemonSet = parse(readFileSync(join(DEPLOY, 'base/daemonset.yaml'), 'utf8')) as IDaemonSet;
  const spec = daemonSet.spec?.template.spec;
  const [container, ...others] = spec?.containers ?? [];
  t.same(others, []);
  t.equal(spec?.hostNetwork ?? false, false);
  t.equal(spec?.hostIPC ?? false, false);
  t.equal(spec?.automountServiceAccountToken, false);
  t.same(spec?.tolerations, [{ operator: 'Exists' }]);
  t.match(container?.securityContext, {
    readOnlyRootFilesystem: true,
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'], add: ['BPF', 'PERFMON', 'SYS_PTRACE'] },
    seccompProfile: { type: 'RuntimeDefault' },
  });
  t.notOk(container?.securityContext?.privileged);
  const writable = container?.volumeMounts?.filter(({ readOnly }) => readOnly !== true).map(({ name }) => name);
  t.same(writable, ['state', 'tmp']);
  // An unmounted container must not live on in our mount namespace.
  t.equal(container?.volumeMounts?.find(({ mountPath }) => mountPath === '/run')?.mountPropagation, 'HostToContainer');
  t.same(
    readdirSync(join(DEPLOY, 'base')).filter((name) => name.includes('rbac')),
    [],
    'no rights at the API server',
  );
});

t.test('the metadata of pods brings a token, the right to read pods, and nothing else', async (t) => {
  const text = readFileSync(join(DEPLOY, 'components/metadata/metadata-rbac.yaml'), 'utf8');
  const rules = [...objectsIn(text).values()].map((object) => object.rules);
  t.same(rules, [[{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] }], undefined]);
  const patch = parse(readFileSync(join(DEPLOY, 'components/metadata/daemonset-patch.yaml'), 'utf8')) as IDaemonSet;
  const { containers, ...rest } = patch.spec?.template.spec ?? { containers: [] };
  t.same(rest, { automountServiceAccountToken: true });
  t.same(containers, [{ name: 'podtree', env: [{ name: 'PODTREE_KUBERNETES_METADATA', value: 'on' }] }]);
  const env = { [containers[0]?.env?.[0]?.name ?? '']: containers[0]?.env?.[0]?.value };
  t.equal(loadConfig({ env }).config.kubernetes.metadata, 'on', 'which is a setting');
});

t.test('the configuration of every ConfigMap is one that the agent takes', async (t) => {
  for (const file of ['base/configmap.yaml', 'components/events/configmap-patch.yaml']) {
    const { data } = parse(readFileSync(join(DEPLOY, file), 'utf8')) as { data: Record<string, string> };
    const path = join(t.testdir(), 'podtree.yaml');
    writeFileSync(path, data['podtree.yaml'] ?? '');
    t.doesNotThrow(() => loadConfig({ env: { PODTREE_CONFIG: path } }), file);
  }
});

t.test('one version everywhere', async (t) => {
  const chart = parse(readFileSync(join(DEPLOY, 'Chart.yaml'), 'utf8')) as { version: string; appVersion: string };
  t.match(chart, { version: version(), appVersion: version() });
  t.match(readFileSync(join(ROOT, 'agent/Dockerfile'), 'utf8'), `ARG VERSION=${version()}\n`);
});

interface Model {
  new (object: unknown): { validate(): void };
}

const packageOf = (apiVersion: string) =>
  apiVersion.startsWith('monitoring.coreos.com/') ? '@kubernetes-models/prometheus-operator' : 'kubernetes-models';

async function modelOf({ apiVersion, kind }: KubernetesObject): Promise<Model> {
  const module = (await import(`${packageOf(apiVersion)}/${apiVersion}/${kind}`)) as Record<string, Model>;
  const model = module[kind];
  if (model === undefined) throw new Error(`${apiVersion} ${kind}: no model`);
  return model;
}

/** The validators let unknown fields pass; the compiler does not. Gives what it says. */
function unknownFields(directory: string, objects: readonly KubernetesObject[]): string {
  const source = objects
    .map(({ apiVersion, kind, ...rest }, index) => {
      const type = `import type { I${kind} as Type${index} } from '${packageOf(apiVersion)}/${apiVersion}/${kind}';`;
      return `${type}\nexport const object${index}: Type${index} = ${JSON.stringify({ apiVersion, kind, ...rest })};`;
    })
    .join('\n');
  writeFileSync(join(directory, 'objects.ts'), source);
  const options = ['--ignoreConfig', '--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2024', '--types', ''];
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  // Without tap's loaders, which are given to every child and which the compiler cannot live with.
  const command = ['-u', 'NODE_OPTIONS', process.execPath, tsc, ...options, 'objects.ts'];
  const { stdout, stderr } = spawnSync('env', command, { cwd: directory, encoding: 'utf8' });
  return `${stdout}${stderr}`;
}
