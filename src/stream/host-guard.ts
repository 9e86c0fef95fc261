// Decides from Host and Origin whether a request may be answered. A browser that was led here by DNS rebinding sends a foreign name as Host.
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { isLoopback } from '../access/loopback.ts';

/** `name` is lower case, without brackets, port and closing dot. */
function parseHost(header: string): { readonly name: string; readonly port: string } | undefined {
  const match = /^(?:\[([0-9a-f:.]{2,45})\]|([0-9a-z._-]{1,253}))(?::([0-9]{1,5}))?$/i.exec(header);
  if (match === null) return undefined;
  const name = (match[1] ?? match[2] ?? '').toLowerCase().replace(/\.$/, '');
  return { name, port: match[3] ?? '' };
}

export interface HostRule {
  /** Names without a port that are fine besides loopback. */
  readonly allowedHosts: readonly string[];
  /** Whether every IP address is fine as Host. Whoever asks for an address has looked up no name, so that nobody can have led him here; and behind
   * a Service or a host port the address asked for is not the one that the connection comes in on. */
  readonly anyAddress?: boolean;
  /** Whether a name is one of ours for another reason. */
  readonly isOurs?: (name: string) => boolean;
}

/** Undefined when the request may be answered, otherwise the reason for refusing it.
 * An IP address as Host is also fine when it is the very one the connection was made to: no name, no rebinding. */
export function refusalOf(request: IncomingMessage, { allowedHosts, anyAddress = false, isOurs }: HostRule): string | undefined {
  const headers = request.headersDistinct.host;
  const host = headers?.length === 1 ? parseHost(headers[0] ?? '') : undefined;
  if (host === undefined) return 'the Host header is missing or malformed';
  const local = request.socket.localAddress?.replace(/^::ffff:/, '');
  const isAllowed =
    isLoopback(host.name) ||
    (isIP(host.name) !== 0 && (anyAddress || host.name === local)) ||
    allowedHosts.some((allowed) => allowed.toLowerCase() === host.name) ||
    isOurs?.(host.name) === true;
  if (!isAllowed) return `Host ${JSON.stringify(host.name)} is neither loopback nor one of the configured names (allowedHosts)`;
  const origins = request.headersDistinct.origin;
  if (origins === undefined) return undefined;
  return isSameHost(origins, host) ? undefined : 'Origin does not match Host: pages of other sites may not read this';
}

function isSameHost(origins: readonly string[], host: { readonly name: string; readonly port: string }): boolean {
  const match = /^(https?):\/\/([^/]+)$/i.exec(origins.length === 1 ? (origins[0] ?? '') : '');
  const origin = parseHost(match?.[2] ?? '');
  if (origin === undefined) return false;
  const defaultPort = match?.[1]?.toLowerCase() === 'https' ? '443' : '80';
  return origin.name === host.name && (origin.port || defaultPort) === (host.port || defaultPort);
}
