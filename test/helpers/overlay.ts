// This machine once more, in a chroot whose changes go into memory: what is installed there is installed nowhere, and everything it left can be listed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { execa } from 'execa';
import type { Test } from 'tap';

export interface Overlay {
  /** A path in the chroot as seen from here. */
  path(inside: string): string;
  /** Runs a program in it, with a plain environment; gives its output and exit code. */
  run(...command: readonly string[]): Promise<{ readonly code: number; readonly out: string }>;
  /** The command line that runs a program in it: for one that goes on. */
  command(...command: readonly string[]): readonly string[];
  /** Files that were added, changed or deleted, below /. */
  changes(): readonly string[];
}

// Slave: what the host mounts and unmounts meanwhile is not kept by this namespace. The new root is in memory, because an upper layer may not lie
// in the lower one; /run is its own, so that no systemd is seen there.
const MOUNT = `set -e
mount -t tmpfs -o size=1g tmpfs "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay -o lowerdir=/,upperdir="$1/upper",workdir="$1/work" overlay "$1/root"
for each in proc sys dev; do mount --rbind /$each "$1/root/$each"; done
mount -t tmpfs tmpfs "$1/root/run"
mount -t tmpfs tmpfs "$1/root/tmp"
echo ready
exec cat
`;

/** Needs root. Gone in the teardown. */
export async function startOverlay(t: Test): Promise<Overlay> {
  const directory = mkdtempSync(join(tmpdir(), 'podtree-overlay-'));
  const holder = spawn('unshare', ['--mount', '--propagation', 'slave', 'sh', '-c', MOUNT, 'sh', directory], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let complaint = '';
  holder.stderr.on('data', (text) => (complaint += text));
  const gone = once(holder, 'exit');
  t.teardown(async () => {
    holder.stdin.end();
    await gone;
    rmSync(directory, { recursive: true, force: true });
  });
  await Promise.race([once(holder.stdout, 'data'), gone]);
  if (holder.exitCode !== null) throw new Error(`no overlay: ${complaint}`);
  const inside = `/proc/${holder.pid}/root${directory}`;
  const plain = [
    'env',
    '-i',
    'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    'DEBIAN_FRONTEND=noninteractive',
    'LC_ALL=C',
  ];
  const command = (...words: readonly string[]): readonly string[] => [
    'nsenter',
    `--mount=/proc/${holder.pid}/ns/mnt`,
    ...['chroot', join(directory, 'root')],
    ...plain,
    ...words,
  ];
  return {
    path: (path) => join(inside, 'root', path),
    command,
    run: async (...words) => {
      const [program = '', ...args] = command(...words);
      const { exitCode = -1, all = '' } = await execa(program, args, { all: true, reject: false, stdin: 'ignore' });
      return { code: exitCode, out: all };
    },
    changes: () => {
      const upper = join(inside, 'upper');
      const entries = readdirSync(upper, { recursive: true, withFileTypes: true });
      return entries.map((entry) => `/${relative(upper, join(entry.parentPath, entry.name))}`).sort();
    },
  };
}
