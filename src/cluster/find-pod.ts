// Where a pod is that a person named: the API server's word for it, in the ways that kubectl and podtree take a name.
import { PodtreeError } from '../error.ts';
import type { ApiClient } from '../kubernetes/api-client.ts';
import { getPod, listPods, type PodInfo } from '../kubernetes/pods.ts';

export interface PodName {
  readonly wanted: string;
  /** `-n`; absent: any. */
  readonly namespace?: string | undefined;
  /** The context's, for who may not look into all of them. */
  readonly ownNamespace: string;
}

// DNS-1123 subdomain: https://kubernetes.io/docs/concepts/overview/working-with-objects/names
const NAME = /^[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/;

/** All pods of that name that are there now; none for a uid, and for a pod that is gone. Throws what the API server says. */
export async function findPods(
  api: ApiClient,
  { wanted, namespace, ownNamespace }: PodName,
  signal?: AbortSignal,
): Promise<readonly PodInfo[]> {
  const [, before, name = ''] = /^(?:([^/]+)\/)?([^/]+)$/.exec(wanted) ?? [];
  const where = before ?? namespace;
  if (!NAME.test(name) || (where !== undefined && !NAME.test(where))) return [];
  if (before !== undefined && namespace !== undefined && before !== namespace) return [];
  const one = async (within: string): Promise<readonly PodInfo[]> => {
    const pod = await getPod(api, within, name, signal);
    return pod === undefined ? [] : [pod];
  };
  if (where !== undefined) return one(where);
  try {
    return (await listPods(api, { fieldSelector: `metadata.name=${name}`, signal })).pods;
  } catch (error) {
    if (error instanceof PodtreeError && error.code === 'CLUSTER_FORBIDDEN') return one(ownNamespace);
    throw error;
  }
}
