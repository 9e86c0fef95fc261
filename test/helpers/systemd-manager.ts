// A real systemd on a machine that was not booted with one: a user instance of root's, in a mount namespace and a cgroup of its own, and in the
// host's other namespaces. It runs units as the one with pid 1 would, sandboxing included; state directories are in its home.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';

export interface SystemdManager {
  /** The home of its services: StateDirectory=NAME is `.config/NAME` in it. */
  readonly home: string;
  /** Writes a unit or a drop-in (`NAME.d/…`) and has it read. */
  write(name: string, text: string): Promise<void>;
  remove(name: string): Promise<void>;
  /** `systemctl ARGS`. Not synchronous: what the service talks to may be in this process. */
  control(...args: readonly string[]): Promise<{ readonly status: number; readonly out: string }>;
  show(unit: string, property: string): Promise<string>;
  stop(): Promise<void>;
}

// What pid 1 makes in /run/systemd at boot: sd_booted(3), and the things that take the place of what a service must not see.
// /run: where it is no mount, services that mount anything of their own get an empty one (systemd's mount_run()).
// The cgroup: it takes everything below the one it is in for its own, and puts it where it thinks it belongs.
const START = `set -e
for directory in $CGROUPS; do
  mkdir -p $directory
  echo $$ > $directory/cgroup.procs
done
mount --rbind /run /run
mount -t tmpfs tmpfs /run/systemd
mkdir /run/systemd/system /run/systemd/inaccessible
cd /run/systemd/inaccessible
mkdir -m 0 dir
touch reg
mkfifo -m 0 fifo
mknod -m 0 chr c 0 0
mknod -m 0 blk b 0 0
perl -MSocket -e 'socket(S, AF_UNIX, SOCK_STREAM, 0) && bind(S, sockaddr_un("sock")) || die $!'
chmod 0 reg sock
exec /lib/systemd/systemd --user
`;

/** Why there can be none here, or undefined when there can. */
export function cannotRunSystemd(): string | undefined {
  if (process.getuid?.() !== 0) return 'a systemd of its own needs root';
  return existsSync('/lib/systemd/systemd') ? undefined : 'needs: apt install systemd';
}

export async function startSystemd(): Promise<SystemdManager> {
  // Not in /tmp: with PrivateTmp= a service has another one.
  const directory = mkdtempSync('/run/podtree-systemd-');
  const [home, run] = [join(directory, 'home'), join(directory, 'run')];
  const units = join(home, '.config/systemd/user');
  mkdirSync(units, { recursive: true });
  mkdirSync(run, { mode: 0o700 });
  mkdirSync('/run/systemd', { recursive: true });
  const cgroups = hierarchies().map((mountPoint) => join(mountPoint, `podtree-systemd-${process.pid}`));
  const env = { PATH: process.env.PATH, HOME: home, XDG_RUNTIME_DIR: run, CGROUPS: cgroups.join(' ') };
  // Slave: a namespace that the host's mounts keep must not be kept by ours when the host lets go of it.
  const manager = spawn('unshare', ['--mount', '--propagation', 'slave', 'sh', '-c', START], { env, stdio: 'ignore', detached: true });
  const ended = once(manager, 'exit');
  const control = async (...args: readonly string[]): Promise<{ status: number; out: string }> => {
    const { exitCode = -1, all = '' } = await execa('systemctl', ['--user', '--no-pager', ...args], { env, reject: false, all: true });
    return { status: exitCode, out: all };
  };
  const show = async (unit: string, property: string): Promise<string> =>
    (await control('show', '--value', `--property=${property}`, unit)).out.trim();
  // systemctl itself thinks that there is no systemd, and asks it all the same.
  for (let left = 200; (await control('show-environment')).status !== 0; left -= 1) {
    if (left === 0 || manager.exitCode !== null) {
      manager.kill('SIGKILL');
      throw new Error(`systemd did not start: ${(await control('show-environment')).out}`);
    }
    await delay(50);
  }
  return {
    home,
    write: async (name, text) => {
      const path = join(units, name);
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, text);
      await control('daemon-reload');
    },
    remove: async (name) => {
      rmSync(join(units, name), { force: true, recursive: true });
      await control('daemon-reload');
    },
    control,
    show,
    stop: async () => {
      await control('exit');
      const kill = setTimeout(() => manager.kill('SIGKILL'), 20_000);
      await ended;
      clearTimeout(kill);
      for (const cgroup of cgroups) removeCgroup(cgroup);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Where cgroups are mounted; not cpuset of v1, in whose new cgroups nothing may run. */
function hierarchies(): readonly string[] {
  const mounts = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '));
  return mounts.flatMap(([, path, type, options]) =>
    path?.startsWith('/sys/fs/cgroup') && (type === 'cgroup' || type === 'cgroup2') && options?.split(',').includes('cpuset') !== true
      ? [path]
      : [],
  );
}

function removeCgroup(path: string): void {
  if (!existsSync(path)) return;
  for (const entry of readdirSync(path, { withFileTypes: true })) if (entry.isDirectory()) removeCgroup(join(path, entry.name));
  rmdirSync(path);
}

/** The sandbox of a process as the kernel sees it. */
export function sandboxOf(pid: number): { readonly capabilities: string; readonly noNewPrivileges: boolean; readonly seccomp: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const field = (name: string): string => new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(status)?.[1] ?? '';
  return { capabilities: field('CapBnd'), noNewPrivileges: field('NoNewPrivs') === '1', seccomp: Number(field('Seccomp')) };
}

/** Pids of a service, its main process first. */
export function processesOf(pid: number): readonly number[] {
  const children = existsSync(`/proc/${pid}/task`) ? readdirSync(`/proc/${pid}/task`).flatMap((task) => readChildren(pid, task)) : [];
  return [pid, ...children.flatMap(processesOf)];
}

function readChildren(pid: number, task: string): readonly number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}
