// Says whose memory limit an OOM kill hit: the pod's, a container's, that of many pods together, or the node's memory itself.
import { ownerOfCgroupPath } from '../attribution/cgroup-path.ts';
import type { ContainerRef } from '../attribution/reference.ts';
import type { OomKill } from '../cause/cause.ts';

/** What is known of the pod that was hit. */
export interface HitPod {
  readonly podUid?: string | undefined;
  readonly sandboxId?: string | undefined;
  readonly containers: readonly ContainerRef[];
}

/** memory.max and memory.limit_in_bytes are numbers of this size when there is no limit (the largest number of pages, PAGE_COUNTER_MAX). */
const NO_LIMIT_BYTES = 2 ** 60;
const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** The words after "killed by the OOM killer: ". Undefined when it is not known whose limit it was. Whatever has a name goes through `show`. */
export function limitText(oom: OomKill, hit: HitPod, show: (text: string) => string): string | undefined {
  if (oom.scope === 'node') return 'the node had no memory left';
  const { cgroup, limitBytes, usageBytes } = oom;
  if (cgroup === undefined) return undefined;
  const limit = limitBytes === undefined || limitBytes >= NO_LIMIT_BYTES ? '' : formatBytes(limitBytes);
  const usage = usageBytes === undefined ? '' : formatBytes(usageBytes);
  const isSaid = usage === '' || usage === limit;
  return `${ownerText(cgroup, hit, show)} memory limit${limit === '' ? '' : ` of ${limit}`}${isSaid ? '' : ` with ${usage} in use`}`;
}

function ownerText(cgroup: string, hit: HitPod, show: (text: string) => string): string {
  const { role, podUid, containerId, below, qos } = ownerOfCgroupPath(cgroup);
  if (role === 'qos') return `${qos === undefined ? 'all pods of the node' : `all ${qos} pods of the node`} together reached their`;
  // A static pod's cgroup has its uid without dashes, and what a workload made below its own cgroup has limits of its own.
  const isHere = podUid === undefined || hit.podUid === undefined || bare(podUid) === bare(hit.podUid);
  if (!isHere || below !== '') return `cgroup ${show(cgroup)} reached its`;
  if (role === 'pod') return 'the pod reached its';
  if (role !== 'container' || containerId === undefined) return `cgroup ${show(cgroup)} reached its`;
  if (containerId === hit.sandboxId) return "the pause's own cgroup reached its";
  const container = hit.containers.find(({ id }) => id === containerId);
  return `container ${show(container?.name ?? containerId.slice(0, 12))} of the pod reached its`;
}

function bare(uid: string): string {
  return uid.replaceAll('-', '');
}

/** `256 MiB`, `1.5 GiB`, `512 bytes`: three digits at least where there are so many. */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = value >= 100 || Number.isInteger(value) ? 0 : value >= 10 ? 1 : 2;
  return `${Number(value.toFixed(digits))} ${UNITS[unit]}`;
}
