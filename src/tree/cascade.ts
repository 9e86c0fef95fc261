// What the death of a pause took down: the containers that ran when it died, and what became of each.
import type { Cascade, CascadeContainer } from '../cause/cascade.ts';
import type { ExitDisagreement } from '../cause/death.ts';
import { decisiveSignal, type ExitStatus, isNamespaceEnd, SI_KERNEL } from '../cause/decisive-signal.ts';
import { NAMESPACE_TYPES } from '../kernel/identity.ts';
import { sandboxOf } from './emit.ts';
import { startOf } from './graveyard.ts';
import { ranAt } from './items.ts';
import { containerName } from './records.ts';
import type { Context, Item, PauseExit, ProcessState } from './state.ts';

const PID_TYPE = NAMESPACE_TYPES.indexOf('pid');
const MAX_CONTAINERS = 64;
const MAX_FALLEN = 64;

/** Remembers who died lately: events of another CPU may tell of the pause's death only afterwards. */
export function noteFallen(process: ProcessState): void {
  const { item, end } = process;
  if (!end) return;
  const { pod } = item;
  // A ring whose places are used again: processes die fast in a storm.
  const place = pod.fallen[pod.fallenCount % MAX_FALLEN];
  pod.fallenCount++;
  if (!place) {
    pod.fallen.push({ item, startNs: process.startNs, endNs: end.timeNs });
    return;
  }
  place.item = item;
  place.startNs = process.startNs;
  place.endNs = end.timeNs;
}

/** Looks again at who ran when the pause died: a start or an end of before may be told late. */
export function reviewVictims(exit: PauseExit): void {
  const { timeNs } = exit.event;
  for (const item of exit.item.pod.items.values()) {
    if (ranAt(item, timeNs) && !exit.victims.has(item.id)) exit.victims.set(item.id, { item, processes: countAt(item, timeNs) });
  }
  for (const [id, { item }] of exit.victims) if (!ranAt(item, timeNs)) exit.victims.delete(id);
}

function countAt(item: Item, timeNs: number): number {
  let count = 0;
  for (const { startNs, role } of item.processes) if (startNs <= timeNs && role !== 'runtime') count++;
  for (const { item: of, startNs, endNs } of item.pod.fallen) if (of === item && startNs <= timeNs && endNs > timeNs) count++;
  return Math.max(1, count);
}

export function cascadeOf(ctx: Context, exit: PauseExit): Cascade {
  const victims = [...exit.victims.values()];
  const containers = victims.map(({ item, processes }) => describeVictim(ctx, exit, item, processes));
  return {
    containers: containers.sort((a, b) => (a.name < b.name ? -1 : 1)).slice(0, MAX_CONTAINERS),
    containerCount: victims.length,
    processes: victims.reduce((sum, { processes }) => sum + processes, 0),
    leaked: [...exit.leaked].sort(),
  };
}

function describeVictim(ctx: Context, { item: sandbox, event }: PauseExit, item: Item, processes: number): CascadeContainer {
  const pidNamespace = item.namespaces?.[PID_TYPE] ?? 0;
  const isShared = pidNamespace === sandbox.namespaces?.[PID_TYPE] && !ctx.namespaces.isHost(PID_TYPE, pidNamespace);
  const { exit, first } = item;
  const decisive = exit?.status && first && decisiveSignal(exit.status, ctx.signals.signalsTo(first.pid, startOf(first), exit.timeNs));
  // The OOM killer sends its signal in the name of whoever wanted memory.
  const killer = decisive && (decisive.code !== SI_KERNEL || isNamespaceEnd(decisive)) ? decisive.task : undefined;
  return {
    id: item.id,
    name: containerName(item),
    fate: pidNamespace !== 0 && isShared ? 'with-pause' : 'orphaned',
    processes,
    ...(exit?.record && { exit: exit.record }),
    ...(exit && { endedAfterMs: Math.round((exit.timeNs - event.timeNs) / 1000) / 1000 }),
    ...(killer && { endedBy: { pid: killer.pid, comm: killer.comm } }),
  };
}

/** Containers of the sandbox whose end the runtime reports otherwise than the kernel saw it. */
export function disagreementsOf(exit: PauseExit): ExitDisagreement[] {
  const items = new Set([...exit.victims.values()].map(({ item }) => item));
  for (const item of exit.item.pod.items.values()) if (item.kind === 'container' && sandboxOf(item) === exit.item) items.add(item);
  const found: ExitDisagreement[] = [];
  for (const item of items) {
    const runtimeCode = item.container?.exitCode;
    const status = item.exit?.status;
    if (runtimeCode === undefined || !status || item.container?.state !== 'exited') continue;
    const kernelCode = shellCode(status);
    if (kernelCode !== runtimeCode) found.push({ name: containerName(item), kernelCode, runtimeCode });
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What a shell says, and the runtimes with it: the code, or 128 and the signal. */
function shellCode({ code, signal }: ExitStatus): number {
  return signal !== 0 ? 128 + signal : (code ?? 0);
}
