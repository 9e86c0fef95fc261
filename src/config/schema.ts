// Every setting of the agent, once: validation, help texts, `podtree config` and docs/configuration.md are all made from this list.
import type { AlertSettings } from '../alert/alerting.ts';
import {
  formatListen,
  formatListenList,
  LISTEN_ALLOWED,
  type ListenAddress,
  METRICS_LISTEN_ALLOWED,
  parseListen,
  parseMetricsListen,
} from './address.ts';
import { choiceSetting, integerSetting, listSetting, type Setting, switchSetting, textSetting } from './setting.ts';

export interface Limits {
  readonly clients: number;
  readonly peerConnections: number;
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

/** Needed where the agent listens on an address that is not loopback. */
export interface TlsConfig {
  readonly certFile: string | undefined;
  readonly keyFile: string | undefined;
  /** Whose certificates clients may show. */
  readonly clientCaFile: string | undefined;
  /** In lower case; empty: every certificate of that CA. */
  readonly clientNames: readonly string[];
}

/** Who may come in there; besides those with a client certificate. */
export interface AuthConfig {
  readonly tokensFile: string | undefined;
  readonly kubernetes: boolean;
  readonly audiences: readonly string[];
}

/** What `processArgs: redacted` hides besides what it always does. */
export interface RedactConfig {
  readonly words: readonly string[];
  readonly prefixes: readonly string[];
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
  readonly listen: readonly ListenAddress[];
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
  readonly tls: TlsConfig;
  readonly auth: AuthConfig;
  readonly redact: RedactConfig;
  readonly metrics: MetricsConfig;
  readonly kubernetes: KubernetesConfig;
  readonly limits: Limits;
  /** Only in the file: see alert-rules.ts and alert-sinks.ts. */
  readonly alerts: AlertSettings;
}

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What is nested in the YAML file. */
type Groups = Pick<Config, 'tls' | 'auth' | 'redact' | 'metrics' | 'kubernetes' | 'limits'>;

/** The name of a setting as the YAML file nests it: `limits.clients` is `clients` below `limits`. */
export type SettingKey =
  | Exclude<keyof Config, keyof Groups | 'alerts'>
  | { [G in keyof Groups]: `${G}.${keyof Groups[G] & string}` }[keyof Groups];

type ValueOf<K extends SettingKey> = K extends keyof Config
  ? Config[K]
  : K extends `${infer G extends keyof Groups}.${infer Name}`
    ? Name extends keyof Groups[G]
      ? Groups[G][Name]
      : never
    : never;

const listen: Setting<readonly ListenAddress[]> = {
  metavar: 'HOST:PORT',
  doc: 'Where HTTP and the stream are served, several with commas between: open on loopback, elsewhere with TLS and a credential.',
  flag: 'listen',
  env: ['PODTREE_LISTEN'],
  defaultValue: [{ host: '127.0.0.1', port: 7637 }],
  allowed: LISTEN_ALLOWED,
  parse: parseListen,
  format: formatListenList,
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
  'tls.certFile': fileSetting('tls-cert-file', 'Certificate, then its chain, that is served on addresses that are not loopback; PEM.'),
  'tls.keyFile': fileSetting('tls-key-file', 'The private key of that certificate; PEM.'),
  'tls.clientCaFile': fileSetting('tls-client-ca-file', 'The CAs whose certificates let clients in there; PEM.'),
  'tls.clientNames': listSetting({
    doc: 'Common or alternative names of which such a certificate must have one.',
    flag: 'tls-client-names',
    env: ['PODTREE_TLS_CLIENT_NAMES'],
    isLive: true,
    defaultText: 'every certificate of these CAs',
    allowed: 'at most 256 names of up to 253 characters',
    max: 256,
    check: (text) => /^[\x21-\x2b\x2d-\x7e][\x20-\x2b\x2d-\x7e]{0,252}$/.test(text),
  }),
  'auth.tokensFile': fileSetting('auth-tokens-file', 'Bearer tokens that let clients in there, a NAME:TOKEN or NAME:sha256:HEX a line.'),
  'auth.kubernetes': switchSetting({
    doc: "Whether the cluster's tokens let clients in there whose users may get nodes/podtree of this node.",
    flag: 'auth-kubernetes',
    env: ['PODTREE_AUTH_KUBERNETES'],
    defaultValue: false,
  }),
  'auth.audiences': listSetting({
    doc: 'Audiences of which such a token must have one.',
    flag: 'auth-audiences',
    env: ['PODTREE_AUTH_AUDIENCES'],
    defaultText: "the API server's own",
    allowed: 'at most 16 audiences of up to 253 characters',
    max: 16,
    keepsCase: true,
    check: (text) => /^[\x21-\x2b\x2d-\x7e]{1,253}$/.test(text),
  }),
  'redact.words': listSetting({
    doc: 'Words in the names of arguments whose values processArgs: redacted hides, besides password, token and the like.',
    flag: 'redact-words',
    env: ['PODTREE_REDACT_WORDS'],
    allowed: 'at most 64 words of letters, digits, _ and -, of up to 32 characters',
    max: 64,
    check: (text) => /^[a-z0-9][a-z0-9_-]{0,31}$/i.test(text),
  }),
  'redact.prefixes': listSetting({
    doc: 'Beginnings of secrets, such as glpat-, that it hides wherever they stand.',
    flag: 'redact-prefixes',
    env: ['PODTREE_REDACT_PREFIXES'],
    allowed: 'at most 64 texts of 3 to 32 letters, digits, . _ and -',
    max: 64,
    keepsCase: true,
    check: (text) => /^[a-z0-9._-]{3,32}$/i.test(text),
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
    doc: 'How an agent that is no pod comes to the API server; for kubernetes.metadata: on and for auth.kubernetes.',
    flag: 'kubernetes-kubeconfig',
    env: ['PODTREE_KUBERNETES_KUBECONFIG'],
    defaultValue: undefined,
    defaultText: "the pod's service account",
    allowed: 'an absolute path',
    check: (text) => (isPath(text) ? text : undefined),
  }),
  'limits.clients': limit('clients', { doc: 'Stream clients at a time.', defaultValue: 64, min: 1, max: 4_096, isLive: true }),
  'limits.peerConnections': limit('peer-connections', {
    doc: 'Connections of one peer at a time, on addresses that are not loopback.',
    defaultValue: 32,
    min: 1,
    max: 1_024,
  }),
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

/** The absolute path of a file that is read when the agent starts, and again when it changes. */
function fileSetting(flag: string, doc: string): Setting<string | undefined> {
  return textSetting({
    metavar: 'FILE',
    doc,
    flag,
    env: [`PODTREE_${flag.toUpperCase().replaceAll('-', '_')}`],
    defaultValue: undefined,
    defaultText: 'none',
    allowed: 'an absolute path',
    check: (text) => (isPath(text) ? text : undefined),
  });
}

function isPath(text: string): boolean {
  return text.startsWith('/') && text.length <= 4096 && !/[\0\n]/.test(text);
}
