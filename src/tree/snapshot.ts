// The whole tree as users see it now, made of the same records that changes carry.
import { newestSandbox } from './items.ts';
import type { Container, Pod, ProcessRecord, Sandbox, Tree } from './model.ts';
import { containerRecord, podRecord, processRecord, sandboxRecord } from './records.ts';
import type { Context, Item, PodState, ProcessState } from './state.ts';

/** Shows exactly what the changes sent so far have shown, in the order in which it came to be known. */
export function snapshotOf(ctx: Context): Omit<Tree, 'token'> {
  const pods: Pod[] = [];
  for (const pod of ctx.pods.values()) if (pod.shown !== undefined) pods.push(podOf(ctx, pod));
  return { node: ctx.node, pods, leaked: [...ctx.leaked.values()] };
}

function podOf(ctx: Context, pod: PodState): Pod {
  const current = newestSandbox(pod);
  const sandbox = current?.shown?.under === 'current' ? sandboxOf(ctx, pod, current) : undefined;
  return { ...podRecord(pod), ...(sandbox && { sandbox }), history: [...pod.history] };
}

function sandboxOf(ctx: Context, pod: PodState, current: Item): Sandbox {
  const containers: Container[] = [];
  for (const item of pod.items.values()) {
    if (item.kind === 'container' && item.shown) containers.push({ ...containerRecord(ctx, item), processes: shown(ctx, item.processes) });
  }
  return { ...sandboxRecord(ctx, current), containers, guests: shown(ctx, current.guests) };
}

function shown(ctx: Context, processes: Iterable<ProcessState>): ProcessRecord[] {
  const records: ProcessRecord[] = [];
  for (const process of processes) if (process.isShown) records.push(processRecord(ctx, process));
  return records;
}
