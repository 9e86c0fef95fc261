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
  readonly limits: Limits;
  /** Only in the file: see alert-rules.ts and alert-sinks.ts. */
  readonly alerts: AlertSettings;
}

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The name of a setting as the YAML file nests it: `limits.clients` is `clients` below `limits`. */
export type SettingKey =
  | Exclude<keyof Config, 'metrics' | 'limits' | 'alerts'>
  | `metrics.${keyof MetricsConfig & string}`
  | `limits.${keyof Limits & string}`;

type ValueOf<K extends SettingKey> = K extends keyof Config
  ? Config[K]
  : K extends `metrics.${infer Name extends keyof MetricsConfig & string}`
    ? MetricsConfig[Name]
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
    defaultValue: 60_000,
    min: 1_000,
    max: 3_600_000,
    unit: 'milliseconds',
  }),
  'metrics.listen': metricsListen,
  'limits.clients': limit('CLIENTS', 'Stream clients at a time.', 64, 1, 4_096),
  'limits.clientBufferBytes': limit(
    'CLIENT_BUFFER_BYTES',
    'What may wait for a slow client before it is told of a gap.',
    4_194_304,
    65_536,
    1_073_741_824,
    'bytes',
  ),
  'limits.journalUpdates': limit('JOURNAL_UPDATES', 'Updates kept for clients that come back.', 32_768, 0, 10_000_000),
  'limits.journalBytes': limit('JOURNAL_BYTES', 'Memory for these updates.', 16_777_216, 0, 4_294_967_296, 'bytes'),
  'limits.historySandboxes': limit('HISTORY_SANDBOXES', 'Earlier sandboxes kept for each pod.', 10, 0, 1_000),
  'limits.historyPodEvents': limit('HISTORY_POD_EVENTS', 'Events of one pod that are kept in the state directory.', 200, 10, 10_000),
  'limits.historyEvents': limit('HISTORY_EVENTS', 'Events of all pods that are kept there.', 20_000, 100, 1_000_000),
  'limits.historyHours': limit('HISTORY_HOURS', 'How long events and earlier sandboxes are kept.', 168, 1, 8_760, 'hours'),
  'limits.historyGoneHours': limit('HISTORY_GONE_HOURS', 'How long a pod that is gone is remembered.', 24, 0, 8_760, 'hours'),
  'limits.podProcesses': limit('POD_PROCESSES', 'Processes kept for each pod.', 4_096, 16, 1_000_000),
  'limits.queueEvents': limit('QUEUE_EVENTS', 'Kernel events that may wait in the agent.', 65_536, 1_024, 10_000_000),
};

export const SETTING_KEYS = Object.keys(SETTINGS) as readonly SettingKey[];

function limit(env: string, doc: string, defaultValue: number, min: number, max: number, unit?: string): Setting<number> {
  return integerSetting({ doc, env: [`PODTREE_LIMITS_${env}`], defaultValue, min, max, ...(unit === undefined ? {} : { unit }) });
}

function isPath(text: string): boolean {
  return text.startsWith('/') && text.length <= 4096 && !/[\0\n]/.test(text);
}
