// From the runtime's messages to sandboxes and containers: what is unnamed or malformed is refused item by item. Pure.
import type { ContainerId, PodUid } from '../kernel/identity.ts';
import type { ContainerKind, RuntimeContainer, RuntimeSandbox } from './level.ts';
import {
  CONTAINER_STATES,
  type ContainerMessage,
  type ContainerStatusResponse,
  NAMESPACE_MODE_NODE,
  type PodSandboxMessage,
  type PodSandboxStatusResponse,
  SANDBOX_READY,
} from './schema.ts';

/** What only the verbose status of a sandbox says. */
export interface SandboxDetails {
  readonly ips: readonly string[];
  readonly hostNetwork: boolean;
  readonly pid?: number;
  readonly runtimeHandler: string;
  readonly netNamespaceClosed?: boolean;
}

/** What only the verbose status of a container says. */
export interface ContainerDetails {
  readonly pid?: number;
  readonly exitCode?: number;
  readonly finishedAt?: string;
  readonly reason?: string;
}

// kubelet pkg/kubelet/kuberuntime/labels.go; the three pod labels are the runtime's, not the user's.
const POD_NAME = 'io.kubernetes.pod.name';
const POD_NAMESPACE = 'io.kubernetes.pod.namespace';
const POD_UID = 'io.kubernetes.pod.uid';
const CONTAINER_NAME = 'io.kubernetes.container.name';
const CONTAINER_TYPE = 'io.kubernetes.container.type';

const MAX_LABELS = 256;
const MAX_TEXT = 1_024;
const MAX_IPS = 16;
/** /proc/sys/kernel/pid_max goes up to 2^22. */
const MAX_PID = 4_194_304;

/** `details` from the last PodSandboxStatus, if one was asked. Undefined for a sandbox without a usable id, name or pod uid. */
export function readSandbox(message: PodSandboxMessage, details: SandboxDetails | undefined): RuntimeSandbox | undefined {
  const { labels, metadata } = message;
  const podUid = labels[POD_UID] || metadata?.uid || '';
  const name = labels[POD_NAME] || metadata?.name || '';
  if (!isId(message.id) || !isId(podUid) || name === '') return undefined;
  return {
    id: message.id as ContainerId,
    podUid: podUid as PodUid,
    name: clip(name),
    namespace: clip(labels[POD_NAMESPACE] || metadata?.namespace || ''),
    attempt: metadata?.attempt ?? 0,
    state: message.state === SANDBOX_READY ? 'ready' : 'notready',
    createdAt: formatWallNs(message.createdAt),
    labels: boundLabels(labels),
    ips: details?.ips ?? [],
    hostNetwork: details?.hostNetwork ?? false,
    ...(details?.pid === undefined ? {} : { pid: details.pid }),
    runtimeHandler: clip(message.runtimeHandler || details?.runtimeHandler || ''),
    ...(details?.netNamespaceClosed === undefined ? {} : { netNamespaceClosed: details.netNamespaceClosed }),
  };
}

/** Undefined for a container without a usable id, sandbox id or name. An init container that may be a sidecar comes out as init. */
export function readContainer(message: ContainerMessage, details: ContainerDetails | undefined): RuntimeContainer | undefined {
  const name = message.labels[CONTAINER_NAME] || message.metadata?.name || '';
  if (!isId(message.id) || !isId(message.podSandboxId) || name === '') return undefined;
  return {
    id: message.id as ContainerId,
    sandboxId: message.podSandboxId as ContainerId,
    name: clip(name),
    kind: kindOf(message.annotations[CONTAINER_TYPE] ?? message.labels[CONTAINER_TYPE]),
    restarts: message.metadata?.attempt ?? 0,
    state: CONTAINER_STATES[message.state] ?? 'unknown',
    createdAt: formatWallNs(message.createdAt),
    ...details,
  };
}

export function readSandboxDetails({ status, info }: PodSandboxStatusResponse): SandboxDetails {
  const facts = readInfo(info);
  const pid = pidOf(facts);
  const network = status?.network;
  const closed = facts.netNamespaceClosed;
  return {
    ips: [network?.ip ?? '', ...(network?.additionalIps ?? []).map(({ ip }) => ip)]
      .filter((ip) => ip !== '')
      .slice(0, MAX_IPS)
      .map(clip),
    hostNetwork: status?.linux?.namespaces?.options?.network === NAMESPACE_MODE_NODE,
    ...(pid === undefined ? {} : { pid }),
    runtimeHandler: status?.runtimeHandler || (typeof facts.runtimeHandler === 'string' ? facts.runtimeHandler : ''),
    ...(typeof closed === 'boolean' ? { netNamespaceClosed: closed } : {}),
  };
}

export function readContainerDetails({ status, info }: ContainerStatusResponse): ContainerDetails {
  const state = CONTAINER_STATES[status?.state ?? -1];
  if (state === 'running') {
    const pid = pidOf(readInfo(info));
    return pid === undefined ? {} : { pid };
  }
  if (state !== 'exited' || status === undefined || status === null) return {};
  return {
    exitCode: status.exitCode,
    ...(status.finishedAt === '0' ? {} : { finishedAt: formatWallNs(status.finishedAt) }),
    ...(status.reason === '' ? {} : { reason: clip(status.reason) }),
  };
}

/** The kubelet starts a container only when the init containers before it have ended, unless they restart always: an init container
 * that runs beside a younger container of its sandbox is a sidecar. The CRI has no word for it. */
export function findSidecars(containers: readonly RuntimeContainer[]): ReadonlySet<ContainerId> {
  const youngest = new Map<ContainerId, string>();
  for (const { sandboxId, createdAt, kind } of containers) {
    if (kind !== 'ephemeral' && createdAt > (youngest.get(sandboxId) ?? '')) youngest.set(sandboxId, createdAt);
  }
  const isSidecar = ({ kind, state, createdAt, sandboxId }: RuntimeContainer) =>
    kind === 'init' && state === 'running' && createdAt < (youngest.get(sandboxId) ?? '');
  return new Set(containers.filter(isSidecar).map(({ id }) => id));
}

/** Nanoseconds since 1970 in decimal, as RFC 3339 UTC with nine digits. An int64 of nanoseconds ends in 2262, so every one is a date. */
export function formatWallNs(wallNs: string): string {
  const ns = /^\d{1,19}$/.test(wallNs) ? BigInt(wallNs) : 0n;
  const seconds = new Date(Number(ns / 1_000_000_000n) * 1_000).toISOString().slice(0, 19);
  return `${seconds}.${String(ns % 1_000_000_000n).padStart(9, '0')}Z`;
}

// containerd and CRI-O put their details as one JSON text under "info" (containerd internal/cri/server/sandbox_status.go toCRISandboxInfo).
function readInfo(info: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(info.info ?? '{}');
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    // Everything in it is optional: a runtime that writes something else tells us less.
    return {};
  }
}

function pidOf(facts: Readonly<Record<string, unknown>>): number | undefined {
  const { pid } = facts;
  return typeof pid === 'number' && Number.isInteger(pid) && pid > 0 && pid <= MAX_PID ? pid : undefined;
}

function kindOf(type: string | undefined): ContainerKind {
  return type === 'init' || type === 'ephemeral' ? type : 'app';
}

/** Labels of a user, as many and as long as the tree takes. */
export function boundLabels(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const own = Object.entries(labels).filter(([key]) => key !== POD_NAME && key !== POD_NAMESPACE && key !== POD_UID && key !== '__proto__');
  return Object.fromEntries(own.slice(0, MAX_LABELS).map(([key, value]) => [clip(key), clip(value)]));
}

// The kubelet's uids are UUIDs or 32 hex digits and the runtimes' ids 64; crictl lets people pick their own uid.
export function isId(text: string): boolean {
  return /^[\w.-]{1,128}$/.test(text);
}

function clip(text: string): string {
  return text.length <= MAX_TEXT ? text : text.slice(0, MAX_TEXT);
}
