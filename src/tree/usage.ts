// What sandboxes use and who listens in them: which cgroups and processes a sample has to read, and the samples put into the tree.
import type { ContainerId } from '../kernel/identity.ts';
import type { UsageRecord } from './model.ts';
import type { Context, Item } from './state.ts';

/** A cgroup to read, with the processes that may hold its sockets. */
export interface UsedCgroup {
  readonly id: ContainerId;
  /** In the traced hierarchy, from its root; a runtime gives a container the same one in every hierarchy. */
  readonly cgroupPath: string;
  readonly pids: readonly number[];
}

export interface UsageTarget {
  readonly sandboxId: ContainerId;
  readonly podUid: string;
  readonly namespace?: string;
  readonly name?: string;
  /** Its network namespace is the node's: what is in there is not the pod's. */
  readonly hostNetwork: boolean;
  /** Absent when it has no process of its own. */
  readonly pause?: UsedCgroup;
  readonly containers: readonly UsedCgroup[];
}

export function usageTargetsOf(ctx: Context): UsageTarget[] {
  const targets: UsageTarget[] = [];
  for (const pod of ctx.pods.values()) {
    const { current, ref } = pod;
    if (!pod.shown || !current || pod.shownSandbox?.record.id !== current.id) continue;
    const pause = current.init && cgroupOf(ctx, current);
    const containers: UsedCgroup[] = [];
    for (const item of pod.items.values()) {
      const used = item.kind === 'container' && item.init ? cgroupOf(ctx, item) : undefined;
      if (used) containers.push(used);
    }
    targets.push({
      ...{ sandboxId: current.id, podUid: pod.uid, hostNetwork: pod.hostNetwork, containers },
      ...(ref.namespace !== undefined && { namespace: ref.namespace }),
      ...(ref.name !== undefined && { name: ref.name }),
      ...(pause && { pause }),
    });
  }
  return targets;
}

/** The container's own cgroup is the one nearest to the root: what is below was made by the workload. */
function cgroupOf(ctx: Context, item: Item): UsedCgroup | undefined {
  let own: string | undefined;
  for (const id of item.cgroups) {
    const path = ctx.registry.byId(id)?.path;
    if (path !== undefined && (own === undefined || path.length < own.length)) own = path;
  }
  return own === undefined ? undefined : { id: item.id, cgroupPath: own, pids: [...item.processes].map(({ pid }) => pid) };
}

export function applyUsage(ctx: Context, samples: ReadonlyMap<ContainerId, UsageRecord>): void {
  for (const { uid, current, shownSandbox } of ctx.pods.values()) {
    if (!current || shownSandbox?.record.id !== current.id) continue;
    const record = samples.get(current.id);
    const at = { podUid: uid, sandboxId: current.id, key: current.id };
    if (record && isSame(record, current.usage)) continue;
    if (record) {
      current.usage = record;
      ctx.changes.push({ op: 'put', kind: 'usage', ...at, record });
    } else if (current.usage) {
      delete current.usage;
      ctx.changes.push({ op: 'remove', kind: 'usage', ...at });
    }
  }
}

/** An idle pod's sample says nothing new. */
function isSame({ sampledAt: _now, ...record }: UsageRecord, before: UsageRecord | undefined): boolean {
  if (!before) return false;
  const { sampledAt: _then, ...former } = before;
  return JSON.stringify(record) === JSON.stringify(former);
}
