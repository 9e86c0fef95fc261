// Reads the metadata of a pod out of what an API server sends, and nothing else of it: what controls the pod, its labels, and whether it is deleted.
import { boundLabels, isId } from '../cri/reading.ts';
import type { PodUid } from '../kernel/identity.ts';
import type { PodController } from '../tree/model.ts';
import type { PodMetadata } from '../tree/pod-metadata.ts';
import { type Fields, fieldsOf } from './reflector.ts';

/** Metadata alone, so that no spec, and no secret in one, comes to the node's agents; a server that cannot do that sends whole objects
 * (kubernetes.io/docs/reference/using-api/api-concepts, "Metadata-only fetches"). */
export const METADATA_ONLY = {
  list: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json',
  watch: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json',
} as const;

/** Of a static pod: the uid it has on the node (kubelet pkg/kubelet/types/pod_update.go ConfigMirrorAnnotationKey). */
const MIRROR = 'kubernetes.io/config.mirror';
/** What a Deployment puts on its ReplicaSets and their pods (apps/v1 DefaultDeploymentUniqueLabelKey). */
const TEMPLATE_HASH = 'pod-template-hash';
const MAX_NAME = 253;
const MAX_OWNERS = 64;

/** Undefined for what is no pod with a usable uid, namespace and name. */
export function readPodMetadata(value: unknown): PodMetadata | undefined {
  const { metadata } = fieldsOf(value);
  const { namespace, name, uid, annotations, labels, ownerReferences, ...rest } = fieldsOf(metadata);
  if (!isName(namespace) || !isName(name) || typeof uid !== 'string') return undefined;
  const { [MIRROR]: mirrored } = fieldsOf(annotations);
  const isStatic = typeof mirrored === 'string';
  const nodeUid = isStatic ? mirrored : uid;
  if (!isId(nodeUid)) return undefined;
  const ownLabels = boundLabels(textsOf(labels));
  const controller = controllerOf(ownerReferences, ownLabels);
  // The kubelet makes a mirror anew when it is deleted: only the file stops the pod (kubelet_pods.go, mirror_client.go).
  const deletedAt = isStatic ? undefined : deletedAtOf(rest);
  return {
    uid: nodeUid as PodUid,
    namespace,
    name,
    labels: ownLabels,
    ...(controller && { controller }),
    ...(deletedAt && { deletedAt }),
    isStatic,
  };
}

/** A Deployment's ReplicaSet is called NAME-HASH, and its pods carry the hash (deployment/sync.go getNewReplicaSet). A Job of a CronJob carries
 * nothing that tells: it stays a Job. */
function controllerOf(references: unknown, labels: Readonly<Record<string, string>>): PodController | undefined {
  const owners = Array.isArray(references) ? references.slice(0, MAX_OWNERS).map(fieldsOf) : [];
  const { kind, name, apiVersion } = owners.find((owner) => owner.controller === true) ?? {};
  if (!isName(kind) || !isName(name)) return undefined;
  const ending = `-${labels[TEMPLATE_HASH] ?? ''}`;
  const isDeployments = kind === 'ReplicaSet' && isAppsGroup(apiVersion) && ending !== '-' && name.endsWith(ending);
  if (!isDeployments || name.length === ending.length) return { kind, name };
  return { kind: 'Deployment', name: name.slice(0, -ending.length), replicaSet: name };
}

function isAppsGroup(apiVersion: unknown): boolean {
  return typeof apiVersion === 'string' && apiVersion.startsWith('apps/');
}

/** deletionTimestamp is when the grace period ends, reckoned from the first request; a shorter period later moves both, and what one has without the
 * other stays (apiserver pkg/registry/rest/delete.go BeforeDelete). */
function deletedAtOf({ deletionTimestamp, deletionGracePeriodSeconds: grace }: Fields): string | undefined {
  if (typeof deletionTimestamp !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(deletionTimestamp)) return undefined;
  const graceMs = typeof grace === 'number' && Number.isSafeInteger(grace) && grace > 0 ? grace * 1000 : 0;
  const atMs = Date.parse(deletionTimestamp) - graceMs;
  if (!(atMs > 0)) return undefined;
  return `${new Date(atMs).toISOString().slice(0, 19)}.000000000Z`;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_NAME;
}

function textsOf(value: unknown): Readonly<Record<string, string>> {
  const texts = Object.entries(fieldsOf(value)).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return Object.fromEntries(texts);
}
