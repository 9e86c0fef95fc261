// The line of /proc/PID/cgroup that tells where a process is in one hierarchy (proc_pid_cgroup(5)).
import { absoluteCgroupPath } from './cgroup-namespace.ts';

/** What of a hierarchy says which line is its own. */
export type CgroupLine = ({ readonly kind: 'v2' } | { readonly kind: 'v1'; readonly controller: string }) & {
  /** The root of our own cgroup namespace, from the host's root: paths are read relative to it. */
  readonly namespaceRoot?: string | undefined;
};

/** The path in `hierarchy` of the text of /proc/PID/cgroup, from the host's root: the root when the hierarchy is not in it. */
export function parseCgroupPath(text: string, hierarchy: CgroupLine): string {
  for (const line of text.split('\n')) {
    const first = line.indexOf(':');
    const second = line.indexOf(':', first + 1);
    const controllers = line.slice(first + 1, second);
    const isIt = hierarchy.kind === 'v2' ? controllers === '' : controllers.split(',').includes(hierarchy.controller);
    // The kernel marks the removed cgroup of a process that is about to be reaped.
    if (isIt && second > first)
      return absoluteCgroupPath(hierarchy.namespaceRoot ?? '/', line.slice(second + 1).replace(/ \(deleted\)$/, ''));
  }
  return '/';
}
