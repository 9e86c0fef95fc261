// Takes the level of the host: cgroups, processes that concern pods, pinned namespaces. Tolerates everything that goes in the middle.
import { readdirSync } from 'node:fs';
import type { BootNs, NamespaceSet } from '../kernel/identity.ts';
import { parseCgroupPath } from './cgroup-line.ts';
import { readCgroupTree } from './cgroups.ts';
import type { CgroupHierarchy } from './hierarchy.ts';
import type { HostLevel, HostProcess } from './level.ts';
import { createPace, type Pace } from './pace.ts';
import { readPinnedNamespaces } from './pins.ts';
import { completeProcess, readNamespaces } from './process.ts';
import { readSmallFile } from './small-file.ts';

export interface ScanHostOptions {
  readonly hierarchy: CgroupHierarchy;
  /** HostIdentity.namespaces. */
  readonly hostNamespaces: NamespaceSet;
  /** CLOCK_BOOTTIME in ns: Clock.bootNow. */
  readonly bootNow: () => BootNs;
  /** Arguments hold secrets: only when asked for. */
  readonly withArgs?: boolean | undefined;
  readonly proc?: string | undefined;
}

/** pid_max is at most 2^22, but a node that runs more processes than this is not one podtree can draw. */
const MAX_PROCESSES = 100_000;
// The kubelet's names of a pod's cgroup, both drivers (pkg/kubelet/cm/pod_container_manager_linux.go GetPodContainerName).
const POD_CGROUP = /(?:^|[/-])pod(?:[0-9a-f]{32}|[0-9a-f]{8}(?:[-_][0-9a-f]{4}){3}[-_][0-9a-f]{12})(?:\.slice)?(?:[/:]|$)/;

/** Attach the probes first: what starts while this reads is then in both. Keeps the event loop for some milliseconds at a time. */
export async function scanHost(options: ScanHostOptions): Promise<HostLevel> {
  const { hierarchy, hostNamespaces, bootNow, proc = '/proc' } = options;
  const pace = createPace();
  const fromNs = bootNow();
  // Cgroups before processes: a process is never in a cgroup that is missing, unless that is younger than the scan.
  const { cgroups, truncated } = await readCgroupTree(hierarchy.mountPoint, pace);
  const processes = await readProcesses(options, pace);
  const pinned = await readPinnedNamespaces(hostNamespaces, proc);
  const overflow = truncated || processes.length >= MAX_PROCESSES;
  return { fromNs, toNs: bootNow(), processes, pinned, cgroups, ...(overflow ? { truncated: true } : {}) };
}

async function readProcesses(options: ScanHostOptions, pace: Pace): Promise<readonly HostProcess[]> {
  const { hierarchy, hostNamespaces, proc = '/proc' } = options;
  const processes: HostProcess[] = [];
  for (const name of readdirSync(proc)) {
    if (!/^[1-9]\d*$/.test(name)) continue;
    if (processes.length >= MAX_PROCESSES) break;
    await pace.rest();
    const pid = Number(name);
    const cgroup = readSmallFile(`${proc}/${pid}/cgroup`);
    if (cgroup === undefined) continue;
    const cgroupPath = parseCgroupPath(cgroup, hierarchy);
    const namespaces = readNamespaces(pid, proc);
    if (!POD_CGROUP.test(cgroupPath) && isHost(namespaces, hostNamespaces)) continue;
    const found = completeProcess(pid, cgroupPath, namespaces, options);
    if (found !== undefined) processes.push(found);
  }
  return processes;
}

// What cannot be read (0) is no evidence of another namespace.
function isHost(namespaces: NamespaceSet, hostNamespaces: NamespaceSet): boolean {
  return namespaces.every((inode, index) => inode === 0 || inode === hostNamespaces[index]);
}
