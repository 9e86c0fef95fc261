// The short names and values that the tree and the events print in the same way.
import type { PodRef } from '../attribution/reference.ts';
import type { ExitRecord } from '../kernel/signal.ts';
import type { PodController } from '../tree/model.ts';
import type { Style } from './color.ts';
import { escapeText } from './escape.ts';

export function count(howMany: number, one: string, many = `${one}s`): string {
  return `${howMany} ${howMany === 1 ? one : many}`;
}

/** `namespace/name`, or as much of it as is known, else the uid. */
export function podLabel(pod: PodRef): string {
  if (pod.name === undefined) return escapeText(pod.uid);
  return escapeText(pod.namespace === undefined ? pod.name : `${pod.namespace}/${pod.name}`);
}

/** `Deployment web`, as kubectl describe has it after "Controlled By". */
export function controllerLabel({ kind, name }: PodController): string {
  return escapeText(`${kind} ${name}`);
}

/** The first twelve characters of a runtime's id, as the runtimes' own tools print them. */
export function shortId(id: string): string {
  return escapeText(id.slice(0, 12));
}

/** `exit 137` for a status, the name of the signal for a process that a signal ended. */
export function formatExit(exit: ExitRecord | undefined): string {
  if (exit?.signal !== null && exit?.signal !== undefined) return escapeText(exit.signal);
  return exit?.code === null || exit?.code === undefined ? 'exit unknown' : `exit ${exit.code}`;
}

export function exitStyle(exit: ExitRecord | undefined): Style {
  if (exit === undefined) return 'muted';
  return exit.signal !== null || (exit.code !== null && exit.code !== 0) ? 'bad' : 'muted';
}
