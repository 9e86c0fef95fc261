// Collects what a step of the rules has to tell: events for the stream, notifications for sinks, alerts to be kept on disk.
import type { Alert, AlertEvent, Incident, Notification } from './incident.ts';

export interface AlertOutput {
  /** For the stream, in order. */
  readonly events: readonly AlertEvent[];
  readonly notifications: readonly Notification[];
  /** Alerts as they are to be kept on disk; undefined for those that are to be forgotten. By the alert's id. */
  readonly saved: ReadonlyMap<string, SavedAlert | undefined>;
}

export interface SavedAlert {
  readonly alert: Alert;
  /** With the incident's first alert. */
  readonly incident?: Incident;
}

export interface OutputCollector {
  event(event: AlertEvent): void;
  /** For sinks that are told of each pod. */
  notifyPod(reason: Notification['reason'], event: AlertEvent): void;
  /** For sinks that are told of incidents. */
  notifyIncident(incident: Incident, reason: Notification['reason'], event: AlertEvent): void;
  save(alert: Alert, incident: Incident | undefined): void;
  forget(id: string): void;
  /** All of it since the last call. */
  take(): AlertOutput;
}

export function createOutputCollector(): OutputCollector {
  let events: AlertEvent[] = [];
  let notifications: Notification[] = [];
  let saved = new Map<string, SavedAlert | undefined>();
  return {
    event: (event) => void events.push(event),
    notifyPod(reason, event) {
      if (event.pod !== undefined) notifications.push({ scope: 'pod', reason, event });
    },
    notifyIncident(incident, reason, event) {
      incident.toldCount = incident.memberCount;
      notifications.push({ scope: 'incident', reason, event });
    },
    save: (alert, incident) => void saved.set(alert.id, incident?.id === alert.id ? { alert, incident } : { alert }),
    forget: (id) => void saved.set(id, undefined),
    take() {
      const output = { events, notifications, saved };
      events = [];
      notifications = [];
      saved = new Map();
      return output;
    },
  };
}
