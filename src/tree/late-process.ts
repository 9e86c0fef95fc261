// Tells of a process whose events come when the next one with its pid has been told of: it is over, and nobody has heard of it yet. It happens when
// pids go round faster than the buffer of one CPU is read: 32,768 of them last a storm of forks for less than a second.
import type { ExecEvent, ExitEvent, ForkEvent } from '../kernel/event.ts';
import type { BootNs } from '../kernel/identity.ts';
import { exitRecord } from '../kernel/signal.ts';
import { emit, refsOf } from './emit.ts';
import type { ProcessRecord } from './model.ts';
import type { Context, Item } from './state.ts';
import { awaitEnd } from './untold-end.ts';

/** How it ended may come soon, or was lost. */
export function tellLateFork(ctx: Context, item: Item, event: ForkEvent, startNs: BootNs): void {
  if (!isNews(ctx, event.pid, startNs)) return;
  const process = {
    ...identity(ctx, event.pid, startNs),
    ...(event.nsPid !== 0 && { nsPid: event.nsPid }),
    ppid: event.ppid,
    comm: event.task.comm,
    uid: event.uid,
  };
  emit(ctx, event.timeNs, { type: 'process.started', ...refsOf(ctx, item), process });
  awaitEnd(ctx, event.pid, startNs, ctx.latestEventNs, (exit) => {
    const refs = refsOf(ctx, item);
    if (exit) emit(ctx, exit.timeNs, { type: 'process.exited', ...refs, process, exit: exitRecord(exit) });
    else emit(ctx, ctx.nowNs, { type: 'process.exited', ...refs, process, source: 'levels' });
  });
}

/** So late that the process is forgotten: told, and changes nothing. */
export function tellLateExec(ctx: Context, item: Item, event: ExecEvent): void {
  const { task } = event;
  const process = {
    ...identity(ctx, task.pid, task.startNs),
    ...(event.nsPid !== 0 && { nsPid: event.nsPid }),
    ppid: task.ppid,
    comm: task.comm,
    uid: event.uid,
  };
  emit(ctx, event.timeNs, { type: 'process.exec', ...refsOf(ctx, item), process });
}

export function tellLateExit(ctx: Context, item: Item, event: ExitEvent): void {
  const { task } = event;
  if (!isNews(ctx, task.pid, task.startNs)) return;
  const process = {
    ...identity(ctx, task.pid, task.startNs),
    ...(event.nsPid !== 0 && { nsPid: event.nsPid }),
    ppid: task.ppid,
    comm: task.comm,
  };
  emit(ctx, Math.min(task.startNs, event.timeNs), { type: 'process.started', ...refsOf(ctx, item), process });
  emit(ctx, event.timeNs, { type: 'process.exited', ...refsOf(ctx, item), process, exit: exitRecord(event) });
}

/** What is too old to be known is not told twice, but counted. */
function isNews(ctx: Context, pid: number, startNs: BootNs): boolean {
  const isTold = ctx.graveyard.isTold(pid, startNs);
  if (isTold === undefined) ctx.drops.tooLate++;
  if (isTold !== false) return false;
  ctx.graveyard.addUnseen(pid, startNs, ctx.nowNs);
  return true;
}

function identity(ctx: Context, pid: number, startNs: BootNs): Pick<ProcessRecord, 'pid' | 'args' | 'role' | 'startTime'> {
  return { pid, args: [], role: 'child', startTime: ctx.wallTime(startNs) };
}
