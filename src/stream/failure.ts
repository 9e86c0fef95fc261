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

export function unreachable({ place, adviceUnreachable }: Party, error: unknown): PodtreeError {
  // What the API server says of the way to an agent is not the agent's fault.
  if (error instanceof PodtreeError && error.code !== 'AGENT_UNREACHABLE') return error;
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  const reason = (typeof code === 'string' ? REASON[code] : undefined) ?? messageOf(error);
  return new PodtreeError('AGENT_UNREACHABLE', `cannot reach the agent ${place}: ${reason}. ${adviceUnreachable}`, { cause: error });
}

/** The connection stood and is gone. */
export function lost({ place, adviceLost }: Party, reason: string): PodtreeError {
  return new PodtreeError('AGENT_UNREACHABLE', `lost the agent ${place}: ${reason}. ${adviceLost}`);
}

/** What an HTTP error answer means; `body` is what the server sent, which may be anything. */
export function refused({ place }: Party, status: number, body: string): PodtreeError {
  const message = messageIn(body);
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

function messageIn(body: string): string | undefined {
  try {
    const { error } = JSON.parse(body) as { readonly error?: { readonly message?: unknown } };
    const message = error?.message;
    return typeof message === 'string' ? message.slice(0, 2000) : undefined;
  } catch {
    // Not ours: a proxy's page, or another program's. The status says all there is to say.
    return undefined;
  }
}
