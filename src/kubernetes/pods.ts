// Pods as the API server has them: one, all of a name or of a label, and those of a label as they come and go.
import { PodtreeError } from '../error.ts';
import type { ApiClient } from './api-client.ts';
import { ApiRefusal } from './api-failure.ts';
import { fieldsOf, type ListQuery, listAll, reflectPods } from './reflector.ts';

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

/** More than any cluster has nodes. */
const MAX_PODS = 20_000;

export type PodQuery = Omit<ListQuery, 'accept'>;

export interface PodList {
  readonly pods: readonly PodInfo[];
  readonly resourceVersion: string;
}

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
  const { items: pods, resourceVersion } = await listAll(api, query, readPod);
  return { pods, resourceVersion };
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
export async function watchPods(api: ApiClient, { onChange, onTrouble, delayMs, ...query }: PodWatchOptions): Promise<void> {
  const known = new Map<string, PodInfo>();
  let hasListed = false;
  let isTold = false;
  await reflectPods(api, {
    ...query,
    read: readPod,
    onList: (pods) => {
      known.clear();
      for (const pod of pods) known.set(pod.uid, pod);
      hasListed = true;
      isTold = false;
      onChange([...known.values()]);
    },
    onChange: (pod, isDeleted) => {
      isTold = false;
      if (isDeleted) known.delete(pod.uid);
      else known.set(pod.uid, pod);
      if (known.size > MAX_PODS) throw new PodtreeError('CLUSTER_UNREACHABLE', `more than ${MAX_PODS} agents: is the selector right?`);
      onChange([...known.values()]);
    },
    onTrouble: (error, failures) => {
      const isFinal = error.code !== 'CLUSTER_UNREACHABLE' && error.code !== 'CLUSTER_UNAUTHORIZED';
      if (!hasListed || isFinal) throw error;
      if (!isTold || failures === 1) onTrouble(error);
      isTold = true;
    },
    delayMs,
  });
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
