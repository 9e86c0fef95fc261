// Says which parts of two trees must be equal when one was built by events and the other read from levels, and why not all of them.
import type { Container, Pod, ProcessRecord, Sandbox, Tree } from '../../src/tree/model.ts';
import { createStory } from './pod-story.ts';
import type { RandomStory } from './random-story.ts';
import { type Play, play } from './tree-play.ts';

/** A daemon that starts when the story is over. */
export function readLevels({ story, api }: RandomStory): Play {
  const { kernel } = story;
  const watched = play(createStory(), { isPrimed: false });
  const level = kernel.level();
  watched.feed({ type: 'runtime', nowNs: level.toNs, fromNs: level.fromNs, level: story.runtime(), daemonPid: story.daemon.pid });
  watched.feed({ type: 'host', nowNs: level.toNs, level });
  watched.feed({ type: 'metadata', nowNs: level.toNs, isCurrent: true, all: api() });
  watched.feed({ type: 'primed', nowNs: level.toNs });
  watched.feed({ type: 'tick', nowNs: level.toNs + 1e9 });
  return watched;
}

type Json = Readonly<Record<string, unknown>>;

/** `byEvents` tells which parents have died: their children were adopted, which no event says, so that events know an old parent and levels
 * cannot know where an orphan came from. */
export function comparable({ story, metadata, api }: RandomStory, tree: Tree, byEvents: Tree, hasLoss = false): readonly Json[] {
  const orphans = new Set<number>();
  for (const { pid, ppid, role } of processesOf(byEvents)) {
    const parent = story.kernel.tasks.get(ppid);
    const isAdopted = role === 'child' && (!parent || !story.kernel.isPod(parent.cgroup));
    if (isAdopted || parent?.isAlive === false) orphans.add(pid);
  }
  const inApi = new Set<string>(api().map(({ uid }) => uid));
  const left = new Set<string>(metadata.flatMap(({ changed = [] }) => changed.map(({ uid }) => uid)).filter((uid) => !inApi.has(uid)));
  const all = tree.pods.map((pod) => (left.has(pod.uid) ? withoutMetadata(pod) : pod)).map((pod) => comparablePod(pod, orphans));
  return hasLoss ? all.map(withoutScopes) : all;
}

function processesOf(tree: Tree): ProcessRecord[] {
  return tree.pods.flatMap(({ sandbox }) => [
    ...(sandbox?.guests ?? []),
    ...(sandbox?.containers ?? []).flatMap(({ processes }) => processes),
  ]);
}

/** What the API server said of a pod last is shown until the pod is gone from the node, and whoever comes later cannot know it. */
function withoutMetadata({ labels: _labels, controller: _controller, deletedAt: _deletedAt, ...pod }: Pod): Pod {
  return { ...pod, labels: {} };
}

/** Without history: sandboxes of which nothing is left are not in any level. */
function comparablePod({ history: _, sandbox, ...record }: Pod, orphans: ReadonlySet<number>): Json {
  return { ...record, sandbox: sandbox && comparableSandbox(sandbox, orphans) };
}

/** When the pause is dead, levels know neither its namespaces nor who shares them; who is in them is then nobody's guest. */
function comparableSandbox(sandbox: Sandbox, orphans: ReadonlySet<number>): Json {
  const { pause, pauseExit: _pauseExit, namespaces, containers, guests, usage: _usage, ...record } = sandbox;
  const isAlive = pause !== undefined;
  return {
    ...record,
    // A pause that was dead before the first level was never seen: what kind of sandbox it was is a guess.
    kind: isAlive ? record.kind : undefined,
    pause: pause && comparableProcess(pause, orphans),
    namespaces: isAlive ? namespaces.map(({ type, inode, scope }) => ({ type, inode, scope })) : [],
    containers: containers.map((container) => comparableContainer(container, isAlive, orphans)),
    guests: isAlive ? comparableProcesses(guests, orphans) : [],
  };
}

/** How a container ended and in which namespaces it was is gone with it. */
function comparableContainer(
  { processes, namespaces, lastExit: _, ...record }: Container,
  isPauseAlive: boolean,
  orphans: ReadonlySet<number>,
): Json {
  const isAlive = record.state === 'running';
  return {
    ...record,
    namespaces: isAlive ? namespaces.map(({ type, inode, scope }) => ({ type, inode, ...(isPauseAlive && { scope }) })) : [],
    processes: comparableProcesses(processes, orphans),
  };
}

/** Their order is by start time, too. */
function comparableProcesses(processes: readonly ProcessRecord[], orphans: ReadonlySet<number>): readonly Json[] {
  return processes.toSorted((a, b) => a.pid - b.pid).map((process) => comparableProcess(process, orphans));
}

/** /proc knows start times to the tick of 10 ms. */
function comparableProcess({ startTime, ppid, role, ...process }: ProcessRecord, orphans: ReadonlySet<number>): Json {
  const isOrphan = orphans.has(process.pid);
  return { ...process, startTime: startTime.slice(0, -8), ...(!isOrphan && { ppid, role }) };
}

/** When the birth of a namespace was missed, that its number is another's now can only be guessed: who shares it and who is a guest in it. */
function withoutScopes(value: Json): Json {
  const known = JSON.stringify(value, (key, inner: unknown) => {
    if (key === 'guests') return [];
    return isNamespace(inner) ? { ...inner, scope: undefined } : inner;
  });
  return JSON.parse(known);
}

/** Events do not tell who adopts an orphan. */
export function withoutParents(tree: Tree): unknown {
  return without(tree, 'ppid');
}

/** A namespace is named by when it was first heard of, and keeps that name: it depends on what is told first. */
export function withoutNamespaceIds(tree: Tree): unknown {
  return JSON.parse(JSON.stringify(tree, (_, value: unknown) => (isNamespace(value) ? { ...value, id: undefined } : value)));
}

function isNamespace(value: unknown): value is object {
  return typeof value === 'object' && value !== null && 'inode' in value;
}

function without(tree: Tree, name: string): unknown {
  return JSON.parse(JSON.stringify(tree, (key, value: unknown) => (key === name ? undefined : value)));
}
