// A file system of its own that is small, and can be filled, emptied and made read-only. Needs root.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';

export const cannotMount = process.getuid?.() === 0 ? false : 'needs root, to mount a small file system';

export interface SmallDisk {
  readonly path: string;
  /** Not a byte more can be written. */
  fill(): void;
  empty(): void;
  makeReadOnly(): void;
  makeWritable(): void;
}

export function mountSmallDisk(t: Test, size = '1m'): SmallDisk {
  const path = mkdtempSync(join(tmpdir(), 'podtree-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=700`, 'tmpfs', path]);
  t.teardown(() => {
    execFileSync('umount', [path]);
    rmSync(path, { recursive: true, force: true });
  });
  const filler = join(path, 'filler');
  return {
    path,
    fill() {
      for (let bytes = 1 << 20; bytes > 0; bytes >>= 1) {
        try {
          for (;;) writeFileSync(filler, Buffer.alloc(bytes), { flag: 'a' });
        } catch {
          // Full for so much: less may still fit.
        }
      }
    },
    empty: () => rmSync(filler, { force: true }),
    makeReadOnly: () => void execFileSync('mount', ['-o', 'remount,ro', path]),
    makeWritable: () => void execFileSync('mount', ['-o', 'remount,rw', path]),
  };
}
