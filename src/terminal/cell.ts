// What each column says of an item: one short piece of text, escaped.
import type { NamespaceScope, ProcessRecord } from '../tree/model.ts';
import { pauseStanding } from '../tree/pause-standing.ts';
import type { Style } from './color.ts';
import { escapeText } from './escape.ts';
import type { Item } from './item.ts';
import { controllerLabel, exitStyle, formatExit, podLabel, shortId } from './label.ts';
import { type Piece, piece } from './line.ts';
import {
  containerRestarts,
  containerSince,
  containerStanding,
  countProcesses,
  lastingContainers,
  podSince,
  podStanding,
  processSince,
  type Standing,
  sandboxSince,
  sandboxStanding,
} from './pod-facts.ts';
import { formatMemory, formatPercent, usageOf } from './usage.ts';

const NOTHING = piece('');

export function textCell(text: string | number | undefined, style: Style = 'plain'): Piece {
  return text === undefined ? NOTHING : piece(escapeText(String(text)), style);
}

/** The item's own name, as it stands in the tree. */
export function nameCell(item: Item): Piece {
  switch (item.kind) {
    case 'pod':
      return piece(podLabel(item.pod), 'title');
    case 'pause':
      return pauseName(item.sandbox);
    case 'container':
      return piece(escapeText(item.container.name), 'strong');
    case 'former':
      return piece('earlier sandbox', 'muted');
    default:
      return piece(escapeText(item.process.comm), item.kind === 'guest' ? 'warn' : 'plain');
  }
}

function pauseName(sandbox: Extract<Item, { kind: 'pause' }>['sandbox']): Piece {
  const { pause, kind } = sandbox;
  if (pause !== undefined) return piece(pause.comm === 'pause' ? 'pause' : `pause (${escapeText(pause.comm)})`, 'accent');
  const standing = pauseStanding(sandbox);
  if (standing === 'dead') return piece('pause is dead', 'alarm');
  if (kind === 'process') return standing === 'stopped' ? piece('pause, stopped', 'muted') : piece('pause', 'warn');
  return piece(kind === 'vm' ? 'virtual machine' : 'pinned namespaces', 'accent');
}

export function kindCell(item: Item): Piece {
  switch (item.kind) {
    case 'container':
      return piece(item.container.kind, item.container.kind === 'app' ? 'plain' : 'accent');
    case 'process':
    case 'guest':
      return roleCell(item.process);
    case 'former':
      return piece('sandbox', 'muted');
    default:
      return piece(item.kind, 'muted');
  }
}

function roleCell({ role }: ProcessRecord): Piece {
  return piece(role, role === 'exec' || role === 'guest' ? 'warn' : 'muted');
}

export function stateCell(item: Item): Piece {
  const standing = standingOf(item);
  return standing === undefined ? NOTHING : piece(standing.text, standing.style);
}

function standingOf(item: Item): Standing | undefined {
  switch (item.kind) {
    case 'pod':
      return podStanding(item.pod);
    case 'pause':
      return sandboxStanding(item.sandbox);
    case 'container':
      return containerStanding(item.container);
    case 'former':
      return { text: item.record.state, style: 'muted' };
    default:
      return undefined;
  }
}

export function readyCell(item: Item): Piece {
  if (item.kind !== 'pod') return NOTHING;
  const lasting = lastingContainers(item.pod);
  const running = lasting.filter(({ state }) => state === 'running').length;
  return piece(`${running}/${lasting.length}`, running === lasting.length ? 'plain' : 'warn');
}

/** `1+3` of a pod: so many sandboxes before this one, and so many restarts of its containers. */
export function restartsCell(item: Item): Piece {
  if (item.kind === 'container') return piece(String(item.container.restarts), item.container.restarts === 0 ? 'muted' : 'warn');
  if (item.kind !== 'pod') return NOTHING;
  const sandboxes = item.pod.history.length;
  const containers = containerRestarts(item.pod);
  return piece(`${sandboxes}${containers === 0 ? '' : `+${containers}`}`, sandboxes + containers === 0 ? 'muted' : 'warn');
}

export function processesCell(item: Item): Piece {
  if (item.kind === 'pod') return piece(String(countProcesses(item.pod.sandbox)));
  return item.kind === 'container' ? piece(String(item.container.processes.length)) : NOTHING;
}

/** The one process that an item stands for: of a container its first. */
export function processOf(item: Item): ProcessRecord | undefined {
  switch (item.kind) {
    case 'pause':
      return item.sandbox.pause;
    case 'container':
      return item.container.processes.find(({ role }) => role === 'init');
    case 'process':
    case 'guest':
      return item.process;
    default:
      return undefined;
  }
}

export function insideCell(item: Item): Piece {
  const process = processOf(item);
  return process?.nsPid === undefined || process.nsPid === process.pid ? NOTHING : piece(String(process.nsPid), 'muted');
}

/** Wall time in ms. */
export function sinceOf(item: Item): number | undefined {
  switch (item.kind) {
    case 'pod':
      return podSince(item.pod);
    case 'pause':
      return sandboxSince(item.sandbox);
    case 'container':
      return containerSince(item.container);
    case 'former':
      return sandboxSince(item.record);
    default:
      return processSince(item.process);
  }
}

export function controllerCell({ kind, pod }: Item): Piece {
  return kind !== 'pod' || pod.controller === undefined ? NOTHING : piece(controllerLabel(pod.controller), 'muted');
}

export function addressCell(item: Item): Piece {
  const ips = item.kind === 'pod' ? item.pod.sandbox?.ips : item.kind === 'former' ? item.record.ips : undefined;
  return piece((ips ?? []).map(escapeText).join(','), item.kind === 'pod' ? 'accent' : 'muted');
}

export function exitCell(item: Item): Piece {
  const exit = item.kind === 'container' ? item.container.lastExit : undefined;
  return exit === undefined ? NOTHING : piece(formatExit(exit), exitStyle(exit));
}

/** The types of the namespaces that stand in such a relation to the item, such as `net,ipc,uts`. */
export function namespacesCell(item: Item, scope: NamespaceScope, style: Style): Piece {
  const namespaces = namespacesOf(item).filter(
    (each) => each.scope === scope || (item.kind === 'pause' && each.scope === 'pod' && scope === 'own'),
  );
  return piece(namespaces.map(({ type }) => escapeText(type)).join(','), style);
}

export function networkCell(item: Item): Piece {
  return textCell(namespacesOf(item).find(({ type }) => type === 'net')?.inode, 'muted');
}

function namespacesOf(item: Item) {
  if (item.kind === 'container') return item.container.namespaces;
  return item.kind === 'pause' ? item.sandbox.namespaces : [];
}

export function attemptCell(item: Item): Piece {
  const attempt = item.kind === 'former' ? item.record.attempt : item.kind === 'pause' ? item.sandbox.attempt : undefined;
  return textCell(attempt, attempt === 0 ? 'muted' : 'warn');
}

export function idCell(item: Item): Piece {
  const id =
    item.kind === 'container' ? item.container.id : item.kind === 'former' ? item.record.id : item.kind === 'pause' ? item.sandbox.id : '';
  return piece(shortId(id), 'muted');
}

export function cpuCell(item: Item): Piece {
  const cores = usageOf(item)?.cpuCores;
  return cores === undefined ? NOTHING : piece(formatPercent(cores), cores < 0.01 ? 'muted' : 'plain');
}

export function memoryCell(item: Item): Piece {
  const bytes = usageOf(item)?.memoryBytes;
  return bytes === undefined ? NOTHING : piece(formatMemory(bytes));
}
