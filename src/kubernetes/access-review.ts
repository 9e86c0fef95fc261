// Asks the API server whose a token is (TokenReview) and whether that user may read this node's pod tree (SubjectAccessReview).
import { PodtreeError } from '../error.ts';
import type { ApiClient } from './api-client.ts';

/** As the API server knows the holder of a token; passed on as it is. */
export interface ReviewedUser {
  readonly username: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

export interface ReviewOptions {
  readonly client: Pick<ApiClient, 'post'>;
  readonly signal?: AbortSignal;
}

type Fields = Readonly<Record<string, unknown>>;

/** Undefined for a token that is nobody's, has expired, or is for none of the audiences. Throws as ApiClient.post, and CLUSTER_UNREACHABLE for an
 * answer that is no TokenReview. */
export async function reviewToken(
  token: string,
  audiences: readonly string[],
  { client, signal }: ReviewOptions,
): Promise<ReviewedUser | undefined> {
  const answer = await client.post({
    path: 'apis/authentication.k8s.io/v1/tokenreviews',
    wanted: { verb: 'create', resource: 'tokenreviews.authentication.k8s.io' },
    signal,
    body: {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenReview',
      spec: { token, ...(audiences.length > 0 && { audiences }) },
    },
  });
  const status = statusOf(answer, 'TokenReview');
  // A token that is nobody's has no `authenticated` at all: the field is left out when it is false.
  if (status.authenticated !== true) return undefined;
  const user = fieldsOf(status.user);
  const { username, uid } = user ?? {};
  if (typeof username !== 'string' || username === '') throw malformed('TokenReview');
  // An API server that knows nothing of audiences would let in every token: kubernetes.io/docs/reference/…/token-review-v1, status.audiences.
  if (audiences.length > 0 && !textsOf(status.audiences).some((each) => audiences.includes(each))) return undefined;
  const extra = Object.entries(fieldsOf(user?.extra) ?? {}).map(([name, values]) => [name, textsOf(values)] as const);
  return { username, ...(typeof uid === 'string' && { uid }), groups: textsOf(user?.groups), extra: Object.fromEntries(extra) };
}

/** Whether RBAC lets the user get nodes/podtree of this node. Throws as reviewToken. */
export async function mayReadNode(user: ReviewedUser, node: string, { client, signal }: ReviewOptions): Promise<boolean> {
  const { username, uid, groups, extra } = user;
  const answer = await client.post({
    path: 'apis/authorization.k8s.io/v1/subjectaccessreviews',
    wanted: { verb: 'create', resource: 'subjectaccessreviews.authorization.k8s.io' },
    signal,
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: {
        resourceAttributes: { group: '', version: 'v1', resource: 'nodes', subresource: 'podtree', verb: 'get', name: node },
        user: username,
        ...(uid !== undefined && { uid }),
        groups,
        extra,
      },
    },
  });
  const { allowed, denied } = statusOf(answer, 'SubjectAccessReview');
  if (typeof allowed !== 'boolean') throw malformed('SubjectAccessReview');
  return allowed && denied !== true;
}

function statusOf(answer: unknown, kind: string): Fields {
  const review = fieldsOf(answer);
  const status = fieldsOf(review?.status);
  if (review?.kind !== kind || status === undefined) throw malformed(kind);
  return status;
}

function malformed(kind: string): PodtreeError {
  return new PodtreeError('CLUSTER_UNREACHABLE', `the API server answered a ${kind} with something else`);
}

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
}
