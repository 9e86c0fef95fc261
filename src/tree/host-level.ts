// Takes what /proc and the cgroup tree say now, and makes the tree agree with it. Events that are on their way are waited for: they know more.
import { ownerOfCgroupPath } from '../attribution/cgroup-path.ts';
import type { HostLevel, HostProcess } from '../host/level.ts';
import type { BootNs, ContainerId } from '../kernel/identity.ts';
import { setNamespaces } from './container.ts';
import { emitProcess, touchPod, touchProcess } from './emit.ts';
import { TICK_NS } from './graveyard.ts';
import { becomeGuest, hostOfGuest } from './guest.ts';
import { itemOfCgroup, noteInfra } from './items.ts';
import { applyPins } from './leak.ts';
import { isPatienceOver, patienceUntil } from './patience.ts';
import { addProcess, isInPod, moveProcess } from './process.ts';
import { findByTick, hasEnded } from './process-lookup.ts';
import { becameProgram, reconsider } from './role.ts';
import { isOutsideMount, noteRuntimeMounts } from './runtime-process.ts';
import { type Context, type Item, LATE_NS, type Patience, type PodState, type ProcessState } from './state.ts';

/** CNI plugins and the runtime's own processes visit a pod's namespaces for a moment: a guest is who stays. */
const MIN_GUEST_AGE_NS = 1e9;
/** runc, crun and youki on their way to the program (runc nsexec.c, youki process.rs): no such stage lasts long, so a name alone hides nothing. */
const STAGE_COMM = /^(runc|crun|youki)(:\[|$)/;
const MAX_STAGE_NS = 10e9;

/** `isHeld` tells of containers whose events are being held: what /proc shows of them, these events will tell. */
export function applyHost(ctx: Context, level: HostLevel, isHeld: (id: ContainerId) => boolean): void {
  const isWhole = level.truncated !== true;
  const patience = patienceUntil(ctx, level.toNs);
  for (const [id, path] of level.cgroups) ctx.registry.learn(id, path);
  noteRuntimeMounts(ctx, level.processes);
  if (isWhole) {
    for (const id of ctx.registry.absent(level.cgroups, level.fromNs)) if (!ctx.goneCgroups.has(id)) ctx.goneCgroups.set(id, patience);
  }
  for (const id of level.cgroups.keys()) noteInfra(ctx, ctx.registry.byId(id));
  for (const process of [...level.processes].sort((a, b) => a.startNs - b.startNs || a.pid - b.pid)) {
    const id = ctx.registry.byPath(process.cgroupPath)?.owner.containerId;
    if (id === undefined || !isHeld(id)) meet(ctx, process, level.fromNs, patience);
  }
  if (isWhole) missProcesses(ctx, level, patience);
  for (const pod of ctx.pods.values()) if (!pod.qos && ctx.registry.qosOf(pod.uid)) touchPod(ctx, pod);
  applyPins(ctx, level);
}

function meet(ctx: Context, seen: HostProcess, fromNs: BootNs, patience: Patience): void {
  const known = findByTick(ctx, seen.pid, seen.startNs);
  const entry = ctx.registry.byPath(seen.cgroupPath);
  if (known) {
    ctx.missing.delete(known);
    return complete(ctx, known, seen, itemOfCgroup(ctx, entry), fromNs);
  }
  if (hasEnded(ctx, seen.pid, seen.startNs)) return;
  // A directory that is too new for the scan will be told of.
  if (ownerOfCgroupPath(seen.cgroupPath).containerId === undefined) return addSeenGuest(ctx, seen, fromNs);
  // What the first scan shows is older than the probes, but for what has just begun.
  const item = ctx.isPrimed || seen.startNs > fromNs - LATE_NS ? undefined : itemOfCgroup(ctx, entry);
  if (item) return addSeen(ctx, item, seen, fromNs);
  const before = ctx.unmet.findIndex(({ process }) => isSame(process, seen));
  const unmet = { process: seen, fromNs, patience: ctx.unmet[before]?.patience ?? patience };
  if (before === -1) ctx.unmet.push(unmet);
  else ctx.unmet[before] = unmet;
}

function isSame(seen: HostProcess, other: HostProcess): boolean {
  return seen.pid === other.pid && seen.startNs === other.startNs;
}

/** What no event has told in the meantime was missed: the scan tells of it. */
export function meetLate(ctx: Context): void {
  // In the order in which the scans came, and so in that of their patience.
  const waitFrom = ctx.unmet.findIndex(({ patience }) => !isPatienceOver(ctx, patience));
  const due = ctx.unmet.splice(0, waitFrom === -1 ? ctx.unmet.length : waitFrom);
  const pods = new Set<PodState>();
  for (const { process, fromNs } of due) {
    const known = findByTick(ctx, process.pid, process.startNs);
    const item = itemOfCgroup(ctx, ctx.registry.byPath(process.cgroupPath));
    if (known) complete(ctx, known, process, item, fromNs);
    else if (item && !hasEnded(ctx, process.pid, process.startNs)) {
      addSeen(ctx, item, process, fromNs);
      pods.add(item.pod);
    }
  }
  // In a shared process namespace the pause adopts the orphans of every container.
  for (const { items } of pods.values())
    for (const { processes } of items.values()) for (const process of [...processes]) meetParent(ctx, process);
}

function addSeen(ctx: Context, item: Item, seen: HostProcess, fromNs: BootNs): void {
  const isParentOutside = !isInPod(ctx, seen.ppid, item);
  const role = isParentOutside ? 'runtime' : 'child';
  const process = addProcess(ctx, item, { ...seen, exactStartNs: 0, isParentOutside, role, timeNs: fromNs });
  ctx.requests.watchPids.push(seen.pid);
  const at = ctx.events.length;
  programSeen(ctx, process, seen, fromNs);
  const consequences = ctx.events.splice(at);
  emitProcess(ctx, seen.startNs, 'process.started', process, { source: 'levels' });
  ctx.events.push(...consequences);
}

/** It runs in the container's own mount namespace and is not the runtime on its way: its exec was before our time, or missed. */
function programSeen(ctx: Context, process: ProcessState, seen: HostProcess, fromNs: BootNs): void {
  if (process.programNs !== 0 || isOutsideMount(ctx, seen.namespaces[4])) return;
  const { item } = process;
  const runtimePid = item.kind === 'sandbox' ? item.sandbox?.pid : item.container?.pid;
  if (isStage(seen, fromNs) && runtimePid !== seen.pid) return;
  process.programSeenNs = fromNs;
  process.namespaces = seen.namespaces;
  // A scan knows nothing of execs: after its start, which /proc rounds down, is all there is.
  becameProgram(ctx, process, process.exactStartNs === 0 ? Math.min(fromNs, process.startNs + TICK_NS) : fromNs);
}

function isStage({ comm, startNs }: HostProcess, nowNs: BootNs): boolean {
  return nowNs - startNs < MAX_STAGE_NS && STAGE_COMM.test(comm);
}

function complete(ctx: Context, known: ProcessState, seen: HostProcess, item: Item | undefined, fromNs: BootNs): void {
  if (item && known.item !== item && known.placedNs < fromNs) moveProcess(ctx, known, item, fromNs);
  const isSettled = known.commNs < fromNs - LATE_NS;
  update(ctx, known, seen, fromNs);
  if (known.role === 'guest') return;
  meetParent(ctx, known);
  if (isSettled) programSeen(ctx, known, seen, fromNs);
  follow(ctx, known, seen, fromNs);
}

/** When its fork was missed its parent was not known yet: nothing of the pod brings in what comes from outside. */
function meetParent(ctx: Context, known: ProcessState): void {
  if (!known.isParentOutside || known.birthNs !== 0 || !isInPod(ctx, known.ppid, known.item)) return;
  known.isParentOutside = false;
  reconsider(ctx, known.item);
}

/** Says no more than what was so when the scan began: an event may know better of the time since. */
function update(ctx: Context, known: ProcessState, seen: HostProcess, fromNs: BootNs): void {
  let isNews = false;
  if (known.commNs < fromNs) {
    known.commNs = fromNs;
    isNews = known.comm !== seen.comm || known.uid !== seen.uid;
    known.comm = seen.comm;
    known.uid = seen.uid;
  }
  if (known.ppidNs < fromNs) {
    known.ppidNs = fromNs;
    isNews ||= known.ppid !== seen.ppid;
    known.ppid = seen.ppid;
  }
  if (known.nsPid === undefined && seen.nsPid !== 0) {
    known.nsPid = seen.nsPid;
    isNews = true;
  }
  if (seen.args.length > 0 && known.args.length === 0) {
    known.args = seen.args;
    isNews = true;
  }
  if (isNews) touchProcess(ctx, known);
}

/** Where the first process is, there the container is. */
function follow(ctx: Context, known: ProcessState, seen: HostProcess, fromNs: BootNs): void {
  const { item } = known;
  if (item.init !== known || item.startedNs >= fromNs - LATE_NS) return;
  if (seen.namespaces.some((inode, type) => inode !== 0 && inode !== item.namespaces?.[type])) {
    setNamespaces(ctx, item, seen.namespaces, undefined, fromNs);
  }
}

function addSeenGuest(ctx: Context, seen: HostProcess, fromNs: BootNs): void {
  if (seen.startNs > fromNs - MIN_GUEST_AGE_NS) return;
  if (seen.pid === ctx.runtimePid || ctx.makerPids.has(seen.pid)) return;
  const sandbox = hostOfGuest(ctx, seen.namespaces, fromNs);
  const guest = sandbox && becomeGuest(ctx, sandbox, seen, fromNs);
  if (!guest) return;
  guest.args = seen.args;
  guest.exactStartNs = 0;
  ctx.requests.watchPids.push(seen.pid);
  emitProcess(ctx, seen.startNs, 'process.started', guest, { source: 'levels' });
}

/** Processes the scan did not find are dead; how they ended may be on its way. */
function missProcesses(ctx: Context, level: HostLevel, patience: Patience): void {
  const alive = new Map(level.processes.map((process) => [process.pid, process]));
  for (const process of ctx.processes.values()) {
    if (process.seenNs >= level.fromNs || process.startNs >= level.fromNs || ctx.missing.has(process)) continue;
    const seen = alive.get(process.pid);
    if (!seen || findByTick(ctx, seen.pid, seen.startNs) !== process) ctx.missing.set(process, patience);
  }
}
