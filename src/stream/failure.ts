// What went wrong between a client and the agent, said so that the reader knows what to do next.
import { messageOf, PodtreeError } from '../error.ts';

const REASON: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut',
  ETIMEDOUT: 'no answer',
  ENOTFOUND: 'the name has no address',
  EAI_AGAIN: 'the name cannot be looked up now',
  EHOSTUNREACH: 'no route to it',
  ENETUNREACH: 'no route to it',
};

/** Whom a message is about, and what can be done when there is no answer: an agent at an address, or one that is reached by a way of its own. */
export interface Party {
  /** `at http://127.0.0.1:7637`, `on node-a`. */
  readonly place: string;
  readonly adviceUnreachable: string;
  readonly adviceLost: string;
}

/** An agent at an address that a person gave. */
export function partyAt(url: URL): Party {
  return {
    place: `at ${url.origin}`,
    adviceUnreachable: 'Is "podtree agent" running there? Start it, or give its address with --server URL.',
    adviceLost: 'Start it again if it is gone; --reconnect waits for it.',
  };
}

/** What OpenSSL and Node call it, and what it means for the person who asked. */
const UNTRUSTED: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has expired. It is to be renewed there (tls.certFile); is the clock right here?',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet. Is the clock right, here and there?',
};
const NOT_SIGNED = [
  ...['SELF_SIGNED_CERT_IN_CHAIN', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ...['UNABLE_TO_GET_ISSUER_CERT', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'CERT_SIGNATURE_FAILURE', 'INVALID_CA', 'INVALID_PURPOSE'],
];

/** Why the other side is not believed to be the agent; undefined for another kind of failure. */
function distrust(error: unknown): string | undefined {
  const { code, cert } = (error ?? {}) as { readonly code?: unknown; readonly cert?: { readonly subjectaltname?: unknown } };
  if (typeof code !== 'string') return undefined;
  if (NOT_SIGNED.includes(code))
    return 'its certificate is not signed by a CA that is trusted here. Give the one it is signed by with --ca-file FILE.';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const names = typeof cert?.subjectaltname === 'string' ? JSON.stringify(cert.subjectaltname.slice(0, 300)) : 'none';
    return `its certificate is for other names: ${names}. Use one of them in --server, or name it with --tls-server-name.`;
  }
  if (/^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST)$|^EPROTO$/.test(code))
    return 'it does not speak TLS. On loopback an agent does not: give http:// in --server.';
  return UNTRUSTED[code];
}

/** A TLS listener that is sent plain HTTP cuts the connection, some of them with bytes that are no answer. */
function maybeNeedsTls(error: unknown, place: string): boolean {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return place.startsWith('at http:') && (code === 'ECONNRESET' || (typeof code === 'string' && code.startsWith('HPE_')));
}

export function unreachable({ place, adviceUnreachable }: Party, error: unknown): PodtreeError {
  // What the API server says of the way to an agent is not the agent's fault.
  if (error instanceof PodtreeError && error.code !== 'AGENT_UNREACHABLE') return error;
  const doubt = distrust(error);
  if (doubt !== undefined) {
    return new PodtreeError('AGENT_UNTRUSTED', `what answers ${place} cannot be trusted to be the agent: ${doubt}`, { cause: error });
  }
  if (maybeNeedsTls(error, place)) {
    const advice = 'If it serves TLS, as an agent does wherever it is not loopback, give https:// in --server.';
    return new PodtreeError('AGENT_UNREACHABLE', `cannot reach the agent ${place}: it gave no answer to plain HTTP. ${advice}`, {
      cause: error,
    });
  }
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  const reason = (typeof code === 'string' ? REASON[code] : undefined) ?? messageOf(error);
  return new PodtreeError('AGENT_UNREACHABLE', `cannot reach the agent ${place}: ${reason}. ${adviceUnreachable}`, { cause: error });
}

/** The connection stood and is gone. */
export function lost({ place, adviceLost }: Party, reason: string): PodtreeError {
  return new PodtreeError('AGENT_UNREACHABLE', `lost the agent ${place}: ${reason}. ${adviceLost}`);
}

const ADVICE_CREDENTIAL = 'Give a token with --token-file FILE, or a certificate with --cert-file FILE and --key-file FILE.';

/** The agent ended the stream because the credential is worth nothing any more. */
export function credentialEnded({ place }: Party, reason: string): PodtreeError {
  return new PodtreeError('AGENT_UNAUTHORIZED', `the agent ${place} ended the stream: ${reason}. Get a new one. ${ADVICE_CREDENTIAL}`);
}

/** What an HTTP error answer means; `body` is what the server sent, which may be anything. */
export function refused({ place }: Party, status: number, body: string): PodtreeError {
  const { message, code } = errorIn(body);
  if (status === 401 || (status === 403 && code === 'UNAUTHORIZED')) {
    return new PodtreeError(
      'AGENT_UNAUTHORIZED',
      `the agent ${place} does not let you in: ${message ?? 'unauthorized'}. ${ADVICE_CREDENTIAL}`,
    );
  }
  if (status === 403 && code === 'DENIED') {
    const advice = 'Whoever runs it can change that: docs/security.md.';
    return new PodtreeError(
      'AGENT_FORBIDDEN',
      `the agent ${place} knows you and does not let you in: ${message ?? 'forbidden'}. ${advice}`,
    );
  }
  if (status === 429) {
    return new PodtreeError('AGENT_UNREACHABLE', `the agent ${place} does not listen to you now: ${message ?? 'too many requests'}.`);
  }
  if (status === 400 && message !== undefined) return new PodtreeError('QUERY_INVALID', message);
  if (status === 503) {
    return new PodtreeError(
      'AGENT_UNREACHABLE',
      `the agent ${place} cannot serve this now: ${message ?? 'it is busy'}. Try again in a moment.`,
    );
  }
  if (status === 403) {
    const advice = 'Use its IP address, or add the name to allowedHosts in its configuration.';
    return new PodtreeError('AGENT_PROTOCOL', `the agent ${place} refuses this address: ${message ?? 'forbidden'}. ${advice}`);
  }
  const what = message ?? `it answered HTTP ${status}`;
  return new PodtreeError(
    'AGENT_PROTOCOL',
    `what answers ${place} does not speak podtree's protocol: ${what}. Check --server, and that both are the same version.`,
  );
}

export function malformed({ place }: Party, error: unknown): PodtreeError {
  const advice = 'Check --server, and that agent and command are the same version.';
  return new PodtreeError('AGENT_PROTOCOL', `what answers ${place} sent what podtree does not understand: ${messageOf(error)}. ${advice}`, {
    cause: error,
  });
}

function errorIn(body: string): { readonly message?: string; readonly code?: string } {
  try {
    const { error } = JSON.parse(body) as { readonly error?: { readonly message?: unknown; readonly code?: unknown } };
    const { message, code } = error ?? {};
    return { ...(typeof message === 'string' && { message: message.slice(0, 2000) }), ...(typeof code === 'string' && { code }) };
  } catch {
    // Not ours: a proxy's page, or another program's. The status says all there is to say.
    return {};
  }
}
