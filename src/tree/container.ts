// The life of a container and of a pause: its first program starts, its first process dies.
import { dropOldest } from '../attribution/drop-oldest.ts';
import type { ExitEvent } from '../kernel/event.ts';
import { type BootNs, NAMESPACE_TYPES, type NamespaceIds, type NamespaceSet } from '../kernel/identity.ts';
import { type ExitRecord, exitRecord } from '../kernel/signal.ts';
import { announceStart, emit, processRefs, sandboxOf, touchPod } from './emit.ts';
import { startOf } from './graveyard.ts';
import { beginOutage, noteContainerStart } from './outage.ts';
import { pauseDied, reviewPauseExits } from './pause.ts';
import { resolvePending } from './pending.ts';
import { containerName, sandboxKind } from './records.ts';
import { watchRuntime } from './runtime-process.ts';
import type { Context, Item, ProcessState } from './state.ts';

const MAX_LAST_EXITS = 64;
const MAX_MAKERS = 64;
const PID_TYPE = NAMESPACE_TYPES.indexOf('pid');

/** Its first process became the container's program (or the pause). */
export function containerStarted(ctx: Context, process: ProcessState): void {
  const { item } = process;
  const timeNs = process.programNs;
  // Before the namespaces: with them it comes out who joined them, and the shim's own are known by it.
  forgetShim(ctx, item);
  item.shimPid = process.ppid;
  countShim(ctx, item.shimPid, 1);
  watchRuntime(ctx, item.shimPid);
  item.startedNs = timeNs;
  item.init = process;
  delete item.exit;
  announceStart(ctx, process);
  if (process.namespaces) setNamespaces(ctx, item, process.namespaces, process.namespaceIds, timeNs);
  touchPod(ctx, item.pod);
  if (item.kind === 'sandbox') return beginOutage(ctx, item);
  const sandbox = sandboxOf(item);
  if (sandbox) sandbox.hadContainer = true;
  noteContainerStart(ctx, item);
}

/** What was taken for its first process was none. */
export function containerUnstarted(ctx: Context, item: Item): void {
  forgetShim(ctx, item);
  delete item.init;
  delete item.exit;
  item.startedNs = 0;
  touchPod(ctx, item.pod);
}

function forgetShim(ctx: Context, item: Item): void {
  if (item.init) countShim(ctx, item.shimPid, -1);
}

/** The parent of a container's first process is its shim, or conmon. */
function countShim(ctx: Context, pid: number, by: 1 | -1): void {
  if (pid <= 1) return;
  const count = (ctx.shimPids.get(pid) ?? 0) + by;
  if (count > 0) ctx.shimPids.set(pid, count);
  else ctx.shimPids.delete(pid);
}

export function setNamespaces(ctx: Context, item: Item, set: NamespaceSet, ids: NamespaceIds | undefined, timeNs: BootNs): void {
  item.namespaces = set;
  const pinned = pinnedSandboxOf(item);
  if (pinned) ownPinned(ctx, pinned, set, ids, timeNs);
  endOfDead(ctx, item, timeNs);
  const owner = { podUid: item.pod.uid, containerId: item.id };
  const pauseStartNs = item.kind === 'sandbox' && item.first ? startOf(item.first) : undefined;
  ctx.namespaces.own({ owner, set, ids, timeNs, pauseStartNs });
  nameNamespaces(ctx, item, timeNs);
  for (const [type, inode] of set.entries()) {
    const containerId = ctx.namespaces.ownerOf(type, inode, timeNs)?.containerId;
    if (containerId === item.id) resolvePending(ctx, type, inode, item);
    else if (pinned && containerId === pinned.id) resolvePending(ctx, type, inode, pinned);
  }
  if (item.kind === 'sandbox' && item === item.pod.current) item.pod.hostNetwork = ctx.namespaces.isHost(0, set[0]);
  touchPod(ctx, item.pod);
}

/** Nothing pins a pid namespace, it is gone with its last process: when the birth of the next one under its number was missed, that tells. */
function endOfDead(ctx: Context, item: Item, timeNs: BootNs): void {
  const inode = item.namespaces?.[PID_TYPE] ?? 0;
  const owner = ctx.namespaces.ownerOf(PID_TYPE, inode, timeNs);
  if (!owner || owner.containerId === item.id) return;
  const other = ctx.items.get(owner.containerId);
  if (!other || other.processes.size === 0) ctx.namespaces.end(PID_TYPE, inode);
}

/** What its namespaces are called may become known later than that they are there. */
export function nameNamespaces(ctx: Context, item: Item, timeNs: BootNs): void {
  item.namespaceRefs = NAMESPACE_TYPES.flatMap((_, type) => {
    const inode = item.namespaces?.[type] ?? 0;
    return inode === 0 ? [] : [ctx.namespaces.refer(type, inode, timeNs)];
  });
}

function pinnedSandboxOf(item: Item): Item | undefined {
  const { current } = item.pod;
  return item.kind === 'container' && current && current !== item && sandboxKind(current) === 'pinned' ? current : undefined;
}

/** Without a pause nobody lives in the sandbox' namespaces but its containers, which never make a net, ipc or uts of their own (cri-o pinns). */
function ownPinned(ctx: Context, sandbox: Item, set: NamespaceSet, ids: NamespaceIds | undefined, timeNs: BootNs): void {
  const [net, , ipc, uts] = set;
  if (sandbox.namespaces?.[0] === net && sandbox.namespaces[2] === ipc && sandbox.namespaces[3] === uts) return;
  sandbox.namespaces = [net, 0, ipc, uts, 0, 0, 0];
  const owner = { podUid: sandbox.pod.uid, containerId: sandbox.id };
  ctx.namespaces.own({ owner, set: sandbox.namespaces, ids, timeNs, pauseStartNs: sandbox.seenNs });
  nameNamespaces(ctx, sandbox, timeNs);
}

/** Who made a pod's network namespace is the runtime's daemon: also where its socket is not ours to ask. */
export function noteMaker(ctx: Context, pid: number): void {
  if (pid <= 1) return;
  ctx.makerPids.delete(pid);
  ctx.makerPids.add(pid);
  dropOldest(ctx.makerPids, MAX_MAKERS);
}

/** `event` is absent when the exit itself was missed. */
export function containerDied(ctx: Context, process: ProcessState, event?: ExitEvent): void {
  const { item } = process;
  const timeNs = event?.timeNs ?? ctx.nowNs;
  const exit = event && exitRecord(event);
  forgetShim(ctx, item);
  delete item.init;
  item.exit = { record: exit, status: event, timeNs };
  touchPod(ctx, item.pod);
  ctx.requests.askRuntime = true;
  if (item.kind === 'sandbox') return pauseDied(ctx, process, event);
  if (exit) noteExit(item, exit, timeNs);
  emit(ctx, timeNs, { type: 'container.exited', ...processRefs(ctx, process), ...(exit && { exit }), source: event ? 'kernel' : 'levels' });
  reviewPauseExits(ctx, { pod: item.pod });
}

/** What the next container of the same name shows as its last exit. */
function noteExit(item: Item, record: ExitRecord, timeNs: BootNs): void {
  const { lastExits } = item.pod;
  const name = containerName(item);
  if ((lastExits.get(name)?.timeNs ?? 0) > timeNs) return;
  lastExits.delete(name);
  lastExits.set(name, { record, timeNs });
  dropOldest(lastExits, MAX_LAST_EXITS);
}
