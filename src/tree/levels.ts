// Takes what /proc, the cgroup tree and the runtime say now, and makes the tree agree with it.
import type { RuntimeContainer, RuntimeLevel, RuntimeSandbox } from '../cri/level.ts';
import type { HostLevel, HostProcess } from '../host/level.ts';
import type { BootNs } from '../kernel/identity.ts';
import { setNamespaces } from './container.ts';
import { emit, processRefs, touchPod, touchProcess } from './emit.ts';
import { ensureItem, ensurePod, itemOfCgroup, setKind } from './items.ts';
import { hostOfGuest } from './join.ts';
import { beginOutage, noteContainerStart } from './outage.ts';
import { addProcess, findProcess, isDeadByTick, loseProcess } from './process.ts';
import type { Context, Item, PodState, ProcessState } from './state.ts';

/** A pinned namespace without a pod is called leaked when it was so for this long: CNI makes one some time before there is a pause. */
const LEAKED_AFTER_NS = 10e9;
const STAGE_NS = 10e9;

/** `isHeld` tells of containers whose events are being held: what /proc shows of them, these events will tell. */
export function applyHost(ctx: Context, level: HostLevel, isHeld: (item: { id: Item['id'] }) => boolean): void {
  for (const entry of ctx.registry.reconcile(level.cgroups, level.fromNs)) cgroupGone(ctx, entry.id);
  const inPods: [HostProcess, Item][] = [];
  const others: HostProcess[] = [];
  for (const process of [...level.processes].sort((a, b) => a.startNs - b.startNs || a.pid - b.pid)) {
    const containerId = ctx.registry.byPath(process.cgroupPath)?.owner.containerId;
    if (containerId && isHeld({ id: containerId })) continue;
    const item = itemOfCgroup(ctx, ctx.registry.byPath(process.cgroupPath));
    if (item) inPods.push([process, item]);
    else others.push(process);
  }
  const itemOfPid = new Map(inPods.map(([process, item]) => [process.pid, item]));
  for (const [process, item] of inPods) meet(ctx, item, process, itemOfPid.get(process.ppid) !== item, level);
  for (const process of others) meetGuest(ctx, process);
  loseMissing(ctx, level);
  applyPins(ctx, level);
}

export function cgroupGone(ctx: Context, id: Parameters<Context['registry']['byId']>[0]): void {
  const item = ctx.itemsByCgroup.get(id);
  if (!item) return;
  ctx.itemsByCgroup.delete(id);
  item.hasCgroup = [...ctx.itemsByCgroup.values()].includes(item);
  touchPod(ctx, item.pod);
  ctx.requests.askRuntime = true;
}

function meet(ctx: Context, item: Item, seen: HostProcess, isEntrant: boolean, level: HostLevel): void {
  const known = findProcess(ctx, seen.pid, seen.startNs) ?? sameTick(ctx, seen);
  const isProgram = !ctx.namespaces.isHost(4, seen.namespaces[4]) && !isStage(seen, level.toNs);
  if (known && known.item === item) {
    complete(ctx, known, seen);
    if (isProgram && known.isEntrant && known.role === 'runtime' && known.execNs === 0) becomeProgram(ctx, known, seen, level.toNs);
    return;
  }
  if (!known && isDeadByTick(ctx, seen.pid, seen.startNs)) return;
  const process = addProcess(ctx, item, {
    ...seen,
    isEntrant,
    role: isEntrant ? 'runtime' : 'child',
  });
  ctx.requests.watchPids.push(seen.pid);
  if (isEntrant && isProgram) becomeProgram(ctx, process, seen, level.toNs);
  if (ctx.isPrimed) emit(ctx, seen.startNs, { type: 'process.started', ...processRefs(ctx, process), source: 'levels' });
}

/** runc, crun and youki on their way to the program (runc nsexec.c, youki process.rs): no such stage lasts long, so a name alone hides nothing. */
function isStage(seen: HostProcess, nowNs: BootNs): boolean {
  return nowNs - seen.startNs < STAGE_NS && /^(runc|crun|youki)(:\[|$)/.test(seen.comm);
}

/** The first of the container that the runtime brought in is its first process; levels come sorted by start. */
function becomeProgram(ctx: Context, process: ProcessState, seen: HostProcess, toNs: BootNs): void {
  const { item } = process;
  process.execNs = seen.startNs;
  process.programSeenNs = toNs;
  touchProcess(ctx, process);
  if (item.initStartNs !== 0) {
    process.role = 'exec';
    return;
  }
  item.init = process;
  item.initStartNs = process.startNs;
  item.startedNs = process.startNs;
  delete item.exit;
  process.role = item.kind === 'sandbox' ? 'pause' : 'init';
  if (seen.ppid > 1) ctx.shimPids.set(seen.ppid, (ctx.shimPids.get(seen.ppid) ?? 0) + 1);
  setNamespaces(ctx, item, seen.namespaces, undefined, toNs);
  touchPod(ctx, item.pod);
  if (item.kind === 'sandbox') beginOutage(ctx, item, seen.startNs);
  else noteContainerStart(ctx, item, seen.startNs);
}

function sameTick(ctx: Context, seen: HostProcess): ProcessState | undefined {
  const known = ctx.processes.get(seen.pid);
  // /proc rounds down to ticks; a kernel event has told the exact time already.
  return known && known.startNs >= seen.startNs && known.startNs - seen.startNs < 10_000_000 ? known : undefined;
}

function complete(ctx: Context, known: ProcessState, seen: HostProcess): void {
  const isNews = known.comm !== seen.comm || known.ppid !== seen.ppid || known.uid !== seen.uid || known.nsPid !== seen.nsPid;
  const hasNewArgs = seen.args.length > 0 && known.args.length === 0;
  if (!isNews && !hasNewArgs) return;
  known.comm = seen.comm;
  known.ppid = seen.ppid;
  known.uid = seen.uid;
  known.nsPid = seen.nsPid;
  if (hasNewArgs) known.args = seen.args;
  touchProcess(ctx, known);
}

function meetGuest(ctx: Context, seen: HostProcess): void {
  const sandbox = hostOfGuest(ctx, seen.namespaces);
  const known = findProcess(ctx, seen.pid, seen.startNs) ?? sameTick(ctx, seen);
  if (!sandbox || known || isDeadByTick(ctx, seen.pid, seen.startNs)) return;
  const guest = addProcess(ctx, sandbox, { ...seen, isEntrant: true, role: 'guest' });
  ctx.requests.watchPids.push(seen.pid);
  if (ctx.isPrimed) emit(ctx, seen.startNs, { type: 'process.started', ...processRefs(ctx, guest), source: 'levels' });
}

function loseMissing(ctx: Context, level: HostLevel): void {
  const alive = new Map(level.processes.map((process) => [process.pid, process]));
  for (const process of [...ctx.processes.values()]) {
    if (process.seenNs >= level.fromNs || process.startNs >= level.fromNs) continue;
    const seen = alive.get(process.pid);
    if (!seen || (sameTick(ctx, seen) !== process && findProcess(ctx, seen.pid, seen.startNs) !== process)) loseProcess(ctx, process);
  }
}

function applyPins(ctx: Context, level: HostLevel): void {
  const present = new Set<string>();
  for (const pin of level.pinned) {
    const type = 0;
    if (pin.type !== 'net' || ctx.namespaces.isHost(type, pin.inode)) continue;
    const key = `${pin.path} ${pin.inode}`;
    present.add(key);
    const firstNs = ctx.pinnedBefore.get(key) ?? level.fromNs;
    ctx.pinnedBefore.set(key, firstNs);
    const owner = ctx.namespaces.ownerOf(type, pin.inode);
    const former = ctx.formerOwners.get(pin.inode);
    const isRuntimes = former !== undefined || /\/netns\/cni-/.test(pin.path);
    const isLeaked = !owner && isRuntimes && level.fromNs - firstNs >= LEAKED_AFTER_NS;
    if (!isLeaked) {
      unleak(ctx, key);
    } else if (!ctx.leaked.has(key) && ctx.leaked.size < 1000) {
      const record = { type: pin.type, inode: pin.inode, path: pin.path, ...(former && { pod: former }) };
      ctx.leaked.set(key, record);
      ctx.changes.push({ op: 'put', kind: 'leaked', key, record });
    }
  }
  for (const key of [...ctx.pinnedBefore.keys()]) {
    if (present.has(key)) continue;
    ctx.pinnedBefore.delete(key);
    unleak(ctx, key);
  }
}

function unleak(ctx: Context, key: string): void {
  if (ctx.leaked.delete(key)) ctx.changes.push({ op: 'remove', kind: 'leaked', key });
}

/** `fromNs`: when the runtime was asked. What came into being later cannot be missing from its answer. Returns the ids it has named. */
export function applyRuntime(ctx: Context, level: RuntimeLevel, fromNs: BootNs): Item['id'][] {
  setRuntimeAvailable(ctx, true);
  if (ctx.runtimeName !== level.runtimeName) {
    ctx.runtimeName = level.runtimeName;
    for (const pod of ctx.pods.values()) touchPod(ctx, pod);
  }
  const listed = new Set<string>();
  const named: Item['id'][] = [];
  for (const sandbox of level.sandboxes) {
    listed.add(sandbox.id);
    if (!ctx.items.get(sandbox.id)?.wasNamed) named.push(sandbox.id);
    applySandbox(ctx, sandbox);
  }
  for (const container of level.containers) {
    listed.add(container.id);
    if (!ctx.items.get(container.id)?.wasNamed) named.push(container.id);
    applyContainer(ctx, container);
  }
  for (const item of ctx.items.values()) {
    if (listed.has(item.id) || !item.isListed || item.seenNs >= fromNs) continue;
    item.isListed = false;
    touchPod(ctx, item.pod);
  }
  return named;
}

function applySandbox(ctx: Context, sandbox: RuntimeSandbox): void {
  const pod = ensurePod(ctx, sandbox.podUid, undefined);
  if (!pod) return;
  const item = ensureItem(ctx, pod, sandbox.id, 'sandbox');
  if (item.pod !== pod) return;
  item.sandbox = sandbox;
  item.isListed = true;
  item.wasNamed = true;
  setKind(ctx, item, 'sandbox');
  namePod(pod, sandbox);
  if (!item.namespaces && item === pod.current) pod.hostNetwork = sandbox.hostNetwork;
  touchPod(ctx, pod);
}

function namePod(pod: PodState, sandbox: RuntimeSandbox): void {
  if (pod.ref.name !== sandbox.name || pod.ref.namespace !== sandbox.namespace) {
    pod.ref = { uid: pod.uid, namespace: sandbox.namespace, name: sandbox.name };
  }
  pod.labels = sandbox.labels;
}

function applyContainer(ctx: Context, container: RuntimeContainer): void {
  const known = ctx.items.get(container.id);
  const sandbox = ctx.items.get(container.sandboxId);
  const pod = known?.pod ?? sandbox?.pod;
  if (!pod) return;
  const item = known ?? ensureItem(ctx, pod, container.id, 'container');
  item.container = container;
  item.isListed = true;
  item.wasNamed = true;
  setKind(ctx, item, 'container');
  touchPod(ctx, pod);
}

/** The runtime does not answer: nothing that it alone knows is taken for gone. */
export function runtimeAway(ctx: Context): void {
  setRuntimeAvailable(ctx, false);
}

/** What a sandbox is without the runtime's word depends on whether there is a runtime to wait for. */
function setRuntimeAvailable(ctx: Context, isAvailable: boolean): void {
  if (ctx.isRuntimeAvailable === isAvailable) return;
  ctx.isRuntimeAvailable = isAvailable;
  for (const pod of ctx.pods.values()) touchPod(ctx, pod);
}
