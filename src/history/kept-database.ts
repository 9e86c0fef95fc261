// A database that is in its file while that can be written and in memory while it cannot: what it holds goes along, there and back.
import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { messageOf, PodtreeError } from '../error.ts';
import { copyRows, sizeOf } from './copy-rows.ts';
import { type DatabaseForm, isDamage, moveAside, openDatabase, openInMemory, primaryCode, type SetAside } from './database.ts';

/** What became of the file; each is said when it happens, also while it is opened. */
export type KeptChange =
  /** It was damaged, and is begun anew. */
  | (SetAside & { readonly type: 'set-aside' })
  /** It cannot be written. `isWhole`: what it holds is in memory as well. */
  | { readonly type: 'memory'; readonly reason: string; readonly isWhole: boolean }
  /** It can be written again, and holds all that was in memory. */
  | { readonly type: 'file' };

export interface KeptOptions<T> {
  /** Undefined: in memory from beginning to end. */
  readonly path: string | undefined;
  readonly form: DatabaseForm;
  /** What `run` works with; made anew when the database is another one. */
  build(database: DatabaseSync): T;
  /** Wall time, ms. */
  readonly now: () => number;
  onChange(change: KeptChange): void;
  /** Go on in memory while another agent has the file. */
  readonly toleratesLock?: boolean;
}

export interface KeptDatabase<T> {
  /** Does it once more when the database had to be replaced meanwhile, so it must do all or nothing. Throws what is not the disk's fault. */
  run<R>(work: (it: T) => R): R;
  /** Why it is in memory. */
  readonly degraded: string | undefined;
  sizeBytes(): number;
  close(): void;
}

/** How often a file is looked after, and one that cannot be written is tried again. */
const RETRY_MS = 60_000;
/** More than this is not taken into memory: it stays in the file, where it is found again. */
const MAX_COPY_BYTES = 64 * 1024 * 1024;
/** SQLITE_PERM, BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN. */
const UNWRITABLE: ReadonlySet<number> = new Set([3, 5, 6, 8, 10, 13, 14]);

/** Throws STATE_LOCKED while another agent has the file, unless that is tolerated, and nothing else, whatever is on the disk. */
export function openKeptDatabase<T>(options: KeptOptions<T>): KeptDatabase<T> {
  const { path, form, now, onChange } = options;
  let degraded: string | undefined;
  /** What the file holds is in memory: going back, that replaces it. */
  let isWhole = false;
  let triedMs = now();
  let fileId: string | undefined;
  let database = begin();
  let it = options.build(database);

  function begin(): DatabaseSync {
    if (path === undefined) {
      degraded = 'no state directory';
      return openInMemory(form);
    }
    try {
      return openFile(path);
    } catch (error) {
      const isLocked = error instanceof PodtreeError;
      if (isLocked && options.toleratesLock !== true) throw error;
      return goIntoMemory(error, (memory) => !isLocked && readUnwritable(path, form, memory));
    }
  }

  function openFile(file: string, lockWaitMs?: number): DatabaseSync {
    const opened = openDatabase(file, form, { now, lockWaitMs });
    if (opened.setAside !== undefined) onChange({ type: 'set-aside', ...opened.setAside });
    fileId = identify(file);
    return opened.database;
  }

  function goIntoMemory(error: unknown, fill: (memory: DatabaseSync) => boolean): DatabaseSync {
    const memory = openInMemory(form);
    degraded = messageOf(error);
    isWhole = fill(memory);
    triedMs = now();
    onChange({ type: 'memory', reason: degraded, isWhole });
    return memory;
  }

  function use(next: DatabaseSync): void {
    database = next;
    it = options.build(next);
  }

  function replace(file: string, error: unknown): void {
    const former = database;
    if (!isDamage(error)) {
      use(goIntoMemory(error, (memory) => sizeOf(former) <= MAX_COPY_BYTES && tryCopy(former, memory, false)));
      closeQuietly(former);
      return;
    }
    closeQuietly(former);
    try {
      const aside = moveAside(file, now());
      onChange({ type: 'set-aside', path: aside, reason: messageOf(error) });
      use(openFile(file));
    } catch (failure) {
      use(goIntoMemory(failure, () => false));
    }
  }

  /** Without its name a file is gone when the agent ends, and sqlite does not mind. */
  function checkFile(file: string): void {
    triedMs = now();
    if (identify(file) === fileId) return;
    const former = database;
    use(goIntoMemory(new Error('its file was taken away'), (memory) => tryCopy(former, memory, false)));
    // Whatever was put in its place is kept.
    isWhole = false;
    // Before the new one is opened: sqlite removes the log beside it by name.
    closeQuietly(former);
    tryFile(file);
  }

  function tryFile(file: string): void {
    triedMs = now();
    const memory = database;
    let opened: DatabaseSync;
    try {
      opened = openFile(file, 0);
    } catch {
      // As before, and that was said then.
      return;
    }
    if (!tryCopy(memory, opened, isWhole)) {
      closeQuietly(opened);
      return;
    }
    use(opened);
    closeQuietly(memory);
    degraded = undefined;
    onChange({ type: 'file' });
  }

  return {
    run(work) {
      if (path !== undefined && Math.abs(now() - triedMs) >= RETRY_MS) {
        if (degraded === undefined) checkFile(path);
        else tryFile(path);
      }
      try {
        return work(it);
      } catch (error) {
        const isDisk = isDamage(error) || UNWRITABLE.has(primaryCode(error) ?? 0);
        if (path === undefined || degraded !== undefined || !isDisk) throw error;
        replace(path, error);
        return work(it);
      }
    },
    get degraded() {
      return degraded;
    },
    sizeBytes: () => sizeOf(database),
    close: () => closeQuietly(database),
  };
}

function tryCopy(from: DatabaseSync, to: DatabaseSync, isReplacing: boolean): boolean {
  try {
    copyRows(from, to, isReplacing);
    return true;
  } catch {
    // The disk again: nothing was copied, and whoever asked knows what to do.
    return false;
  }
}

/** Reads a file that cannot be written, such as one on a file system that was remounted read-only: sqlite has to write beside it to read what
 * was written last, so it reads a copy. */
function readUnwritable(path: string, form: DatabaseForm, memory: DatabaseSync): boolean {
  for (const parent of [tmpdir(), '/dev/shm']) {
    let folder: string | undefined;
    try {
      const { size } = statSync(path);
      if (!statSync(path).isFile() || size === 0 || size > MAX_COPY_BYTES) return false;
      folder = mkdtempSync(join(parent, 'podtree-'));
      const copy = join(folder, basename(path));
      copyFileSync(path, copy);
      if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${copy}-wal`);
      const { database, setAside } = openDatabase(copy, form, { lockWaitMs: 0 });
      const isRead = setAside === undefined && tryCopy(database, memory, false);
      database.close();
      return isRead;
    } catch {
      // This folder cannot be written either, or the file not be read.
    } finally {
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    }
  }
  return false;
}

/** Undefined when it is not there, or its file system does not answer. */
function identify(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path);
    return `${dev} ${ino}`;
  } catch {
    return undefined;
  }
}

function closeQuietly(database: DatabaseSync): void {
  try {
    database.close();
  } catch {
    // It is of no use any more.
  }
}
