// Reads the JSON of a row and looks whether it is what it should be: the file may have been damaged in a way that sqlite does not see.
import type { Cause } from '../cause/cause.ts';
import type { TreeEvent } from '../tree/change.ts';
import type { SandboxRecord } from '../tree/model.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** The value, or undefined for what is no JSON or of another shape: such a row is left out. */
export function parseRecord<T>(text: unknown, isIt: (value: JsonObject) => value is JsonObject & T): T | undefined {
  if (typeof text !== 'string') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return isIt(value as JsonObject) ? (value as JsonObject & T) : undefined;
}

export function isEvent(value: JsonObject): value is JsonObject & TreeEvent {
  const { id, revision, time, node, type } = value;
  const isBase = [id, time, node, type].every((each) => typeof each === 'string') && typeof revision === 'number';
  if (!isBase) return false;
  if (type === 'pause.exited') return isCause(value.cause);
  if (type === 'pause.restarted') return isCause(value.cause) && isReference(value.oldSandbox) && isReference(value.newSandbox);
  return true;
}

export function isSandboxRecord(value: JsonObject): value is JsonObject & SandboxRecord {
  const { id, attempt, state, kind, ips, namespaces } = value;
  return (
    [id, state, kind].every((each) => typeof each === 'string') &&
    typeof attempt === 'number' &&
    Array.isArray(ips) &&
    Array.isArray(namespaces)
  );
}

function isCause(value: unknown): value is Cause {
  const cause = value as Partial<Cause> | null | undefined;
  return typeof cause?.kind === 'string' && Array.isArray(cause.evidence);
}

function isReference(value: unknown): boolean {
  const reference = value as { readonly id?: unknown; readonly attempt?: unknown } | null | undefined;
  return typeof reference?.id === 'string' && typeof reference.attempt === 'number';
}
