// Hands each kernel event to what it concerns: a container's process, a guest, a namespace, a death to be explained.
import { isPodRoot } from '../attribution/cgroup-path.ts';
import type { ForkEvent, KernelEvent, TaskRef } from '../kernel/event.ts';
import { type CgroupId, CLONE_FLAG } from '../kernel/identity.ts';
import { findGuest, keepStray, onGuestFork } from './guest.ts';
import { cgroupGone, itemOfCgroup, noteInfra } from './items.ts';
import { onCloneNamespaces, onSetns, onUnshare } from './join.ts';
import { reviewPauseExits } from './pause.ts';
import { onArgs, onAttach, onExec, onExit, onFork, onHostname } from './process-event.ts';
import { onRuntimeExit } from './runtime-process.ts';
import type { Context, Item } from './state.ts';
import { tellEnd } from './untold-end.ts';

const NAMESPACE_FLAGS = Object.values(CLONE_FLAG).reduce((all, flag) => all | flag, 0);
const CLONE_INTO_CGROUP = 0x2_0000_0000;

/** Where the child of a fork is. Only CLONE_INTO_CGROUP puts it elsewhere than where its parent is; '0' when that is not known. */
function forkedInto(event: ForkEvent): CgroupId {
  return event.cgroupId !== '0' || event.flags >= CLONE_INTO_CGROUP ? event.cgroupId : event.task.cgroupId;
}

/** The cgroup that decides whose event it is; undefined when it concerns whom it names. */
export function cgroupOf(event: KernelEvent): CgroupId | undefined {
  switch (event.kind) {
    case 'fork':
      return forkedInto(event);
    case 'exec':
    case 'exit':
    case 'setns':
    case 'unshare':
      return event.task.cgroupId;
    case 'cgroup-rmdir':
    case 'cgroup-attach':
      return event.cgroupId;
    default:
      return undefined;
  }
}

function itemOf(ctx: Context, cgroupId: CgroupId): Item | undefined {
  return ctx.itemsByCgroup.get(cgroupId) ?? itemOfCgroup(ctx, ctx.registry.byId(cgroupId));
}

function itemOfTask(ctx: Context, task: TaskRef): Item | undefined {
  return itemOf(ctx, task.cgroupId) ?? findGuest(ctx, task)?.item;
}

export function dispatch(ctx: Context, event: KernelEvent): void {
  switch (event.kind) {
    case 'fork': {
      const item = itemOf(ctx, forkedInto(event));
      if (item) onFork(ctx, item, event, itemOf(ctx, event.task.cgroupId));
      else if (!onGuestFork(ctx, event)) keepStray(ctx, event);
      if (event.flags & NAMESPACE_FLAGS) onCloneNamespaces(ctx, item, event);
      return;
    }
    case 'exec': {
      const item = itemOfTask(ctx, event.task);
      return item ? onExec(ctx, item, event) : keepStray(ctx, event);
    }
    case 'exit': {
      if (tellEnd(ctx, event)) return;
      const item = itemOfTask(ctx, event.task);
      if (item) return onExit(ctx, item, event);
      if (!onRuntimeExit(ctx, event)) return keepStray(ctx, event);
      const { pid } = event.task;
      return reviewPauseExits(ctx, pid === ctx.daemonDeathPid ? {} : { pid });
    }
    case 'args':
      return onArgs(ctx, event);
    case 'hostname':
      return onHostname(ctx, event);
    case 'setns':
      return onSetns(ctx, itemOf(ctx, event.task.cgroupId), event);
    case 'unshare':
      return onUnshare(ctx, itemOf(ctx, event.task.cgroupId), event);
    case 'signal':
      ctx.signals.addSignal(event);
      return reviewPauseExits(ctx, { pid: event.targetPid });
    case 'oom':
      ctx.signals.addOom(event);
      return reviewPauseExits(ctx, { pid: event.victimPid });
    case 'cgroup-mkdir':
      return;
    case 'cgroup-rmdir': {
      const entry = ctx.registry.byId(event.cgroupId);
      if (entry) cgroupGone(ctx, entry);
      return;
    }
    case 'cgroup-attach':
      return onAttach(ctx, itemOf(ctx, event.cgroupId), event);
    default:
      event satisfies never;
  }
}

/** Paths of cgroups are learned at once, also for what has to wait: everything later is named by them. */
export function learn(ctx: Context, event: KernelEvent): void {
  if (event.kind === 'cgroup-rmdir') {
    ctx.registry.forget(event.cgroupId);
  } else if (event.kind === 'cgroup-mkdir') {
    if (event.truncated) {
      ctx.requests.askHost = true;
      return;
    }
    const entry = ctx.registry.learn(event.cgroupId, event.path);
    noteInfra(ctx, entry);
    if (isPodRoot(event.path)) ctx.requests.podRoots.push(event.cgroupId);
    if (entry.owner.role === 'container') ctx.requests.askRuntime = true;
  }
}
