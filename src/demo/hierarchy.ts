// The cgroup directories of the demo pod, in every cgroup hierarchy podtree may be tracing: made, listed, emptied, removed.
import { mkdir, readdir, readFile, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf, PodtreeError } from '../error.ts';

/** Below this name in each hierarchy is everything the demo makes, and nothing else: what is found there may be killed. */
export const DEMO_ROOT = '/podtree-demo';

const ROOT_PATTERN = /^\/podtree-[a-z0-9-]{1,60}$/;
/** How long killed processes may take to leave a cgroup. A process that is being traced or stuck in a driver takes longer: it is named. */
const EMPTY_TIMEOUT_MS = 5_000;
const EMPTY_POLL_MS = 10;

/**
 * Mount points of the hierarchies a pod is put into: v2, and the v1 hierarchies pids and name=systemd.
 *
 * A container runtime uses all of them. The demo limits nothing, so it needs no more than what podtree may trace; leaving memory, cpu and
 * cpuset alone keeps it inside the limits its user may have put on podtree. Where neither is mounted, the first v1 hierarchy is taken.
 *
 * @param mountinfo the text of /proc/self/mountinfo
 */
export function findHierarchies(mountinfo: string): string[] {
  const v1: { path: string; options: string[] }[] = [];
  const chosen: string[] = [];
  const devices = new Set<string>();
  for (const line of mountinfo.split('\n')) {
    // "36 35 98:0 / /mnt rw,noatime shared:1 - cgroup source rw,pids" (proc_pid_mountinfo(5)); the fourth field is the root of the mount,
    // the third the device: a hierarchy that is also mounted elsewhere (in a chroot) is the same one, and its first mount point is the usual.
    const [mount = '', filesystem = ''] = line.split(' - ');
    const [, , device, root, path] = mount.split(' ');
    const [type, , superOptions = ''] = filesystem.split(' ');
    if (device === undefined || path === undefined || root !== '/' || devices.has(device)) continue;
    devices.add(device);
    if (type === 'cgroup2') chosen.push(path);
    if (type === 'cgroup') v1.push({ path, options: superOptions.split(',') });
  }
  const traced = v1.filter(({ options }) => options.includes('pids') || options.includes('name=systemd'));
  chosen.push(...traced.map(({ path }) => path));
  const [first] = v1;
  if (chosen.length === 0 && first !== undefined) chosen.push(first.path);
  return chosen;
}

/** The cgroups of one demo, addressed by their path below the hierarchies' roots. */
export interface DemoCgroups {
  /** Makes the cgroup and its parents in every hierarchy and returns its directories. */
  make(path: string): Promise<string[]>;
  /** Kills what is in the cgroup or below it, waits for its end and removes it, in every hierarchy. No error when there is none. */
  clear(path: string): Promise<number>;
}

/**
 * @param root the cgroup below which everything is, such as DEMO_ROOT
 * @throws PodtreeError DEMO_FAILED when there is no hierarchy, or one cannot be written
 */
export function demoCgroups(root: string, hierarchies: readonly string[]): DemoCgroups {
  // clear() kills by membership: a root such as "/" or "/system.slice" must not even be possible.
  if (!ROOT_PATTERN.test(root)) throw new PodtreeError('DEMO_FAILED', `demo: ${root} is not a cgroup of the demo (expected /podtree-NAME)`);
  if (hierarchies.length === 0) {
    throw new PodtreeError('DEMO_FAILED', 'demo: no cgroup hierarchy is mounted: mount -t cgroup2 cgroup2 /sys/fs/cgroup');
  }
  return {
    async make(path) {
      const directories = hierarchies.map((hierarchy) => join(hierarchy, root, path));
      for (const hierarchy of hierarchies) {
        try {
          await makeBelow(hierarchy, join(root, path));
        } catch (cause) {
          throw new PodtreeError(
            'DEMO_FAILED',
            `demo: cannot make cgroups below ${hierarchy}${root}: ${messageOf(cause)} (is podtree root?)`,
            { cause },
          );
        }
      }
      return directories;
    },
    async clear(path) {
      const killed = new Set<number>();
      for (const hierarchy of hierarchies) await clearOne(join(hierarchy, root, path), killed);
      return killed.size;
    },
  };
}

/** mkdir({recursive}) never returns where the file system answers ENOENT for a parent that exists, as kernel file systems do. */
async function makeBelow(hierarchy: string, path: string): Promise<void> {
  let directory = hierarchy;
  for (const segment of path.split('/').filter((segment) => segment !== '')) {
    directory = join(directory, segment);
    try {
      await mkdir(directory);
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error;
    }
  }
}

async function clearOne(directory: string, killed: Set<number>): Promise<void> {
  const cgroups = await descendants(directory);
  const deadline = Date.now() + EMPTY_TIMEOUT_MS;
  for (const cgroup of cgroups) {
    for (;;) {
      const pids = await processesOf(cgroup);
      for (const pid of pids) {
        if (!killed.has(pid)) kill(pid);
        killed.add(pid);
      }
      // The last exit leaves the cgroup a moment before it can be removed: EBUSY is part of the waiting.
      if (pids.length === 0 && (await removed(cgroup))) break;
      if (Date.now() > deadline) {
        throw new PodtreeError(
          'DEMO_FAILED',
          `demo: ${cgroup} is still in use by process ${pids.join(', ') || '(unknown)'}: end it, then start again`,
        );
      }
      await delay(EMPTY_POLL_MS);
    }
  }
}

/** The directory and all below it, deepest first. */
async function descendants(directory: string): Promise<string[]> {
  const entries = await unlessGone(readdir(directory, { withFileTypes: true }));
  if (entries === undefined) return [];
  const below: string[] = [];
  for (const entry of entries) if (entry.isDirectory()) below.push(...(await descendants(join(directory, entry.name))));
  return [...below, directory];
}

async function processesOf(cgroup: string): Promise<number[]> {
  const text = await unlessGone(readFile(join(cgroup, 'cgroup.procs'), 'utf8'));
  // A process of an outer pid namespace is shown as 0: it cannot be reached from here, and kill(0) would be our own group.
  return (text ?? '')
    .split('\n')
    .map(Number)
    .filter((pid) => pid > 1);
}

async function removed(cgroup: string): Promise<boolean> {
  try {
    await rmdir(cgroup);
    return true;
  } catch (error) {
    if (isCode(error, 'ENOENT')) return true;
    if (isCode(error, 'EBUSY')) return false;
    throw new PodtreeError('DEMO_FAILED', `demo: cannot remove the cgroup ${cgroup}: ${messageOf(error)}`, { cause: error });
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!isCode(error, 'ESRCH')) throw error;
  }
}

async function unlessGone<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    // ENODEV: the cgroup was removed between open and read.
    if (isCode(error, 'ENOENT') || isCode(error, 'ENODEV')) return undefined;
    throw error;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
