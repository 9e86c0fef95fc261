// Every setting of the agent, once: validation, help texts, `podtree config` and docs/configuration.md are all made from this list.
import type { AlertSettings } from '../alert/alerting.ts';
import { formatListen, LISTEN_ALLOWED, type ListenAddress, METRICS_LISTEN_ALLOWED, parseListen, parseMetricsListen } from './address.ts';
import { choiceSetting, integerSetting, listSetting, type Setting, textSetting } from './setting.ts';

export interface Limits {
  readonly clients: number;
  readonly clientBufferBytes: number;
  readonly journalUpdates: number;
  readonly journalBytes: number;
  readonly historySandboxes: number;
  readonly historyPodEvents: number;
  readonly historyEvents: number;
  readonly historyHours: number;
  readonly historyGoneHours: number;
  readonly podProcesses: number;
  readonly queueEvents: number;
}

export interface MetricsConfig {
  /** Undefined: only the address of the stream serves metrics and health. */
  readonly listen: ListenAddress | undefined;
}

export interface KubernetesConfig {
  /** Whether the API server is asked for the metadata of this node's pods. */
  readonly metadata: 'auto' | 'on' | 'off';
  /** Undefined: the pod's own service account. */
  readonly kubeconfig: string | undefined;
}

/** The agent's configuration: complete, checked, frozen. */
export interface Config {
  readonly listen: ListenAddress;
  readonly allowedHosts: readonly string[];
  /** Undefined: the usual sockets are tried. */
  readonly runtimeEndpoint: string | undefined;
  readonly stateDir: string;
  /** Undefined: the host's name. */
  readonly nodeName: string | undefined;
  readonly logLevel: LogLevel;
  readonly logFormat: 'auto' | 'text' | 'json';
  readonly processArgs: 'off' | 'redacted' | 'full';
  readonly bpftrace: string;
  readonly cgroupHierarchy: 'auto' | 'v1' | 'v2';
  readonly resyncIntervalMs: number;
  readonly metrics: MetricsConfig;
  readonly kubernetes: KubernetesConfig;
  readonly limits: Limits;
  /** Only in the file: see alert-rules.ts and alert-sinks.ts. */
  readonly alerts: AlertSettings;
}

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The name of a setting as the YAML file nests it: `limits.clients` is `clients` below `limits`. */
export type SettingKey =
  | Exclude<keyof Config, 'metrics' | 'kubernetes' | 'limits' | 'alerts'>
  | `metrics.${keyof MetricsConfig & string}`
  | `kubernetes.${keyof KubernetesConfig & string}`
  | `limits.${keyof Limits & string}`;

type ValueOf<K extends SettingKey> = K extends keyof Config
  ? Config[K]
  : K extends `metrics.${infer Name extends keyof MetricsConfig & string}`
    ? MetricsConfig[Name]
    : K extends `kubernetes.${infer Name extends keyof KubernetesConfig & string}`
      ? KubernetesConfig[Name]
      : number;

const listen: Setting<ListenAddress> = {
  metavar: 'HOST:PORT',
  doc: 'Where HTTP and the stream are served; loopback only.',
  flag: 'listen',
  env: ['PODTREE_LISTEN'],
  defaultValue: { host: '127.0.0.1', port: 7637 },
  allowed: LISTEN_ALLOWED,
  parse: parseListen,
  format: formatListen,
};

const metricsListen: Setting<ListenAddress | undefined> = {
  metavar: 'HOST:PORT',
  doc: 'Where /metrics, /healthz and /readyz are served as well, and nothing else; may be any address.',
  flag: 'metrics-listen',
  env: ['PODTREE_METRICS_LISTEN'],
  defaultValue: undefined,
  defaultText: 'off',
  allowed: METRICS_LISTEN_ALLOWED,
  parse: parseMetricsListen,
  format: (value) => (value === undefined ? '' : formatListen(value)),
};

// Kubernetes puts PODTREE_PORT and PODTREE_SERVICE_HOST into every pod beside a Service named podtree: no setting may have these names.
export const SETTINGS: { readonly [K in SettingKey]: Setting<ValueOf<K>> } = {
  listen,
  allowedHosts: listSetting({
    doc: 'Host names besides loopback that a request may be addressed to.',
    flag: 'allowed-hosts',
    env: ['PODTREE_ALLOWED_HOSTS'],
    isLive: true,
    allowed: 'at most 32 host names',
    max: 32,
    check: (text) => /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i.test(text),
  }),
  runtimeEndpoint: textSetting({
    metavar: 'SOCKET',
    doc: 'Socket of the container runtime, as unix://PATH.',
    flag: 'runtime-endpoint',
    // crictl's variable: whoever set that up for this node meant the same socket.
    env: ['PODTREE_RUNTIME_ENDPOINT', 'CONTAINER_RUNTIME_ENDPOINT'],
    defaultValue: undefined,
    defaultText: 'the usual sockets are tried',
    allowed: 'unix:// and the absolute path of a socket',
    check: (text) => {
      const path = text.startsWith('unix://') ? text.slice('unix://'.length) : text;
      return isPath(path) ? `unix://${path}` : undefined;
    },
  }),
  stateDir: textSetting({
    metavar: 'DIR',
    doc: 'Directory for what the agent keeps across restarts.',
    flag: 'state-dir',
    env: ['PODTREE_STATE_DIR'],
    defaultValue: '/var/lib/podtree',
    allowed: 'an absolute path',
    check: (text) => (isPath(text) ? text : undefined),
  }),
  nodeName: textSetting({
    metavar: 'NAME',
    doc: "The node's name in Kubernetes.",
    flag: 'node-name',
    env: ['PODTREE_NODE_NAME'],
    defaultValue: undefined,
    defaultText: "the host's name",
    allowed: 'a DNS name of at most 253 characters',
    check: (text) => (/^[a-z0-9]([a-z0-9._-]{0,251}[a-z0-9])?$/i.test(text) ? text : undefined),
  }),
  logLevel: choiceSetting({
    doc: 'The least severe messages that are logged.',
    flag: 'log-level',
    env: ['PODTREE_LOG_LEVEL'],
    isLive: true,
    defaultValue: 'info',
    choices: LOG_LEVELS,
  }),
  logFormat: choiceSetting({
    doc: 'Log lines for people or for programs; auto is text on a terminal.',
    flag: 'log-format',
    env: ['PODTREE_LOG_FORMAT'],
    defaultValue: 'auto',
    choices: ['auto', 'text', 'json'],
  }),
  processArgs: choiceSetting({
    doc: 'Whether arguments of processes are shown; they may hold secrets.',
    flag: 'process-args',
    env: ['PODTREE_PROCESS_ARGS'],
    defaultValue: 'off',
    choices: ['off', 'redacted', 'full'],
  }),
  bpftrace: textSetting({
    metavar: 'PATH',
    doc: 'The bpftrace program: a path, or a name to find on PATH.',
    flag: 'bpftrace',
    env: ['PODTREE_BPFTRACE'],
    defaultValue: 'bpftrace',
    allowed: 'a path or the name of a program',
    check: (text) => (isPath(text) || /^[\w.+-]{1,64}$/.test(text) ? text : undefined),
  }),
  cgroupHierarchy: choiceSetting({
    doc: 'The cgroup hierarchy that pods are found in.',
    flag: 'cgroup-hierarchy',
    env: ['PODTREE_CGROUP_HIERARCHY'],
    defaultValue: 'auto',
    choices: ['auto', 'v1', 'v2'],
  }),
  resyncIntervalMs: integerSetting({
    metavar: 'MS',
    doc: 'How often /proc and the runtime are read again to check the tree.',
    flag: 'resync-interval-ms',
    env: ['PODTREE_RESYNC_INTERVAL_MS'],
    isLive: true,
    defaultValue: 60_000,
    min: 1_000,
    max: 3_600_000,
    unit: 'milliseconds',
  }),
  'metrics.listen': metricsListen,
  'kubernetes.metadata': choiceSetting({
    doc: 'Whether the API server is asked what controls the pods of this node, for their labels of now, and whether they are to be deleted; auto is on in a pod with a token of its service account.',
    flag: 'kubernetes-metadata',
    env: ['PODTREE_KUBERNETES_METADATA'],
    defaultValue: 'auto',
    choices: ['auto', 'on', 'off'],
  }),
  'kubernetes.kubeconfig': textSetting({
    metavar: 'FILE',
    doc: 'How an agent that is no pod comes to the API server; for kubernetes.metadata: on.',
    flag: 'kubernetes-kubeconfig',
    env: ['PODTREE_KUBERNETES_KUBECONFIG'],
    defaultValue: undefined,
    defaultText: "the pod's service account",
    allowed: 'an absolute path',
    check: (text) => (isPath(text) ? text : undefined),
  }),
  'limits.clients': limit('clients', { doc: 'Stream clients at a time.', defaultValue: 64, min: 1, max: 4_096, isLive: true }),
  'limits.clientBufferBytes': limit('client-buffer-bytes', {
    doc: 'What may wait for a slow client before it is told of a gap.',
    defaultValue: 4_194_304,
    min: 65_536,
    max: 1_073_741_824,
    unit: 'bytes',
    isLive: true,
  }),
  'limits.journalUpdates': limit('journal-updates', {
    doc: 'Updates kept for clients that come back.',
    defaultValue: 32_768,
    min: 0,
    max: 10_000_000,
  }),
  'limits.journalBytes': limit('journal-bytes', {
    doc: 'Memory for these updates.',
    defaultValue: 16_777_216,
    min: 0,
    max: 4_294_967_296,
    unit: 'bytes',
    isLive: true,
  }),
  'limits.historySandboxes': limit('history-sandboxes', {
    doc: 'Earlier sandboxes kept for each pod.',
    defaultValue: 10,
    min: 0,
    max: 1_000,
  }),
  'limits.historyPodEvents': limit('history-pod-events', {
    doc: 'Events of one pod that are kept in the state directory.',
    defaultValue: 200,
    min: 10,
    max: 10_000,
    isLive: true,
  }),
  'limits.historyEvents': limit('history-events', {
    doc: 'Events of all pods that are kept there.',
    defaultValue: 20_000,
    min: 100,
    max: 1_000_000,
    isLive: true,
  }),
  'limits.historyHours': limit('history-hours', {
    doc: 'How long events and earlier sandboxes are kept.',
    defaultValue: 168,
    min: 1,
    max: 8_760,
    unit: 'hours',
    isLive: true,
  }),
  'limits.historyGoneHours': limit('history-gone-hours', {
    doc: 'How long a pod that is gone is remembered.',
    defaultValue: 24,
    min: 0,
    max: 8_760,
    unit: 'hours',
    isLive: true,
  }),
  'limits.podProcesses': limit('pod-processes', { doc: 'Processes kept for each pod.', defaultValue: 4_096, min: 16, max: 1_000_000 }),
  'limits.queueEvents': limit('queue-events', {
    doc: 'Kernel events that may wait in the agent.',
    defaultValue: 65_536,
    min: 1_024,
    max: 10_000_000,
  }),
};

export const SETTING_KEYS = Object.keys(SETTINGS) as readonly SettingKey[];

/** `name` as in the flag: `--limits-NAME`, `PODTREE_LIMITS_NAME`. */
function limit(name: string, options: Omit<Parameters<typeof integerSetting>[0], 'flag' | 'env'>): Setting<number> {
  const variable = `PODTREE_LIMITS_${name.toUpperCase().replaceAll('-', '_')}`;
  return integerSetting({ ...options, flag: `limits-${name}`, env: [variable] });
}

function isPath(text: string): boolean {
  return text.startsWith('/') && text.length <= 4096 && !/[\0\n]/.test(text);
}
