// What the rules know and the next run of the agent has to know as well. Plain data, read back with suspicion.
import type { Death } from './death.ts';
import type { Alert, Incident } from './incident.ts';

export interface SavedAlert {
  readonly kind: 'alert';
  readonly alert: Alert;
  /** With the incident's first alert. */
  readonly incident?: Incident;
}

/** A death that counts, or one whose cause is still waited for. */
export interface SavedDeath {
  readonly kind: 'death';
  readonly death: Death;
  readonly isHeld: boolean;
}

/** A pod that is not whole yet after a death, which is saved as well; `awaited` are the containers that ran before. */
export interface SavedOutage {
  readonly kind: 'outage';
  readonly uid: string;
  readonly deathKey: string;
  readonly awaited: readonly string[];
}

export type SavedItem = SavedAlert | SavedDeath | SavedOutage;

/** Keeps an item under this id, or forgets it. */
export type Save = (id: string, item: SavedItem | undefined) => void;

type Json = Readonly<Record<string, unknown>>;

/** Undefined for what is no JSON or of another shape: the file may have been damaged in a way that sqlite does not see. */
export function readSaved(body: string): SavedItem | undefined {
  const item = parseObject(body);
  switch (item?.kind) {
    case 'alert':
      return isAlert(item.alert) && (item.incident === undefined || isIncident(item.incident))
        ? (item as unknown as SavedAlert)
        : undefined;
    case 'death':
      return isDeath(item.death) && typeof item.isHeld === 'boolean' ? (item as unknown as SavedDeath) : undefined;
    case 'outage':
      return has(item, 'string', ['uid', 'deathKey']) && isTexts(item.awaited) ? (item as unknown as SavedOutage) : undefined;
    default:
      return undefined;
  }
}

export function parseObject(body: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function has(value: Json, type: 'string' | 'number' | 'boolean', names: readonly string[]): boolean {
  return names.every((name) => typeof value[name] === type);
}

function isPodRef(value: unknown): boolean {
  return isObject(value) && has(value, 'string', ['uid']);
}

function isCause(value: unknown): boolean {
  return isObject(value) && has(value, 'string', ['kind']) && Array.isArray(value.evidence) && isListOf(value.findings, ['code', 'text']);
}

/** Objects that have these texts. */
function isListOf(value: unknown, texts: readonly string[]): boolean {
  return Array.isArray(value) && value.every((item) => isObject(item) && has(item, 'string', texts));
}

function isDeath(value: unknown): boolean {
  if (!isObject(value) || !isPodRef(value.pod) || !isCause(value.cause) || !isTexts(value.alertedBy)) return false;
  if (value.containers !== undefined && !isListOf(value.containers, ['id', 'name'])) return false;
  return has(value, 'string', ['key', 'time']) && has(value, 'number', ['atMs']);
}

function isAlert(value: unknown): boolean {
  if (!isObject(value) || (value.pod !== undefined && !isPodRef(value.pod)) || (value.cause !== undefined && !isCause(value.cause)))
    return false;
  const texts = ['id', 'rule', 'severity', 'subject', 'incident', 'since', 'last', 'summary'];
  const numbers = ['lastMs', 'count', 'revision', 'publishedMs', 'notifiedMs', 'updates'];
  const flags = ['isChanged', 'isUnsent', 'isQuiet'];
  return has(value, 'string', texts) && has(value, 'number', numbers) && has(value, 'boolean', flags) && isTexts(value.keys);
}

function isIncident(value: unknown): boolean {
  if (!isObject(value) || !Array.isArray(value.members) || !value.members.every(isPodRef)) return false;
  return has(value, 'string', ['id', 'rule']) && has(value, 'number', ['openedMs', 'startMs', 'memberCount', 'active', 'toldCount']);
}
