// Maps a cgroup path to the pod and container that own it. Knows both cgroup drivers and every runtime's naming; does no I/O.
import type { ContainerId, PodUid } from '../kernel/identity.ts';

/** The kubelet's QoS class of a pod, as its cgroup's place says it. */
export type Qos = 'guaranteed' | 'burstable' | 'besteffort';

/** container: a container's or a sandbox' cgroup, or one below it. pod, qos: the kubelet's own levels. monitor: conmon. dropped-infra: the empty
 * cgroup that CRI-O makes for a sandbox without a pause. outer-node: the node-in-a-container (kind) that all of this runs in. relative: read from
 * another cgroup namespace, so what is above is cut off. other: belongs to something that is neither a pod nor the host's. host: everything else. */
export type CgroupRole = 'container' | 'pod' | 'qos' | 'monitor' | 'dropped-infra' | 'outer-node' | 'relative' | 'other' | 'host';

export interface CgroupOwner {
  readonly role: CgroupRole;
  readonly podUid?: PodUid;
  readonly containerId?: ContainerId;
  /** What the path's shape says of the runtime; cgroupfs paths of containerd and docker look equal, so it is often absent. */
  readonly runtime?: 'containerd' | 'crio' | 'docker' | 'podman';
  readonly qos?: Qos;
  /** The kubelet uses the systemd driver and the runtime does not: `slice:cri-containerd:id` as one segment (containerd#7276). */
  readonly isDriverMismatch?: true;
  /** What lies below the container's own cgroup: made by the workload, '' at the container itself. */
  readonly below: string;
}

const HEX64 = '[0-9a-f]{64}';
/** kubelet pkg/kubelet/cm: `pod<uid>` (cgroupfs) or `…-pod<uid with _>.slice` (systemd); a static pod's uid is 32 hex digits. */
const POD_SEGMENT = /^(?:.*-)?pod([0-9a-f]{8}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{12}|[0-9a-f]{32})(\.slice)?$/;
const MISMATCH_SEGMENT = new RegExp(`^(.+\\.slice):cri-containerd:(${HEX64})$`);
const QOS_SEGMENT = /^(?:.*-)?kubepods(?:-(burstable|besteffort))?(?:\.slice)?$/;
const CONTAINER_SEGMENT = new RegExp(`^(?:(cri-containerd|crio-conmon|crio|docker|libpod-conmon|libpod)-)?(${HEX64})(\\.scope)?$`);
/** Prefixes below which a bare 64-hex directory names its runtime (docker's default parent, containerd's namespaces). */
const RUNTIME_PARENTS: Readonly<Record<string, CgroupOwner['runtime']>> = {
  docker: 'docker',
  'k8s.io': 'containerd',
  default: 'containerd',
};

/** Finds the owner of a path, or of a line of /proc/PID/cgroup (`N:controllers:path`). The first pod segment wins, so what a nested docker or
 * kind makes inside a pod belongs to the outer pod; the segment right below it is the container. */
export function ownerOfCgroupPath(pathOrLine: string): CgroupOwner {
  const path = pathOrLine.replace(/^\d+:[^/]*:/, '');
  const segments = path.split('/').filter((segment) => segment !== '');
  const isRelative = segments[0] === '..';
  const owner = ownerInPod(segments) ?? ownerOutsidePods(segments);
  return isRelative ? { ...owner, role: 'relative' } : owner;
}

function ownerInPod(segments: readonly string[]): CgroupOwner | undefined {
  for (const [index, segment] of segments.entries()) {
    const below = segments.slice(index + 1);
    const mismatch = MISMATCH_SEGMENT.exec(segment);
    const podSegment = mismatch?.[1] ?? segment;
    const match = POD_SEGMENT.exec(podSegment);
    if (!match?.[1]) continue;
    const pod = { podUid: match[1].replaceAll('_', '-') as PodUid, qos: qosOf(segments.slice(0, index), podSegment) };
    if (mismatch?.[2]) {
      return {
        role: 'container',
        ...pod,
        containerId: mismatch[2] as ContainerId,
        runtime: 'containerd',
        isDriverMismatch: true,
        below: below.join('/'),
      };
    }
    const child = below[0];
    if (child === undefined) return { role: 'pod', ...pod, below: '' };
    const container = CONTAINER_SEGMENT.exec(child);
    if (!container) return { role: 'other', ...pod, below: below.join('/') };
    return { ...containerOf(container, segment.endsWith('.slice')), ...pod, below: below.slice(1).join('/') };
  }
  return undefined;
}

function containerOf(match: RegExpExecArray, isBelowSlice: boolean): Omit<CgroupOwner, 'below'> {
  const [, prefix, id, scope] = match;
  const containerId = id as ContainerId;
  if (prefix === 'crio-conmon') return { role: 'monitor', containerId, runtime: 'crio' };
  if (prefix === 'libpod-conmon') return { role: 'monitor', containerId, runtime: 'podman' };
  // cri-o internal cgmgr SystemdManager.CreateSandboxCgroup: a directory without .scope, and no process ever in it.
  if (prefix === 'crio' && isBelowSlice && !scope) return { role: 'dropped-infra', containerId, runtime: 'crio' };
  const runtime = runtimeOfPrefix(prefix);
  return { role: 'container', containerId, ...(runtime && { runtime }) };
}

function runtimeOfPrefix(prefix: string | undefined): CgroupOwner['runtime'] {
  switch (prefix) {
    case 'cri-containerd':
      return 'containerd';
    case 'crio':
      return 'crio';
    case 'docker':
      return 'docker';
    case 'libpod':
      return 'podman';
    default:
      return undefined;
  }
}

/** The kubelet gives guaranteed pods no level of their own (GetPodContainerName). */
function qosOf(above: readonly string[], podSegment: string): Qos {
  for (const segment of [...above, podSegment]) {
    if (/(^|-)besteffort(-pod|\.slice$|$)/.test(segment)) return 'besteffort';
    if (/(^|-)burstable(-pod|\.slice$|$)/.test(segment)) return 'burstable';
  }
  return 'guaranteed';
}

function ownerOutsidePods(segments: readonly string[]): CgroupOwner {
  const last = segments.at(-1);
  if (last === undefined || segments[0] === '..') return { role: 'host', below: '' };
  const qos = segments.findIndex((segment) => QOS_SEGMENT.test(segment));
  if (qos !== -1) {
    const level = segments.slice(qos).findLast((segment) => /burstable|besteffort/.test(segment));
    return { role: 'qos', ...(level && { qos: qosOf([], level) }), below: '' };
  }
  for (const [index, segment] of segments.entries()) {
    const match = CONTAINER_SEGMENT.exec(segment);
    if (!match) continue;
    const below = segments.slice(index + 1).join('/');
    const owner = containerOf(match, false);
    const named = owner.runtime ?? RUNTIME_PARENTS[segments[index - 1] ?? ''];
    const runtime = named ?? (index > 0 ? 'docker' : undefined);
    const found = { ...owner, ...(runtime && { runtime }), below };
    // A container that runs a whole node: what is below it is the node's own, unless it is podman's or CRI-O's leaf `container`.
    return below !== '' && below !== 'container' ? { ...found, role: 'outer-node' } : found;
  }
  if (last.endsWith('.mount') || last.startsWith('lxc.payload.') || segments[0] === 'libpod_parent') return { role: 'other', below: '' };
  return { role: 'host', below: '' };
}

/** True for a cgroup whose descendants are pods or containers: what the probes' filter compares parent chains with. */
export function isPodRoot(path: string): boolean {
  const last = path.split('/').at(-1) ?? '';
  return /^(?:.*-)?kubepods(?:\.slice)?$/.test(last) || last === 'k8s.io' || MISMATCH_SEGMENT.test(last);
}

/** The systemd unit a host process runs in (deepest .service or .scope of its cgroup path), as `systemctl status` takes it. */
export function systemdUnitOf(path: string): string | undefined {
  const segments = path.split('/');
  // The unit of a user's own manager says more together with the session's: user@1000.service/app.slice/foo.scope ends in foo.scope.
  return segments.findLast((segment) => /\.(service|scope)$/.test(segment));
}
