// What a process is to its container: a runtime stage, its first process, an exec, a child. Comes out the same in whatever order its fork, its
// execs and those of its ancestors are told.
import type { ExecEvent } from '../kernel/event.ts';
import type { BootNs } from '../kernel/identity.ts';
import { containerDied, containerStarted, containerUnstarted } from './container.ts';
import { touchProcess } from './emit.ts';
import { startOf } from './graveyard.ts';
import { reviewOutages } from './outage.ts';
import type { Context, Item, ProcessState } from './state.ts';
import { isEndUntold } from './untold-end.ts';

/** runc has two stages that are forked with CLONE_PARENT, crun one (runc nsexec.c, crun linux.c). */
const MAX_SIBLINGS = 16;

/** Its fork is known: who it comes from decides, not whose child it is (runc and crun clone with CLONE_PARENT, and orphans are adopted). */
export function setForker(
  process: ProcessState,
  birth: {
    readonly timeNs: BootNs;
    readonly isForkerHere: boolean;
    readonly isSibling: boolean;
    readonly forker: ProcessState | undefined;
  },
): void {
  const { timeNs, isForkerHere, isSibling, forker } = birth;
  process.birthNs = timeNs;
  process.isForkerHere = isForkerHere;
  process.isSibling = isSibling;
  if (forker && (isSibling || wasRuntimeAt(forker, timeNs))) {
    process.forker = forker;
    forker.hasForked = true;
  }
  evaluate(process);
}

/** Before it became a program of the container it was the runtime at work. */
export function wasRuntimeAt(process: ProcessState, timeNs: BootNs): boolean {
  return (process.isEntrant || process.isStage) && (process.programNs === 0 || process.programNs > timeNs);
}

function cameFromOutside(process: ProcessState, depth = 0): boolean {
  if (process.birthNs === 0) return process.isParentOutside;
  if (!process.isForkerHere) return true;
  if (!process.isSibling) return false;
  return process.forker && depth < MAX_SIBLINGS ? cameFromOutside(process.forker, depth + 1) : process.isEntrant;
}

function evaluate(process: ProcessState): void {
  if (process.role === 'guest') return;
  process.isEntrant = cameFromOutside(process);
  const { forker, programNs } = process;
  process.isStage = !process.isEntrant && programNs === 0 && forker !== undefined && wasRuntimeAt(forker, process.birthNs);
  process.role = roleOf(process);
}

function roleOf(process: ProcessState): ProcessState['role'] {
  if (process === process.item.first) return process.item.kind === 'sandbox' ? 'pause' : 'init';
  if (process.isEntrant) return process.programNs === 0 ? 'runtime' : 'exec';
  return process.isStage ? 'runtime' : 'child';
}

/** It executes a program in the container's own mount namespace. `event` absent: levels say so. */
export function becameProgram(ctx: Context, process: ProcessState, timeNs: BootNs, event?: ExecEvent): void {
  const isFirstTime = process.programNs === 0;
  if (event && timeNs <= process.programSeenNs) return startedAt(ctx, process, timeNs);
  if (!isFirstTime && timeNs >= process.programNs) return;
  process.programNs = timeNs;
  if (event) {
    process.namespaces = event.namespaces;
    process.namespaceIds = event.namespaceIds;
  }
  const { item } = process;
  if (process.hasForked || process.isStage) return reconsider(ctx, item);
  if (!process.isEntrant) return;
  if (isFirstTime && (!item.first || startOf(process) < startOf(item.first))) return becomeFirst(ctx, item, process);
  update(ctx, process);
}

/** Levels have told of the program, and how long it runs was a guess. */
function startedAt(ctx: Context, process: ProcessState, timeNs: BootNs): void {
  const { item } = process;
  process.programSeenNs = 0;
  process.programNs = timeNs;
  if (item.first !== process) return;
  item.startedNs = timeNs;
  reviewOutages(ctx, item.pod);
}

/** Something was learned late of where a process comes from: what it is, and what those are that come from it, is judged anew. */
export function reconsider(ctx: Context, item: Item): void {
  // Twice: a stage's child may stand before it in the set.
  for (const process of item.processes) update(ctx, process);
  for (const process of item.processes) update(ctx, process);
  let first = item.first && isEligible(item.first) ? item.first : undefined;
  for (const process of item.processes) {
    if (isEligible(process) && (!first || startOf(process) < startOf(first))) first = process;
  }
  if (first && first !== item.first) return becomeFirst(ctx, item, first);
  if (first || !item.first) return;
  const former = item.first;
  delete item.first;
  containerUnstarted(ctx, item);
  update(ctx, former);
}

/** The runtime says which process is the first, and it lives: where events did not tell who made it, or only levels that another one has ended, that counts. */
export function believeRuntime(ctx: Context, item: Item, pid: number | undefined): void {
  const process = pid === undefined || item.init ? undefined : ctx.processes.get(pid);
  if (!process || process.item !== item || process.role === 'guest' || process.programNs === 0) return;
  if (item.first === process || (item.first && item.exit?.status)) return;
  delete item.first;
  process.isForkerHere = false;
  reconsider(ctx, item);
}

function isEligible(process: ProcessState): boolean {
  return process.isEntrant && process.programNs !== 0;
}

/** Of all that the runtime brings into a container and that execute a program there, the earliest is its first process; later ones are execs. */
function becomeFirst(ctx: Context, item: Item, process: ProcessState): void {
  const former = item.first;
  item.first = process;
  if (former) update(ctx, former);
  update(ctx, process);
  containerStarted(ctx, process);
  if (ctx.processes.get(process.pid) !== process && !isEndUntold(ctx, process)) containerDied(ctx, process, process.end);
}

/** A process that is dead stays as it was told. */
function update(ctx: Context, process: ProcessState): void {
  const before = process.role;
  evaluate(process);
  if (process.role !== before && ctx.processes.get(process.pid) === process) touchProcess(ctx, process);
}

/** The runtime says what an item is: what was guessed before is put right. */
export function roleChanged(ctx: Context, item: Item): void {
  if (item.first) update(ctx, item.first);
}
