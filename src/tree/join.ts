// Namespaces made and joined: whose they are and who came.
import { systemdUnitOf } from '../attribution/cgroup-path.ts';
import { judgeJoin } from '../attribution/joiner.ts';
import type { JoinedBy, NamespaceRef } from '../attribution/reference.ts';
import type { ForkEvent, SetnsEvent, TaskRef, UnshareEvent } from '../kernel/event.ts';
import { type BootNs, CLONE_FLAG, NAMESPACE_TYPES, type NamespaceSet } from '../kernel/identity.ts';
import { nameNamespaces, noteMaker, setNamespaces } from './container.ts';
import { emit, refsOf, touchPod } from './emit.ts';
import { becomeGuest, findGuest, keepStray, onGuestSetns, replayStrays } from './guest.ts';
import { itemOfCgroup, ownerOf } from './items.ts';
import type { ProcessRecord } from './model.ts';
import { dropPending, waitForOwner } from './pending.ts';
import { ensureProcess } from './process.ts';
import { recallProcess } from './process-lookup.ts';
import { processRecord } from './records.ts';
import { wasRuntimeAt } from './role.ts';
import type { Context, Item, ProcessState } from './state.ts';

const PID_TYPE = NAMESPACE_TYPES.indexOf('pid');
const MNT_TYPE = NAMESPACE_TYPES.indexOf('mnt');
const FLAGS = NAMESPACE_TYPES.map((type) => CLONE_FLAG[type]);

function recordOf(ctx: Context, task: TaskRef, uid: number, process: ProcessState | undefined): ProcessRecord {
  if (process) return processRecord(ctx, process);
  const { pid, ppid, comm } = task;
  return { pid, ppid, comm, args: [], uid, role: 'runtime', startTime: ctx.wallTime(task.startNs) };
}

interface Creation {
  readonly timeNs: BootNs;
  readonly types: readonly number[];
  readonly set: NamespaceSet;
  readonly process: ProcessRecord;
  /** Outside all pods: who to take for the runtime's daemon when the network namespace becomes a pod's. */
  readonly makerPid: number;
}

/** clone or clone3 with CLONE_NEW*: the child is in the new namespaces from its first moment. */
export function onCloneNamespaces(ctx: Context, item: Item | undefined, event: ForkEvent): void {
  const types = FLAGS.flatMap((flag, type) => ((event.flags & flag) !== 0 && (event.namespaces[type] ?? 0) !== 0 ? [type] : []));
  const child = recallProcess(ctx, event.pid, event.startNs || event.timeNs);
  const process = child
    ? processRecord(ctx, child)
    : { ...recordOf(ctx, event.task, event.uid, undefined), pid: event.pid, ppid: event.ppid };
  created(ctx, item, { timeNs: event.timeNs, types, set: event.namespaces, process, makerPid: event.task.pid });
}

export function onUnshare(ctx: Context, item: Item | undefined, event: UnshareEvent): void {
  const { task, timeNs, after } = event;
  const process = item && processOf(ctx, item, task, timeNs);
  // A thread goes back into the namespace it came from; a process that unshares is a helper of the daemon (cri-o pinns).
  const makerPid = task.tid === task.pid ? task.ppid : task.pid;
  created(ctx, item, { timeNs, types: changedTypes(event), set: after, process: recordOf(ctx, task, event.uid, process), makerPid });
  follow(ctx, process, event);
}

function processOf(ctx: Context, item: Item, task: TaskRef, timeNs: BootNs): ProcessState | undefined {
  return ensureProcess(ctx, item, task, timeNs) ?? ctx.graveyard.find(task.pid, task.startNs);
}

function changedTypes({ before, after }: SetnsEvent | UnshareEvent): number[] {
  return NAMESPACE_TYPES.flatMap((_, type) => (after[type] !== before[type] && (after[type] ?? 0) !== 0 ? [type] : []));
}

function created(ctx: Context, item: Item | undefined, creation: Creation): void {
  const { types, set, timeNs } = creation;
  for (const type of types) {
    for (const { containerId } of ctx.namespaces.create(type, set[type] ?? 0, timeNs)) renamed(ctx, ctx.items.get(containerId));
    dropPending(ctx, type, set[type] ?? 0, timeNs);
  }
  if (types.length === 0) return;
  if (item) return emitCreated(ctx, item, creation);
  // All types of one call belong to one pod: the first to find its owner tells of them all.
  let isTold = false;
  const resolve = (owner: Item) => {
    if (isTold) return;
    isTold = true;
    if (types.includes(0)) noteMaker(ctx, creation.makerPid);
    emitCreated(ctx, owner, creation);
  };
  for (const type of types) {
    // It has an owner when what was done in it has been told before.
    const known = ownerOf(ctx, type, set[type] ?? 0, timeNs);
    if (known) resolve(known);
    else waitForOwner(ctx, type, set[type] ?? 0, timeNs, resolve);
  }
}

/** What it was taken to be in was another one. */
function renamed(ctx: Context, item: Item | undefined): void {
  if (!item) return;
  nameNamespaces(ctx, item, item.startedNs || ctx.nowNs);
  touchPod(ctx, item.pod);
}

function emitCreated(ctx: Context, item: Item, { timeNs, types, set, process }: Creation): void {
  const namespaces = referAll(ctx, types, set, timeNs);
  emit(ctx, timeNs, { type: 'namespace.created', ...refsOf(ctx, item), process, namespaces });
}

function referAll(ctx: Context, types: readonly number[], set: NamespaceSet, timeNs: BootNs): NamespaceRef[] {
  return types.map((type) => ctx.namespaces.refer(type, set[type] ?? 0, timeNs));
}

interface Join {
  readonly event: SetnsEvent;
  readonly joiner: Item | undefined;
  readonly process: ProcessState | undefined;
  /** As it was when it happened: what the joiner is later is another matter. */
  readonly isStage: boolean;
  /** It has a mount namespace that nobody lives in yet. */
  readonly isBeingMade: boolean;
}

export function onSetns(ctx: Context, item: Item | undefined, event: SetnsEvent): void {
  const { task, timeNs, after } = event;
  const guest = item ? undefined : findGuest(ctx, task);
  if (guest) onGuestSetns(ctx, guest, event);
  else if (!item) keepStray(ctx, event);
  const process = item ? processOf(ctx, item, task, timeNs) : guest;
  // crun moves a new container into its cgroup only after it has joined, but with a mount namespace of its own from the start; whoever comes for
  // an exec comes with the runtime's or has joined the container's (crun linux.c libcrun_run_linux_container, runc nsexec.c).
  const isBeingMade = !item && isInNewNamespaces(ctx, event.before, timeNs);
  const join = { event, joiner: item, process, isStage: process !== undefined && wasRuntimeAt(process, timeNs), isBeingMade };
  const untold = new Set(changedTypes(event).filter((type) => !ctx.namespaces.isHost(type, after[type] ?? 0)));
  for (const type of [...untold]) {
    const inode = after[type] ?? 0;
    const known = ownerOf(ctx, type, inode, timeNs);
    if (known) tellJoin(ctx, join, known, untold);
    else waitForOwner(ctx, type, inode, timeNs, (found) => tellJoin(ctx, join, found, untold));
  }
  follow(ctx, process, event);
}

/** In a mount namespace that was seen being made, or in a process namespace that is nobody's: the runtime may have a mount namespace of its own, as a
 * snap has, but not a process namespace. */
function isInNewNamespaces(ctx: Context, set: NamespaceSet, timeNs: BootNs): boolean {
  const [, pid, , , mnt] = set;
  if (ctx.namespaces.isUnclaimed(MNT_TYPE, mnt)) return true;
  return pid !== 0 && !ctx.namespaces.isHost(PID_TYPE, pid) && !ctx.namespaces.ownerOf(PID_TYPE, pid, timeNs);
}

/** The main thread of a container's first process is where the container is. */
function follow(ctx: Context, process: ProcessState | undefined, { task, timeNs, before, after }: SetnsEvent | UnshareEvent): void {
  const item = process?.item;
  if (!item?.namespaces || item.init !== process || task.tid !== task.pid || timeNs < item.startedNs) return;
  // setns and unshare change the pid namespace of children only.
  const set = item.namespaces.map((inode, type) => (type === PID_TYPE || after[type] === before[type] ? inode : (after[type] ?? inode)));
  if (set.some((inode, type) => inode !== item.namespaces?.[type])) setNamespaces(ctx, item, asSet(set), undefined, timeNs);
}

function asSet([net = 0, pid = 0, ipc = 0, uts = 0, mnt = 0, user = 0, cgroup = 0]: readonly number[]): NamespaceSet {
  return [net, pid, ipc, uts, mnt, user, cgroup];
}

/** One call, one event for each pod whose namespaces it joined: `untold` are those that no event has named yet. */
function tellJoin(ctx: Context, told: Join, owner: Item, untold: Set<number>): void {
  const { event } = told;
  const { task, timeNs, after } = event;
  const types = [...untold].filter((type) => ctx.namespaces.ownerOf(type, after[type] ?? 0, timeNs)?.podUid === owner.pod.uid);
  if (types.length === 0) return;
  for (const type of types) untold.delete(type);
  const join = told.joiner ? told : reviewed(ctx, told);
  const { joiner, process } = join;
  const by = whoJoins(ctx, join, owner);
  // A thread that visits leaves again; a process whose main thread stays is in the pod from now on. The probes watch it from then on if the
  // namespace was known for a pod's: of others the end would never be told.
  const isVisitor = by === 'foreign' && !joiner;
  const isKnown = ctx.registry.byId(task.cgroupId) !== undefined;
  const isThere = ctx.items.get(owner.id) === owner;
  const isStaying = isVisitor && isKnown && isThere && task.tid === task.pid && isRunningAt(owner, timeNs);
  const guest = isStaying ? becomeGuest(ctx, owner, { ...task, uid: event.uid }, timeNs) : undefined;
  const record = recordOf(ctx, task, event.uid, guest ?? process);
  emit(ctx, timeNs, {
    type: 'namespace.joined',
    ...(joiner && refsOf(ctx, joiner)),
    process: isVisitor ? { ...record, role: 'guest' } : record,
    namespaces: referAll(ctx, types, after, timeNs),
    owner: owner.pod.ref,
    by,
    ...(!joiner && { attribution: 'host' as const }),
  });
  if (guest) replayStrays(ctx, guest, timeNs);
}

/** Its cgroup may be known only since: then it is nobody but the runtime at work that no other event has told of. */
function reviewed(ctx: Context, join: Join): Join {
  const { task, timeNs } = join.event;
  const joiner = itemOfCgroup(ctx, ctx.registry.byId(task.cgroupId));
  if (!joiner) return join;
  const process = recallProcess(ctx, task.pid, task.startNs);
  return { ...join, joiner, process, isStage: !process || wasRuntimeAt(process, timeNs) };
}

function isRunningAt({ startedNs }: Item, timeNs: BootNs): boolean {
  return startedNs !== 0 && startedNs <= timeNs;
}

function whoJoins(ctx: Context, { event, joiner, isStage, isBeingMade }: Join, owner: Item): JoinedBy {
  const { task, timeNs, ancestors } = event;
  const entry = joiner ? undefined : ctx.registry.byId(task.cgroupId);
  return judgeJoin(
    {
      isInOwnersPod: joiner?.pod === owner.pod,
      isInOtherPod: joiner !== undefined && joiner.pod !== owner.pod,
      isRuntimeStage: isStage,
      isContainerRunning: !isBeingMade && isRunningAt(joiner ?? owner, timeNs),
      lineage: [task.pid, task.ppid, ...ancestors],
      unit: entry && systemdUnitOf(entry.path),
    },
    {
      isDaemon: (pid) => pid === ctx.runtimePid || ctx.makerPids.has(pid),
      isShim: (pid) => ctx.shimPids.has(pid),
    },
  );
}
