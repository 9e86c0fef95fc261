// Which cgroup hierarchy tells pods apart on this machine: v2, or one controller of v1.
import { readFileSync } from 'node:fs';
import { PodtreeError } from '../error.ts';
import { type KernelTypes, readKernelTypes } from '../kernel/btf.ts';
import { parseCgroupPath } from './cgroup-line.ts';
import { findNamespaceRoot } from './cgroup-namespace.ts';
import { type Mount, parseMountinfo } from './mountinfo.ts';
import { readSmallFile } from './small-file.ts';

export type CgroupHierarchy =
  | ({ readonly kind: 'v2' } & Place)
  | ({
      readonly kind: 'v1';
      /** As in /proc/PID/cgroup: 'pids', 'memory' … */
      readonly controller: string;
      /** The `root` argument of the cgroup tracepoints. v2 is always 0. */
      readonly hierarchyId: number;
      /** Index into css_set.subsys: enum cgroup_subsys_id. */
      readonly subsysIndex: number;
    } & Place);

interface Place {
  readonly mountPoint: string;
  /** What paths of /proc/PID/cgroup are relative to; absent in the host's cgroup namespace, where they are absolute. */
  readonly namespaceRoot?: string;
}

/** Controllers into whose hierarchies runc and crun put every container, the usual first. A machine with v2 may have others mounted as v1
 * (a VPN's net_cls), which say nothing of pods. */
const POD_CONTROLLERS = ['pids', 'memory', 'cpu', 'cpuacct', 'devices', 'freezer', 'blkio', 'cpuset'] as const;

export interface FindHierarchyOptions {
  /** 'v2', or the name of a v1 controller; without it v1 wins where one of the controllers above is mounted as v1, because some runtimes
   * put pods into v1 alone there. */
  readonly override?: string | undefined;
  readonly proc?: string | undefined;
  readonly btf?: string | undefined;
  /** The agent's own, as the host numbers it. */
  readonly pid?: number | undefined;
}

/** Throws CONFIG_INVALID when the override is not on this machine, PLATFORM_UNSUPPORTED when no cgroups are mounted, PRIVILEGE_MISSING when only
 * the agent's own are seen. */
export function findHierarchy(options: FindHierarchyOptions = {}): CgroupHierarchy {
  const { override, proc = '/proc', btf = '/sys/kernel/btf/vmlinux', pid = process.pid } = options;
  const placed = (hierarchy: CgroupHierarchy, { root: mountRoot, mountPoint }: Mount): CgroupHierarchy => {
    const pathIn = (text: string) => parseCgroupPath(text, hierarchy);
    const namespaceRoot = findNamespaceRoot({ mountPoint, mountRoot, pathIn, pid, proc });
    return namespaceRoot === '/' ? hierarchy : { ...hierarchy, namespaceRoot };
  };
  const mounts = parseMountinfo(readSmallFile(`${proc}/self/mountinfo`) ?? '');
  const v2 = mounts.find(({ type }) => type === 'cgroup2');
  const v1 = (controller: string) => mounts.find(({ type, superOptions }) => type === 'cgroup' && superOptions.includes(controller));
  const named = override === undefined || override === '' ? undefined : override;

  const controller = named ?? POD_CONTROLLERS.find((name) => v1(name) !== undefined) ?? 'v2';
  if (controller === 'v2' && v2 !== undefined) return placed({ kind: 'v2', mountPoint: v2.mountPoint }, v2);
  const mount = v1(controller);
  const kernel = kernelControllers(readSmallFile(`${proc}/cgroups`) ?? '', btf).get(controller);
  if (mount !== undefined && kernel !== undefined) {
    return placed({ kind: 'v1', controller, mountPoint: mount.mountPoint, ...kernel }, mount);
  }
  if (named === undefined) {
    throw new PodtreeError(
      'PLATFORM_UNSUPPORTED',
      'cgroups: no cgroup file system is mounted that pods could be in: mount -t cgroup2 none /sys/fs/cgroup, or in a container mount the host path /sys/fs/cgroup',
    );
  }
  const offered = [...(v2 === undefined ? [] : ['v2']), ...POD_CONTROLLERS.filter((name) => v1(name) !== undefined)];
  throw new PodtreeError(
    'CONFIG_INVALID',
    `cgroupHierarchy: expected one of ${offered.join(', ')} (what is mounted here), got ${JSON.stringify(named)}`,
  );
}

function kernelControllers(
  cgroups: string,
  btf: string,
): ReadonlyMap<string, { readonly hierarchyId: number; readonly subsysIndex: number }> {
  const rows = cgroups
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split('\t'));
  // /proc/cgroups is in the order of the enum, but since 6.14 leaves out controllers that are compiled without v1: then BTF knows better.
  const types = readTypes(btf);
  return new Map(
    rows.map(([name = '', hierarchyId], row) => {
      const enumName = `${name === 'blkio' ? 'io' : name}_cgrp_id`;
      return [name, { hierarchyId: Number(hierarchyId), subsysIndex: types?.enumerator('cgroup_subsys_id', enumName) ?? row }];
    }),
  );
}

function readTypes(btf: string): KernelTypes | undefined {
  try {
    return readKernelTypes(readFileSync(btf));
  } catch {
    return undefined;
  }
}
