// Processes in the order of a tree: each below the one that made it, with how deep it is.
import type { ProcessRecord } from '../tree/model.ts';

export interface ProcessRow {
  readonly process: ProcessRecord;
  readonly depth: number;
}

/** One whose parent is not among them stands at the top. Nobody is left out, whatever the parents say: pids are reused. */
export function processRows(processes: readonly ProcessRecord[]): readonly ProcessRow[] {
  const byPid = new Map(processes.map((process) => [process.pid, process]));
  const children = new Map<number, ProcessRecord[]>();
  const roots: ProcessRecord[] = [];
  for (const process of processes) {
    if (process.ppid === process.pid || !byPid.has(process.ppid)) roots.push(process);
    else children.set(process.ppid, [...(children.get(process.ppid) ?? []), process]);
  }
  const rows: ProcessRow[] = [];
  const done = new Set<ProcessRecord>();
  // A stack and not recursion: a process can make a chain as long as it likes.
  const walk = (start: ProcessRecord): void => {
    const stack: ProcessRow[] = [{ process: start, depth: 0 }];
    for (let row = stack.pop(); row !== undefined; row = stack.pop()) {
      if (done.has(row.process)) continue;
      done.add(row.process);
      rows.push(row);
      const { depth } = row;
      for (const child of (children.get(row.process.pid) ?? []).toReversed()) stack.push({ process: child, depth: depth + 1 });
    }
  };
  for (const root of roots) walk(root);
  // What is left are rings.
  for (const process of processes) if (!done.has(process)) walk(process);
  return rows;
}
