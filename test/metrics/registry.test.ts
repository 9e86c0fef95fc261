// The text of /metrics: the golden file holds all of it, with the values that depend on the machine taken out.
import { spawnSync } from 'node:child_process';
import { Registry } from '@prometheus-io/client';
import t from 'tap';
import type { AlertStats } from '../../src/alert/alerting.ts';
import type { HistoryStats } from '../../src/history/history.ts';
import { registerPodMetrics } from '../../src/metrics/pod-metrics.ts';
import { createMetrics, type Readings } from '../../src/metrics/registry.ts';
import type { TreeEvent } from '../../src/tree/change.ts';
import { died, joined, KILLED, PLANNED, pod, podGone, restarted } from '../helpers/alert-input.ts';
import { matchesGolden } from '../helpers/golden.ts';
import { cannotRunPromtool } from '../helpers/promtool.ts';

const stream: Readings['stream'] = {
  clients: 2,
  clientsTotal: 5,
  framesSent: 100,
  bytesSent: 20_000,
  snapshots: 6,
  gaps: 1,
  clientGaps: 2,
  lost: 300,
  deadClients: 1,
  updates: 1000,
  journalUpdates: 900,
  journalBytes: 500_000,
  bufferedBytes: 12,
  refused: {
    ...{ forbidden: 1, path: 0, protocol: 0, query: 2, busy: 0, handshake: 3, connections: 0 },
    ...{ tls: 5, peer: 0, rate: 6, slow: 0, missing: 7, wrong: 8, denied: 0, throttled: 0, unavailable: 0 },
  },
  protocolErrors: 4,
  credentialsEnded: 1,
  granted: { token: 9, certificate: 0, kubernetes: 2 },
  access: {
    certificateExpiresAtMs: 1_800_000_000_000,
    isStale: false,
    reviews: { asked: { granted: 2, wrong: 1, denied: 0, unavailable: 0 } },
  },
};
const readings: Readings = {
  isReady: true,
  kernelEvents: { fork: 10, exit: 9 },
  lost: { kernel: 7, agent: 1 },
  drops: [
    { stage: 'kernel', reason: 'malformed', count: 1 },
    { stage: 'tree', reason: 'process-limit', count: 2 },
  ],
  probeRestarts: 1,
  criRequests: { ok: 20, error: 1 },
  tree: { pods: 3, sandboxes: 3, containers: 5, processes: 17 },
  stream,
};

const HISTORY: HistoryStats = {
  mode: 'durable',
  size: { pods: 7, sandboxes: 9, events: 120, bytes: 262_144 },
  batches: 40,
  events: 130,
  droppedEvents: 2,
  failedBatches: 1,
};

const alerts: AlertStats = {
  firing: [
    { alert: 'PauseRestarted', severity: 'warning', count: 2 },
    { alert: 'PodOutageLong', severity: 'critical', count: 0 },
  ],
  deliveries: [
    { sink: 'slack', result: 'delivered', count: 5 },
    { sink: 'slack', result: 'retry', count: 1 },
  ],
  outbox: { size: 3, overflow: 4, degraded: undefined },
  suppressed: 6,
};

function event(revision: number): TreeEvent {
  const common = { id: 'e', revision, time: '', node: 'n', source: 'kernel' } as const;
  return { ...common, type: 'pause.exited', cause: { kind: 'signal', findings: [], evidence: [] } };
}

function withoutMachine(line: string): string {
  return line.replace(/^(process_\S+) .*/, '$1 VALUE').replace(process.version, 'NODE');
}

t.test('/metrics is what the golden file says', async (t) => {
  const metrics = createMetrics({
    version: '0.1.0',
    bpftraceVersion: () => '0.17.0',
    read: () => readings,
    alerts: () => alerts,
    history: () => HISTORY,
    pauses: () => [{ namespace: 'shop', pod: 'web', cpuSeconds: 0.012, memoryBytes: 204_800 }],
  });
  metrics.countUpdates([{ event: event(0), changes: [] }, { event: event(1), changes: [] }, { changes: [] }]);
  metrics.observeLatency(0.0007);
  metrics.observeLatency(0.004);
  metrics.observeResync(0.03);
  const text = await metrics.text();
  const stable = text.split('\n').map(withoutMachine);
  matchesGolden(t, stable.join('\n'), 'metrics.txt', import.meta.url);
});

t.test('counters do not grow by being scraped, and follow what the parts say', async (t) => {
  let restarts = 1;
  let reads = 0;
  const metrics = createMetrics({
    version: '0',
    read: () => {
      reads += 1;
      return { ...readings, probeRestarts: restarts };
    },
  });
  await metrics.text();
  t.match(await metrics.text(), /\npodtree_probe_restarts_total 1\n/);
  restarts = 2;
  t.match(await metrics.text(), /\npodtree_probe_restarts_total 2\n/);
  t.equal(reads, 3, 'each part is asked once a scrape');
});

t.test('promtool finds nothing to complain about, whatever pods are called', { skip: cannotRunPromtool() }, async (t) => {
  const history = { ...HISTORY, mode: 'memory', reason: 'disk full' } as const;
  const metrics = createMetrics({ version: '0.1.0', read: () => readings, alerts: () => alerts, history: () => history });
  for (const name of ['web', 'a"b\\c\nd', '\u001b[31m\u202e', 'x'.repeat(5000), '\ud83d', ''])
    metrics.countUpdates([restarted(pod(name, name), 's', 0), died(pod(name, name), 's', 0), joined(pod(name), 0)]);
  metrics.observeLatency(0.001);
  metrics.observeResync(1);
  const text = await metrics.text();
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
  t.same({ status, said: `${stdout}${stderr}` }, { status: 0, said: '' });
  const labels = text.split('\n').filter((line) => line.startsWith('podtree_sandbox_restarts_total{'));
  t.equal(labels.length, 6);
  for (const line of labels) t.match(line, /^[ -~…]{1,700}$/, 'nothing in it moves the cursor of whoever looks at it');
});

t.test('every metric is named as Prometheus wants it', async (t) => {
  const text = await createMetrics({ version: '0', read: () => readings }).text();
  const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => ({ name: name ?? '', type }));
  for (const { name, type } of types) {
    t.match(name, /^(podtree|process)_[a-z_]+$/);
    t.equal(name.endsWith('_total'), type === 'counter', name);
  }
});

t.test('restarts, outages and joins are counted exactly, and once', async (t) => {
  const registry = new Registry();
  const metrics = registerPodMetrics([registry]);
  for (let index = 0; index < 200; index += 1) {
    metrics.countUpdates([died(pod('web'), `s${index}`, index), restarted(pod('web'), `s${index}`, index)]);
    const amended = restarted(pod('web'), `s${index}`, index, KILLED, 5880);
    metrics.countUpdates([amended, amended]);
  }
  metrics.countUpdates([restarted(pod('web'), 'x', 0, PLANNED), joined(pod('web'), 0), died(pod('web'), 'x', 1, KILLED, 1)]);
  const text = await registry.metrics();
  t.match(text, 'podtree_sandbox_restarts_total{namespace="default",pod="web",cause="signal"} 200');
  t.match(text, 'podtree_sandbox_restarts_total{namespace="default",pod="web",cause="planned-stop"} 1');
  t.match(text, 'podtree_pause_exits_total{cause="signal",signal="SIGKILL"} 200');
  t.match(text, 'podtree_namespace_joins_total{by="foreign"} 1');
  t.match(text, 'podtree_outage_seconds_count 200');
  t.match(text, 'podtree_outage_seconds_bucket{le="10"} 200');
  t.match(text, 'podtree_outage_seconds_bucket{le="5"} 0');
});

t.test('history is counted, also while it is not there yet or not on disk', async (t) => {
  let history: HistoryStats | undefined;
  const metrics = createMetrics({ version: '0', read: () => readings, history: () => history });
  t.match(await metrics.text(), /\npodtree_history_degraded 0\n/);
  history = { ...HISTORY, mode: 'memory' };
  const text = await metrics.text();
  t.match(text, /\npodtree_history_degraded 1\n/);
  t.match(text, 'podtree_history_rows{table="events"} 120');
  t.match(text, /\npodtree_history_size_bytes 262144\n/);
  t.match(text, /\npodtree_history_events_total 130\n/);
  t.match(text, /\npodtree_history_dropped_events_total 2\n/);
  t.match(text, 'podtree_history_writes_total{result="failed"} 1');
  history = { ...HISTORY, mode: 'broken' };
  t.match(await metrics.text(), /\npodtree_history_degraded 1\n/);
});

t.test('a death that nobody saw has no signal that is known', async (t) => {
  const registry = new Registry();
  const unseen = died(pod('web'), 's', 0, { kind: 'agent-down', findings: [], evidence: [] });
  const { exit: _, ...event } = unseen.event as Extract<TreeEvent, { type: 'pause.exited' }>;
  registerPodMetrics([registry]).countUpdates([{ ...unseen, event }]);
  t.match(await registry.metrics(), 'podtree_pause_exits_total{cause="agent-down",signal="unknown"} 1');
});

t.test('the series of a pod go ten minutes after it, and there are never too many', async (t) => {
  let nowMs = 0;
  const registry = new Registry();
  const metrics = registerPodMetrics([registry], () => nowMs);
  metrics.countUpdates([restarted(pod('web'), 's', 0), podGone(pod('web'))]);
  nowMs = 599_999;
  t.match(await registry.metrics(), 'pod="web"');
  nowMs = 600_000;
  t.notMatch(await registry.metrics(), 'pod="web"');
  for (let index = 0; index < 2500; index += 1) metrics.countUpdates([restarted(pod(`p${index}`), 's', 0)]);
  const lines = (await registry.metrics()).split('\n').filter((line) => line.startsWith('podtree_sandbox_restarts_total{'));
  t.equal(lines.length, 2001);
  t.match(lines.at(-1), 'podtree_sandbox_restarts_total{namespace="_other",pod="_other",cause="signal"} 500');
});
