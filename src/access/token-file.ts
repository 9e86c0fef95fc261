// The file of bearer tokens: `NAME:TOKEN` or `NAME:sha256:HEX` a line. What is kept of a token is its digest, and messages never repeat one.
import { createHash, timingSafeEqual } from 'node:crypto';
import { realpathSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { readBoundedFile } from '../host/bounded-file.ts';

export interface TokenEntry {
  readonly name: string;
  readonly digest: Buffer;
}

export interface TokenFile {
  readonly entries: readonly TokenEntry[];
  /** Lines that were left out, each with what is wrong with it. */
  readonly problems: readonly string[];
}

const MAX_BYTES = 262_144;
const MAX_ENTRIES = 1024;
const MIN_LENGTH = 16;
const ALLOWED = `NAME:TOKEN with a token of ${MIN_LENGTH} to 4096 printable characters, or NAME:sha256:HEX`;

/** Throws what is wrong with the file as a whole; a line that is wrong is only left out. */
export function readTokenFile(path: string, uid = process.geteuid?.() ?? 0): TokenFile {
  refuseExposed(path, uid);
  return parseTokens(readBoundedFile(path, MAX_BYTES));
}

export function parseTokens(text: string): TokenFile {
  const entries: TokenEntry[] = [];
  const problems: string[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const entry = parseLine(trimmed);
    if (entry === undefined) problems.push(`line ${index + 1}: expected ${ALLOWED}`);
    else if (entries.length >= MAX_ENTRIES) problems.push(`line ${index + 1}: more than ${MAX_ENTRIES} tokens`);
    else entries.push(entry);
  }
  return { entries, problems: problems.slice(0, 10) };
}

function parseLine(line: string): TokenEntry | undefined {
  const [, name, value] = /^([\w.@-]{1,64}):([\x21-\x7e]+)$/.exec(line) ?? [];
  if (name === undefined || value === undefined || value.length > 4096) return undefined;
  const hex = /^sha256:([0-9a-f]{64})$/i.exec(value)?.[1];
  if (hex !== undefined) return { name, digest: Buffer.from(hex, 'hex') };
  return value.startsWith('sha256:') || value.length < MIN_LENGTH ? undefined : { name, digest: digestOf(value) };
}

export function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** The name of a token, or undefined. All of them are compared, each in the same time: how long it takes says nothing. */
export function findToken(entries: readonly TokenEntry[], digest: Buffer): string | undefined {
  let found: string | undefined;
  for (const entry of entries) if (timingSafeEqual(entry.digest, digest)) found ??= entry.name;
  return found;
}

/** Throws for a file that somebody else could read tokens from, or write his own into. */
function refuseExposed(path: string, uid: number): void {
  const { mode, uid: owner } = statSync(path);
  const shown = (mode & 0o777).toString(8).padStart(4, '0');
  if (owner !== 0 && owner !== uid) throw new Error(`${path} belongs to uid ${owner}, who could write tokens into it: chown root`);
  if ((mode & 0o022) !== 0) throw new Error(`${path} may be written by others (mode ${shown}): chmod 600`);
  if ((mode & 0o004) !== 0 && !isVolume(path)) throw new Error(`${path} may be read by everybody (mode ${shown}): chmod 600`);
}

/** A volume made by the kubelet: its files are 0644 unless defaultMode says otherwise, and only who is in the pod can reach them. They are links
 * into a directory `..TIMESTAMP`: kubernetes pkg/volume/util/atomic_writer.go. */
export function isVolume(path: string): boolean {
  return /^\.\.\d/.test(basename(dirname(realpathSync(path))));
}
