// Makes the records that users see out of the tree's state.
import { NAMESPACE_TYPES, type NamespaceSet } from '../kernel/identity.ts';
import type { ContainerRecord, NamespaceRecord, NamespaceScope, PodRecord, ProcessRecord, SandboxRecord, SandboxState } from './model.ts';
import type { Context, Item, PodState, ProcessState } from './state.ts';

/** A process may end before it has shown a pid inside, a uid or arguments: what is unknown is absent. */
export function processRecord(ctx: Context, process: ProcessState): ProcessRecord {
  process.record ??= makeProcessRecord(ctx, process);
  return process.record;
}

function makeProcessRecord(ctx: Context, { pid, nsPid, ppid, comm, args, uid, role, startNs }: ProcessState): ProcessRecord {
  const startTime = ctx.wallTime(startNs);
  // Nearly every one has them all, and an object written out costs half of one that is spread.
  if (nsPid !== undefined && uid !== undefined) return { pid, nsPid, ppid, comm, args, uid, role, startTime };
  return { pid, ...(nsPid !== undefined && { nsPid }), ppid, comm, args, ...(uid !== undefined && { uid }), role, startTime };
}

export function podRecord(pod: PodState): PodRecord {
  return { ...pod.ref, labels: pod.labels, ...(pod.qos && { qos: pod.qos }), hostNetwork: pod.hostNetwork };
}

function scopeOf(ctx: Context, type: number, inode: number, item: Item): { scope: NamespaceScope; with?: string } {
  if (ctx.namespaces.isHost(type, inode)) return { scope: 'host' };
  if (item.kind === 'sandbox') return { scope: 'own' };
  const ref = item.namespaceRefs.find((candidate) => candidate.inode === inode && candidate.type === NAMESPACE_TYPES[type]);
  const pause = item.pod.current;
  if (pause?.namespaceRefs.some((other) => other.type === ref?.type && other.id === ref.id)) return { scope: 'pod' };
  const owner = ctx.namespaces.ownerOf(type, inode);
  // The number may be another namespace's by now: a container that has exited does not share it.
  const isReused = ref !== undefined && ref.id !== ctx.namespaces.refer(type, inode).id;
  if (!owner || isReused || owner.containerId === item.id) return { scope: 'own' };
  const other = ctx.items.get(owner.containerId);
  return other?.kind === 'sandbox' && other.pod === item.pod ? { scope: 'pod' } : { scope: 'container', with: owner.containerId };
}

function namespaceRecords(ctx: Context, item: Item): NamespaceRecord[] {
  const set: NamespaceSet | undefined = item.namespaces;
  if (!set) return [];
  const records: NamespaceRecord[] = [];
  for (const [type, inode] of set.entries()) {
    const name = NAMESPACE_TYPES[type];
    if (inode === 0 || name === undefined) continue;
    const ref = item.namespaceRefs.find((candidate) => candidate.type === name);
    records.push({ type: name, inode, id: ref?.id ?? String(inode), ...scopeOf(ctx, type, inode, item) });
  }
  return records;
}

export function containerName(item: Item): string {
  return item.container?.name ?? item.id.slice(0, 12);
}

export function containerRecord(ctx: Context, item: Item): ContainerRecord {
  const own = item.exit?.record ?? runtimeExit(item);
  const lastExit = own ?? item.pod.lastExits.get(containerName(item));
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
  if (item.exit) return 'notready';
  if (item.sandbox) return item.sandbox.state;
  if (!item.init) return 'creating';
  return ctx.isRuntimeAvailable ? 'creating' : 'ready';
}

/** kata puts the pause into its virtual machine; a runtime that keeps no infra process pins the namespaces by mounts instead (CRI-O's pinns). */
function sandboxKind(item: Item): SandboxRecord['kind'] {
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
    namespaces: namespaceRecords(ctx, item),
  };
}
