// The detail of what is under the cursor: whose namespaces it lives in, how it stands, how it ended last, and why the pause of its pod died.
import type { Container, NamespaceRecord, Pod, PodController, ProcessRecord, Sandbox } from '../../tree/model.ts';
import { pauseStanding } from '../../tree/pause-standing.ts';
import { namespacePieces } from '../draw-namespaces.ts';
import { escapeArgs, escapeText } from '../escape.ts';
import type { Item } from '../item.ts';
import { controllerLabel, count, exitStyle, formatExit, podLabel, shortId } from '../label.ts';
import { joinPieces, type Piece, piece, wrapLines } from '../line.ts';
import { containerSince, containerStanding, podDeletedSince, podSince, processSince, sandboxSince, sandboxStanding } from '../pod-facts.ts';
import { formatAgo, formatSince, type TimeForm } from '../time-form.ts';
import { formatMemory, formatPercent, peerTexts, podUsage, portText } from '../usage.ts';

export interface DetailContext {
  readonly width: number;
  /** Wall clock in ms. */
  readonly now: number;
  readonly times: TimeForm;
}

const LABEL_WIDTH = 10;
const MAX_LABELS = 20;
const MAX_LISTED = 12;

/** What the detail is of, for the rule above it. */
export function detailTitle(item: Item): string {
  const pod = podLabel(item.pod);
  if (item.kind === 'container') return `${pod}  ${escapeText(item.container.name)}`;
  const process = item.kind === 'process' || item.kind === 'guest' ? item.process : undefined;
  return process === undefined ? pod : `${pod}  ${escapeText(process.comm)} ${process.pid}`;
}

/** Without what its pause died of. */
export function detailLines(item: Item, context: DetailContext): Piece[][] {
  switch (item.kind) {
    case 'container':
      return [...containerLines(item.container, item.sandbox, context), [], ...podLines(item.pod, context, false)];
    case 'process':
      return [
        ...processLines(item.process, context),
        ...namespaceLines(item.container.namespaces, item.sandbox, 'container', context),
        [],
        ...podLines(item.pod, context, false),
      ];
    case 'guest':
      return [...processLines(item.process, context), [], ...podLines(item.pod, context, false)];
    default:
      return podLines(item.pod, context, true);
  }
}

/** A label, and what belongs to it below each other. */
function field(label: string, pieces: readonly Piece[], { width }: DetailContext): Piece[][] {
  return wrapLines([piece(label.padEnd(LABEL_WIDTH), 'muted')], pieces, width, LABEL_WIDTH);
}

function podLines(pod: Pod, context: DetailContext, isWhole: boolean): Piece[][] {
  const { sandbox, history, labels } = pod;
  const names = Object.entries(labels).slice(0, MAX_LABELS);
  const facts = [
    piece(escapeText(pod.uid), 'muted'),
    piece(pod.qos ?? '', 'muted'),
    piece(pod.hostNetwork ? 'host network' : '', 'warn'),
    piece(sinceText(podSince(pod), context), 'muted'),
  ];
  return [
    ...field('pod', [piece(podLabel(pod), 'title')], context),
    ...field('', joinPieces(facts, '  '), context),
    ...(pod.controller === undefined ? [] : field('made by', controllerPieces(pod.controller), context)),
    ...(pod.deletedAt === undefined
      ? []
      : field('deleted', [piece(formatAgo(podDeletedSince(pod), context.times, context.now), 'warn')], context)),
    ...(sandbox === undefined ? field('sandbox', [piece('none seen yet', 'warn')], context) : sandboxLines(sandbox, context)),
    ...(isWhole && sandbox !== undefined ? [...sharingLines(sandbox, context), ...usageLines(pod, sandbox, context)] : []),
    ...(isWhole && names.length > 0
      ? field('labels', [piece(names.map(([key, value]) => `${escapeText(key)}=${escapeText(value)}`).join(' '), 'muted')], context)
      : []),
    ...(history.length > 0 ? field('earlier', [piece(earlierText(pod), 'warn')], context) : []),
  ];
}

function controllerPieces(controller: PodController): Piece[] {
  const { replicaSet } = controller;
  return [piece(controllerLabel(controller)), piece(replicaSet === undefined ? '' : `  by ReplicaSet ${escapeText(replicaSet)}`, 'muted')];
}

function sandboxLines(sandbox: Sandbox, context: DetailContext): Piece[][] {
  const { pause, ips, kind } = sandbox;
  const isDead = pauseStanding(sandbox) === 'dead';
  const standing = isDead ? { text: 'pause is dead', style: 'alarm' as const } : sandboxStanding(sandbox);
  const facts = [
    piece(`attempt ${sandbox.attempt}`),
    piece(shortId(sandbox.id), 'muted'),
    piece(standing.text, standing.style),
    piece(escapeText(sandbox.runtime ?? ''), 'muted'),
    piece(sinceText(sandboxSince(sandbox), context), 'muted'),
  ];
  const pauseText = pause === undefined ? '' : `${escapeText(pause.comm)} pid ${pause.pid}`;
  const none = kind === 'pinned' ? 'none: the runtime pins the namespaces' : kind === 'vm' ? 'none here: a virtual machine' : 'none';
  return [
    ...field('sandbox', joinPieces(facts, '  '), context),
    ...field('ip', [piece(ips.length === 0 ? 'none' : ips.map(escapeText).join('  '), ips.length === 0 ? 'muted' : 'accent')], context),
    ...field('pause', [pause === undefined ? piece(none, isDead ? 'alarm' : 'muted') : piece(pauseText, 'accent')], context),
    ...namespaceLines(sandbox.namespaces, sandbox, 'pause', context),
  ];
}

function namespaceLines(
  namespaces: readonly NamespaceRecord[],
  sandbox: Sandbox,
  whose: 'pause' | 'container',
  context: DetailContext,
): Piece[][] {
  return namespacePieces(namespaces, sandbox.containers, whose).flatMap((pieces) => {
    const [label, ...rest] = pieces;
    return label === undefined ? [] : field(`  ${label.text.trim()}`, rest, context);
  });
}

/** What each container has in common with the pause, which is what makes them a pod. */
function sharingLines({ containers }: Sandbox, context: DetailContext): Piece[][] {
  return containers.flatMap((container, index) => {
    const shared = container.namespaces.filter(({ scope }) => scope === 'pod').map(({ type }) => type);
    const { text, style } = containerStanding(container);
    const facts = [
      piece(escapeText(container.name), 'strong'),
      piece(text, style),
      piece(shared.length === 0 ? '' : `shares ${shared.join(' ')}`, 'accent'),
      exitPiece(container),
    ];
    return field(index === 0 ? 'has' : '', joinPieces(facts, '  '), context);
  });
}

/** What it uses, who listens, and who talks to whom over the localhost that the containers share. */
function usageLines(pod: Pod, sandbox: Sandbox, context: DetailContext): Piece[][] {
  const { cpuCores, memoryBytes } = podUsage(pod) ?? {};
  const pause = sandbox.usage?.pause;
  const use = [
    piece(cpuCores === undefined ? '' : `${formatPercent(cpuCores)} % CPU`),
    piece(memoryBytes === undefined ? '' : formatMemory(memoryBytes)),
    piece(pause === undefined ? '' : `the pause of it ${formatMemory(pause.memoryBytes)}`, 'muted'),
  ];
  return [
    ...(memoryBytes === undefined ? [] : field('uses', joinPieces(use, '  '), context)),
    ...list(
      'listens',
      (sandbox.usage?.ports ?? []).map((port) => portText(port, sandbox)),
      context,
    ),
    ...list('talks', peerTexts(sandbox), context),
  ];
}

function list(label: string, texts: readonly string[], context: DetailContext): Piece[][] {
  const shown = texts.length > MAX_LISTED ? [...texts.slice(0, MAX_LISTED - 1), `and ${texts.length - MAX_LISTED + 1} more`] : texts;
  return shown.flatMap((text, index) => field(index === 0 ? label : '', [piece(text)], context));
}

function containerLines(container: Container, sandbox: Sandbox, context: DetailContext): Piece[][] {
  const { text, style } = containerStanding(container);
  const facts = [
    piece(escapeText(container.name), 'title'),
    piece(container.kind, 'muted'),
    piece(text, style),
    piece(container.restarts === 0 ? '' : count(container.restarts, 'restart'), 'warn'),
    piece(sinceText(containerSince(container), context), 'muted'),
  ];
  return [
    ...field('container', joinPieces(facts, '  '), context),
    ...field('', [piece(shortId(container.id), 'muted'), piece(`  ${count(container.processes.length, 'process', 'processes')}`)], context),
    ...(container.lastExit === undefined ? [] : field('last exit', [exitPiece(container)], context)),
    ...namespaceLines(container.namespaces, sandbox, 'container', context),
  ];
}

function exitPiece({ lastExit }: Container): Piece {
  return lastExit === undefined ? piece('') : piece(`last ${formatExit(lastExit)}`, exitStyle(lastExit));
}

function processLines(process: ProcessRecord, context: DetailContext): Piece[][] {
  const { pid, nsPid, ppid, uid, role, comm, args } = process;
  const facts = [
    piece(escapeText(comm), 'title'),
    piece(`pid ${pid}`),
    piece(nsPid === undefined || nsPid === pid ? '' : `${nsPid} inside`, 'muted'),
    piece(role, role === 'exec' || role === 'guest' ? 'warn' : 'muted'),
    piece(`child of ${ppid}`, 'muted'),
    piece(uid === undefined ? '' : `uid ${uid}`, 'muted'),
    piece(sinceText(processSince(process), context), 'muted'),
  ];
  const line = escapeArgs(args);
  return [...field('process', joinPieces(facts, '  '), context), ...(line === '' ? [] : field('args', [piece(line)], context))];
}

function earlierText({ history }: Pod): string {
  const last = history.at(-1);
  const text = count(history.length, 'sandbox', 'sandboxes');
  if (last === undefined) return text;
  const ip = last.ips.length === 0 ? '' : ` at ${last.ips.map(escapeText).join(' ')}`;
  return `${text}, the last was attempt ${last.attempt} ${shortId(last.id)}${ip}`;
}

function sinceText(time: number | undefined, { times, now }: DetailContext): string {
  const text = formatSince(time, times, now);
  return times === 'relative' || text === '' ? text : `since ${text}`;
}
