// Where alerts are sent, as the configuration says it. Plain data, and no secret in it: only where one is to be found.

/** A text that must not be shown. It is read when it is used, so that a rotated one counts at once. */
export type Secret = { readonly file: string } | { readonly env: string };

interface SinkBase {
  /** Unique; the label of its metrics. */
  readonly name: string;
  /** For one request, in milliseconds. */
  readonly timeoutMs: number;
}

interface HttpSinkBase extends SinkBase {
  /** PEM certificates to trust instead of the system's. */
  readonly caFile?: string;
}

export interface LogSinkSettings extends SinkBase {
  readonly type: 'log';
}

export interface WebhookSinkSettings extends HttpSinkBase {
  readonly type: 'webhook';
  readonly url: string | Secret;
  /** Key of the HMAC in X-Podtree-Signature. */
  readonly secret?: Secret;
  /** Sent as `Authorization: Bearer`. */
  readonly token?: Secret;
}

export interface SlackSinkSettings extends HttpSinkBase {
  readonly type: 'slack';
  /** Whoever knows the address may post: it is a secret. */
  readonly url: Secret;
}

export interface AlertmanagerSinkSettings extends HttpSinkBase {
  readonly type: 'alertmanager';
  /** Base address, without /api/v2/alerts. */
  readonly url: string;
  readonly token?: Secret;
  /** Added to each alert, such as the cluster's name. */
  readonly labels: Readonly<Record<string, string>>;
}

export interface KubernetesEventSinkSettings extends HttpSinkBase {
  readonly type: 'kubernetes-event';
  /** Absent: from KUBERNETES_SERVICE_HOST and _PORT, as in every pod. */
  readonly url?: string;
  /** Absent: the service account's. */
  readonly token?: Secret;
}

export type SinkSettings =
  | LogSinkSettings
  | WebhookSinkSettings
  | SlackSinkSettings
  | AlertmanagerSinkSettings
  | KubernetesEventSinkSettings;
export type SinkType = SinkSettings['type'];

export const DEFAULT_TIMEOUT_MS = 10_000;
export const DEFAULT_SINKS: readonly SinkSettings[] = [{ type: 'log', name: 'log', timeoutMs: DEFAULT_TIMEOUT_MS }];
