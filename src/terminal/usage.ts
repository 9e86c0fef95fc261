// What pods and containers use, as short numbers, and who listens and talks in a pod, as short sentences.
import type { ListeningPort, Pod, ResourceUse, Sandbox, SocketHolder } from '../tree/model.ts';
import { escapeText } from './escape.ts';
import type { Item } from './item.ts';
import { count } from './label.ts';

/** Undefined where nothing was sampled: of a process, or while nobody watches. */
export function usageOf(item: Item): Partial<ResourceUse> | undefined {
  switch (item.kind) {
    case 'pod':
      return podUsage(item.pod);
    case 'pause':
      return item.sandbox.usage?.pause;
    case 'container':
      return item.sandbox.usage?.containers.find(({ id }) => id === item.container.id);
    default:
      return undefined;
  }
}

/** Of its pause and its containers together. */
export function podUsage({ sandbox }: Pod): Partial<ResourceUse> | undefined {
  const usage = sandbox?.usage;
  if (usage === undefined) return undefined;
  const all = [...(usage.pause === undefined ? [] : [usage.pause]), ...usage.containers];
  if (all.length === 0) return undefined;
  const cores = all.flatMap(({ cpuCores }) => cpuCores ?? []);
  const memoryBytes = all.reduce((sum, each) => sum + each.memoryBytes, 0);
  return cores.length === 0 ? { memoryBytes } : { memoryBytes, cpuCores: cores.reduce((sum, each) => sum + each, 0) };
}

/** Of one core, in percent: `0.03`, `1.2`, `250`. */
export function formatPercent(cores: number): string {
  const percent = cores * 100;
  return percent >= 10 ? String(Math.round(percent)) : percent >= 1 ? percent.toFixed(1) : percent.toFixed(2);
}

const UNITS = ['B', 'Ki', 'Mi', 'Gi', 'Ti'] as const;

/** `812Ki`, `12.3Mi`, `4.0Gi`. */
export function formatMemory(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)}${UNITS[unit]}`;
}

/** `tcp 0.0.0.0:80 web-server (nginx 4790)`. */
export function portText(port: ListeningPort, sandbox: Sandbox): string {
  const address = port.address.includes(':') ? `[${escapeText(port.address)}]` : escapeText(port.address);
  return `${escapeText(port.protocol)} ${address}:${port.port}  ${holderText(port, sandbox)}`;
}

/** `web-server → sidecar-logger :9000, 2 connections`, for each pair that talks over the pod's localhost. */
export function peerTexts(sandbox: Sandbox): string[] {
  return (sandbox.usage?.peers ?? []).map(
    ({ from, to, port, connections }) =>
      `${holderText(from, sandbox)} → ${holderText(to, sandbox)} :${port}, ${count(connections, 'connection')}`,
  );
}

function holderText({ containerId, pid }: SocketHolder, { containers, pause }: Sandbox): string {
  const container = containers.find(({ id }) => id === containerId);
  if (container === undefined) return pid === undefined ? 'nobody in the pod' : pid === pause?.pid ? 'pause' : `pid ${pid}`;
  const process = container.processes.find((each) => each.pid === pid);
  const by = process === undefined ? (pid === undefined ? '' : ` (pid ${pid})`) : ` (${escapeText(process.comm)} ${process.pid})`;
  return `${escapeText(container.name)}${by}`;
}
