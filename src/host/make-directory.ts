// Makes a directory and its parents for what the agent keeps: for its owner alone.
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** As `mkdir -p -m 700`; what is there already stays as it is, whatever it is. Throws what the system says. Node's own `recursive` never ends where a
 * file system answers ENOENT below a directory that is there, as /proc does. */
export function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    const parent = dirname(path);
    if (code !== 'ENOENT' || existsSync(parent)) throw error;
    makeDirectory(parent);
    mkdirSync(path, { mode: 0o700 });
  }
}
