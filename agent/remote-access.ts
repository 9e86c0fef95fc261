// Opens what addresses that are not loopback need, as the configuration says: certificate, tokens, and the API server to ask whose a token is.
import type { Logger } from 'pino';
import { type Access, AccessProblems, openAccess, readAccessFiles } from '../src/access/access.ts';
import { createReviewer, type Reviewer } from '../src/access/reviewer.ts';
import type { TlsMaterial, TlsPaths } from '../src/access/tls-files.ts';
import { invalid } from '../src/config/load-config.ts';
import { isRemote } from '../src/config/remote-access.ts';
import type { Config } from '../src/config/schema.ts';
import { PodtreeError } from '../src/error.ts';
import { createApiClient } from '../src/kubernetes/api-client.ts';
import { createCredential } from '../src/kubernetes/credential.ts';
import { type Cluster, inCluster, readKubeconfig } from '../src/kubernetes/kubeconfig.ts';

export interface RemoteAccessOptions {
  /** As it is now: names of clients can be changed live. */
  readonly config: () => Config;
  readonly node: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Logger;
}

/** A request of a client waits for it. */
const REVIEW_TIMEOUT_MS = 5000;

/** Undefined where every address is loopback. Throws CONFIG_INVALID with everything that is wrong with the files. */
export function openRemoteAccess({ config, node, env, log }: RemoteAccessOptions): Access | undefined {
  const { auth } = config();
  if (!isRemote(config())) return undefined;
  try {
    const reviewer = auth.kubernetes ? createClusterReviewer(config(), { node, env, log }) : undefined;
    return openAccess({
      tls: tlsPaths(config()),
      tokensFile: auth.tokensFile,
      clientNames: () => config().tls.clientNames,
      reviewer,
      log,
    });
  } catch (error) {
    throw asConfigError(error);
  }
}

/** The same checks of a configuration with such addresses without opening anything, for `--check-config`. Throws CONFIG_INVALID. */
export function checkRemoteAccess(config: Config, env: RemoteAccessOptions['env']): TlsMaterial {
  try {
    if (config.auth.kubernetes) readCluster(config, env);
    return readAccessFiles({ tls: tlsPaths(config), tokensFile: config.auth.tokensFile }).material;
  } catch (error) {
    throw asConfigError(error);
  }
}

function createClusterReviewer(config: Config, { node, env, log }: Omit<RemoteAccessOptions, 'config'>): Reviewer {
  const read = () => readCluster(config, env);
  const credential = createCredential({ read, env });
  const client = createApiClient({ cluster: read(), credential, env, timeoutMs: REVIEW_TIMEOUT_MS, userAgent: 'podtree-agent' });
  return createReviewer({ client, node, audiences: config.auth.audiences, now: () => performance.now(), log });
}

/** As for the metadata of pods: a kubeconfig that is named, or the pod's service account, and never root's own. Throws AccessProblems. */
function readCluster({ kubernetes: { kubeconfig } }: Config, env: RemoteAccessOptions['env']): Cluster {
  try {
    const cluster = kubeconfig === undefined ? inCluster({ env }) : readKubeconfig({ file: kubeconfig, env });
    if (cluster !== undefined) return cluster;
  } catch (error) {
    if (!(error instanceof PodtreeError)) throw error;
    throw new AccessProblems([`auth.kubernetes: ${error.message}`]);
  }
  throw new AccessProblems([
    'auth.kubernetes: this is no pod, so there is no API server to ask: name a kubeconfig with kubernetes.kubeconfig',
  ]);
}

function tlsPaths({ tls }: Config): TlsPaths {
  // That both are there is a rule of the configuration: src/config/remote-access.ts.
  return { certFile: tls.certFile ?? '', keyFile: tls.keyFile ?? '', clientCaFile: tls.clientCaFile };
}

function asConfigError(error: unknown): unknown {
  if (!(error instanceof AccessProblems)) return error;
  return invalid(
    error.problems.map((problem) => {
      const [where = '', ...rest] = problem.split(': ');
      return { where, what: rest.join(': ') };
    }),
  );
}
