// Waits for the successor of a pause that died while nobody watched: the tree, which never saw the old one live, takes the new one for the first.

import type { SandboxRef } from '../attribution/reference.ts';
import type { Cause } from '../cause/cause.ts';
import type { TreeEvent, TreeUpdate } from '../tree/change.ts';
import { missedId } from './missed-restarts.ts';

export interface Orphan {
  readonly pod: NonNullable<TreeEvent['pod']>;
  readonly sandbox: SandboxRef;
  readonly ip?: string | undefined;
  readonly cause: Cause;
  /** When its pause was seen to die, RFC 3339. */
  readonly diedAt?: string | undefined;
}

export interface Succession {
  await(orphan: Orphan): void;
  /** The restarts that these updates show and do not tell themselves. */
  observe(updates: readonly TreeUpdate[]): TreeEvent[];
}

export function createSuccession(options: { readonly node: string; readonly time: () => string }): Succession {
  const orphans = new Map<string, Orphan>();

  function restart(orphan: Orphan, change: Extract<TreeUpdate['changes'][number], { op: 'put'; kind: 'sandbox' }>): TreeEvent {
    const { record } = change;
    const span = orphan.diedAt && record.pause ? Date.parse(record.pause.startTime) - Date.parse(orphan.diedAt) : Number.NaN;
    const successor = { id: record.id, attempt: record.attempt };
    return {
      id: missedId(orphan.sandbox.id, record.id),
      revision: 0,
      time: record.pause?.startTime ?? options.time(),
      node: options.node,
      source: 'levels',
      type: 'pause.restarted',
      pod: orphan.pod,
      sandbox: successor,
      ...(record.pause && { process: record.pause }),
      cause: orphan.cause,
      oldSandbox: orphan.sandbox,
      newSandbox: successor,
      returned: [],
      ...(orphan.ip && { ipBefore: orphan.ip }),
      ...(record.ips[0] && { ipAfter: record.ips[0] }),
      ...(span >= 0 && { sandboxOutageMs: span }),
    };
  }

  return {
    await: (orphan) => void orphans.set(orphan.pod.uid, orphan),
    observe: (updates) => {
      if (orphans.size === 0) return [];
      const found: TreeEvent[] = [];
      const told = new Set<string>();
      for (const { event } of updates) if (event?.type === 'pause.restarted') told.add(event.newSandbox.id);
      for (const { changes } of updates) {
        for (const change of changes) {
          const orphan = orphans.get(change.kind === 'leaked' ? '' : (change.podUid ?? ''));
          if (!orphan) continue;
          if (change.op === 'remove' && change.kind === 'pod') orphans.delete(orphan.pod.uid);
          if (change.op !== 'put' || change.kind !== 'sandbox' || change.history || change.sandboxId === orphan.sandbox.id) continue;
          const { record } = change;
          if (record.kind === 'process' ? record.pause === undefined : record.state !== 'ready') continue;
          orphans.delete(orphan.pod.uid);
          if (!told.has(record.id)) found.push(restart(orphan, change));
        }
      }
      return found;
    },
  };
}
