// The whole tree as users see it now: the very records that the changes sent so far have carried.
import type { Container, Pod, PodRecord, ProcessRecord, Sandbox, SandboxRecord, Tree, UsageRecord } from './model.ts';
import type { Context, PodState, ProcessState } from './state.ts';

/** In the order in which things came to be known. */
export function snapshotOf(ctx: Context): Omit<Tree, 'token'> {
  const pods: Pod[] = [];
  for (const pod of ctx.pods.values()) if (pod.shown) pods.push(podOf(pod, pod.shown.record));
  return { node: ctx.node, pods, leaked: [...ctx.leaked.values()] };
}

function podOf(pod: PodState, record: PodRecord): Pod {
  const sandbox = pod.shownSandbox && sandboxOf(pod, pod.shownSandbox.record);
  return { ...record, ...(sandbox && { sandbox }), history: pod.history.map((former) => former.record) };
}

function sandboxOf(pod: PodState, record: SandboxRecord): Sandbox {
  const containers: Container[] = [];
  const guests: ProcessRecord[] = [];
  let usage: UsageRecord | undefined;
  for (const item of pod.items.values()) {
    if (item.kind === 'container' && item.shown) containers.push({ ...item.shown.record, processes: shownOf(item.processes) });
    if (item.id !== record.id) continue;
    guests.push(...shownOf(item.guests));
    usage = item.usage;
  }
  return { ...record, containers, guests, ...(usage && { usage }) };
}

function shownOf(processes: Iterable<ProcessState>): ProcessRecord[] {
  const records: ProcessRecord[] = [];
  for (const { shown } of processes) if (shown) records.push(shown);
  return records;
}
