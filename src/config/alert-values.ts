// What a field of an alert rule or a sink may hold. Each parser throws a SettingError with what is allowed.
import type { Secret } from '../alert/sink-settings.ts';
import { parseSelector } from '../stream/selector.ts';
import { SettingError } from './setting.ts';
import { suggest } from './suggest.ts';

type Parse<T> = (value: unknown) => T;

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90s`, `10m`, `1h30m`: what Prometheus and Go take. */
export function duration(minMs: number, maxMs: number): Parse<number> {
  return (value) => {
    const text = typeof value === 'string' && /^(\d{1,9}(ms|s|m|h|d))+$/.test(value) ? value : '';
    let total = 0;
    for (const [, digits, unit] of text.matchAll(/(\d+)(ms|s|m|h|d)/g)) total += Number(digits) * (UNITS[unit ?? ''] ?? 0);
    if (text === '' || total < minMs || total > maxMs)
      throw new SettingError(`a duration such as 90s or 10m, from ${formatDuration(minMs)} to ${formatDuration(maxMs)}`);
    return total;
  };
}

/** The largest unit that leaves no rest. */
export function formatDuration(ms: number): string {
  const unit = Object.entries(UNITS).findLast(([, size]) => ms >= size && ms % size === 0);
  return unit === undefined ? `${ms}ms` : `${ms / unit[1]}${unit[0]}`;
}

export function wholeNumber(min: number, max: number): Parse<number> {
  return (value) => {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max) return value;
    throw new SettingError(`a whole number from ${min} to ${max}`);
  };
}

export function choice<const T extends string>(words: readonly T[]): Parse<T> {
  return (value) => {
    const found = words.find((word) => word === value);
    if (found !== undefined) return found;
    const guess = typeof value === 'string' ? suggest(value, words) : undefined;
    throw new SettingError(`one of ${words.join(', ')}${guess === undefined ? '' : `; did you mean ${guess}?`}`);
  };
}

export const flag: Parse<boolean> = (value) => {
  if (typeof value === 'boolean') return value;
  throw new SettingError('true or false');
};

export function textLike(pattern: RegExp, allowed: string): Parse<string> {
  return (value) => {
    if (typeof value === 'string' && pattern.test(value)) return value;
    throw new SettingError(allowed);
  };
}

export function listOf<T>(parse: Parse<T>, max: number): Parse<readonly T[]> {
  return (value) => {
    if (!Array.isArray(value)) throw new SettingError('a list');
    if (value.length > max) throw new SettingError(`at most ${max} entries`);
    return value.map((item: unknown) => parse(item));
  };
}

export const selector: Parse<string> = (value) => {
  if (typeof value !== 'string') throw new SettingError('a label selector such as app=web,tier!=db');
  try {
    parseSelector(value);
    return value;
  } catch (error) {
    throw new SettingError(`a label selector such as app=web,tier!=db (${error instanceof Error ? error.message : ''})`);
  }
};

export const filePath = textLike(/^\/[^\0\n]{0,4095}$/, 'the absolute path of a file');

/** An address without anything secret in it. */
export const webAddress: Parse<string> = (value) => {
  const url = typeof value === 'string' && value.length <= 2048 && URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw new SettingError('an http or https URL');
  if (url.username !== '' || url.password !== '') throw new SettingError('a URL without user and password: give a token instead');
  if (url.hash !== '') throw new SettingError('a URL without #');
  return value as string;
};

/** An address that paths are put behind. */
export const baseAddress: Parse<string> = (value) => {
  const address = webAddress(value);
  if (new URL(address).search !== '' || address.includes('?')) throw new SettingError('a URL without a query: its path is put behind it');
  return address;
};

/** `${NAME}` and nothing else: a secret that stands in the file itself is refused, and so is a variable that is not set. */
export function variable(env: Readonly<Record<string, string | undefined>>): Parse<Secret> {
  return (value) => {
    const name = typeof value === 'string' ? /^\$\{([A-Za-z_][A-Za-z0-9_]{0,127})\}$/.exec(value)?.[1] : undefined;
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what has to be written.
    if (name === undefined) throw new SettingError('${NAME}, the name of an environment variable: a secret does not belong into this file');
    if ((env[name] ?? '') === '') throw new SettingError(`the variable ${name} to be set, and it is not`);
    return { env: name };
  };
}

/** The part of an address that may be shown: paths and queries of webhooks hold keys. */
export function shownAddress(address: string): string {
  if (!URL.canParse(address)) return '…';
  const { origin, pathname, search } = new URL(address);
  return pathname === '/' && search === '' ? origin : `${origin}/…`;
}
