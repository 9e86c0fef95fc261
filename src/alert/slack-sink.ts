// Posts an alert as a message to a Slack-compatible incoming webhook (Slack, Mattermost, Rocket.Chat).
import { readCertificates } from '../kubernetes/certificates.ts';
import { sendRequest } from '../kubernetes/http-request.ts';
import { hiddenParts } from './hide.ts';
import type { AlertEvent } from './incident.ts';
import { judge, type Sink, type SinkContext } from './sink.ts';
import type { SlackSinkSettings } from './sink-settings.ts';
import { plain, podName } from './summary.ts';
import { checkedUrl } from './webhook-sink.ts';

const COLORS = { critical: '#c62828', warning: '#f9a825', info: '#1565c0', resolved: '#2e7d32' } as const;
const MAX_LISTED = 20;

/** Slack reads &, < and > as markup: https://docs.slack.dev/messaging/formatting-message-text. Stars and the like are switched off in the
 * message and not escaped: a name that is copied out of it must be the name. */
export function escapeSlack(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

export function createSlackSink(settings: SlackSinkSettings, context: SinkContext): Sink {
  const { name, type, timeoutMs } = settings;
  return {
    name,
    type,
    scope: 'incident',
    async deliver({ event }, key, signal) {
      const url = checkedUrl(context.readSecret(settings.url));
      const headers = { 'Content-Type': 'application/json', 'User-Agent': 'podtree', 'Idempotency-Key': key };
      const body = JSON.stringify(slackMessage(event));
      const response = await sendRequest({ method: 'POST', url, headers, body, ca: readCertificates(settings.caFile), timeoutMs, signal });
      return judge(response, context.now(), hiddenParts(url));
    },
  };
}

function slackMessage(event: AlertEvent): object {
  const { alert } = event;
  const isOver = event.type === 'alert.resolved';
  const title = `[${isOver ? 'RESOLVED' : 'FIRING'}] ${alert.name} on ${plain(event.node, 253)}`;
  const pods = alert.members.slice(0, MAX_LISTED).map((pod) => `• ${podName(pod)}`);
  if (alert.memberCount > pods.length && pods.length > 0) pods.push(`• and ${alert.memberCount - pods.length} more`);
  const text = [alert.summary, ...pods].join('\n');
  return {
    text: escapeSlack(title),
    mrkdwn: false,
    attachments: [
      {
        color: isOver ? COLORS.resolved : COLORS[alert.severity],
        fallback: escapeSlack(alert.summary.slice(0, 1000)),
        text: escapeSlack(text.slice(0, 3000)),
        mrkdwn_in: [],
        fields: [
          { title: 'Severity', value: alert.severity, short: true },
          { title: 'Count', value: String(alert.count), short: true },
          { title: 'Since', value: escapeSlack(alert.since), short: true },
          { title: 'Incident', value: escapeSlack(alert.incident), short: true },
        ],
      },
    ],
  };
}
