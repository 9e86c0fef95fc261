// A whole Debian, booted with systemd in qemu: the package is installed, used, removed and purged there. Needs root, mmdebstrap, qemu and, at the
// first run, the network. Without hardware to help it is emulated, and takes a quarter of an hour. PODTREE_MACHINE_ROOTS is where the root file
// systems are kept (default: a folder in the system's temporary one), PODTREE_MACHINE_ACCEL the accelerator (tcg, or kvm where it works).
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PACKAGES = [
  'systemd-sysv',
  'udev',
  'dbus',
  'kmod',
  'linux-image-cloud-amd64',
  'initramfs-tools',
  'zstd',
  'bpftrace',
  'iproute2',
  'perl',
  'procps',
  'man-db',
];
const DEADLINE_MS = 30 * 60_000;
const UNIT = `[Unit]
After=multi-user.target
[Service]
Type=oneshot
ExecStart=/root/in-machine.sh
`;

/** True when everything worked. `suite`: bookworm, trixie. */
export async function runMachine(suite: string): Promise<boolean> {
  const roots = process.env.PODTREE_MACHINE_ROOTS ?? join(tmpdir(), 'podtree-machine');
  const root = join(roots, suite);
  if (!existsSync(join(root, 'boot'))) {
    mkdirSync(roots, { recursive: true });
    say(`making ${root} with mmdebstrap`);
    run('mmdebstrap', ['--variant=minbase', `--include=${PACKAGES.join(',')}`, suite, root]);
  }
  const directory = mkdtempSync(join(tmpdir(), 'podtree-machine-'));
  try {
    fill(root, directory);
    return await boot(root, directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function fill(root: string, directory: string): void {
  run(process.execPath, [join(ROOT, 'agent/package/deb.ts'), '--fast', '--output', directory]);
  const deb = readdirSync(directory).find((name) => name.endsWith('.deb')) ?? '';
  copyFileSync(join(directory, deb), join(root, 'root/podtree.deb'));
  copyFileSync(join(ROOT, 'test/systemd/in-machine.sh'), join(root, 'root/in-machine.sh'));
  const units = join(root, 'etc/systemd/system');
  writeFileSync(join(units, 'in-machine.service'), UNIT);
  mkdirSync(join(units, 'multi-user.target.wants'), { recursive: true });
  rmSync(join(units, 'multi-user.target.wants/in-machine.service'), { force: true });
  symlinkSync('../in-machine.service', join(units, 'multi-user.target.wants/in-machine.service'));
  writeFileSync(join(root, 'etc/hostname'), 'machine\n');
  run('mke2fs', ['-q', '-t', 'ext4', '-d', root, join(directory, 'disk'), '4G']);
}

async function boot(root: string, directory: string): Promise<boolean> {
  const find = (name: string): string => join(root, 'boot', readdirSync(join(root, 'boot')).find((each) => each.startsWith(name)) ?? '');
  const console = join(directory, 'console');
  const report = join(directory, 'report');
  const [accelerator, ...more] = (process.env.PODTREE_MACHINE_ACCEL ?? 'tcg,thread=multi,tb-size=512').split(',');
  const qemu = spawn(
    'qemu-system-x86_64',
    [
      ...['-machine', 'q35', '-accel', [accelerator, ...more].join(','), '-cpu', 'max', '-smp', '2', '-m', '2048'],
      ...['-nographic', '-no-reboot', '-net', 'none', '-monitor', 'none'],
      ...['-kernel', find('vmlinuz-'), '-initrd', find('initrd.img-'), '-append', 'root=/dev/vda rw console=ttyS0 quiet'],
      ...['-drive', `if=virtio,format=raw,file=${join(directory, 'disk')}`, '-serial', `file:${console}`, '-serial', `file:${report}`],
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  const ended = once(qemu, 'exit');
  let shown = 0;
  let hasFailed = false;
  let isDone = false;
  for (const deadline = performance.now() + DEADLINE_MS; qemu.exitCode === null && performance.now() < deadline; await delay(500)) {
    const lines = existsSync(report) ? readFileSync(report, 'utf8').split(/\r?\n/).slice(0, -1) : [];
    for (const line of lines.slice(shown)) {
      say(line);
      hasFailed ||= line.startsWith('not ok');
      isDone ||= line === 'done';
    }
    shown = lines.length;
  }
  if (qemu.exitCode === null) qemu.kill('SIGKILL');
  await ended;
  if (!isDone) say(`the machine did not come to its end; its console: ${readFileSync(console, 'utf8').slice(-2000)}`);
  return isDone && !hasFailed;
}

function run(command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: exit code ${status}`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
