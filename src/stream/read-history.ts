// Checks what an agent answers when it is asked what was: the history of one pod, the pods it remembers, the alerts it knows of.
import type { HistoryPod, HistorySandbox, PodHistory, PodSummary } from '../history/record.ts';
import type { TreeEvent } from '../tree/change.ts';
import { causeKind, podFields, readEvent, readProcess, sandboxFields } from './read-frame.ts';
import { count, fields, invalid, list, optional, type Reader, text } from './shape.ts';

const history = fields<PodHistory>({
  node: text,
  pod: fields<HistoryPod>({ ...podFields, goneAt: optional(text) }),
  sandboxes: list(
    fields<HistorySandbox>({ ...sandboxFields, lastPause: optional(readProcess), bootId: text, firstSeen: text, lastSeen: text }),
  ),
  events: list(readEvent),
});

const summaries = fields<{ readonly pods: readonly PodSummary[] }>({
  pods: list(
    fields<PodSummary>({
      uid: text,
      namespace: optional(text),
      name: optional(text),
      goneAt: optional(text),
      deaths: count,
      lastDeath: optional(
        fields<NonNullable<PodSummary['lastDeath']>>({
          time: text,
          kind: causeKind,
          signal: optional(text),
          by: optional(text),
        }),
      ),
    }),
  ),
});

/** Reads the answer of GET /v1/pods/UID/history. Throws FRAME_INVALID. */
export function readHistory(value: unknown): PodHistory {
  return history(value, 'history');
}

/** Reads the answer of GET /v1/pods. Throws FRAME_INVALID. */
export function readPods(value: unknown): readonly PodSummary[] {
  return summaries(value, 'pods').pods;
}

export type AlertEvent = Extract<TreeEvent, { type: 'alert.firing' | 'alert.resolved' }>;

const alertEvent: Reader<AlertEvent> = (value, at) => {
  const event = readEvent(value, at);
  return event.type === 'alert.firing' || event.type === 'alert.resolved' ? event : invalid(`${at}.type`, 'that of an alert', event.type);
};
const alerts = fields<{ readonly alerts: readonly AlertEvent[] }>({ alerts: list(alertEvent) });

/** Reads the answer of GET /v1/alerts. Throws FRAME_INVALID. */
export function readAlerts(value: unknown): readonly AlertEvent[] {
  return alerts(value, 'alerts').alerts;
}
