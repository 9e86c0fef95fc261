// Which socket the container runtime listens on: the one that was named, else the first of the usual ones that answers.
import { statSync } from 'node:fs';
import { messageOf, PodtreeError } from '../error.ts';
import { type Connection, type ConnectionOptions, openConnection } from './connection.ts';
import type { VersionResponse } from './schema.ts';

/** Where the runtimes of the common distributions listen, in the order in which they are tried. */
export const USUAL_ENDPOINTS: readonly string[] = [
  'unix:///run/containerd/containerd.sock',
  'unix:///run/crio/crio.sock',
  // k3s and RKE2
  'unix:///run/k3s/containerd/containerd.sock',
  'unix:///run/k0s/containerd.sock',
  'unix:///var/snap/microk8s/common/run/containerd.sock',
  'unix:///var/run/cri-dockerd.sock',
];

export interface EndpointChoice {
  /** The setting; wins over everything. */
  readonly endpoint?: string | undefined;
  /** For CONTAINER_RUNTIME_ENDPOINT, which crictl uses too. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Default USUAL_ENDPOINTS. */
  readonly usual?: readonly string[] | undefined;
}

/** `unix:///path`, `unix:/path` or a bare absolute path, as crictl takes them. Throws CONFIG_INVALID for anything else. */
export function parseEndpoint(text: string): string {
  const path = /^(?:unix:(?:\/\/)?)?(\/[^/\0][^\0]*)$/.exec(text)?.[1];
  if (path === undefined) {
    throw new PodtreeError(
      'CONFIG_INVALID',
      `runtimeEndpoint: expected unix:///path/to/the/runtime.sock, got ${JSON.stringify(text)}: podtree speaks to a runtime on its own node only`,
    );
  }
  return `unix://${path}`;
}

/** The endpoints to try, best first. A named one is the only one. */
export function endpointsToTry({ endpoint, env, usual = USUAL_ENDPOINTS }: EndpointChoice): readonly string[] {
  const named = endpoint ?? env?.CONTAINER_RUNTIME_ENDPOINT;
  return named === undefined || named === '' ? usual : [parseEndpoint(named)];
}

/** What may not be looked at counts as there: that it cannot be reached is then said, and why. */
function isThere(endpoint: string): boolean {
  try {
    return statSync(endpoint.slice('unix://'.length), { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}

/** A connection to the first endpoint that answers Version. Rejects with CRI_UNAVAILABLE when none does, saying of each why not. */
export async function connectRuntime(
  choice: EndpointChoice,
  options: ConnectionOptions,
): Promise<{ readonly connection: Connection; readonly version: VersionResponse }> {
  const endpoints = endpointsToTry(choice);
  const present = endpoints.length === 1 ? endpoints : endpoints.filter(isThere);
  const failures: unknown[] = [];
  for (const endpoint of present) {
    const connection = openConnection(endpoint, options);
    try {
      return { connection, version: await connection.call('Version', { version: 'v1' }) };
    } catch (error) {
      connection.close();
      failures.push(error);
    }
  }
  if (failures.length === 1) throw failures[0];
  throw new PodtreeError(
    'CRI_UNAVAILABLE',
    failures.length === 0
      ? `cri: no container runtime socket found (tried ${endpoints.join(', ')}): start the runtime, or name its socket with --runtime-endpoint`
      : `cri: no container runtime answers: ${failures.map(messageOf).join('; ')}`,
    { cause: failures },
  );
}
