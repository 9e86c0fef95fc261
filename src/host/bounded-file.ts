// Reads a file that somebody named in a setting: it may be a pipe, a device, or much longer than it should be.
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** All of it as UTF-8. Throws what the system says, and for what is no file or longer than `maxBytes`; never waits for a writer. */
export function readBoundedFile(path: string, maxBytes: number): string {
  // A pipe that nobody writes to would be waited for: open(2).
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!fstatSync(file).isFile()) throw new Error(`${path} is no file`);
    const buffer = Buffer.alloc(maxBytes + 1);
    let length = 0;
    for (let count = -1; count !== 0 && length <= maxBytes; length += count) {
      count = readSync(file, buffer, length, buffer.length - length, null);
    }
    if (length > maxBytes) throw new Error(`${path} is longer than ${maxBytes} bytes`);
    return buffer.toString('utf8', 0, length);
  } finally {
    closeSync(file);
  }
}
