// Pods, sandboxes and containers: how they come to be known, which of them is the sandbox, and when one is over.

import type { CgroupOwner } from '../attribution/cgroup-path.ts';
import type { CgroupEntry } from '../attribution/cgroup-registry.ts';
import type { HostnameEvent } from '../kernel/event.ts';
import { isHostname } from '../kernel/hostname.ts';
import type { BootNs, ContainerId, PodUid } from '../kernel/identity.ts';
import { touchPod } from './emit.ts';
import type { Context, Item, PodState } from './state.ts';

/** Undefined when the node already has more pods than the tree keeps: counted as a drop. */
export function ensurePod(ctx: Context, uid: PodUid, qos: CgroupOwner['qos']): PodState | undefined {
  const known = ctx.pods.get(uid);
  if (known) {
    if (qos && !known.qos) known.qos = qos;
    return known;
  }
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
    history: [],
    lastExits: new Map(),
    processCount: 0,
    isAnnounced: false,
  };
  ctx.pods.set(uid, pod);
  return pod;
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
    isFromBefore: !ctx.isPrimed,
    isListed: false,
    wasNamed: false,
    hasCgroup: false,
    hadProcess: false,
    isDroppedInfra: false,
    processes: new Set(),
    guests: new Set(),
    initStartNs: 0,
    startedNs: 0,
    namespaceRefs: [],
    runningAtDeath: [],
    announced: { created: !ctx.isPrimed, ready: !ctx.isPrimed },
  };
  ctx.items.set(id, item);
  pod.items.set(id, item);
  if (item.kind === 'sandbox') refreshCurrent(pod);
  touchPod(ctx, pod);
  return item;
}

/** The runtime says what an id is: what was guessed before is put right. */
export function setKind(ctx: Context, item: Item, kind: Item['kind']): void {
  if (item.kind === kind) return;
  item.kind = kind;
  if (item.init) {
    item.init.role = kind === 'sandbox' ? 'pause' : 'init';
    item.init.record = undefined;
    ctx.touchedProcesses.add(item.init);
  }
  refreshCurrent(item.pod);
  touchPod(ctx, item.pod);
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
    if (item.kind === 'sandbox' && (!newest || isNewer(item, newest))) newest = item;
  }
  return newest;
}

export function isNewer(item: Item, other: Item): boolean {
  if (item.sandbox && other.sandbox) return item.sandbox.createdAt > other.sandbox.createdAt;
  if (item.initStartNs && other.initStartNs) return item.initStartNs > other.initStartNs;
  return item.seenNs > other.seenNs || (item.seenNs === other.seenNs && !item.sandbox);
}

/** The container a cgroup belongs to; undefined for the host, for pod-level cgroups and for monitors. */
export function itemOfCgroup(ctx: Context, entry: CgroupEntry | undefined): Item | undefined {
  if (!entry) return undefined;
  const cached = ctx.itemsByCgroup.get(entry.id);
  if (cached) return cached;
  const { role, podUid, containerId, qos } = entry.owner;
  if (!containerId || (role !== 'container' && role !== 'dropped-infra' && role !== 'relative')) return undefined;
  // `crictl runp` without a cgroup parent: the path names no pod, only the runtime does.
  const known = ctx.items.get(containerId);
  const pod = podUid ? ensurePod(ctx, podUid, qos) : known?.pod;
  if (!pod) return undefined;
  const item = known ?? ensureItem(ctx, pod, containerId, role === 'dropped-infra' ? 'sandbox' : undefined);
  if (role === 'dropped-infra') item.isDroppedInfra = true;
  // An event that is told after the rmdir says nothing of a directory.
  if (!ctx.registry.isLive(entry.id)) return item;
  if (!item.hasCgroup) {
    item.hasCgroup = true;
    touchPod(ctx, pod);
  }
  ctx.itemsByCgroup.set(entry.id, item);
  return item;
}

/** Without a runtime a pod is called what its pause or one of its containers is called inside. */
export function onHostname(ctx: Context, event: HostnameEvent): void {
  const process = ctx.processes.get(event.pid);
  const isInit = process !== undefined && process === process.item.init;
  if (!isInit || process.item.pod.ref.name !== undefined || !isHostname(event.hostname)) return;
  const { pod } = process.item;
  pod.ref = { uid: pod.uid, name: event.hostname };
  touchPod(ctx, pod);
}

export function unnamedOf(ctx: Context): { pid: number; startNs: BootNs }[] {
  const unnamed: { pid: number; startNs: BootNs }[] = [];
  for (const item of ctx.items.values()) {
    if (item.init && item.pod.ref.name === undefined) unnamed.push({ pid: item.init.pid, startNs: item.init.startNs });
  }
  return unnamed;
}

export function removeItem(ctx: Context, item: Item): void {
  const { pod } = item;
  ctx.items.delete(item.id);
  pod.items.delete(item.id);
  for (const [cgroupId, other] of ctx.itemsByCgroup) if (other === item) ctx.itemsByCgroup.delete(cgroupId);
  rememberOwner(ctx, item);
  ctx.namespaces.disown(item.id);
}

/** A network namespace that outlives its pod is named by whom it belonged to. */
function rememberOwner(ctx: Context, item: Item): void {
  const net = item.namespaces?.[0];
  if (item.kind !== 'sandbox' || !net || ctx.namespaces.isHost(0, net)) return;
  ctx.formerOwners.delete(net);
  ctx.formerOwners.set(net, item.pod.ref);
  if (ctx.formerOwners.size > 1024) {
    const oldest = ctx.formerOwners.keys().next();
    if (!oldest.done) ctx.formerOwners.delete(oldest.value);
  }
}

/** A sandbox that failed before its pause ran is none of the pod's former lives; one that was there before us may have had one. */
export function hasHadPause(item: Item): boolean {
  return item.initStartNs !== 0 || item.isFromBefore;
}

/** Containers of the pod that have their first process, the sandbox not counted. */
export function runningContainers(pod: PodState): Item[] {
  return [...pod.items.values()].filter((item) => item.kind === 'container' && item.init);
}
