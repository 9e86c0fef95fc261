// Collects what a step of the rules has to tell: events for the stream, notifications for sinks, and what is to be kept on disk.
import type { AlertEvent, Incident, Notification } from './incident.ts';
import type { Save, SavedItem } from './saved.ts';

export interface AlertOutput {
  /** For the stream, in order. */
  readonly events: readonly AlertEvent[];
  readonly notifications: readonly Notification[];
  /** What is to be kept on disk for the next run, by an id of its own; undefined for what is to be forgotten. */
  readonly saved: ReadonlyMap<string, SavedItem | undefined>;
}

export interface OutputCollector {
  event(event: AlertEvent): void;
  /** For sinks that are told of each pod. */
  notifyPod(reason: Notification['reason'], event: AlertEvent): void;
  /** For sinks that are told of incidents. */
  notifyIncident(incident: Incident, reason: Notification['reason'], event: AlertEvent): void;
  readonly save: Save;
  /** All of it since the last call. */
  take(): AlertOutput;
}

export function createOutputCollector(): OutputCollector {
  let events: AlertEvent[] = [];
  let notifications: Notification[] = [];
  let saved = new Map<string, SavedItem | undefined>();
  return {
    event: (event) => void events.push(event),
    notifyPod(reason, event) {
      if (event.pod !== undefined) notifications.push({ scope: 'pod', reason, event });
    },
    notifyIncident(incident, reason, event) {
      incident.toldCount = incident.memberCount;
      notifications.push({ scope: 'incident', reason, event });
    },
    save: (id, item) => void saved.set(id, item),
    take() {
      const output = { events, notifications, saved };
      events = [];
      notifications = [];
      saved = new Map();
      return output;
    },
  };
}
