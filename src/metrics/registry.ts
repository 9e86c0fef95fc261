// The agent's Prometheus metrics. What happens often is counted in plain numbers; the rest is read from the parts when somebody scrapes.
import { Counter, Gauge, Histogram, Registry } from '@prometheus-io/client';
import type { AlertStats } from '../alert/alerting.ts';
import type { HistoryStats } from '../history/history.ts';
import type { KernelEvent } from '../kernel/event.ts';
import { EVENT_TYPES } from '../stream/event-type.ts';
import type { StreamStats } from '../stream/server.ts';
import type { TreeUpdate } from '../tree/change.ts';
import { registerAccessMetrics } from './access-metrics.ts';
import { registerAlertMetrics } from './alert-metrics.ts';
import { registerHistoryMetrics } from './history-metrics.ts';
import { type PauseUse, registerPauseMetrics } from './pause-metrics.ts';
import { registerPodMetrics } from './pod-metrics.ts';

/** What the tree holds now. */
export interface TreeCounts {
  readonly pods: number;
  readonly sandboxes: number;
  readonly containers: number;
  readonly processes: number;
}

/** Something that was thrown away by a rule; the pairs are a closed set, made by code and never by input. */
export interface Drop {
  readonly stage: 'kernel' | 'agent' | 'attribution' | 'tree';
  readonly reason: string;
  /** Since the agent's start. */
  readonly count: number;
}

/** What the parts of the agent say of themselves at the time of a scrape. Counts are totals since the agent's start. */
export interface Readings {
  readonly isReady: boolean;
  readonly kernelEvents: Partial<Readonly<Record<KernelEvent['kind'], number>>>;
  /** Events lost on the way: in bpftrace's buffers, and in the agent's queue. Those that a slow client missed come from `stream`. */
  readonly lost: Readonly<Record<'kernel' | 'agent', number>>;
  readonly drops: readonly Drop[];
  readonly probeRestarts: number;
  /** Absent when there is no runtime client. */
  readonly criRequests?: Readonly<Record<'ok' | 'error', number>>;
  /** Of the API server, where it may be asked for the metadata of pods; failures by reason. */
  readonly metadata?: { readonly isWatching: boolean; readonly failures: Readonly<Record<string, number>> };
  readonly tree: TreeCounts;
  readonly stream: StreamStats;
}

export interface MetricsOptions {
  readonly version: string;
  /** Of bpftrace, where it is known. */
  readonly bpftraceVersion?: () => string | undefined;
  read(): Readings;
  /** Absent when there is no alerting. */
  readonly alerts?: () => AlertStats;
  /** Absent when there is no history; undefined while it is not open yet. */
  readonly history?: () => HistoryStats | undefined;
  /** What the pauses use now. Absent where nothing can be read. */
  readonly pauses?: () => readonly PauseUse[];
}

export interface Metrics {
  /** Counts the events of these updates; amended ones are not counted again. */
  countUpdates(updates: readonly TreeUpdate[]): void;
  /** From the kernel's timestamp to the update being published, in seconds. */
  observeLatency(seconds: number): void;
  observeResync(seconds: number): void;
  /** The text of /metrics (Prometheus 0.0.4). */
  text(): Promise<string>;
  /** What there is, without values, in the order of the text. */
  descriptions(): readonly MetricDescription[];
}

export interface MetricDescription {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly labels: readonly string[];
}

// A record and not a list, so that the compiler says when one is missing.
const KERNEL_KINDS: Readonly<Record<KernelEvent['kind'], 0>> = {
  fork: 0,
  exec: 0,
  args: 0,
  hostname: 0,
  exit: 0,
  setns: 0,
  unshare: 0,
  signal: 0,
  oom: 0,
  'cgroup-mkdir': 0,
  'cgroup-rmdir': 0,
  'cgroup-attach': 0,
};
const METADATA_FAILURES = { unreachable: 0, unauthorized: 0, forbidden: 0, misconfigured: 0 };
const LATENCY_BUCKETS = [0.0005, 0.001, 0.002, 0.003, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];
const RESYNC_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

type Series = Iterable<readonly [labels: Readonly<Record<string, string>>, value: number]>;

function byLabel(name: string, values: Readonly<Record<string, number>>): Series {
  return Object.entries(values).map(([value, count]) => [{ [name]: value }, count] as const);
}

export function createMetrics(options: MetricsOptions): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const events: Record<string, number> = Object.fromEntries(EVENT_TYPES.map((type) => [type, 0]));
  // One scrape asks every part once, whatever the number of metrics made of it.
  let readings: Readings | undefined;
  const now = (): Readings => {
    readings ??= options.read();
    return readings;
  };

  function counter(name: string, help: string, labelNames: readonly string[], series: () => Series): void {
    new Counter({
      name,
      help,
      labelNames,
      registers,
      collect() {
        this.reset();
        for (const [labels, value] of series()) this.inc(labels, value);
      },
    });
  }

  function total(name: string, help: string, value: () => number): void {
    counter(name, help, [], () => [[{}, value()]]);
  }

  function gauge(name: string, help: string, value: () => number): void {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  }

  new Gauge({
    name: 'podtree_build_info',
    help: 'Always 1; the versions are its labels.',
    labelNames: ['version', 'node_version', 'bpftrace_version'],
    registers,
    collect() {
      this.set({ version: options.version, node_version: process.version, bpftrace_version: options.bpftraceVersion?.() ?? '' }, 1);
    },
  });
  gauge('podtree_ready', '1 when the probes are attached and the tree is complete, else 0.', () => (now().isReady ? 1 : 0));

  counter('podtree_events_total', 'Events of the pod tree, amended ones counted once.', ['type'], () => byLabel('type', events));
  counter('podtree_kernel_events_total', 'Events that the probes reported.', ['kind'], () =>
    byLabel('kind', { ...KERNEL_KINDS, ...now().kernelEvents }),
  );
  counter('podtree_lost_events_total', 'Events that were lost, each stated as a gap in the stream.', ['stage'], () =>
    byLabel('stage', { ...now().lost, client: now().stream.lost }),
  );
  counter('podtree_dropped_total', 'What was not kept because of a limit or because it was malformed.', ['stage', 'reason'], () =>
    now().drops.map(({ stage, reason, count }) => [{ stage, reason }, count] as const),
  );
  total('podtree_probe_restarts_total', 'Times that bpftrace ended and was started again.', () => now().probeRestarts);
  counter('podtree_cri_requests_total', 'Requests to the container runtime.', ['result'], () =>
    byLabel('result', now().criRequests ?? { ok: 0, error: 0 }),
  );
  gauge('podtree_pod_metadata_watching', '1 while the API server tells of the pods of this node, else 0; also when it is not asked.', () =>
    now().metadata?.isWatching === true ? 1 : 0,
  );
  counter('podtree_pod_metadata_failures_total', 'Attempts to have the API server tell of them that failed.', ['reason'], () =>
    byLabel('reason', { ...METADATA_FAILURES, ...now().metadata?.failures }),
  );

  gauge('podtree_pods', 'Pods in the tree.', () => now().tree.pods);
  gauge('podtree_sandboxes', 'Current sandboxes in the tree.', () => now().tree.sandboxes);
  gauge('podtree_containers', 'Containers in the tree.', () => now().tree.containers);
  gauge('podtree_processes', 'Processes in the tree.', () => now().tree.processes);

  gauge('podtree_clients', 'Clients of the stream that are connected.', () => now().stream.clients);
  total('podtree_clients_total', 'Clients of the stream that ever connected.', () => now().stream.clientsTotal);
  counter('podtree_refused_connections_total', 'Connections and upgrades that were turned away.', ['reason'], () =>
    byLabel('reason', now().stream.refused),
  );
  counter('podtree_disconnected_clients_total', 'Clients that were cut off.', ['reason'], () =>
    byLabel('reason', { dead: now().stream.deadClients, protocol: now().stream.protocolErrors, credential: now().stream.credentialsEnded }),
  );
  total('podtree_stream_updates_total', 'Updates that were published to the stream.', () => now().stream.updates);
  total('podtree_stream_frames_total', 'Frames sent, all clients together.', () => now().stream.framesSent);
  total('podtree_stream_bytes_total', 'Bytes of frames sent, all clients together.', () => now().stream.bytesSent);
  total('podtree_stream_snapshots_total', 'Snapshots sent, all clients together.', () => now().stream.snapshots);
  counter('podtree_stream_gaps_total', 'Gaps stated: to all clients, or to one that was too slow.', ['scope'], () =>
    byLabel('scope', { all: now().stream.gaps, client: now().stream.clientGaps }),
  );
  gauge('podtree_stream_buffered_bytes', 'Bytes that clients have not read yet.', () => now().stream.bufferedBytes);
  gauge('podtree_journal_updates', 'Updates kept for clients that come back.', () => now().stream.journalUpdates);
  gauge('podtree_journal_bytes', 'Memory they take, as estimated.', () => now().stream.journalBytes);

  registerAccessMetrics(registers, () => now().stream);
  const pods = registerPodMetrics(registers);
  if (options.alerts !== undefined) registerAlertMetrics(registers, options.alerts);
  if (options.history !== undefined) registerHistoryMetrics(registers, options.history);
  if (options.pauses !== undefined) registerPauseMetrics(registers, options.pauses);

  const latency = new Histogram({
    name: 'podtree_event_latency_seconds',
    help: "From the kernel's timestamp of the oldest event of a batch to its publication.",
    buckets: LATENCY_BUCKETS,
    registers,
  });
  const resync = new Histogram({
    name: 'podtree_resync_duration_seconds',
    help: 'Time it took to read /proc and the runtime and to make the tree agree with them.',
    buckets: RESYNC_BUCKETS,
    registers,
  });

  total('process_cpu_seconds_total', 'CPU time of the agent without bpftrace.', () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  gauge('process_resident_memory_bytes', 'Resident memory of the agent without bpftrace.', () => process.memoryUsage.rss());
  gauge(
    'process_start_time_seconds',
    'When the agent was started, in seconds since 1970.',
    () => Math.round(performance.timeOrigin) / 1000,
  );

  return {
    countUpdates(updates) {
      pods.countUpdates(updates);
      for (const { event } of updates) {
        if (event === undefined || event.revision !== 0) continue;
        events[event.type] = (events[event.type] ?? 0) + 1;
      }
    },
    observeLatency: (seconds) => latency.observe(seconds),
    observeResync: (seconds) => resync.observe(seconds),
    text() {
      readings = undefined;
      return registry.metrics();
    },
    descriptions: () =>
      registry.getMetricsAsArray().map((metric) => {
        // Every metric has them, and the type of the package does not say so.
        const { labelNames = [] } = metric as { readonly labelNames?: readonly string[] };
        return { name: metric.name, type: String(metric.type), help: metric.help, labels: labelNames };
      }),
  };
}
