// Watches the metadata of one node's pods and says what is new of them, for as long as it takes: an API server that is away or refuses is asked
// again.
import type { PodtreeError } from '../error.ts';
import type { MetadataNews, PodMetadata } from '../tree/pod-metadata.ts';
import type { ApiClient } from './api-client.ts';
import { ApiRefusal, reasonOf } from './api-failure.ts';
import { METADATA_ONLY, readPodMetadata } from './pod-metadata.ts';
import { fieldsOf, reflectPods } from './reflector.ts';

/** unreachable: no answer, or none that can be used. unauthorized: it does not know the credential. forbidden: RBAC. */
export type MetadataTrouble = 'unreachable' | 'unauthorized' | 'forbidden';

export interface MetadataWatchOptions {
  readonly api: ApiClient;
  /** As the API server calls it. */
  readonly node: string;
  readonly onNews: (news: MetadataNews) => void;
  /** It is watched, after the start or after trouble; with the number of pods it has for this node. */
  readonly onWatching: (pods: number) => void;
  /** An attempt failed, the how-manieth in a row. */
  readonly onTrouble: (trouble: MetadataTrouble, text: string, failures: number) => void;
  readonly delayMs: (failures: number, trouble: MetadataTrouble | undefined) => number;
  /** In [0, 1): so that not all nodes begin their next watch at a time. */
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** Its first list may come from the server's memory; not when something newer may have been seen already. */
  readonly isFromCache: boolean;
  readonly now?: () => number;
}

/** A node has some hundred, with those that have ended some thousand. */
const MAX_PODS = 20_000;

/** Ends when the signal fires, or throws what `onTrouble` throws. */
export async function watchMetadata(options: MetadataWatchOptions): Promise<void> {
  const { api, node, onNews, onWatching, onTrouble, delayMs, random, signal, isFromCache, now } = options;
  let isCurrent = false;
  let pods = 0;
  let trouble: MetadataTrouble | undefined;
  await reflectPods<PodMetadata>(api, {
    fieldSelector: `spec.nodeName=${node}`,
    accept: METADATA_ONLY,
    isFromCache,
    maxItems: MAX_PODS,
    read: readPodMetadata,
    watchSeconds: () => Math.round(240 + 120 * random()),
    onList: (all) => {
      pods = all.length;
      onNews({ isCurrent, all });
    },
    onChange: (pod, isDeleted) => onNews(isDeleted ? { isCurrent, removed: [pod] } : { isCurrent, changed: [pod] }),
    onOpen: () => {
      if (isCurrent) return;
      isCurrent = true;
      trouble = undefined;
      onNews({ isCurrent });
      onWatching(pods);
    },
    onTrouble: (error, failures) => {
      if (isCurrent) onNews({ isCurrent: false });
      isCurrent = false;
      trouble = troubleOf(error);
      onTrouble(trouble, troubleText(error), failures);
    },
    delayMs: (failures, error) => delayMs(failures, error && trouble),
    signal,
    ...(now && { now }),
  });
}

/** How many pods it has for this node, or at least the first of them. Throws as ApiClient.get. */
export async function tryMetadata(api: ApiClient, node: string, signal: AbortSignal): Promise<number> {
  const list = await api.get({
    path: 'api/v1/pods',
    query: { fieldSelector: `spec.nodeName=${node}`, limit: '1', resourceVersion: '0' },
    wanted: { verb: 'list', resource: 'pods' },
    accept: METADATA_ONLY.list,
    signal,
  });
  const { items } = fieldsOf(list);
  return Array.isArray(items) ? items.length : 0;
}

export function troubleOf(error: PodtreeError): MetadataTrouble {
  if (error.code === 'CLUSTER_FORBIDDEN') return 'forbidden';
  return error.code === 'CLUSTER_UNAUTHORIZED' ? 'unauthorized' : 'unreachable';
}

/** In the agent's words: those of the errors are meant for somebody with a kubeconfig and kubectl. */
export function troubleText(error: PodtreeError): string {
  if (error instanceof ApiRefusal) {
    const said = error.said === undefined ? '' : `: ${error.said}`;
    if (error.status === 403) return `it may not list and watch pods${said}`;
    if (error.status === 401) return `the API server does not take its token${said}`;
    return `the API server answered ${error.status}${said}`;
  }
  return error.cause === undefined ? error.message : reasonOf(error.cause);
}
