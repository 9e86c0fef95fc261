// Asks the API server for the metadata of this node's pods, where that is wanted and can be done, and says once what it cannot.
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { KubernetesConfig } from '../src/config/schema.ts';
import { messageOf, PodtreeError } from '../src/error.ts';
import { type ApiClient, createApiClient } from '../src/kubernetes/api-client.ts';
import { createCredential } from '../src/kubernetes/credential.ts';
import { type Cluster, hasServiceAccount, inCluster, readKubeconfig } from '../src/kubernetes/kubeconfig.ts';
import { type MetadataTrouble, watchMetadata } from '../src/kubernetes/metadata-watch.ts';
import { type RetryPolicy, retryDelayMs } from '../src/stream/retry.ts';
import type { MetadataNews } from '../src/tree/pod-metadata.ts';

/** misconfigured: the kubeconfig, or the service account, is not there or cannot be used. */
export type MetadataFailure = MetadataTrouble | 'misconfigured';

export interface MetadataStats {
  /** off: it is not asked. */
  readonly state: 'off' | 'starting' | 'watching' | MetadataFailure;
  /** Attempts that failed. */
  readonly failures: Readonly<Record<MetadataFailure, number>>;
}

export interface MetadataSource {
  start(): void;
  /** Resolves when nobody is asked any more. */
  stop(): Promise<void>;
  stats(): MetadataStats;
}

export interface MetadataSourceOptions {
  readonly config: KubernetesConfig;
  readonly node: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onNews: (news: MetadataNews) => void;
  readonly log: Logger;
  /** Where a service account is mounted; for tests. */
  readonly accountDir?: string;
  readonly delayMs?: typeof retryAfterMs;
}

const AWAY: RetryPolicy = { firstMs: 1_000, factor: 2, capMs: 30_000, jitter: 0.5 };
/** Somebody has to do something first. */
const REFUSED: RetryPolicy = { firstMs: 60_000, factor: 1, capMs: 60_000, jitter: 0.5 };
/** Nobody has asked for it, and the token may be there for another reason. */
const UNWANTED: RetryPolicy = { firstMs: 3_600_000, factor: 1, capMs: 3_600_000, jitter: 0.5 };
/** After so many failures in a row everything is read anew: the address or the authority may be others now. */
const REOPEN_AFTER = 10;
/** A server that is silent is given up when it should have ended the watch. */
const IDLE_MS = 400_000;

/** Undefined when nothing is to be asked. Throws KUBECONFIG_INVALID. */
export function readMetadataCluster({
  config,
  env,
  accountDir,
}: Pick<MetadataSourceOptions, 'config' | 'env' | 'accountDir'>): Cluster | undefined {
  const account = { env, ...(accountDir !== undefined && { accountDir }) };
  const { metadata, kubeconfig } = config;
  if (metadata === 'off' || (metadata === 'auto' && !hasServiceAccount(account))) return undefined;
  // Of root's own ~/.kube/config an agent knows nothing: what it may use is named, or given to its pod.
  if (metadata === 'on' && kubeconfig !== undefined) return readKubeconfig({ file: kubeconfig, env });
  const cluster = inCluster(account);
  if (cluster !== undefined) return cluster;
  throw new PodtreeError(
    'KUBECONFIG_INVALID',
    'kubernetes.metadata is on, and this is no pod: name a kubeconfig with kubernetes.kubeconfig, or set it to off',
  );
}

/** Throws KUBECONFIG_INVALID. */
export function openMetadataApi(
  options: Pick<MetadataSourceOptions, 'config' | 'env' | 'accountDir'>,
  signal: AbortSignal,
): ApiClient | undefined {
  const cluster = readMetadataCluster(options);
  if (cluster === undefined) return undefined;
  const credential = createCredential({ read: () => readMetadataCluster(options) ?? cluster, env: options.env, signal });
  return createApiClient({ cluster, credential, env: options.env, idleMs: IDLE_MS, userAgent: 'podtree-agent' });
}

export function retryAfterMs(failure: MetadataFailure | undefined, failures: number, mode: KubernetesConfig['metadata']): number {
  const isRefused = failure === 'forbidden' || failure === 'unauthorized';
  const policy = isRefused && mode === 'auto' ? UNWANTED : isRefused || failure === 'misconfigured' ? REFUSED : AWAY;
  return retryDelayMs(policy, failures, Math.random);
}

export function createMetadataSource(options: MetadataSourceOptions): MetadataSource {
  const { config, node, onNews, log, delayMs = retryAfterMs } = options;
  const mode = config.metadata;
  const stopping = new AbortController();
  const { signal } = stopping;
  const failures: Record<MetadataFailure, number> = { unreachable: 0, unauthorized: 0, forbidden: 0, misconfigured: 0 };
  let state: MetadataStats['state'] = 'off';
  /** What was said last: the same is not said again, until it has gone well. */
  let said: MetadataFailure | undefined;
  let running: Promise<void> | undefined;

  function failed(failure: MetadataFailure, reason: string): void {
    failures[failure] += 1;
    state = failure;
    if (said === failure) return;
    said = failure;
    const isWanted = mode === 'on' || failure === 'unreachable';
    log[isWanted ? 'warn' : 'info'](
      { reason, next: NEXT_STEP[failure] },
      'the API server tells nothing of the pods: owners, later labels and deletions are not known until it does',
    );
  }

  async function run(): Promise<void> {
    for (let attempt = 1; !signal.aborted; attempt++) {
      try {
        const api = openMetadataApi(options, signal);
        if (api === undefined) {
          log.info({ setting: mode }, 'the API server is not asked: owners, later labels and deletions of pods are not known');
          return;
        }
        if (state === 'off') state = 'starting';
        await watch(api, attempt === 1);
      } catch (error) {
        if (error instanceof Reopen) continue;
        if (!(error instanceof PodtreeError) || error.code !== 'KUBECONFIG_INVALID') throw error;
        failed('misconfigured', messageOf(error));
        await delay(delayMs('misconfigured', attempt, mode), undefined, { signal }).catch(() => {});
      }
    }
  }

  async function watch(api: ApiClient, isFromCache: boolean): Promise<void> {
    let row = 0;
    await watchMetadata({
      ...{ api, node, onNews, random: Math.random, signal, isFromCache },
      onWatching: (pods) => {
        state = 'watching';
        row = 0;
        log.info({ pods, node }, said === undefined ? 'the API server tells of the pods' : 'the API server tells of the pods again');
        said = undefined;
      },
      onTrouble: (trouble, text) => {
        row += 1;
        failed(trouble, text);
      },
      delayMs: (failures, trouble) => {
        if (row >= REOPEN_AFTER) throw new Reopen();
        return delayMs(trouble, failures, mode);
      },
    });
  }

  return {
    start: () => {
      running ??= run();
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
    stats: () => ({ state, failures }),
  };
}

/** Not an error: the way to begin anew. */
class Reopen extends Error {}

/** What to do about it. */
export const NEXT_STEP: Readonly<Record<MetadataFailure, string>> = {
  unreachable: 'nothing, if it comes back; else see whether a network policy or a firewall is in between',
  unauthorized: 'give it another token, or set kubernetes.metadata to off',
  forbidden: 'bind a ClusterRole that may get, list and watch pods (docs/kubernetes-api.md), or set kubernetes.metadata to off',
  misconfigured:
    'in a pod mount the token of its service account (kubernetesMetadata of the chart does), elsewhere name a kubeconfig with kubernetes.kubeconfig; or set kubernetes.metadata to off',
};
