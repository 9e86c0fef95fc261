// Draws the pod tree as text: each pod with its pause at the root, whose namespaces are whose, and every process under its container.
import type { Pod, Sandbox, SandboxRecord, Tree } from '../tree/model.ts';
import { pauseStanding } from '../tree/pause-standing.ts';
import type { Paint } from './color.ts';
import { containerBranch, guestBranch } from './draw-container.ts';
import { namespacePieces } from './draw-namespaces.ts';
import { cutMiddle, escapeText } from './escape.ts';
import { controllerLabel, count, podLabel, shortId } from './label.ts';
import { type Branch, joinPieces, type Piece, piece, renderLine } from './line.ts';
import { countProcesses, podDeletedSince, podSince, sandboxSince } from './pod-facts.ts';
import { formatAgo, formatSince, type TimeForm } from './time-form.ts';

export interface DrawOptions {
  /** Columns; a longer line is cut and ends in `…`. Infinity for a file. */
  readonly width: number;
  readonly paint: Paint;
  /** Wall clock in ms, for ages. */
  readonly now: number;
  /** Ages by default. */
  readonly times?: TimeForm;
}

/** The tree as lines, without line ends. Every text that came from the node is escaped. */
export function drawTree(tree: Tree, options: DrawOptions): string[] {
  const lines: string[] = [];
  const put = (pieces: readonly Piece[]): void => {
    lines.push(renderLine(pieces, options.width, options.paint));
  };
  put([piece(`Node ${escapeText(tree.node)}`, 'title'), piece(`  ${treeSummary(tree)}`, 'muted')]);
  for (const pod of tree.pods) {
    put([]);
    put(podPieces(pod, options));
    putBranches(podBranches(pod, options), '', put);
  }
  return [...lines, ...drawLeaked(tree, options)];
}

/** The namespaces that nobody owns any more, after an empty line; nothing where there are none. */
export function drawLeaked(tree: Tree, options: Pick<DrawOptions, 'width' | 'paint'>): string[] {
  if (tree.leaked.length === 0) return [];
  const lines: string[] = [];
  const put = (pieces: readonly Piece[]): void => {
    lines.push(renderLine(pieces, options.width, options.paint));
  };
  put([]);
  put([piece('Leaked namespaces', 'warn'), piece('  pinned by a mount although no pod owns them', 'muted')]);
  putBranches(leakedBranches(tree), '', put);
  return lines;
}

function putBranches(branches: readonly Branch[], indent: string, put: (pieces: readonly Piece[]) => void): void {
  for (const [index, branch] of branches.entries()) {
    const last = index === branches.length - 1;
    put([piece(`${indent}${last ? '└── ' : '├── '}`, 'muted'), ...branch.pieces]);
    putBranches(branch.below, `${indent}${last ? '    ' : '│   '}`, put);
  }
}

/** `3 pods, 7 containers, 12 processes`. */
export function treeSummary(tree: Tree): string {
  if (tree.pods.length === 0) return 'no pods yet';
  const containers = tree.pods.reduce((sum, pod) => sum + (pod.sandbox?.containers.length ?? 0), 0);
  const processes = tree.pods.reduce((sum, pod) => sum + countProcesses(pod.sandbox), 0);
  return [count(tree.pods.length, 'pod'), count(containers, 'container'), count(processes, 'process', 'processes')].join(', ');
}

function podPieces(pod: Pod, options: DrawOptions): Piece[] {
  const since = podSince(pod);
  const facts = joinPieces(
    [
      pod.name === undefined ? piece('not named by any runtime', 'muted') : undefined,
      pod.qos === undefined ? undefined : piece(pod.qos, 'muted'),
      pod.hostNetwork ? piece('host network', 'warn') : undefined,
      pod.controller === undefined ? undefined : piece(cutMiddle(controllerLabel(pod.controller), 64), 'muted'),
      piece((pod.sandbox?.ips ?? []).map(escapeText).join(' '), 'accent'),
      piece(timeText(since, options), 'muted'),
      pod.deletedAt === undefined
        ? undefined
        : piece(`deleted ${formatAgo(podDeletedSince(pod), options.times ?? 'relative', options.now)}`, 'warn'),
    ],
    '  ',
  );
  return [piece('Pod ', 'muted'), piece(cutMiddle(podLabel(pod), 100), 'title'), piece('  '), ...facts];
}

function timeText(time: number | undefined, { times = 'relative', now }: DrawOptions): string {
  const text = formatSince(time, times, now);
  return times === 'relative' || text === '' ? text : `since ${text}`;
}

function podBranches(pod: Pod, options: DrawOptions): Branch[] {
  const { sandbox } = pod;
  const branches: Branch[] = [];
  if (sandbox === undefined) {
    branches.push({ pieces: [piece('no sandbox seen yet', 'warn')], below: [] });
  } else {
    branches.push(pauseBranch(sandbox, options));
    const nameWidth = Math.min(32, Math.max(0, ...sandbox.containers.map((each) => each.name.length)));
    branches.push(...sandbox.containers.map((container) => containerBranch(container, sandbox, nameWidth)));
    if (sandbox.guests.length > 0) branches.push(guestBranch(sandbox.guests));
  }
  if (pod.history.length > 0) branches.push(historyBranch(pod.history));
  return branches;
}

function pauseBranch(sandbox: Sandbox, options: DrawOptions): Branch {
  const made = sandboxSince(sandbox);
  const facts = joinPieces(
    [
      piece(`attempt ${sandbox.attempt}`, sandbox.attempt > 0 ? 'warn' : 'muted'),
      piece(sandbox.state, sandbox.state === 'ready' ? 'good' : 'warn'),
      sandbox.runtime === undefined ? undefined : piece(escapeText(sandbox.runtime), 'muted'),
      piece(shortId(sandbox.id), 'muted'),
      piece(timeText(made, options), 'muted'),
    ],
    '  ',
  );
  return {
    pieces: [...pausePieces(sandbox), piece('  '), ...facts],
    below: namespacePieces(sandbox.namespaces, sandbox.containers, 'pause').map((pieces) => ({ pieces, below: [] })),
  };
}

function pausePieces(sandbox: Sandbox): Piece[] {
  const { pause } = sandbox;
  if (pause !== undefined) {
    const named = pause.comm === 'pause' ? 'pause' : `pause (${escapeText(pause.comm)})`;
    return [piece(named, 'accent'), piece(`  pid ${pause.pid}`)];
  }
  if (sandbox.kind === 'pinned') return [piece('pause', 'accent'), piece('  none: the runtime pins the namespaces', 'muted')];
  if (sandbox.kind === 'vm') return [piece('pause', 'accent'), piece('  none here: the sandbox is a virtual machine', 'muted')];
  switch (pauseStanding(sandbox)) {
    case 'dead':
      return [piece('pause is dead', 'alarm')];
    case 'stopped':
      return [piece('pause', 'muted'), piece('  stopped', 'muted')];
    default:
      return [piece('pause', 'accent'), piece('  not running yet', 'warn')];
  }
}

function historyBranch(history: readonly SandboxRecord[]): Branch {
  const last = history.at(-1);
  const ip = last?.ips[0];
  const facts = joinPieces(
    [
      piece(count(history.length, 'earlier sandbox', 'earlier sandboxes'), 'warn'),
      last === undefined ? undefined : piece(`last was attempt ${last.attempt}`, 'muted'),
      last === undefined ? undefined : piece(shortId(last.id), 'muted'),
      ip === undefined ? undefined : piece(escapeText(ip), 'muted'),
    ],
    '  ',
  );
  return { pieces: facts, below: [] };
}

function leakedBranches(tree: Tree): Branch[] {
  return tree.leaked.map((leaked) => ({
    pieces: joinPieces(
      [
        piece(`${leaked.type} ${leaked.inode}`),
        piece(escapeText(leaked.path)),
        leaked.pod === undefined ? undefined : piece(`was ${podLabel(leaked.pod)}`, 'muted'),
      ],
      '  ',
    ),
    below: [],
  }));
}
