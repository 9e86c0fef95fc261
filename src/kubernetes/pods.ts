// Pods as the API server has them: one, all of a name or of a label, and those of a label as they come and go.
import { setTimeout as delay } from 'node:timers/promises';
import { PodtreeError } from '../error.ts';
import type { ApiClient, ApiRequest } from './api-client.ts';
import { ApiRefusal } from './api-failure.ts';

export interface PodInfo {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Absent while it is not scheduled. */
  readonly node?: string | undefined;
  readonly isReady: boolean;
  /** Running, and nobody has deleted it. */
  readonly isRunning: boolean;
  /** Why a container waits, such as ImagePullBackOff. */
  readonly reason?: string | undefined;
  readonly createdAt: string;
}

export interface PodQuery {
  /** Absent: all. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface PodList {
  readonly pods: readonly PodInfo[];
  readonly resourceVersion: string;
}

const PAGE = 500;
/** More than any cluster has nodes. */
const MAX_PODS = 20_000;

/** Undefined when there is none. Throws as ApiClient.get. */
export async function getPod(api: ApiClient, namespace: string, name: string, signal?: AbortSignal): Promise<PodInfo | undefined> {
  const path = `api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}`;
  try {
    return readPod(await api.get({ path, wanted: { verb: 'get', resource: 'pods', namespace }, signal }));
  } catch (error) {
    if (error instanceof ApiRefusal && error.status === 404) return undefined;
    throw error;
  }
}

/** In pages, begun anew once when the server has forgotten where they were. Throws as ApiClient.get. */
export async function listPods(api: ApiClient, query: PodQuery): Promise<PodList> {
  try {
    return await listPages(api, query);
  } catch (error) {
    if (error instanceof ApiRefusal && error.status === 410) return listPages(api, query);
    throw error;
  }
}

async function listPages(api: ApiClient, query: PodQuery): Promise<PodList> {
  const pods: PodInfo[] = [];
  let next = '';
  let resourceVersion = '';
  do {
    const more = { limit: String(PAGE), ...(next !== '' && { continue: next }) };
    const list = (await api.get(requestOf(query, 'list', more))) as {
      readonly metadata?: { readonly resourceVersion?: unknown; readonly continue?: unknown };
      readonly items?: unknown;
    } | null;
    if (!Array.isArray(list?.items))
      throw new PodtreeError('CLUSTER_UNREACHABLE', 'the API server sent what is no list of pods: is it one?');
    for (const item of list.items) {
      const pod = readPod(item);
      if (pod !== undefined) pods.push(pod);
    }
    next = String(list.metadata?.continue ?? '');
    resourceVersion = String(list.metadata?.resourceVersion ?? '');
  } while (next !== '' && pods.length < MAX_PODS);
  return { pods, resourceVersion };
}

function requestOf(query: PodQuery, verb: 'list' | 'watch', more: Readonly<Record<string, string>>): ApiRequest {
  const { namespace, labelSelector, fieldSelector, signal } = query;
  return {
    path: namespace === undefined ? 'api/v1/pods' : `api/v1/namespaces/${encodeURIComponent(namespace)}/pods`,
    query: { ...(labelSelector !== undefined && { labelSelector }), ...(fieldSelector !== undefined && { fieldSelector }), ...more },
    wanted: { verb, resource: 'pods', namespace },
    signal,
  };
}

export interface PodWatchOptions extends PodQuery {
  readonly signal: AbortSignal;
  /** All of them, whenever something has changed. */
  readonly onChange: (pods: readonly PodInfo[]) => void;
  /** The API server is away, or has forgotten us: what is known stays, and it is tried again. Once for each time it goes away. */
  readonly onTrouble: (error: PodtreeError) => void;
  readonly delayMs: (attempt: number) => number;
}

/** Lists, then watches, until the signal fires. Throws what the first list throws, and CLUSTER_FORBIDDEN. */
export async function watchPods(api: ApiClient, options: PodWatchOptions): Promise<void> {
  const { signal, onChange, onTrouble, delayMs } = options;
  const known = new Map<string, PodInfo>();
  let version: string | undefined;
  let attempt = 0;
  let hasListed = false;
  let isTold = false;
  while (!signal.aborted) {
    try {
      if (version === undefined) {
        const list = await listPods(api, options);
        known.clear();
        for (const pod of list.pods) known.set(pod.uid, pod);
        version = list.resourceVersion;
        hasListed = true;
        isTold = false;
        onChange([...known.values()]);
      }
      const query = { watch: '1', allowWatchBookmarks: 'true', timeoutSeconds: '300', resourceVersion: version };
      for await (const event of api.lines(requestOf(options, 'watch', query))) {
        const said = readWatchEvent(event);
        if (said === 'gone') {
          version = undefined;
          break;
        }
        attempt = 0;
        isTold = false;
        version = said.version ?? version;
        if (said.pod === undefined) continue;
        if (said.isDeleted) known.delete(said.pod.uid);
        else known.set(said.pod.uid, said.pod);
        if (known.size > MAX_PODS) throw new PodtreeError('CLUSTER_UNREACHABLE', `more than ${MAX_PODS} agents: is the selector right?`);
        onChange([...known.values()]);
      }
      // The server ends a watch every few minutes. One that it ends at once, again and again, must not become a storm.
      attempt += 1;
      if (attempt > 1) await delay(delayMs(attempt - 1), undefined, { signal });
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof PodtreeError)) throw error;
      if (error instanceof ApiRefusal && error.status === 410) {
        version = undefined;
        attempt += 1;
        if (attempt > 1) await delay(delayMs(attempt - 1), undefined, { signal }).catch(() => {});
        continue;
      }
      const isFinal = error.code !== 'CLUSTER_UNREACHABLE' && error.code !== 'CLUSTER_UNAUTHORIZED';
      if (!hasListed || isFinal) throw error;
      attempt += 1;
      if (!isTold) onTrouble(error);
      isTold = true;
      await delay(delayMs(attempt), undefined, { signal }).catch(() => {});
    }
  }
}

interface WatchEvent {
  readonly version?: string | undefined;
  readonly pod?: PodInfo | undefined;
  readonly isDeleted: boolean;
}

/** `gone`: the server no longer has what came after our version. */
function readWatchEvent(value: unknown): WatchEvent | 'gone' {
  const { type, object } = (value ?? {}) as { readonly type?: unknown; readonly object?: Fields };
  if (type === 'ERROR') {
    if (object?.code === 410) return 'gone';
    throw new PodtreeError('CLUSTER_UNREACHABLE', `the API server ended the watch: ${String(object?.message).slice(0, 300)}`);
  }
  const version = fieldsOf(object?.metadata).resourceVersion;
  return {
    version: typeof version === 'string' ? version : undefined,
    pod: type === 'BOOKMARK' ? undefined : readPod(object),
    isDeleted: type === 'DELETED',
  };
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

/** Undefined for what is no pod. */
function readPod(value: unknown): PodInfo | undefined {
  const { metadata, spec, status } = fieldsOf(value);
  const { namespace, name, uid, deletionTimestamp, creationTimestamp } = fieldsOf(metadata);
  if (typeof namespace !== 'string' || typeof name !== 'string' || typeof uid !== 'string') return undefined;
  const { nodeName } = fieldsOf(spec);
  const { phase, conditions, containerStatuses } = fieldsOf(status);
  const ready = (Array.isArray(conditions) ? conditions.map(fieldsOf) : []).find(({ type }) => type === 'Ready');
  const waiting = (Array.isArray(containerStatuses) ? containerStatuses : [])
    .map((each) => fieldsOf(fieldsOf(fieldsOf(each).state).waiting).reason)
    .find((reason) => typeof reason === 'string');
  return {
    namespace,
    name,
    uid,
    node: typeof nodeName === 'string' && nodeName !== '' ? nodeName : undefined,
    isReady: ready?.status === 'True',
    isRunning: phase === 'Running' && deletionTimestamp === undefined,
    reason: typeof waiting === 'string' ? waiting.slice(0, 100) : undefined,
    createdAt: typeof creationTimestamp === 'string' ? creationTimestamp : '',
  };
}
