// Readers that turn an unknown value into a typed one or say where it is wrong: the check on everything a server sends.
import { PodtreeError } from '../error.ts';

/** Reads `value`, found at `at`; throws FRAME_INVALID. Fields it does not know are left out, so a newer server may send more. */
export type Reader<T> = (value: unknown, at: string) => T;
export type OptionalReader<T> = Reader<T> & { readonly optional: true };

/** One reader per field of T, optional ones marked: the compiler finds a field that was forgotten. */
export type Fields<T> = {
  readonly [K in keyof T]-?: object extends Pick<T, K> ? OptionalReader<Exclude<T[K], undefined>> : Reader<T[K]>;
};

export function invalid(at: string, expected: string, value: unknown): never {
  let got: string = typeof value;
  if (value === null) got = 'null';
  else if (typeof value === 'string') got = JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  else if (typeof value === 'number' || typeof value === 'boolean') got = String(value);
  throw new PodtreeError('FRAME_INVALID', `frame: ${at} must be ${expected}, got ${got}`);
}

export const text: Reader<string> = (value, at) => (typeof value === 'string' ? value : invalid(at, 'a string', value));

export const flag: Reader<boolean> = (value, at) => (typeof value === 'boolean' ? value : invalid(at, 'true or false', value));

export const number: Reader<number> = (value, at) =>
  typeof value === 'number' && Number.isFinite(value) ? value : invalid(at, 'a number', value);

export const integer: Reader<number> = (value, at) =>
  typeof value === 'number' && Number.isSafeInteger(value) ? value : invalid(at, 'an integer', value);

export const count: Reader<number> = (value, at) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : invalid(at, 'a non-negative integer', value);

/** One of a closed set of words. */
export function word<const W extends string>(...words: readonly W[]): Reader<W> {
  const known: ReadonlySet<unknown> = new Set(words);
  return (value, at) => (known.has(value) ? (value as W) : invalid(at, `one of ${words.join(', ')}`, value));
}

/** A value that may be null; protobuf has no null, there it is absent. */
export function nullable<T>(read: Reader<T>): Reader<T | null> {
  return (value, at) => (value === null || value === undefined ? null : read(value, at));
}

export function optional<T>(read: Reader<T>): OptionalReader<T> {
  return Object.assign((value: unknown, at: string) => read(value, at), { optional: true as const });
}

export function list<T>(read: Reader<T>): Reader<readonly T[]> {
  return (value, at) => {
    if (!Array.isArray(value)) return invalid(at, 'a list', value);
    return value.map((item: unknown, index) => read(item, `${at}[${index}]`));
  };
}

/** A list that an older server, or protobuf, leaves out when it is empty. */
export function listOrNone<T>(read: Reader<T>): Reader<readonly T[]> {
  const readList = list(read);
  return (value, at) => (value === undefined || value === null ? [] : readList(value, at));
}

export const textMap: Reader<Readonly<Record<string, string>>> = (value, at) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return invalid(at, 'an object', value);
  // fromEntries defines own properties: a key named __proto__ stays a key.
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, text(item, `${at}.${key}`)]));
};

/** An object with exactly these fields. Absent and null are the same for an optional one: decoded protobuf has null there. */
export function fields<T>(shape: Fields<T>): Reader<T> {
  const entries = Object.entries(shape) as unknown as readonly (readonly [string, Reader<unknown> & { readonly optional?: true }])[];
  return (value, at) => {
    if (typeof value !== 'object' || value === null) return invalid(at, 'an object', value);
    const source = value as Readonly<Record<string, unknown>>;
    const result: Record<string, unknown> = {};
    for (const [key, read] of entries) {
      const field = source[key];
      if (read.optional === true && (field === undefined || field === null)) continue;
      result[key] = read(field, `${at}.${key}`);
    }
    return result as T;
  };
}
