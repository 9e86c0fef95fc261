// Reads kubeconfig files as kubectl does: which cluster a context means, how to trust it, and what the user shows it. Runs nothing.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { messageOf, PodtreeError } from '../error.ts';
import { readBoundedFile } from '../host/bounded-file.ts';

export interface KubeconfigOptions {
  /** `--kubeconfig`: this file alone. Absent: those of KUBECONFIG, else ~/.kube/config, else the pod's own service account. */
  readonly file?: string | undefined;
  readonly context?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where a pod's service account is mounted; for tests. */
  readonly accountDir?: string | undefined;
}

export interface Cluster {
  /** What the reader calls it: the context, or `in-cluster`. */
  readonly name: string;
  readonly server: URL;
  /** PEM; absent: the system's. */
  readonly ca?: string | undefined;
  readonly isInsecure: boolean;
  readonly serverName?: string | undefined;
  readonly proxyUrl?: string | undefined;
  /** Of the context: where a pod without a namespace is looked for. */
  readonly namespace: string;
  readonly user: User;
}

/** What the user shows the cluster. Of several a client certificate is shown besides, else the first one counts. */
export interface User {
  readonly certificate?: { readonly cert: string; readonly key: string } | undefined;
  readonly token?: string | undefined;
  /** Read again whenever the server refuses what was in it. */
  readonly tokenFile?: string | undefined;
  readonly basic?: { readonly name: string; readonly password: string } | undefined;
  readonly exec?: ExecPlugin | undefined;
}

/** client.authentication.k8s.io: a program that prints a credential. */
export interface ExecPlugin {
  readonly apiVersion: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly installHint?: string | undefined;
  readonly isTold: boolean;
}

const MAX_BYTES = 4 * 1_048_576;
const MAX_FILES = 32;
const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

type Fields = Readonly<Record<string, unknown>>;

interface Named {
  readonly fields: Fields;
  /** Relative paths are relative to the file that names them. */
  readonly dir: string;
}

interface Merged {
  currentContext: string | undefined;
  readonly contexts: Map<string, Named>;
  readonly clusters: Map<string, Named>;
  readonly users: Map<string, Named>;
}

/** Throws KUBECONFIG_INVALID. */
export function readKubeconfig(options: KubeconfigOptions): Cluster {
  const files = filesOf(options);
  const merged: Merged = { currentContext: undefined, contexts: new Map(), clusters: new Map(), users: new Map() };
  let isAnyThere = false;
  for (const { path, isRequired } of files) {
    const text = readFile(path, isRequired);
    if (text === undefined) continue;
    isAnyThere = true;
    mergeFile(merged, path, text);
  }
  if (!isAnyThere) {
    const own = options.context === undefined ? inCluster(options) : undefined;
    if (own !== undefined) return own;
    const tried = files.map(({ path }) => path).join(', ');
    throw invalid(`there is no kubeconfig (looked for ${tried}): give one with --kubeconfig FILE or in KUBECONFIG`);
  }
  return clusterOf(merged, options.context);
}

function filesOf({ file, env }: KubeconfigOptions): readonly { readonly path: string; readonly isRequired: boolean }[] {
  if (file !== undefined) return [{ path: file, isRequired: true }];
  const listed = (env.KUBECONFIG ?? '').split(delimiter).filter((path) => path !== '');
  // As kubectl: of several files those that are not there are passed over.
  if (listed.length > 0) return listed.slice(0, MAX_FILES).map((path) => ({ path, isRequired: listed.length === 1 }));
  return [{ path: join(env.HOME ?? homedir(), '.kube', 'config'), isRequired: false }];
}

function readFile(path: string, isRequired: boolean): string | undefined {
  try {
    return readBoundedFile(path, MAX_BYTES);
  } catch (error) {
    if (!isRequired && (error as { readonly code?: unknown }).code === 'ENOENT') return undefined;
    throw invalid(`${path} cannot be read: ${messageOf(error)}`, error);
  }
}

function mergeFile(merged: Merged, path: string, text: string): void {
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 100 });
  } catch (error) {
    throw invalid(`${path} is not valid YAML: ${messageOf(error).slice(0, 300)}`, error);
  }
  if (value === null) return;
  if (!isFields(value)) throw invalid(`${path} holds no kubeconfig: expected a mapping with clusters, contexts and users`);
  const dir = dirname(resolve(path));
  // The first file that names a thing wins: kubectl's rule for KUBECONFIG with several files.
  merged.currentContext ??= textOf(value['current-context']) || undefined;
  for (const [list, entry, into] of [
    ['contexts', 'context', merged.contexts],
    ['clusters', 'cluster', merged.clusters],
    ['users', 'user', merged.users],
  ] as const) {
    const items = value[list];
    for (const item of Array.isArray(items) ? items : []) {
      if (!isFields(item)) continue;
      const name = textOf(item.name);
      const fields = item[entry] ?? {};
      if (name !== undefined && isFields(fields) && !into.has(name)) into.set(name, { fields, dir });
    }
  }
}

function clusterOf(merged: Merged, wanted: string | undefined): Cluster {
  const name = wanted ?? merged.currentContext;
  if (name === undefined) {
    throw invalid(`the kubeconfig has no current context: kubectl config use-context NAME, or --context (${listed(merged.contexts)})`);
  }
  const context = merged.contexts.get(name);
  if (context === undefined)
    throw invalid(`the kubeconfig has no context ${JSON.stringify(name)}: give --context with one of ${listed(merged.contexts)}`);
  const clusterName = textOf(context.fields.cluster) ?? '';
  const cluster = merged.clusters.get(clusterName);
  if (cluster === undefined)
    throw invalid(`context ${JSON.stringify(name)} names cluster ${JSON.stringify(clusterName)}, which is not there`);
  const userName = textOf(context.fields.user) ?? '';
  const user = userName === '' ? { fields: {}, dir: '' } : merged.users.get(userName);
  if (user === undefined) throw invalid(`context ${JSON.stringify(name)} names user ${JSON.stringify(userName)}, which is not there`);
  const { fields } = cluster;
  return {
    name,
    server: serverOf(textOf(fields.server) ?? '', clusterName),
    ca: material(cluster, 'certificate-authority'),
    isInsecure: fields['insecure-skip-tls-verify'] === true,
    serverName: textOf(fields['tls-server-name']),
    proxyUrl: textOf(fields['proxy-url']),
    namespace: textOf(context.fields.namespace) ?? 'default',
    user: userOf(user, userName),
  };
}

function serverOf(text: string, name: string): URL {
  const url = URL.parse(text.includes('://') ? text : `https://${text}`);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:') || text === '')
    throw invalid(`cluster ${JSON.stringify(name)}: server ${JSON.stringify(text.slice(0, 200))} is no address such as https://HOST:6443`);
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}

function userOf(named: Named, name: string): User {
  const { fields, dir } = named;
  const cert = material(named, 'client-certificate');
  const key = material(named, 'client-key');
  if ((cert === undefined) !== (key === undefined))
    throw invalid(`user ${JSON.stringify(name)} has only one of client-certificate and client-key: both are needed`);
  const provider = isFields(fields['auth-provider']) ? fields['auth-provider'] : undefined;
  const settings = provider !== undefined && isFields(provider.config) ? provider.config : {};
  // kubectl renews an OIDC token and writes it back; ours is the one it wrote last. The other providers left kubectl with 1.26.
  if (provider !== undefined && provider.name !== 'oidc')
    throw invalid(
      `user ${JSON.stringify(name)}: auth-provider ${JSON.stringify(provider.name)} is gone since kubectl 1.26: use an exec plugin`,
    );
  const tokenFile = textOf(fields.tokenFile);
  const username = textOf(fields.username);
  return {
    certificate: cert === undefined || key === undefined ? undefined : { cert, key },
    token: textOf(fields.token) ?? textOf(settings['id-token']),
    tokenFile: tokenFile === undefined ? undefined : resolve(dir, tokenFile),
    basic: username === undefined ? undefined : { name: username, password: textOf(fields.password) ?? '' },
    exec: isFields(fields.exec) ? execOf(fields.exec, dir, name) : undefined,
  };
}

function execOf(fields: Fields, dir: string, user: string): ExecPlugin {
  const command = textOf(fields.command);
  if (command === undefined) throw invalid(`user ${JSON.stringify(user)}: exec has no command`);
  const env: Record<string, string> = {};
  for (const each of Array.isArray(fields.env) ? fields.env : []) {
    if (!isFields(each)) continue;
    const name = textOf(each.name);
    if (name !== undefined) env[name] = textOf(each.value) ?? '';
  }
  return {
    apiVersion: textOf(fields.apiVersion) ?? 'client.authentication.k8s.io/v1beta1',
    // A bare name is looked for in PATH, a relative path is relative to the file.
    command: command.includes('/') ? resolve(dir, command) : command,
    args: Array.isArray(fields.args) ? fields.args.map(String) : [],
    env,
    installHint: textOf(fields.installHint),
    isTold: fields.provideClusterInfo === true,
  };
}

/** `NAME-data` in base64, else the file `NAME`. */
function material({ fields, dir }: Named, name: string): string | undefined {
  const data = textOf(fields[`${name}-data`]);
  if (data !== undefined && data !== '') return Buffer.from(data, 'base64').toString('utf8');
  const path = textOf(fields[name]);
  if (path === undefined || path === '') return undefined;
  try {
    return readBoundedFile(resolve(dir, path), MAX_BYTES);
  } catch (error) {
    throw invalid(`${name}: ${messageOf(error)}`, error);
  }
}

/** Whether this is a pod that has a token for the API server. */
export function hasServiceAccount({ env, accountDir = ACCOUNT }: Pick<KubeconfigOptions, 'env' | 'accountDir'>): boolean {
  return (env.KUBERNETES_SERVICE_HOST ?? '') !== '' && existsSync(join(accountDir, 'token'));
}

/** The pod's own service account; undefined outside a pod. Throws KUBECONFIG_INVALID when it is not mounted. */
export function inCluster({ env, accountDir = ACCOUNT }: Pick<KubeconfigOptions, 'env' | 'accountDir'>): Cluster | undefined {
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '443' } = env;
  if (host === '') return undefined;
  const read = (name: string): string => {
    try {
      return readBoundedFile(join(accountDir, name), MAX_BYTES);
    } catch (error) {
      throw invalid(`this pod's service account cannot be read: ${messageOf(error)}`, error);
    }
  };
  return {
    name: 'in-cluster',
    server: serverOf(`https://${host.includes(':') ? `[${host}]` : host}:${port}`, 'in-cluster'),
    ca: read('ca.crt'),
    isInsecure: false,
    namespace: read('namespace').trim(),
    user: { tokenFile: join(accountDir, 'token') },
  };
}

function listed(map: ReadonlyMap<string, unknown>): string {
  const names = [...map.keys()].slice(0, 8).map((name) => JSON.stringify(name.slice(0, 80)));
  return names.length === 0 ? 'it has none' : `${names.join(', ')}${map.size > names.length ? ' …' : ''}`;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function invalid(message: string, cause?: unknown): PodtreeError {
  return new PodtreeError('KUBECONFIG_INVALID', message, { cause });
}
