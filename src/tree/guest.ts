// Processes that are in a pod's namespaces and not in its cgroups: how they come, what they bring along, how they go.
import { dropOldest } from '../attribution/drop-oldest.ts';
import type { ExecEvent, ExitEvent, ForkEvent, KernelEvent, SetnsEvent, TaskRef } from '../kernel/event.ts';
import type { BootNs, NamespaceSet } from '../kernel/identity.ts';
import { emitProcess } from './emit.ts';
import { startOf } from './graveyard.ts';
import { addProcess, leaveProcess } from './process.ts';
import { onExec, onExit } from './process-event.ts';
import { findProcess, hasEnded, recallProcess } from './process-lookup.ts';
import type { Context, Item, ProcessState } from './state.ts';

/** It may be known for a guest only when the runtime has named the pod; and then events of another CPU may be late. */
const MARGIN_NS = 1e9;
const MAX_STRAYS = 512;
const MAX_STRAYS_PER_PID = 16;
const MAX_LEFT_GUESTS = 256;
/** The types that say of membership: not user and cgroup, which many share. */
const MEMBERSHIP_TYPES = [0, 1, 2, 3, 4];

/** The sandbox one of whose (or whose containers') namespaces is in the set. */
export function hostOfGuest(ctx: Context, set: NamespaceSet, timeNs: BootNs): Item | undefined {
  for (const type of MEMBERSHIP_TYPES) {
    const inode = set[type] ?? 0;
    if (inode === 0 || ctx.namespaces.isHost(type, inode)) continue;
    const owner = ctx.namespaces.ownerOf(type, inode, timeNs);
    const item = owner && ctx.items.get(owner.containerId);
    const sandbox = item?.kind === 'sandbox' ? item : item?.pod.current;
    if (sandbox) return sandbox;
  }
  return undefined;
}

function isIn(ctx: Context, sandbox: Item, set: NamespaceSet, timeNs: BootNs): boolean {
  return hostOfGuest(ctx, set, timeNs)?.pod === sandbox.pod;
}

export function findGuest(ctx: Context, task: TaskRef): ProcessState | undefined {
  const process = findProcess(ctx, task.pid, task.startNs);
  return process?.role === 'guest' ? process : undefined;
}

interface Arrival {
  readonly pid: number;
  readonly ppid: number;
  readonly startNs: BootNs;
  readonly comm: string;
  readonly uid: number;
  readonly nsPid?: number;
}

/** Guests are shown with the sandbox, whichever of the pod's containers owns the namespace they are in. */
export function becomeGuest(ctx: Context, owner: Item, arrival: Arrival, timeNs: BootNs): ProcessState | undefined {
  const sandbox = owner.kind === 'sandbox' ? owner : owner.pod.current;
  if (!sandbox || hasEnded(ctx, arrival.pid, arrival.startNs)) return undefined;
  const known = findProcess(ctx, arrival.pid, arrival.startNs);
  if (known) return known;
  return addProcess(ctx, sandbox, {
    ...arrival,
    exactStartNs: arrival.startNs,
    nsPid: arrival.nsPid,
    args: [],
    isParentOutside: true,
    role: 'guest',
    timeNs,
  });
}

/** A child of a guest is a guest as long as it is in the pod's namespaces. True when it was one. */
export function onGuestFork(ctx: Context, event: ForkEvent): boolean {
  const parent = recallProcess(ctx, event.task.pid, event.task.startNs) ?? guestBefore(ctx, event);
  if (parent?.role !== 'guest') return false;
  const startNs = event.startNs || event.timeNs;
  if (!isIn(ctx, parent.item, event.namespaces, event.timeNs) || findProcess(ctx, event.pid, startNs)) return true;
  const arrival = { pid: event.pid, ppid: event.ppid, startNs, comm: event.task.comm, uid: event.uid, nsPid: event.nsPid };
  const guest = becomeGuest(ctx, parent.item, arrival, event.timeNs);
  if (!guest) return true;
  emitProcess(ctx, event.timeNs, 'process.started', guest);
  replayStrays(ctx, guest, event.timeNs);
  return true;
}

/** A guest whose namespaces are none of the pod's any more has gone home. */
export function onGuestSetns(ctx: Context, guest: ProcessState, event: SetnsEvent): void {
  if (event.task.tid !== event.task.pid || isIn(ctx, guest.item, event.after, event.timeNs)) return;
  leaveProcess(ctx, guest);
  ctx.leftGuests.delete(guest.pid);
  ctx.leftGuests.set(guest.pid, { guest, leftNs: event.timeNs });
  dropOldest(ctx.leftGuests, MAX_LEFT_GUESTS);
}

/** What it did before it went home may be told by another CPU. */
function guestBefore(ctx: Context, { task, timeNs }: ForkEvent): ProcessState | undefined {
  const left = ctx.leftGuests.get(task.pid);
  return left && timeNs < left.leftNs && startOf(left.guest) === task.startNs ? left.guest : undefined;
}

/** What a process outside all pods does may turn out to be a guest's: its coming is told by another CPU. */
export function keepStray(ctx: Context, event: ForkEvent | ExecEvent | ExitEvent | SetnsEvent): void {
  const { pid } = event.task;
  const known = ctx.strays.get(pid);
  if (known) {
    if (known.length < MAX_STRAYS_PER_PID) known.push(event);
    return;
  }
  ctx.strays.set(pid, [event]);
  if (ctx.strays.size > MAX_STRAYS) expireStrays(ctx, true);
}

export function expireStrays(ctx: Context, isFull = false): void {
  for (const [pid, events] of ctx.strays) {
    const last = events.at(-1);
    const isOld = !last || last.timeNs < ctx.nowNs - ctx.limits.maxHoldMs * 1e6 - MARGIN_NS;
    if (!isOld && !isFull) return;
    ctx.strays.delete(pid);
    if (!isOld) return;
  }
}

/** Now that it is known for a guest, what it did after it came is told, too. */
export function replayStrays(ctx: Context, guest: ProcessState, sinceNs: BootNs): void {
  const events = ctx.strays.get(guest.pid);
  if (!events) return;
  ctx.strays.delete(guest.pid);
  for (const event of events.sort((a, b) => a.timeNs - b.timeNs)) {
    if (event.timeNs < sinceNs || ctx.processes.get(guest.pid) !== guest) continue;
    replay(ctx, guest, event);
  }
}

function replay(ctx: Context, guest: ProcessState, event: KernelEvent): void {
  switch (event.kind) {
    case 'fork':
      onGuestFork(ctx, event);
      return;
    case 'exec':
      return onExec(ctx, guest.item, event);
    case 'exit':
      return onExit(ctx, guest.item, event);
    case 'setns':
      return onGuestSetns(ctx, guest, event);
    default:
      return;
  }
}
