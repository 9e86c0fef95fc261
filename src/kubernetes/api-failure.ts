// What went wrong between this machine and the API server, said so that the reader knows what to do next.
import { messageOf, PodtreeError } from '../error.ts';

/** What was asked of the API server, in the words of RBAC. */
export interface Wanted {
  readonly verb: string;
  readonly resource: string;
  /** Absent: in all namespaces. */
  readonly namespace?: string | undefined;
}

const REASON: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut',
  ETIMEDOUT: 'no answer',
  ENOTFOUND: 'the name has no address',
  EAI_AGAIN: 'the name cannot be looked up now',
  EHOSTUNREACH: 'no route to it',
  ENETUNREACH: 'no route to it',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not signed by the certificate-authority of the kubeconfig',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not signed by the certificate-authority of the kubeconfig',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not signed by the certificate-authority of the kubeconfig',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name (tls-server-name in the kubeconfig says for which)',
};

const MAX_TEXT = 600;

/** An answer of the API server that is no success. */
export class ApiRefusal extends PodtreeError {
  readonly status: number;
  /** Its own words, where it had any. */
  readonly said: string | undefined;

  constructor(code: PodtreeError['code'], status: number, message: string, said?: string) {
    super(code, message);
    this.status = status;
    this.said = said;
  }
}

export function apiUnreachable(host: string, error: unknown): PodtreeError {
  if (error instanceof PodtreeError) return error;
  const reason = reasonOf(error);
  const advice = 'Does kubectl reach it (kubectl cluster-info)? Another cluster: --context NAME.';
  return new PodtreeError('CLUSTER_UNREACHABLE', `cannot reach the API server at ${host}: ${reason}. ${advice}`, { cause: error });
}

/** Why a connection failed, in a few words. */
export function reasonOf(error: unknown): string {
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  return (typeof code === 'string' ? REASON[code] : undefined) ?? messageOf(error).slice(0, MAX_TEXT);
}

/** `body` is what the server sent, which may be anything. */
export function apiRefused(host: string, status: number, body: string, wanted: Wanted): ApiRefusal {
  const said = statusMessage(body);
  if (status === 401) {
    const advice =
      'The credential has expired or belongs to another cluster: log in as for kubectl (kubectl auth whoami), or --context NAME.';
    return new ApiRefusal(
      'CLUSTER_UNAUTHORIZED',
      status,
      `the API server at ${host} does not know you: ${said ?? 'unauthorized'}. ${advice}`,
      said,
    );
  }
  if (status === 403) return new ApiRefusal('CLUSTER_FORBIDDEN', status, forbidden(wanted, said), said);
  const what = `the API server at ${host} answered ${status} to ${wanted.verb} ${wanted.resource}: ${said ?? 'without saying why'}`;
  return new ApiRefusal('CLUSTER_UNREACHABLE', status, status >= 500 || status === 429 ? `${what}. Try again in a moment.` : what, said);
}

function forbidden({ verb, resource, namespace }: Wanted, said: string | undefined): string {
  const where = namespace === undefined ? 'in all namespaces' : `in namespace ${namespace}`;
  const rule = `you need the right to ${verb} ${resource} ${where}`;
  // A WebSocket is opened by a GET, and from 1.35 on that needs create as well: kubernetes pull request 134577.
  const both = resource === 'pods/portforward' ? ' (get and create: API servers before 1.35 ask for the first, later ones for both)' : '';
  const other = namespace === undefined ? '; with rights in one namespace only: --agent-namespace NAME' : '';
  return `the API server forbids it: ${rule}${both}; docs/cluster.md has the role${other}.${said === undefined ? '' : ` It said: ${said}`}`;
}

/** The message of a metav1.Status. */
function statusMessage(body: string): string | undefined {
  try {
    const { message } = JSON.parse(body) as { readonly message?: unknown };
    return typeof message === 'string' ? message.slice(0, MAX_TEXT) : undefined;
  } catch {
    // A proxy's page: the status says all there is to say.
    return undefined;
  }
}
