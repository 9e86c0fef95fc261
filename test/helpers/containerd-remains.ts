// Removes everything a test's containerd may have left: processes, mounts, bridge, cgroups, files. Runs as a program when the test itself died.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const CGROUP_MOUNT = '/sys/fs/cgroup';

/** Idempotent. `cgroupRoot` is a path below every hierarchy's mount, `bridge` a network device and the name of the CNI network. */
export async function removeContainerdRemains(directory: string, bridge: string, cgroupRoot: string): Promise<void> {
  const shimSockets = shimSocketsUnder(directory);
  const sandboxes = list(`${directory}/root/io.containerd.grpc.v1.cri/sandboxes`);
  await killAll(() => [...runtimePids(directory), ...cgroupDirectories(cgroupRoot).flatMap(pidsIn)]);
  for (const mountPoint of mountsUnder(directory)) run('umount', ['-l', mountPoint]);
  if (existsSync(`/sys/class/net/${bridge}`)) run('ip', ['link', 'del', bridge]);
  for (const cgroup of cgroupDirectories(cgroupRoot)) await removeCgroup(cgroup);
  for (const socket of shimSockets) rmSync(socket, { force: true });
  for (const name of list('/var/lib/cni/results')) {
    if (name.startsWith(`${bridge}-`) || sandboxes.some((id) => name === `cni-loopback-${id}-lo`))
      rmSync(`/var/lib/cni/results/${name}`, { force: true });
  }
  rmSync(directory, { recursive: true, force: true });
}

async function killAll(find: () => number[]): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const pids = find();
    if (pids.length === 0) return;
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It is gone already, which is what was wanted.
      }
    }
    await delay(20);
  }
}

// containerd and its shims name the instance's files on their command line; nothing else that does is ours to kill.
function runtimePids(directory: string): number[] {
  return list('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const args = read(`/proc/${pid}/cmdline`).split('\0');
      return /^containerd(-shim.*)?$/.test(basename(args[0] ?? '')) && args.some((arg) => arg.startsWith(`${directory}/`));
    })
    .map(Number);
}

function cgroupDirectories(cgroupRoot: string): string[] {
  return list(CGROUP_MOUNT)
    .map((hierarchy) => `${CGROUP_MOUNT}/${hierarchy}${cgroupRoot}`)
    .concat(`${CGROUP_MOUNT}${cgroupRoot}`)
    .filter((root) => existsSync(root))
    .flatMap((root) => [...deepestFirst(root), root]);
}

function deepestFirst(directory: string): string[] {
  return list(directory, true).flatMap((name) => {
    const child = `${directory}/${name}`;
    return [...deepestFirst(child), child];
  });
}

function pidsIn(cgroup: string): number[] {
  return read(`${cgroup}/cgroup.procs`).split('\n').filter(Boolean).map(Number);
}

// A cgroup stays busy for some milliseconds after its last process was reaped.
async function removeCgroup(cgroup: string): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt++) {
    try {
      rmdirSync(cgroup);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EBUSY') return;
      await delay(20);
    }
  }
}

function mountsUnder(directory: string): string[] {
  return read('/proc/self/mountinfo')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((mountPoint) => mountPoint === directory || mountPoint.startsWith(`${directory}/`))
    .reverse();
}

function shimSocketsUnder(directory: string): string[] {
  const tasks = `${directory}/state/io.containerd.runtime.v2.task/k8s.io`;
  return list(tasks)
    .map((id) => read(`${tasks}/${id}/address`).replace('unix://', ''))
    .filter((socket) => socket.startsWith('/run/containerd/s/'));
}

function run(command: string, args: readonly string[]): void {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
  } catch {
    // What cannot be removed now was removed by something else in between.
  }
}

function list(directory: string, directoriesOnly = false): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => !directoriesOnly || entry.isDirectory())
      .map((entry) => entry.name);
  } catch {
    return [];
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

if (import.meta.main) {
  const [directory, bridge, cgroupRoot] = process.argv.slice(2);
  if (directory !== undefined && bridge !== undefined && cgroupRoot !== undefined) {
    await removeContainerdRemains(directory, bridge, cgroupRoot);
  }
}
