// What is read off a pod, sandbox or container for lists and sorting: since when, how it stands, how much of it there is.
import type { Container, Pod, ProcessRecord, Sandbox, SandboxRecord } from '../tree/model.ts';
import { pauseStanding } from '../tree/pause-standing.ts';
import type { Style } from './color.ts';

/** When the first sandbox of the pod that is known was made, wall time in ms. */
export function podSince(pod: Pod): number | undefined {
  for (const record of pod.history) {
    const since = sandboxSince(record);
    if (since !== undefined) return since;
  }
  return pod.sandbox === undefined ? undefined : sandboxSince(pod.sandbox);
}

export function sandboxSince(sandbox: SandboxRecord): number | undefined {
  return parseTime(sandbox.createdAt ?? sandbox.pause?.startTime);
}

/** When its first process was started; the tree does not have the start of a container otherwise. */
export function containerSince(container: Container): number | undefined {
  return parseTime(container.processes.find(({ role }) => role === 'init')?.startTime);
}

export function processSince(process: ProcessRecord): number | undefined {
  return parseTime(process.startTime);
}

function parseTime(text: string | undefined): number | undefined {
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

export interface Standing {
  readonly text: string;
  readonly style: Style;
}

/** How a pod stands in a word or two. A pod whose pause is dead is not `notready`: that is what this program is about. */
export function podStanding({ sandbox, deletedAt }: Pod): Standing {
  if (sandbox === undefined) return { text: 'no sandbox', style: 'warn' };
  const standing = pauseStanding(sandbox);
  if (standing === 'dead') return { text: 'no pause', style: 'alarm' };
  if (deletedAt !== undefined) return { text: 'deleting', style: 'warn' };
  return standing === 'stopped' ? { text: 'stopped', style: 'muted' } : sandboxStanding(sandbox);
}

/** Since when it is to be deleted, wall time in ms. */
export function podDeletedSince({ deletedAt }: Pick<Pod, 'deletedAt'>): number | undefined {
  return parseTime(deletedAt);
}

export function sandboxStanding({ state }: SandboxRecord): Standing {
  return { text: state, style: state === 'ready' ? 'good' : 'warn' };
}

export function containerStanding({ kind, state, lastExit }: Container): Standing {
  if (state === 'running') return { text: state, style: 'good' };
  const isDone = state === 'exited' && kind === 'init' && lastExit?.code === 0;
  return { text: state, style: isDone ? 'muted' : 'warn' };
}

/** Containers that should run: an init container that has ended has done its work. */
export function lastingContainers({ sandbox }: Pod): readonly Container[] {
  return (sandbox?.containers ?? []).filter(({ kind, state }) => kind !== 'init' || state !== 'exited');
}

/** Processes of the sandbox with its pause and its guests. */
export function countProcesses(sandbox: Sandbox | undefined): number {
  if (sandbox === undefined) return 0;
  const inContainers = sandbox.containers.reduce((sum, { processes }) => sum + processes.length, 0);
  return inContainers + sandbox.guests.length + (sandbox.pause === undefined ? 0 : 1);
}

/** Restarts of its containers, all together. */
export function containerRestarts({ sandbox }: Pod): number {
  return (sandbox?.containers ?? []).reduce((sum, { restarts }) => sum + restarts, 0);
}
