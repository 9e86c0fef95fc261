// Reads the small files of /proc and /sys without waiting: a read there costs 10 µs, a trip through the thread pool 300.
import { closeSync, openSync, readlinkSync, readSync } from 'node:fs';

// Longer than any file read here can be useful: /proc/PID/cgroup has at most 13 lines.
const buffer = Buffer.allocUnsafe(64 * 1024);

/** The file's beginning as UTF-8 (U+FFFD for what is not), at most `maxBytes`. Undefined when it cannot be read: a process that has ended
 * in the middle gives ENOENT or ESRCH, one of somebody else's EACCES, and to the reader of a level they are the same. */
export function readSmallFile(path: string, maxBytes: number = buffer.length): string | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const limit = Math.min(maxBytes, buffer.length);
    let length = 0;
    while (length < limit) {
      const count = readSync(file, buffer, length, limit - length, null);
      if (count === 0) break;
      length += count;
    }
    return buffer.toString('utf8', 0, length);
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** What a symbolic link says, without following it; undefined when it cannot be read. */
export function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
