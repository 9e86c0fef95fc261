// The part of docs/configuration.md about alerts, and how `podtree config` shows them: without anything that may be a secret.
import type { AlertSettings } from '../alert/alerting.ts';
import { type AlertRule, DEFAULT_RULES } from '../alert/rule.ts';
import type { Secret, SinkSettings } from '../alert/sink-settings.ts';
import { formatDuration, shownAddress } from './alert-values.ts';

/** Rules and sinks as they would be written in the file. */
export function shownAlerts(alerts: AlertSettings): { readonly rules: readonly object[]; readonly sinks: readonly object[] } {
  return { rules: alerts.rules.map(shownRule), sinks: alerts.sinks.map(shownSink) };
}

function shownRule(rule: AlertRule): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(rule).map(([name, value]) =>
      name.endsWith('Ms') ? [name.slice(0, -2), formatDuration(Number(value))] : [name, value as unknown],
    ),
  );
}

function shownSink(sink: SinkSettings): Readonly<Record<string, unknown>> {
  const shown: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(sink) as [string, unknown][]) {
    if (name === 'timeoutMs') shown.timeout = formatDuration(Number(value));
    else if (name === 'url' && typeof value === 'string') shown.url = shownAddress(value);
    else if (isSecret(value)) Object.assign(shown, 'file' in value ? { [`${name}File`]: value.file } : { [name]: `\${${value.env}}` });
    else shown[name] = value;
  }
  return shown;
}

function isSecret(value: unknown): value is Secret {
  return typeof value === 'object' && value !== null && ['file', 'env'].includes(Object.keys(value).join());
}

export function renderAlertsSection(): string {
  const rows = DEFAULT_RULES.map(
    (rule) => `| \`${rule.name}\` | \`${rule.type}\` | ${rule.severity} | ${fires(rule)} | ${resolves(rule)} |`,
  );
  return [...INTRODUCTION, ...rows, '', ...REST].join('\n');
}

function fires(rule: AlertRule): string {
  switch (rule.type) {
    case 'pause-restarts':
      return `${rule.count === 1 ? 'a pause' : `${rule.count} pauses`} of a pod died without plan within ${formatDuration(rule.windowMs)}`;
    case 'outage':
      return `a pod whose pause died is not whole again after ${formatDuration(rule.longerThanMs)}`;
    case 'foreign-join':
      return "a process from outside went into a pod's namespaces";
    case 'leak':
      return `for ${formatDuration(rule.longerThanMs)}: containers run on without their pause, or a mount keeps the namespace of a pod that is gone`;
    case 'lost-events':
      return 'the agent lost events';
    default:
      return rule satisfies never;
  }
}

function resolves(rule: AlertRule): string {
  return rule.type === 'outage' || rule.type === 'leak' ? 'when that is over' : `after ${formatDuration(rule.resolveAfterMs)} of quiet`;
}

const INTRODUCTION = [
  '## `alerts`',
  '',
  'In the file. `--alerts-rules` and `--alerts-sinks`, or `PODTREE_ALERTS_RULES` and `PODTREE_ALERTS_SINKS`, hold such a list in YAML and take the',
  'place of the one in the file. Without any the rules below are in effect and alerts go into the log. A planned stop (the runtime ending a pod on',
  "the kubelet's order) is never counted. A change needs a reload: what happened before is not judged anew, what a sink has not taken yet waits for",
  'it under its name, and alerts of a rule that is gone end.',
  '',
  '```yaml',
  'alerts:',
  '  rules:',
  '    - name: PauseRestartLoop        # a rule that is there by default: what is not said here stays as it is',
  '      count: 5',
  '      window: 30m',
  '    - name: SandboxLeaked',
  '      enabled: false',
  '    - name: PaymentsPauseKilled     # a rule of your own needs a type',
  '      type: pause-restarts',
  '      severity: critical',
  '      namespaces: [payments]',
  '      selector: tier!=batch',
  '      causes: [signal, oom]',
  '    - name: ForeignNamespaceJoin',
  '      allow:',
  '        - namespaces: [kube-system]',
  '          selector: k8s-app=cilium',
  '  sinks:',
  '    - type: log',
  '    - type: alertmanager',
  '      url: http://alertmanager.monitoring.svc:9093',
  '      labels: {cluster: blue}',
  '    - type: webhook',
  '      url: https://hooks.example.org/podtree',
  '      secretFile: /etc/podtree/webhook-secret',
  '    - type: slack',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what has to be written.
  '      url: ${SLACK_WEBHOOK_URL}',
  '    - type: kubernetes-event',
  '```',
  '',
  '### Rules',
  '',
  '| name | type | severity | fires when | ends |',
  '| --- | --- | --- | --- | --- |',
];

const REST = [
  '| field | of rules of type | meaning |',
  '| --- | --- | --- |',
  "| `name` | all | The alert's name: letters, digits and `_`. |",
  '| `type` | all | Needed for a rule that is not there by default. |',
  '| `enabled` | all | `false` switches the rule off. |',
  '| `severity` | all | `critical`, `warning` or `info`. |',
  '| `namespaces`, `selector` | all but `lost-events` | Only pods of these namespaces, with these labels. |',
  '| `resolveAfter` | `pause-restarts`, `foreign-join`, `lost-events` | Quiet for so long, the alert is over. |',
  '| `count`, `window` | `pause-restarts`, `lost-events` | So often within this time. |',
  '| `causes` | `pause-restarts` | Only these: `signal`, `oom`, `exit`, `agent-down`, `unknown`. |',
  '| `longerThan` | `outage`, `leak` | For longer than this. |',
  '| `allow` | `foreign-join` | Processes of these pods may join: a list of `namespaces` and `selector`. |',
  '',
  'Durations are written as `90s`, `10m` or `1h30m`. Alerts of one rule that begin within two seconds are one incident: sinks are told of the',
  'first at once and of all of them together two seconds later, under the same id. While it fires, what is new is sent after',
  'one minute, then after two, four and so on, and at last every half hour; the stream has it within a second.',
  '',
  '### Sinks',
  '',
  '| type | fields | what it does |',
  '| --- | --- | --- |',
  "| `log` | | Writes into the agent's log. |",
  '| `webhook` | `url` or `urlFile`, `secret`, `token`, `caFile` | Posts the event as JSON, with `Idempotency-Key`, and with `X-Podtree-Signature: sha256=…`, the HMAC of `X-Podtree-Timestamp`, a point and the body, when there is a secret. |',
  '| `slack` | `url` or `urlFile`, `caFile` | Posts to an incoming webhook of Slack, Mattermost or Rocket.Chat. |',
  '| `alertmanager` | `url`, `token`, `labels`, `caFile` | Posts to the v2 API, again every minute while it fires. |',
  '| `kubernetes-event` | `url`, `token`, `caFile` | Makes an Event of type Warning on the pod, repeats being its series. Without fields as the service account of the pod it runs in. |',
  '',
  'Each may have a `name` (else its type) and a `timeout` (else `10s`). A secret does not stand in the file: `secret`, `token` and the `url` of',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what has to be written.
  'Slack are `${VARIABLE}`, or `secretFile`, `tokenFile` and `urlFile` with the path of a file, which is read each time it is needed.',
  '',
  'Delivery is at least once: what is to be sent is kept in `outbox.db` in the state directory until the sink has taken it, or for a day, and at',
  'most 1000 alerts for each sink (what is over goes first). A sink that fails is tried again after up to 0.5 s, 1 s, 2 s … 2 min, or when its',
  '`Retry-After` says so, a tenth later at most. Answers 400, 405, 406, 411, 413, 414, 415, 422 and 431 mean that it will never take the alert. Redirects are not followed',
  'and proxies of the environment not used.',
];
