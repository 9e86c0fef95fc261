// Sends alerts to Prometheus Alertmanager's v2 API, again and again while they fire: it takes what it does not hear of any more for resolved.

import { byImportance } from '../history/finding-guide.ts';
import { readCertificates } from '../kubernetes/certificates.ts';
import { sendRequest } from '../kubernetes/http-request.ts';
import { hiddenParts } from './hide.ts';
import type { AlertEvent } from './incident.ts';
import { judge, type Outcome, type Sink, type SinkContext } from './sink.ts';
import type { AlertmanagerSinkSettings } from './sink-settings.ts';
import { plain, podName } from './summary.ts';

/** Alerts are sent again every minute; one that is missing so often is over, for instance because the node is. */
const EXPIRY_MS = 5 * 60_000;
const MAX_TEXT = 1024;
const MAX_PER_REQUEST = 256;

export function createAlertmanagerSink(settings: AlertmanagerSinkSettings, context: SinkContext): Sink {
  const { name, type, timeoutMs } = settings;
  const url = `${settings.url.replace(/\/+$/, '')}/api/v2/alerts`;

  async function post(events: readonly AlertEvent[], signal: AbortSignal): Promise<Outcome> {
    const headers: Record<string, string> = { 'Content-Type': 'application/json', 'User-Agent': 'podtree' };
    const token = settings.token === undefined ? undefined : context.readSecret(settings.token);
    if (token !== undefined) headers.Authorization = `Bearer ${token}`;
    const body = JSON.stringify(events.map((event) => postableAlert(event, settings.labels, context.now())));
    const response = await sendRequest({ method: 'POST', url, headers, body, ca: readCertificates(settings.caFile), timeoutMs, signal });
    return judge(response, context.now(), [...hiddenParts(settings.url), token ?? '']);
  }

  return {
    name,
    type,
    scope: 'incident',
    deliver: ({ event }, _key, signal) => post([event], signal),
    async renew(firing, signal) {
      let outcome: Outcome = { result: 'delivered' };
      for (let at = 0; at < firing.length && outcome.result === 'delivered'; at += MAX_PER_REQUEST) {
        const part = firing.slice(at, at + MAX_PER_REQUEST);
        outcome = await post(
          part.map(({ event }) => event),
          signal,
        );
      }
      return outcome;
    },
  };
}

function paragraph(sentences: readonly string[]): string {
  return sentences
    .map((sentence) => plain(sentence, 300))
    .join(' ')
    .slice(0, MAX_TEXT);
}

/** The labels are the alert's identity: nothing in them may change while it fires. */
function postableAlert(event: AlertEvent, extra: Readonly<Record<string, string>>, nowMs: number): object {
  const { alert, pod, cause } = event;
  const labels = {
    ...extra,
    alertname: alert.name,
    severity: alert.severity,
    node: plain(event.node, 253),
    incident: alert.incident,
    ...(pod?.namespace !== undefined && { namespace: plain(pod.namespace, 253) }),
    ...(pod?.name !== undefined && { pod: plain(pod.name, 253) }),
  };
  const annotations = {
    summary: alert.summary.slice(0, MAX_TEXT),
    count: String(alert.count),
    last: alert.last,
    ...(cause !== undefined && {
      cause: cause.kind,
      ...(cause.findings.length > 0 && { findings: paragraph(byImportance(cause).map(({ text }) => text)) }),
      evidence: paragraph(cause.evidence),
    }),
    ...(alert.memberCount > 1 && { pods: String(alert.memberCount), members: alert.members.map(podName).join(', ').slice(0, 4096) }),
  };
  // It refuses an alert that ends before it starts, which two clocks may make of one that is over at once.
  const overMs = Math.max(Date.parse(event.time), Date.parse(alert.since) + 1);
  const endsAt = new Date(event.type === 'alert.resolved' ? overMs : nowMs + EXPIRY_MS).toISOString();
  return { labels, annotations, startsAt: alert.since, endsAt };
}
