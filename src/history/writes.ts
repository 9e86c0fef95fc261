// What is to be written of what the tree tells: events by their worth, pods and sandboxes as they are.
import type { TreeChange, TreeEvent } from '../tree/change.ts';
import type { Pod } from '../tree/model.ts';
import { withoutChildren } from './merge.ts';
import type { HistoryWrite } from './record.ts';
import { isDeath, podToKeepFor, weightOf } from './worth.ts';

export interface WriteMaker {
  /** `isUntold`: it has yet to be published. Empty for what is not kept. */
  ofEvent(event: TreeEvent, isUntold: boolean): HistoryWrite[];
  ofChange(change: TreeChange): HistoryWrite[];
}

/** After a death everything in the pod is part of what it brought, for this long. */
const OUTAGE_MS = 120_000;
/** What ended just before a pause may be why. */
const LEAD_MS = 30_000;

/** `now`: wall time in ms. */
export function createWriteMaker(now: () => number): WriteMaker {
  /** Until when what happens in a pod counts as brought by a death, by uid. */
  const outages = new Map<string, number>();
  return {
    ofEvent(event, isUntold) {
      const podUid = podToKeepFor(event);
      if (podUid === undefined) return [];
      const atMs = now();
      const isNewDeath = isDeath(event) && event.type === 'pause.exited' && event.revision === 0;
      if (isDeath(event)) outages.set(podUid, atMs + OUTAGE_MS);
      const isInOutage = (outages.get(podUid) ?? 0) > atMs;
      if (!isInOutage) outages.delete(podUid);
      const lift: HistoryWrite[] = isNewDeath ? [{ op: 'lift', podUid, sinceMs: atMs - LEAD_MS }] : [];
      return [...lift, { op: 'event', podUid, event, weight: weightOf(event, isInOutage), isUntold, atMs }];
    },
    ofChange(change) {
      const atMs = now();
      if (change.kind === 'pod') {
        if (change.op === 'put') return [{ op: 'pod', record: change.record, atMs }];
        outages.delete(change.key);
        return [{ op: 'pod-gone', uid: change.key, atMs }];
      }
      if (change.kind !== 'sandbox') return [];
      if (change.op === 'remove') return [{ op: 'sandbox-gone', id: change.key, atMs }];
      return [{ op: 'sandbox', podUid: change.podUid, record: change.record, isCurrent: change.history !== true, atMs }];
    },
  };
}

/** Everything that the tree has of pods and sandboxes. */
export function baseline(pods: readonly Pod[], atMs: number): HistoryWrite[] {
  return pods.flatMap((pod): HistoryWrite[] => {
    const { sandbox, history, record } = withoutChildren(pod);
    const earlier = history.map((each): HistoryWrite => ({ op: 'sandbox', podUid: pod.uid, record: each, isCurrent: false, atMs }));
    const current: HistoryWrite[] = sandbox ? [{ op: 'sandbox', podUid: pod.uid, record: sandbox, isCurrent: true, atMs }] : [];
    return [{ op: 'pod', record, atMs }, ...earlier, ...current];
  });
}
