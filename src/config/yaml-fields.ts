// Reads the fields of a map in the configuration file: each with its line, unknown ones with what was meant, wrong ones with what is allowed.
import { isAlias, isMap, isScalar, isSeq, type Node } from 'yaml';
import { messageOf } from '../error.ts';
import { SettingError } from './setting.ts';
import { suggest } from './suggest.ts';

export type Complain = (offset: number | undefined, what: string) => void;

export interface Fields {
  /** Undefined when it is not there, empty, or wrong (which was complained about). */
  read<T>(name: string, parse: (value: unknown) => T): T | undefined;
  /** The same for what must not be repeated in a message. */
  readHidden<T>(name: string, parse: (value: unknown) => T): T | undefined;
  /** The node of a field, for lists of maps. */
  node(name: string): Node | undefined;
  has(name: string): boolean;
  complain(name: string | undefined, what: string): void;
  /** Everything that was not asked for is no setting; `why` says more of some. */
  finish(known: readonly string[], why?: (name: string) => string | undefined): void;
}

/** `path` is how the map is called in messages: `alerts.rules[0]`. Undefined when it is no map, which is complained about. */
export function readFields(node: unknown, path: string, complain: Complain): Fields | undefined {
  if (!isMap(node)) {
    complain(offsetOf(node), `${path}: expected settings as \`name: value\``);
    return undefined;
  }
  const entries = new Map(node.items.map((pair) => [isScalar(pair.key) ? String(pair.key.value) : '?', pair] as const));
  const read = <T>(name: string, parse: (value: unknown) => T, isHidden: boolean): T | undefined => {
    const pair = entries.get(name);
    const value = pair === undefined ? undefined : plainValue(pair.value);
    if (pair === undefined || value === null) return undefined;
    try {
      return parse(value);
    } catch (error) {
      if (!(error instanceof SettingError)) throw error;
      complain(offsetOf(pair.key), `${path}.${name}: ${isHidden ? '' : `${quote(value)}: `}expected ${messageOf(error)}`);
      return undefined;
    }
  };
  return {
    read: (name, parse) => read(name, parse, false),
    readHidden: (name, parse) => read(name, parse, true),
    node: (name) => (entries.get(name)?.value ?? undefined) as Node | undefined,
    has: (name) => entries.has(name),
    complain: (name, what) =>
      complain(offsetOf(name === undefined ? node : entries.get(name)?.key), `${path}${name === undefined ? '' : `.${name}`}: ${what}`),
    finish(known, why) {
      for (const [name, pair] of entries) {
        if (known.includes(name)) continue;
        const guess = suggest(name, known);
        // Whatever stands in the file goes to a terminal or a log: only a plain name is repeated as it is.
        const shown = /^[\w.-]{1,80}$/.test(name) ? name : JSON.stringify(name.slice(0, 80));
        const hint = why?.(name) ?? (guess === undefined ? undefined : `did you mean ${guess}?`);
        complain(offsetOf(pair.key), `${path}.${shown}: there is no such setting${hint === undefined ? '' : `; ${hint}`}`);
      }
    },
  };
}

/** The items of a list with their names in messages; complains when it is none or too long. */
export function readList(node: Node | undefined, path: string, max: number, complain: Complain): readonly (readonly [Node, string])[] {
  if (node === undefined || (isScalar(node) && node.value === null)) return [];
  if (!isSeq(node)) {
    complain(offsetOf(node), `${path}: expected a list`);
    return [];
  }
  if (node.items.length > max) complain(offsetOf(node), `${path}: ${node.items.length} entries: expected at most ${max}`);
  return node.items.slice(0, max).map((item, index) => [item as Node, `${path}[${index}]`] as const);
}

export function offsetOf(node: unknown): number | undefined {
  return isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range?.[0] : undefined;
}

/** Lists and maps of scalars as they are; an alias and what is nested deeper as undefined, which no setting accepts. */
function plainValue(node: unknown): unknown {
  if (isScalar(node)) return node.value;
  if (isSeq(node)) return node.items.map((item) => (isScalar(item) ? item.value : undefined));
  if (isMap(node)) {
    return Object.fromEntries(
      node.items.map(({ key, value }) => [isScalar(key) ? String(key.value) : '?', isScalar(value) ? value.value : undefined]),
    );
  }
  return node === null ? null : undefined;
}

/** JSON escapes every control character, so that a value can be shown whatever is in it. */
function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? 'a value of that shape';
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
