// Draws a container with its namespaces and its processes nested by parent, and the processes that are guests in a pod's namespaces.
import type { Container, ProcessRecord, Sandbox } from '../tree/model.ts';
import type { Style } from './color.ts';
import { namespacePieces } from './draw-namespaces.ts';
import { displayWidth, escapeArgs, escapeText, padEnd } from './escape.ts';
import { count, exitStyle, formatExit } from './label.ts';
import { type Branch, joinPieces, type Piece, piece } from './line.ts';
import { flattenNodes, nestProcesses, type ProcessNode } from './process-order.ts';

/** `nameWidth` aligns what follows the names of the containers of one pod. */
export function containerBranch(container: Container, sandbox: Sandbox, nameWidth: number): Branch {
  const namespaces = namespacePieces(container.namespaces, sandbox.containers, 'container');
  return {
    pieces: [piece(padEnd(escapeText(container.name), nameWidth), 'strong'), piece('  '), ...containerFacts(container)],
    below: [...namespaces.map((pieces) => ({ pieces, below: [] })), ...processBranches(container.processes)],
  };
}

function containerFacts(container: Container): Piece[] {
  const { lastExit } = container;
  return joinPieces(
    [
      container.kind === 'app' ? undefined : piece(container.kind, 'accent'),
      piece(container.state, stateStyle(container)),
      container.restarts === 0 ? undefined : piece(count(container.restarts, 'restart'), 'warn'),
      lastExit === undefined ? undefined : piece(`last ${formatExit(lastExit)}`, exitStyle(lastExit)),
    ],
    '  ',
  );
}

function stateStyle(container: Container): Style {
  if (container.state === 'running') return 'good';
  return container.state === 'exited' && container.kind === 'init' ? 'muted' : 'warn';
}

/** The processes that live in the pod's namespaces without being in its cgroups. */
export function guestBranch(guests: readonly ProcessRecord[]): Branch {
  return {
    pieces: [piece('guests', 'warn'), piece("  in the pod's namespaces, not in its cgroups", 'muted')],
    below: processBranches(guests),
  };
}

function processBranches(processes: readonly ProcessRecord[]): Branch[] {
  const roots = nestProcesses(processes);
  const all = flattenNodes(roots);
  const columns: Columns = {
    // The tree's own glyphs take four columns a level: the comms of all levels still stand below each other.
    pid: Math.max(0, ...all.map((node) => node.depth * 4 + `${node.process.pid}`.length)),
    inside: Math.max(0, ...all.map((node) => insideText(node.process).length)),
    role: Math.max(0, ...all.map((node) => node.process.role.length)),
    comm: Math.min(16, Math.max(0, ...all.map((node) => displayWidth(escapeText(node.process.comm))))),
  };
  return roots.map((node) => branchOf(node, columns));
}

interface Columns {
  readonly pid: number;
  readonly inside: number;
  readonly role: number;
  readonly comm: number;
}

function branchOf(node: ProcessNode, columns: Columns): Branch {
  const { process } = node;
  const pid = `${process.pid}`.padEnd(columns.pid - node.depth * 4);
  const args = escapeArgs(process.args);
  return {
    pieces: [
      piece(pid),
      piece(columns.inside === 0 ? '  ' : ` ${insideText(process).padEnd(columns.inside)}  `, 'muted'),
      piece(`${process.role.padEnd(columns.role)}  `, roleStyle(process)),
      piece(args === '' ? escapeText(process.comm) : `${padEnd(escapeText(process.comm), columns.comm)}  `, 'plain'),
      piece(args, 'muted'),
    ],
    below: node.children.map((child) => branchOf(child, columns)),
  };
}

function insideText(process: ProcessRecord): string {
  return process.nsPid === undefined || process.nsPid === process.pid ? '' : `(${process.nsPid} inside)`;
}

function roleStyle(process: ProcessRecord): Style {
  if (process.role === 'exec' || process.role === 'guest') return 'warn';
  return process.role === 'init' ? 'accent' : 'muted';
}
