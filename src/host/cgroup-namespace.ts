// Where the agent's cgroup namespace has its root. containerd gives a container that is not privileged a namespace of its own on cgroup v2, and
// /proc/PID/cgroup is then relative to the agent's own cgroup (cgroup_namespaces(7)): this finds out what to put in front of it.
import { readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { PodtreeError } from '../error.ts';
import { readSmallFile } from './small-file.ts';

/** As many directories as a scan of the hierarchy would read. */
const MAX_DIRECTORIES = 100_000;

export interface CgroupViewOptions {
  /** Where the hierarchy is mounted, and what of it: the root field of mountinfo, which is relative to the namespace, too. */
  readonly mountPoint: string;
  readonly mountRoot: string;
  /** Path in this hierarchy of the text of a /proc/PID/cgroup. */
  readonly pathIn: (text: string) => string;
  readonly pid: number;
  readonly proc: string;
}

/** `/` in the host's cgroup namespace. Throws PRIVILEGE_MISSING when the mount does not show the whole hierarchy. */
export function findNamespaceRoot({ mountPoint, mountRoot, pathIn, pid, proc }: CgroupViewOptions): string {
  const pathOf = (who: number | 'self'): string | undefined => {
    const text = readSmallFile(`${proc}/${who}/cgroup`);
    return text === undefined ? undefined : pathIn(text);
  };
  // kthreadd has never left the root of any hierarchy: what it shows is the way from our namespace up to it.
  const up = pathOf(2) ?? mountRoot;
  if (up !== mountRoot || !/^\/(?:\.\.(?:\/\.\.)*)?$/.test(up)) {
    throw new PodtreeError(
      'PRIVILEGE_MISSING',
      `the agent runs in a cgroup namespace of its own, and ${mountPoint} shows its own cgroups only: mount the host's /sys/fs/cgroup there ` +
        '(a read-only hostPath will do), or make its container privileged (docker run --cgroupns=host)',
    );
  }
  const depth = up === '/' ? 0 : up.split('/').length - 1;
  const own = pathOf('self') ?? '/';
  const root = searchLevel(mountPoint, depth, (directory) => isIn(pid, join(directory, own)));
  if (root !== undefined) return root;
  throw new PodtreeError(
    'PRIVILEGE_MISSING',
    `the agent runs in a cgroup namespace of its own, and its process ${pid} is in no cgroup below ${mountPoint}: in its pod set hostPID: true ` +
      "and mount the host's /sys/fs/cgroup",
  );
}

/** A path of /proc/PID/cgroup as the host's namespace has it. */
export function absoluteCgroupPath(namespaceRoot: string, path: string): string {
  return namespaceRoot === '/' ? path : posix.normalize(`${namespaceRoot}${path}`).replace(/(?<=.)\/$/, '');
}

function searchLevel(mountPoint: string, depth: number, isIt: (directory: string) => boolean): string | undefined {
  let level = ['/'];
  for (let at = 0; at < depth; at++) {
    level = level.flatMap((path) => childrenOf(join(mountPoint, path)).map((name) => posix.join(path, name))).slice(0, MAX_DIRECTORIES);
  }
  return depth === 0 ? '/' : level.find((path) => isIt(join(mountPoint, path)));
}

function childrenOf(directory: string): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  } catch {
    // Removed in the meantime.
    return [];
  }
}

function isIn(pid: number, directory: string): boolean {
  return (readSmallFile(`${directory}/cgroup.procs`) ?? '').split('\n').includes(String(pid));
}
