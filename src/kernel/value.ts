// Single values of a tuple that bpftrace printed, checked: numbers, ids, text in its escapes. Throws Malformed for anything else.
import type { CgroupId } from './identity.ts';

export class Malformed extends Error {}

const MAX_ARGS_BYTES = 64 * 1024;

/** Newer versions print integers above 2^53 as strings. */
export function num(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && /^-?\d{1,20}$/.test(value)) return Number(value);
  throw new Malformed();
}

export function id(value: unknown): string {
  if (value === 0) return '';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string' && /^\d{1,20}$/.test(value)) return value;
  throw new Malformed();
}

export function cgroupId(value: unknown): CgroupId {
  if (typeof value === 'number') return String(value) as CgroupId;
  if (typeof value === 'string' && /^\d{1,20}$/.test(value)) return value as CgroupId;
  throw new Malformed();
}

export function string(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new Malformed();
}

export function text(value: unknown): string {
  return decode(string(value));
}

/** One character per byte in, text out: U+FFFD stands for what is no UTF-8. */
export function decode(bytes: string): string {
  return /[^\x00-\x7f]/.test(bytes) ? Buffer.from(bytes, 'latin1').toString('utf8') : bytes;
}

/** A buf(): text in which unprintable bytes are \xNN (bpftrace 0.17, 0.23), or an array of numbers (0.27). */
export function bytesOf(value: unknown): Buffer {
  if (typeof value === 'string') {
    return Buffer.from(
      value.slice(0, MAX_ARGS_BYTES).replace(/\\x([0-9a-fA-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
      'latin1',
    );
  }
  if (!Array.isArray(value) || value.length > MAX_ARGS_BYTES) throw new Malformed();
  return Buffer.from(value.map((byte) => num(byte) & 0xff));
}

/** bpftrace up to 0.27 writes a byte above 0x7f as \uffffffXX (a signed char, src/output). JSON.parse takes that for U+FFFF and text, without
 * an error. Pairs of backslashes are stepped over: a process may be called `\uffffffc3`. */
export function undoByteEscapes(line: string): string {
  return line.replace(/\\(?:uffffff([0-9a-f]{2})|[\s\S])/g, (all, hex: string | undefined) => (hex === undefined ? all : `\\u00${hex}`));
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
