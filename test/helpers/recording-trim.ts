// Takes out of a recording what is not of the test's own pods, and what would tell of the machine it was made on.
import { openRecording } from '../../agent/recording.ts';
import type { HostLevel } from '../../src/host/level.ts';
import type { KernelEvent, SetnsEvent, TaskRef, UnshareEvent } from '../../src/kernel/event.ts';
import type { CgroupId } from '../../src/kernel/identity.ts';
import type { EngineInput } from '../../src/tree/engine.ts';

export interface TrimOptions {
  /** The recording as it was made. */
  readonly path: string;
  /** All pods' cgroups are below it; it is cut off. */
  readonly cgroupRoot: string;
  /** The runtime's own files are below it. */
  readonly directory: string;
  /** Processes whose children's doings are kept: the runtime's daemon, this program. */
  readonly parents: ReadonlySet<number>;
}

const BOOT_ID = '11111111-2222-4333-8444-555555555555';
/** Names of ancestors that are kept; others tell of how the machine of whoever records is made. */
const KNOWN_PARENTS: ReadonlySet<string> = new Set(['containerd', 'containerd-shim', 'node', 'nsenter', 'runc', 'crun', 'sh']);

/** The lines of the trimmed recording. */
export async function trimRecording(options: TrimOptions): Promise<string[]> {
  const { header, inputs } = await openRecording(options.path);
  const all: EngineInput[] = [];
  for await (const input of inputs) all.push(input);
  const scope = findScope(all, options);
  const lines = [JSON.stringify({ ...header, version: '0.0.0', host: { ...header.host, bootId: BOOT_ID } })];
  for (const input of all) {
    const kept = trimInput(input, scope, options);
    if (kept) lines.push(JSON.stringify(kept, (_key, value: unknown) => (value instanceof Map ? { cgroups: [...value] } : value)));
  }
  return lines;
}

interface Scope {
  readonly cgroups: ReadonlySet<CgroupId>;
  /** Ids of the runtime that have had a cgroup. */
  readonly containerIds: ReadonlySet<string>;
  /** Processes of the pods. */
  readonly pids: ReadonlySet<number>;
  /** Cgroups of all others that do something. */
  readonly hostCgroups: ReadonlySet<CgroupId>;
  /** Processes that make pods, or look into them. */
  readonly parents: ReadonlySet<number>;
}

/** Which cgroups, processes and namespaces are the pods' own, over the whole of the recording. */
function findScope(inputs: readonly EngineInput[], options: TrimOptions): Scope {
  const cgroups = new Set<CgroupId>();
  const containerIds = new Set<string>();
  const keepCgroup = (id: CgroupId, path: string): void => {
    if (path !== options.cgroupRoot && !path.startsWith(`${options.cgroupRoot}/`)) return;
    cgroups.add(id);
    containerIds.add(path.split('/').at(-1) ?? '');
  };
  const pids = new Set<number>();
  const parents = new Set(options.parents);
  const hostCgroups = new Set<CgroupId>();
  const events = inputs.flatMap((input) => (input.type === 'kernel' ? input.events : []));
  for (const input of inputs) {
    if (input.type !== 'host') continue;
    for (const [id, path] of input.level.cgroups) keepCgroup(id, path);
    for (const process of input.level.processes) {
      if (!process.cgroupPath.startsWith(`${options.cgroupRoot}/`)) continue;
      pids.add(process.pid);
      parents.add(process.ppid);
    }
  }
  for (const event of events) if (event.kind === 'cgroup-mkdir') keepCgroup(event.cgroupId, event.path);
  for (const event of events) {
    if (event.kind === 'fork' && cgroups.has(event.cgroupId)) pids.add(event.pid);
    if (event.kind === 'cgroup-attach' && cgroups.has(event.cgroupId)) pids.add(event.targetPid);
    if (!('task' in event) || !cgroups.has(event.task.cgroupId)) continue;
    pids.add(event.task.pid);
    // The shim, or what the shim has started.
    if (event.kind === 'exec' && event.task.ppid > 1) parents.add(event.task.ppid);
  }
  for (const event of events) if ('task' in event && !cgroups.has(event.task.cgroupId)) hostCgroups.add(event.task.cgroupId);
  return { cgroups, containerIds, hostCgroups, pids, parents };
}

function trimInput(input: EngineInput, scope: Scope, options: TrimOptions): EngineInput | undefined {
  switch (input.type) {
    case 'kernel': {
      const events = input.events.filter((event) => isKept(event, scope)).map((event) => rename(event, options));
      return events.length === 0 ? undefined : { ...input, events };
    }
    case 'host':
      return { ...input, level: trimLevel(input.level, scope, options) };
    case 'runtime': {
      if (!input.level) return input;
      const sandboxes = input.level.sandboxes.filter(({ id }) => scope.containerIds.has(id));
      const containers = input.level.containers.filter(({ sandboxId }) => scope.containerIds.has(sandboxId));
      return { ...input, level: { ...input.level, sandboxes, containers } };
    }
    case 'metadata':
      // Of all pods of a node: nothing of that is a fixture's.
      return undefined;
    default:
      return input;
  }
}

function isKept(event: KernelEvent, { cgroups, pids, parents }: Scope): boolean {
  switch (event.kind) {
    case 'cgroup-mkdir':
    case 'cgroup-rmdir':
    case 'cgroup-attach':
      return cgroups.has(event.cgroupId);
    case 'signal':
      return pids.has(event.targetPid);
    case 'oom':
      return pids.has(event.victimPid);
    case 'fork':
      return cgroups.has(event.cgroupId) || isOfParent(event.task, parents) || pids.has(event.pid);
    case 'setns':
    case 'unshare':
      return cgroups.has(event.task.cgroupId) || isOfParent(event.task, parents) || hasAncestor(event, parents);
    case 'exec':
    case 'exit':
      return cgroups.has(event.task.cgroupId) || isOfParent(event.task, parents);
    default:
      return 'pid' in event && pids.has(event.pid);
  }
}

function isOfParent(task: TaskRef, parents: ReadonlySet<number>): boolean {
  return parents.has(task.pid) || parents.has(task.ppid);
}

function hasAncestor(event: SetnsEvent | UnshareEvent, parents: ReadonlySet<number>): boolean {
  return event.kind === 'setns' && event.ancestors.some((pid) => parents.has(pid));
}

function rename(event: KernelEvent, { cgroupRoot }: TrimOptions): KernelEvent {
  if (event.kind === 'cgroup-mkdir')
    return { ...event, path: event.path.slice(cgroupRoot.length) || '/', level: Math.max(0, event.level - 1) };
  if (event.kind !== 'signal') return event;
  return { ...event, parents: event.parents.map(({ pid, comm }) => ({ pid, comm: KNOWN_PARENTS.has(comm) ? comm : 'init' })) };
}

function trimLevel(level: HostLevel, scope: Scope, { cgroupRoot, directory }: TrimOptions): HostLevel {
  return {
    ...level,
    processes: level.processes
      .filter((process) => scope.pids.has(process.pid) || isOfParent({ ...process, tid: 0 } as unknown as TaskRef, scope.parents))
      .map((process) => ({ ...process, cgroupPath: process.cgroupPath.replace(cgroupRoot, '') || '/' })),
    pinned: level.pinned
      .filter(({ path }) => path.startsWith(`${directory}/`))
      .map((pin) => ({ ...pin, path: `/run/netns/${pin.path.split('/').at(-1)}` })),
    cgroups: new Map(
      [...level.cgroups].flatMap(([id, path]): [CgroupId, string][] => {
        if (scope.cgroups.has(id)) return [[id, path.replace(cgroupRoot, '') || '/pods']];
        // Where the runtime and whoever kills are: a cgroup that is not known would be taken for one that is about to be made.
        return scope.hostCgroups.has(id) ? [[id, path === '/' ? path : `/host-${id}`]] : [];
      }),
    ),
  };
}
