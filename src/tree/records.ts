// Makes the records that users see out of the tree's state.
import { NAMESPACE_TYPES } from '../kernel/identity.ts';
import type { ContainerRecord, NamespaceRecord, NamespaceScope, PodRecord, ProcessRecord, SandboxRecord, SandboxState } from './model.ts';
import type { Context, Item, PodState, ProcessState } from './state.ts';

/** A process may end before it has shown a pid inside, a uid or arguments: what is unknown is absent. */
export function processRecord(ctx: Context, process: ProcessState): ProcessRecord {
  process.record ??= makeProcessRecord(ctx, process);
  return process.record;
}

function makeProcessRecord(ctx: Context, process: ProcessState): ProcessRecord {
  const { pid, nsPid, ppid, comm, args, uid, role } = process;
  const startTime = process.record?.startTime ?? process.shown?.startTime ?? ctx.wallTime(process.startNs);
  if (nsPid !== undefined && uid !== undefined) return { pid, nsPid, ppid, comm, args, uid, role, startTime };
  return { pid, ...(nsPid !== undefined && { nsPid }), ppid, comm, args, ...(uid !== undefined && { uid }), role, startTime };
}

/** `pid@startTime`: how changes and users name it. */
export function processKey(ctx: Context, process: ProcessState): string {
  if (process.key === '') process.key = `${process.pid}@${processRecord(ctx, process).startTime}`;
  return process.key;
}

/** The runtime has the labels with which the pod was made; the API server has those of now. */
export function podRecord(ctx: Context, pod: PodState): PodRecord {
  const { labels = pod.labels, controller, deletedAt } = ctx.metadata.get(pod.uid)?.pod ?? {};
  return {
    ...pod.ref,
    labels,
    ...(pod.qos && { qos: pod.qos }),
    hostNetwork: pod.hostNetwork,
    ...(controller && { controller }),
    ...(deletedAt && { deletedAt }),
  };
}

function namespaceRecords(ctx: Context, item: Item): NamespaceRecord[] {
  return item.namespaceRefs.map((ref) => ({ ...ref, ...scopeOf(ctx, ref, item) }));
}

function scopeOf(ctx: Context, ref: Item['namespaceRefs'][number], item: Item): { scope: NamespaceScope; with?: string } {
  const type = NAMESPACE_TYPES.indexOf(ref.type);
  if (ctx.namespaces.isHost(type, ref.inode)) return { scope: 'host' };
  if (item.kind === 'sandbox') return { scope: 'own' };
  if (item.pod.current?.namespaceRefs.some((other) => other.type === ref.type && other.id === ref.id)) return { scope: 'pod' };
  // The number may be another namespace's by now: a container that has exited does not share it.
  const isReused = ref.id !== ctx.namespaces.refer(type, ref.inode, ctx.nowNs).id;
  const owner = isReused ? undefined : ctx.namespaces.ownerOf(type, ref.inode, ctx.nowNs);
  if (!owner || owner.containerId === item.id) return { scope: 'own' };
  const other = ctx.items.get(owner.containerId);
  if (!other) return { scope: 'own' };
  return other.kind === 'sandbox' && other.pod === item.pod ? { scope: 'pod' } : { scope: 'container', with: owner.containerId };
}

export function containerName(item: Item): string {
  return item.container?.name ?? item.id.slice(0, 12);
}

export function containerRecord(ctx: Context, item: Item): ContainerRecord {
  const own = item.exit?.record ?? runtimeExit(item);
  const lastExit = own ?? item.pod.lastExits.get(containerName(item))?.record;
  return {
    id: item.id,
    name: containerName(item),
    kind: item.container?.kind ?? 'app',
    restarts: item.container?.restarts ?? 0,
    state: containerState(item),
    namespaces: namespaceRecords(ctx, item),
    ...(lastExit && { lastExit }),
  };
}

/** The kernel's word first: the runtime learns of a death later, and may invent its code after a shim's death. */
function containerState(item: Item): ContainerRecord['state'] {
  if (item.init) return 'running';
  if (item.exit) return 'exited';
  if (item.container) return item.container.state;
  return item.processes.size > 0 ? 'created' : 'unknown';
}

function runtimeExit(item: Item): ContainerRecord['lastExit'] {
  const code = item.container?.state === 'exited' ? item.container.exitCode : undefined;
  return code === undefined ? undefined : { code, signal: null };
}

export function sandboxState(ctx: Context, item: Item): SandboxState {
  if (ctx.isRuntimeAvailable && item.wasNamed && !item.isListed) return 'removed';
  if (item.exit) return 'notready';
  if (item.sandbox) return item.sandbox.state;
  if (!item.init) return 'creating';
  return ctx.isRuntimeAvailable ? 'creating' : 'ready';
}

/** kata puts the pause into its virtual machine; a runtime that keeps no infra process pins the namespaces by mounts instead (CRI-O's pinns). */
export function sandboxKind(item: Item): SandboxRecord['kind'] {
  if (item.hadProcess) return 'process';
  if (/^kata/.test(item.sandbox?.runtimeHandler ?? '')) return 'vm';
  const hasNoPid = item.sandbox?.state === 'ready' && item.sandbox.pid === 0;
  return item.isDroppedInfra || hasNoPid ? 'pinned' : 'process';
}

export function sandboxRecord(ctx: Context, item: Item): SandboxRecord {
  const runtime = item.sandbox?.runtimeName ?? ctx.runtimeName;
  return {
    id: item.id,
    attempt: item.sandbox?.attempt ?? 0,
    state: sandboxState(ctx, item),
    kind: sandboxKind(item),
    ...(runtime && { runtime }),
    ...(item.sandbox && { createdAt: item.sandbox.createdAt }),
    ips: item.sandbox?.ips ?? [],
    ...(item.init && { pause: processRecord(ctx, item.init) }),
    ...(!item.init && item.exit?.record && item.cause && { pauseExit: { ...item.exit.record, cause: item.cause.kind } }),
    namespaces: namespaceRecords(ctx, item),
  };
}
