// Namespaces made and joined: whose they are, who came, and who stays as a guest.
import { systemdUnitOf } from '../attribution/cgroup-path.ts';
import { judgeJoin } from '../attribution/joiner.ts';
import type { JoinedBy, NamespaceRef } from '../attribution/reference.ts';
import type { ForkEvent, SetnsEvent, TaskRef, UnshareEvent } from '../kernel/event.ts';
import { type BootNs, CLONE_FLAG, NAMESPACE_TYPES, type NamespaceSet } from '../kernel/identity.ts';
import { emit, refsOf } from './emit.ts';
import type { ProcessRecord } from './model.ts';
import { forgetFormer, waitForOwner } from './pending.ts';
import { addProcess, dropProcess, ensureProcess, findProcess, isDead } from './process.ts';
import { processRecord } from './records.ts';
import type { Context, Item, ProcessState } from './state.ts';

/** Index of mnt in NAMESPACE_TYPES. */
const MNT = 4;
const MAX_MAKERS = 16;

function indexesWhere(predicate: (index: number) => boolean): number[] {
  return NAMESPACE_TYPES.map((_, index) => index).filter(predicate);
}

function recordOf(ctx: Context, task: TaskRef, uid: number, process: ProcessState | undefined): ProcessRecord {
  if (process) return processRecord(ctx, process);
  return {
    pid: task.pid,
    ppid: task.ppid,
    comm: task.comm,
    args: [],
    uid,
    role: 'runtime',
    startTime: ctx.wallTime(task.startNs),
  };
}

function emitCreated(ctx: Context, item: Item, timeNs: BootNs, process: ProcessRecord, types: readonly number[], set: NamespaceSet): void {
  const namespaces: NamespaceRef[] = types.map((type) => ctx.namespaces.refer(type, set[type] ?? 0));
  emit(ctx, timeNs, { type: 'namespace.created', ...refsOf(ctx, item), process, namespaces });
}

/** clone or clone3 with CLONE_NEW*: the child is in the new namespaces from its first moment. */
export function onCloneNamespaces(ctx: Context, item: Item | undefined, event: ForkEvent): void {
  const types = indexesWhere(
    (index) => (event.flags & (CLONE_FLAG[NAMESPACE_TYPES[index] ?? 'net'] ?? 0)) !== 0 && (event.namespaces[index] ?? 0) !== 0,
  );
  const process = ctx.processes.get(event.pid);
  created(ctx, item, event.timeNs, types, event.namespaces, () =>
    process ? processRecord(ctx, process) : { ...recordOf(ctx, event.task, event.uid, undefined), pid: event.pid, ppid: event.ppid },
  );
}

export function onUnshare(ctx: Context, item: Item | undefined, event: UnshareEvent): void {
  const process = item && ensureProcess(ctx, item, event.task, event.timeNs);
  const types = indexesWhere((index) => event.after[index] !== event.before[index] && (event.after[index] ?? 0) !== 0);
  const record = recordOf(ctx, event.task, event.uid, process);
  created(ctx, item, event.timeNs, types, event.after, () => record);
}

function created(
  ctx: Context,
  item: Item | undefined,
  timeNs: BootNs,
  types: readonly number[],
  set: NamespaceSet,
  process: () => ProcessRecord,
): void {
  if (types.length === 0) return;
  for (const type of types) {
    ctx.namespaces.create(type, set[type] ?? 0, timeNs);
    forgetFormer(ctx, type, set[type] ?? 0, timeNs);
  }
  if (item) return emitCreated(ctx, item, timeNs, process(), types, set);
  const record = process();
  // All types of one call belong to one pod: the first to find its owner tells of them all.
  let isTold = false;
  for (const type of types) {
    const tell = (owner: Item): void => {
      if (NAMESPACE_TYPES[type] === 'net') rememberMaker(ctx, record.pid);
      if (!isTold) emitCreated(ctx, owner, timeNs, record, types, set);
      isTold = true;
    };
    // It has an owner when what was done in it has been told before.
    const owner = ctx.namespaces.ownerOf(type, set[type] ?? 0);
    const known = owner && ctx.items.get(owner.containerId);
    if (known) tell(known);
    else waitForOwner(ctx, type, set[type] ?? 0, timeNs, tell);
  }
}

/** Who makes the network namespace of a sandbox from outside is a container runtime, whether we speak with it or not. */
function rememberMaker(ctx: Context, pid: number): void {
  ctx.sandboxMakers.delete(pid);
  ctx.sandboxMakers.add(pid);
  for (const oldest of ctx.sandboxMakers) {
    if (ctx.sandboxMakers.size <= MAX_MAKERS) return;
    ctx.sandboxMakers.delete(oldest);
  }
}

export function onSetns(ctx: Context, item: Item | undefined, event: SetnsEvent): void {
  const process = item && ensureProcess(ctx, item, event.task, event.timeNs);
  const joined = indexesWhere(
    (index) =>
      event.after[index] !== event.before[index] &&
      (event.after[index] ?? 0) !== 0 &&
      !ctx.namespaces.isHost(index, event.after[index] ?? 0),
  );
  const guest = item ? undefined : findProcess(ctx, event.task.pid, event.task.startNs);
  if (guest?.role === 'guest' && !isInPod(ctx, guest.item, event.after)) dropProcess(ctx, guest);
  for (const type of joined) {
    const inode = event.after[type] ?? 0;
    const owner = ctx.namespaces.ownerOf(type, inode);
    const ownerItem = owner && ctx.items.get(owner.containerId);
    // As it was when it happened: an owner that is found later runs by then.
    // crun moves a new container into its cgroup only after it has joined, but with a mount namespace of its own from the start; whoever
    // comes for an exec comes with the runtime's or has joined the container's (crun linux.c libcrun_run_linux_container, runc nsexec.c).
    const isBeingMade = !item && ctx.namespaces.isUnclaimed(MNT, event.before[MNT]);
    const container = item ?? ownerItem;
    const isRunning = !isBeingMade && container?.init !== undefined && container.startedNs <= event.timeNs;
    const join = { event, type, joiner: item, process, isContainerRunning: isRunning, isRuntimeStage: process?.role === 'runtime' };
    if (ownerItem) tellJoin(ctx, ownerItem, join, true);
    else waitForOwner(ctx, type, inode, event.timeNs, (owner) => tellJoin(ctx, owner, join, false));
  }
}

interface Join {
  readonly event: SetnsEvent;
  readonly type: number;
  readonly joiner: Item | undefined;
  readonly process: ProcessState | undefined;
  readonly isContainerRunning: boolean;
  readonly isRuntimeStage: boolean;
}

/** `isNow` false: it happened some time before the owner came to be known, and may be over. */
function tellJoin(ctx: Context, owner: Item, join: Join, isNow: boolean): void {
  const { event, type, joiner, process, isContainerRunning, isRuntimeStage } = join;
  const entry = ctx.registry.byId(event.task.cgroupId);
  const by: JoinedBy = judgeJoin(
    {
      isInOwnersPod: joiner?.pod === owner.pod,
      isInOtherPod: joiner !== undefined && joiner.pod !== owner.pod,
      isRuntimeStage,
      isContainerRunning,
      lineage: [event.task.pid, event.task.ppid, ...event.ancestors],
      unit: entry && systemdUnitOf(entry.path),
    },
    {
      isDaemon: (pid) => pid === ctx.runtimePid || ctx.sandboxMakers.has(pid),
      isShim: (pid) => ctx.shimPids.has(pid),
    },
  );
  // A thread that visits leaves again; a process whose main thread stays is in the pod from now on.
  const isProcess = event.task.tid === event.task.pid;
  const guest = by === 'foreign' && !joiner && isProcess && isNow ? becomeGuest(ctx, owner, event.task, event.uid) : undefined;
  const record = guest ? processRecord(ctx, guest) : recordOf(ctx, event.task, event.uid, process);
  emit(ctx, event.timeNs, {
    type: 'namespace.joined',
    ...(joiner && refsOf(ctx, joiner)),
    process: by === 'foreign' && !joiner ? { ...record, role: 'guest' } : record,
    namespaces: [ctx.namespaces.refer(type, event.after[type] ?? 0)],
    owner: owner.pod.ref,
    by,
    ...(!joiner && { attribution: 'host' as const }),
  });
}

/** Guests are shown with the sandbox, whichever of the pod's containers owns the namespace they are in. */
function becomeGuest(ctx: Context, owner: Item, task: TaskRef, uid: number): ProcessState | undefined {
  const sandbox = owner.kind === 'sandbox' ? owner : owner.pod.current;
  if (!sandbox) return undefined;
  const known = findProcess(ctx, task.pid, task.startNs);
  if (known || isDead(ctx, task.pid, task.startNs)) return known;
  return addGuest(ctx, sandbox, { pid: task.pid, ppid: task.ppid, startNs: task.startNs, comm: task.comm, uid });
}

function addGuest(
  ctx: Context,
  sandbox: Item,
  task: { pid: number; ppid: number; startNs: BootNs; comm: string; uid: number },
): ProcessState {
  return addProcess(ctx, sandbox, { ...task, exactStartNs: task.startNs, isEntrant: true, role: 'guest' });
}

/** The sandbox one of whose (or whose containers') namespaces is in the set; the user and cgroup types say nothing of membership. */
export function hostOfGuest(ctx: Context, set: NamespaceSet): Item | undefined {
  for (const type of [0, 1, 2, 3, 4]) {
    const owner = ctx.namespaces.ownerOf(type, set[type] ?? 0);
    const item = owner && ctx.items.get(owner.containerId);
    const sandbox = item?.kind === 'sandbox' ? item : item?.pod.current;
    if (sandbox) return sandbox;
  }
  return undefined;
}

function isInPod(ctx: Context, sandbox: Item, set: NamespaceSet): boolean {
  return hostOfGuest(ctx, set)?.pod === sandbox.pod;
}

/** A child of a guest is a guest as long as it is in the pod's namespaces. */
export function onGuestFork(ctx: Context, event: ForkEvent): void {
  const parent = findProcess(ctx, event.task.pid, event.task.startNs);
  if (parent?.role !== 'guest' || !isInPod(ctx, parent.item, event.namespaces)) return;
  if (findProcess(ctx, event.pid, event.startNs || event.timeNs)) return;
  const guest = addGuest(ctx, parent.item, {
    pid: event.pid,
    ppid: event.ppid,
    startNs: event.startNs || event.timeNs,
    comm: event.task.comm,
    uid: event.uid,
  });
  emit(ctx, event.timeNs, { type: 'process.started', ...refsOf(ctx, guest.item), process: processRecord(ctx, guest), attribution: 'host' });
}
