// The text of /metrics: the golden file holds all of it, with the values that depend on the machine taken out.
import t from 'tap';
import { createMetrics, type Readings } from '../../src/metrics/registry.ts';
import type { TreeEvent } from '../../src/tree/change.ts';
import { matchesGolden } from '../helpers/golden.ts';

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
  refused: { forbidden: 1, path: 0, protocol: 0, query: 2, busy: 0, handshake: 3, connections: 0 },
  protocolErrors: 4,
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

function event(revision: number): TreeEvent {
  const common = { id: 'e', revision, time: '', node: 'n', source: 'kernel' } as const;
  return { ...common, type: 'pause.exited', cause: { kind: 'signal', evidence: [] } };
}

function withoutMachine(line: string): string {
  return line.replace(/^(process_\S+) .*/, '$1 VALUE').replace(process.version, 'NODE');
}

t.test('/metrics is what the golden file says', async (t) => {
  const metrics = createMetrics({ version: '0.1.0', bpftraceVersion: () => '0.17.0', read: () => readings });
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

t.test('every metric is named as Prometheus wants it', async (t) => {
  const text = await createMetrics({ version: '0', read: () => readings }).text();
  const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => ({ name: name ?? '', type }));
  for (const { name, type } of types) {
    t.match(name, /^(podtree|process)_[a-z_]+$/);
    t.equal(name.endsWith('_total'), type === 'counter', name);
  }
});
