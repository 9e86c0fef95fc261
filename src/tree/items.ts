// Pods, sandboxes and containers: how they come to be known, and which of them is the sandbox.
import type { CgroupOwner } from '../attribution/cgroup-path.ts';
import type { CgroupEntry } from '../attribution/cgroup-registry.ts';
import { dropOldest } from '../attribution/drop-oldest.ts';
import type { ContainerId, PodUid } from '../kernel/identity.ts';
import { touchPod } from './emit.ts';
import { startOf } from './graveyard.ts';
import { nameByMetadata } from './metadata.ts';
import type { Context, Item, PodState } from './state.ts';

const MAX_FORMER_OWNERS = 1024;
const MAX_RETIRED = 256;

/** Undefined when the node already has more pods than the tree keeps: counted as a drop. */
export function ensurePod(ctx: Context, uid: PodUid, qos: CgroupOwner['qos']): PodState | undefined {
  const known = ctx.pods.get(uid);
  if (known) {
    if (qos && !known.qos) known.qos = qos;
    return known;
  }
  if (ctx.pods.size >= ctx.limits.maxPods) forgetPods(ctx, 0);
  if (ctx.pods.size >= ctx.limits.maxPods) {
    ctx.drops.podLimit++;
    return undefined;
  }
  const pod: PodState = {
    uid,
    ...(qos && { qos }),
    ref: { uid },
    labels: {},
    hostNetwork: false,
    items: new Map(),
    emptiedNs: 0,
    goneNs: ctx.nowNs,
    outages: [],
    history: [],
    forgotten: new Set(),
    lastExits: new Map(),
    fallen: [],
    fallenCount: 0,
    processCount: 0,
    isAnnounced: false,
  };
  ctx.pods.set(uid, pod);
  nameByMetadata(ctx, pod);
  return pod;
}

/** Lets go of pods of which nothing has been left for that long: what comes back sooner has had a former life. */
export function forgetPods(ctx: Context, afterNs: number): void {
  for (const pod of ctx.pods.values()) {
    if (!pod.shown && pod.items.size === 0 && pod.goneNs + afterNs <= ctx.nowNs) ctx.pods.delete(pod.uid);
  }
}

/** Without the runtime's word the pod's first container is its sandbox, and so is one that comes when no pause lives: every runtime makes the
 * sandbox before its containers and a container cannot join a pause that is dead (containerd sandbox_run.go, container_create.go). */
function guessKind(pod: PodState): Item['kind'] {
  const pause = pod.current;
  return pause && !pause.exit ? 'container' : 'sandbox';
}

export function ensureItem(ctx: Context, pod: PodState, id: ContainerId, kind?: Item['kind']): Item {
  const known = ctx.items.get(id);
  if (known) return known;
  const item: Item = {
    id,
    pod,
    kind: kind ?? guessKind(pod),
    seenNs: ctx.nowNs,
    isListed: false,
    wasNamed: false,
    cgroups: new Set(),
    hadProcess: false,
    isDroppedInfra: false,
    processes: new Set(),
    guests: new Set(),
    startedNs: 0,
    shimPid: 0,
    isFromBefore: !ctx.isPrimed,
    namespaceRefs: [],
    runningAtDeath: [],
    hadContainer: false,
    announced: { created: false, ready: false, started: false },
    refs: undefined,
  };
  ctx.items.set(id, item);
  ctx.retired.delete(id);
  pod.items.set(id, item);
  if (item.kind === 'sandbox') refreshCurrent(pod);
  touchPod(ctx, pod);
  return item;
}

export function refreshCurrent(pod: PodState): void {
  const current = newestSandbox(pod);
  if (current) pod.current = current;
  else delete pod.current;
}

/** Old and new sandbox of one pod are listed side by side until the old one is collected; `attempt` may start again at 0, so time decides. */
export function newestSandbox(pod: PodState): Item | undefined {
  let newest: Item | undefined;
  for (const item of pod.items.values()) {
    if (item.kind === 'sandbox' && (!newest || isNewerSandbox(item, newest))) newest = item;
  }
  return newest;
}

export function isNewerSandbox(item: Item, other: Item): boolean {
  if (item.sandbox && other.sandbox) {
    const [mine, its] = [item.sandbox.createdAt, other.sandbox.createdAt];
    if (mine !== its) return mine > its;
  }
  if (item.first && other.first) return startOf(item.first) > startOf(other.first);
  return item.seenNs > other.seenNs || (item.seenNs === other.seenNs && !item.sandbox);
}

/** The container a cgroup belongs to; undefined for the host, for pod-level cgroups and for monitors. */
export function itemOfCgroup(ctx: Context, entry: CgroupEntry | undefined): Item | undefined {
  if (!entry) return undefined;
  const cached = ctx.itemsByCgroup.get(entry.id);
  if (cached) return cached;
  const { role, podUid, containerId, qos } = entry.owner;
  if (!containerId || (role !== 'container' && role !== 'dropped-infra' && role !== 'relative')) return undefined;
  const known = ctx.items.get(containerId);
  if (!known && ctx.retired.has(containerId)) return undefined;
  // `crictl runp` without a cgroup parent: the path names no pod, only the runtime does.
  const pod = known?.pod ?? (podUid && ensurePod(ctx, podUid, qos));
  if (!pod) return undefined;
  const item = known ?? ensureItem(ctx, pod, containerId, role === 'dropped-infra' ? 'sandbox' : undefined);
  if (role === 'dropped-infra') item.isDroppedInfra = true;
  if (qos && !pod.qos && podUid === pod.uid) pod.qos = qos;
  // A directory that is gone has no process any more: it keeps nothing alive.
  if (!ctx.registry.isLive(entry.id)) return item;
  item.cgroups.add(entry.id);
  ctx.itemsByCgroup.set(entry.id, item);
  touchPod(ctx, pod);
  return item;
}

/** The empty cgroup of a sandbox without a pause: nothing will ever happen in it, it is the only sign. */
export function noteInfra(ctx: Context, entry: CgroupEntry | undefined): void {
  if (entry?.owner.role === 'dropped-infra') itemOfCgroup(ctx, entry);
}

export function cgroupGone(ctx: Context, entry: CgroupEntry): void {
  const item = ctx.itemsByCgroup.get(entry.id);
  if (!item) return;
  ctx.itemsByCgroup.delete(entry.id);
  item.cgroups.delete(entry.id);
  touchPod(ctx, item.pod);
  ctx.requests.askRuntime = true;
}

export function removeItem(ctx: Context, item: Item): void {
  const { pod } = item;
  ctx.items.delete(item.id);
  pod.items.delete(item.id);
  for (const cgroupId of item.cgroups) ctx.itemsByCgroup.delete(cgroupId);
  rememberOwner(ctx, item);
  ctx.retired.set(item.id, item);
  for (const id of ctx.retired.keys()) {
    if (ctx.retired.size <= MAX_RETIRED) break;
    ctx.retired.delete(id);
    ctx.namespaces.disown(id);
  }
}

/** Whose namespace it is, or was: the container need not be in the tree any more. */
export function ownerOf(ctx: Context, type: number, inode: number, timeNs: number): Item | undefined {
  const owner = ctx.namespaces.ownerOf(type, inode, timeNs);
  return owner && (ctx.items.get(owner.containerId) ?? ctx.retired.get(owner.containerId));
}

/** A network namespace that outlives its pod is named by whom it belonged to. */
function rememberOwner(ctx: Context, item: Item): void {
  const net = item.namespaces?.[0];
  if (item.kind !== 'sandbox' || !net || ctx.namespaces.isHost(0, net)) return;
  ctx.formerOwners.delete(net);
  ctx.formerOwners.set(net, item.pod.ref);
  dropOldest(ctx.formerOwners, MAX_FORMER_OWNERS);
}

/** A sandbox that failed before its pause ran is none of the pod's former lives; one that was there before us may have had one. */
export function hasHadPause(item: Item): boolean {
  return item.first !== undefined || item.isFromBefore;
}

/** A container that lived at that time: its program had started and its first process had not died, whenever that is told. */
export function ranAt(item: Item, timeNs: number): boolean {
  if (item.kind !== 'container' || item.startedNs === 0 || item.startedNs > timeNs) return false;
  return item.init !== undefined || (item.exit !== undefined && item.exit.timeNs > timeNs);
}
