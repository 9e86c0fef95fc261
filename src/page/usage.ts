// What the parts of a pod use, where they listen and whom they talk to over its localhost, in the words of the page.
import { formatBytes } from '../history/memory-limit.ts';
import { escapeText } from '../terminal/escape.ts';
import type { ListeningPort, LocalPeer, Pod, ResourceUse, Sandbox, SocketHolder } from '../tree/model.ts';

/** Of a container by its id, of the pause without one; undefined while nothing was sampled. */
export function useOf({ usage }: Pick<Sandbox, 'usage'>, containerId?: string): ResourceUse | undefined {
  return containerId === undefined ? usage?.pause : usage?.containers.find(({ id }) => id === containerId);
}

/** Of the pause and all containers together; undefined while nothing was sampled. */
export function totalUse({ sandbox }: Pick<Pod, 'sandbox'>): { readonly cpuCores: number; readonly memoryBytes: number } | undefined {
  const { usage } = sandbox ?? {};
  if (usage === undefined) return undefined;
  const all = [...(usage.pause === undefined ? [] : [usage.pause]), ...usage.containers];
  // In a hierarchy without the two controllers there is nothing to read.
  if (all.length === 0) return undefined;
  return {
    cpuCores: all.reduce((sum, { cpuCores = 0 }) => sum + cpuCores, 0),
    memoryBytes: all.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0),
  };
}

/** Of one core: `0.03 %`, `12 %`, `250 %`. */
export function formatCores(cores: number): string {
  const percent = cores * 100;
  if (percent > 0 && percent < 0.01) return '< 0.01 %';
  return `${percent >= 10 ? Math.round(percent) : percent >= 1 ? percent.toFixed(1) : percent.toFixed(2)} %`;
}

/** `0.03 % CPU, 12 MiB`. */
export function useText({ cpuCores, memoryBytes }: Pick<ResourceUse, 'cpuCores' | 'memoryBytes'>): string {
  return `${cpuCores === undefined ? '' : `${formatCores(cpuCores)} CPU, `}${formatBytes(memoryBytes)}`;
}

export interface PortLabel {
  readonly key: string;
  /** `:80`, `localhost:9000`, `udp :53`. */
  readonly text: string;
  readonly detail: string;
}

/** Where a container listens; without an id, the ports that none of the pod's processes is known to hold. The same port on several addresses once. */
export function portsOf({ usage }: Pick<Sandbox, 'usage'>, containerId: string | undefined): readonly PortLabel[] {
  const byText = new Map<string, ListeningPort[]>();
  for (const port of usage?.ports ?? []) {
    if (port.containerId !== containerId) continue;
    const text = portText(port);
    byText.set(text, [...(byText.get(text) ?? []), port]);
  }
  return [...byText].map(([text, ports]) => ({ key: text, text, detail: ports.map(portDetail).join('; ') }));
}

function portText({ protocol, address, port }: ListeningPort): string {
  const isLocal = address.startsWith('127.') || address === '::1';
  return `${protocol === 'tcp' ? '' : 'udp '}${isLocal ? 'localhost' : ''}:${port}`;
}

function portDetail({ protocol, address, port, pid }: ListeningPort): string {
  const host = address.includes(':') ? `[${address}]` : address;
  return `${protocol} ${escapeText(host)}:${port}${pid === undefined ? '' : `, pid ${pid}`}`;
}

export interface PeerLabel {
  readonly key: string;
  /** `web-server`, `itself`, or what else is known of who is called. */
  readonly to: string;
  readonly port: number;
  readonly connections: number;
}

/** Whom a container calls over the pod's localhost. */
export function peersOf(sandbox: Pick<Sandbox, 'usage' | 'containers'>, containerId: string): readonly PeerLabel[] {
  return (sandbox.usage?.peers ?? [])
    .filter(({ from }) => from.containerId === containerId)
    .map(({ to, port, connections }: LocalPeer) => ({
      key: `${to.containerId ?? ''} ${to.pid ?? ''} ${port}`,
      to: to.containerId === containerId ? 'itself' : holderName(sandbox, to),
      port,
      connections,
    }));
}

function holderName({ containers }: Pick<Sandbox, 'containers'>, { containerId, pid }: SocketHolder): string {
  const name = containers.find(({ id }) => id === containerId)?.name;
  if (name !== undefined) return name;
  return pid === undefined ? 'somebody' : `pid ${pid}`;
}
