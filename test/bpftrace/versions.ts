// `npm run test:bpftrace`: the checks of test/node/probes.test.ts with bpftrace of Debian 13 and of Debian's next, each from a chroot that debootstrap
// makes once. Needs root, debootstrap and the network at the first run. PODTREE_BPFTRACE_ROOTS is where the chroots are kept (default: a folder in
// the system's temporary one); arguments name the suites: `npm run test:bpftrace -- trixie`.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { checkProbes } from '../helpers/probe-checks.ts';
import { cannotProbe, mountedHierarchies } from '../helpers/probed-kernel.ts';

const SUITES = ['trixie', 'forky'];
const MIRROR = 'http://deb.debian.org/debian';
const roots = process.env.PODTREE_BPFTRACE_ROOTS ?? join(tmpdir(), 'podtree-bpftrace');
const asked = process.argv.slice(2);
const skip = cannotProbe();

function run(command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: exit code ${status}`);
}

/** The folder of the suite's root, made on first use. */
function rootOf(suite: string): string {
  const root = join(roots, suite);
  if (existsSync(join(root, 'usr/bin/bpftrace'))) return root;
  rmSync(root, { recursive: true, force: true });
  mkdirSync(roots, { recursive: true });
  t.comment(`${suite}: making ${root} with debootstrap`);
  // Suites newer than the debootstrap that makes them use the script of sid.
  const script = existsSync(`/usr/share/debootstrap/scripts/${suite}`) ? [] : ['/usr/share/debootstrap/scripts/sid'];
  run('debootstrap', ['--no-check-gpg', '--variant=minbase', '--include=bpftrace', suite, root, MIRROR, ...script]);
  return root;
}

/** A program that runs the suite's bpftrace; the chroot has this machine's /proc, /sys and /dev in a mount namespace of its own. */
function bpftraceOf(suite: string, root: string): string {
  const path = join(roots, `bpftrace-${suite}`);
  const mounts = ['proc', 'sys', 'dev'].map((name) => `mount --rbind /${name} ${root}/${name}`).join(' && ');
  writeFileSync(path, `#!/bin/sh\nexec unshare --mount sh -c '${mounts} && exec chroot ${root} bpftrace "$@"' bpftrace "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}

if (skip) {
  t.test('probes with other versions of bpftrace', { skip }, () => undefined);
} else {
  t.setTimeout(30 * 60_000);
  for (const suite of asked.length > 0 ? asked : SUITES) {
    t.test(`with bpftrace of ${suite}`, async (t) => {
      const bpftracePath = bpftraceOf(suite, rootOf(suite));
      for (const hierarchy of mountedHierarchies()) {
        const processArgs = hierarchy.name === 'v2';
        await t.test(`in the hierarchy ${hierarchy.name}`, (t) => checkProbes(t, { hierarchy, processArgs, bpftracePath }));
      }
    });
  }
}
