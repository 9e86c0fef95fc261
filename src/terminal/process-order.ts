// Puts the processes of a container under their parents, in the order of their starts.
import type { ProcessRecord } from '../tree/model.ts';

export interface ProcessNode {
  readonly process: ProcessRecord;
  readonly children: readonly ProcessNode[];
  readonly depth: number;
}

interface Growing {
  readonly process: ProcessRecord;
  readonly children: Growing[];
  depth: number;
}

/** Deeper than this nobody reads: what is below stands beside each other there. It also bounds what recursion over the nodes takes. */
const MAX_DEPTH = 24;

/** One whose parent is not in the list (the shim, for an init) stands at the top. Every process of the list is in the result once. */
export function nestProcesses(processes: readonly ProcessRecord[]): readonly ProcessNode[] {
  const nodes: Growing[] = processes.map((process) => ({ process, children: [], depth: 0 }));
  const byPid = new Map(nodes.map((node) => [node.process.pid, node]));
  const lines = new Map<Growing, boolean>();
  const roots: Growing[] = [];
  for (const node of nodes) {
    const parent = byPid.get(node.process.ppid);
    if (parent === undefined || !endsAbove(parent, byPid, lines)) roots.push(node);
    else parent.children.push(node);
  }
  order(roots, 0);
  return roots;
}

// Parents can form a ring when a pid was reused between two readings: nobody may vanish from the picture for that. `known` is filled.
function endsAbove(node: Growing, byPid: ReadonlyMap<number, Growing>, known: Map<Growing, boolean>): boolean {
  const path = new Set<Growing>();
  let at: Growing | undefined = node;
  while (at !== undefined && !path.has(at) && !known.has(at)) {
    path.add(at);
    at = byPid.get(at.process.ppid);
  }
  const ends = at === undefined || (known.get(at) ?? false);
  for (const each of path) known.set(each, ends);
  return ends;
}

function order(nodes: Growing[], depth: number): void {
  nodes.sort((a, b) => Date.parse(a.process.startTime) - Date.parse(b.process.startTime) || a.process.pid - b.process.pid);
  for (const node of nodes) {
    node.depth = depth;
    if (depth === MAX_DEPTH - 1) liftDescendants(node);
    order(node.children, depth + 1);
  }
}

function liftDescendants(node: Growing): void {
  for (let index = 0; index < node.children.length; index += 1) {
    const child = node.children[index];
    if (child !== undefined) node.children.push(...child.children.splice(0));
  }
}

/** The nodes and all below them, each parent before its children. */
export function flattenNodes(nodes: readonly ProcessNode[]): readonly ProcessNode[] {
  return nodes.flatMap((node) => [node, ...flattenNodes(node.children)]);
}
