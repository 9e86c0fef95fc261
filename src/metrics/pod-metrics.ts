// Metrics that are counted from the events of pods: pauses that die, sandboxes that are replaced, outages, namespaces that are joined.
import { Counter, Histogram, type Registry } from '@prometheus-io/client';
import type { JoinedBy } from '../attribution/reference.ts';
import type { CauseKind } from '../cause/cause.ts';
import type { TreeUpdate } from '../tree/change.ts';

export interface PodMetrics {
  /** Counts the events of these updates; amended ones are not counted again. */
  countUpdates(updates: readonly TreeUpdate[]): void;
}

/** So long the series of a pod stay after the pod: a scrape or two must see its last restart. */
const GRACE_MS = 600_000;
/** Series of the metric that has pods in its labels; what is more is counted together, under no pod. */
const MAX_SERIES = 2000;
const OUTAGE_BUCKETS = [0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 45, 60, 120, 300];

// Records and not lists, so that the compiler says when one is missing.
const CAUSES: Readonly<Record<CauseKind, 0>> = { 'planned-stop': 0, signal: 0, oom: 0, exit: 0, 'agent-down': 0, unknown: 0 };
const JOINERS: Readonly<Record<JoinedBy, 0>> = { runtime: 0, cni: 0, exec: 0, kubelet: 0, pod: 0, foreign: 0 };
/** Named as they are seen in a pod's death; any other is `other`, so that the labels stay few. */
const SIGNALS: ReadonlySet<string> = new Set([
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGILL',
  'SIGABRT',
  'SIGBUS',
  'SIGFPE',
  'SIGKILL',
  'SIGSEGV',
  'SIGTERM',
  'SIGSYS',
]);

interface PodSeries {
  readonly namespace: string;
  readonly pod: string;
  readonly byCause: Map<string, number>;
  goneMs: number | undefined;
}

export function registerPodMetrics(registers: Registry[], now: () => number = Date.now): PodMetrics {
  const pods = new Map<string, PodSeries>();
  const beyond: PodSeries = { namespace: '', pod: '', byCause: new Map(), goneMs: undefined };
  let series = 0;

  const pauseExits = new Counter({
    name: 'podtree_pause_exits_total',
    help: 'Deaths of pause processes, by the first verdict on the cause and the signal that ended them (none: it exited).',
    labelNames: ['cause', 'signal'],
    registers,
  });
  for (const cause of Object.keys(CAUSES)) pauseExits.inc({ cause, signal: 'SIGKILL' }, 0);
  const joins = new Counter({
    name: 'podtree_namespace_joins_total',
    help: "Processes that went into a pod's namespaces, by who they are.",
    labelNames: ['by'],
    registers,
  });
  for (const by of Object.keys(JOINERS)) joins.inc({ by }, 0);
  const outage = new Histogram({
    name: 'podtree_outage_seconds',
    help: 'From the death of a pause until every container that ran before ran again.',
    buckets: OUTAGE_BUCKETS,
    registers,
  });
  new Counter({
    name: 'podtree_sandbox_restarts_total',
    help: 'Sandboxes that replaced an earlier one of the same pod, by the first verdict on the cause of its end.',
    labelNames: ['namespace', 'pod', 'cause'],
    registers,
    collect() {
      dropGone();
      this.reset();
      for (const { namespace, pod, byCause } of [...pods.values(), beyond]) {
        for (const [cause, count] of byCause) this.inc({ namespace, pod, cause }, count);
      }
    },
  });
  /** Outages that are told of, so that an amendment is not observed again. */
  const observed = new Set<string>();

  function dropGone(): void {
    for (const [uid, { goneMs, byCause }] of pods) {
      if (goneMs === undefined || now() - goneMs < GRACE_MS) continue;
      series -= byCause.size;
      pods.delete(uid);
    }
  }

  function seriesOf(uid: string, namespace: string, name: string, cause: string): PodSeries {
    const known = pods.get(uid);
    if (known?.byCause.has(cause)) return known;
    if (series >= MAX_SERIES) dropGone();
    if (series >= MAX_SERIES) return beyond;
    series += 1;
    const pod = known ?? { namespace, pod: name, byCause: new Map<string, number>(), goneMs: undefined };
    pods.set(uid, pod);
    return pod;
  }

  function observeOutage(id: string, outageMs: number): void {
    if (observed.has(id)) return;
    observed.add(id);
    const oldest = observed.size > 4096 ? observed.values().next().value : undefined;
    if (oldest !== undefined) observed.delete(oldest);
    outage.observe(outageMs / 1000);
  }

  return {
    countUpdates(updates) {
      for (const { event, changes } of updates) {
        for (const change of changes) {
          if (change.kind !== 'pod') continue;
          const pod = pods.get(change.key);
          if (pod !== undefined) pod.goneMs = change.op === 'remove' ? now() : undefined;
        }
        if (event === undefined) continue;
        if (event.type === 'pause.restarted' && event.outageMs !== undefined) observeOutage(event.id, event.outageMs);
        if (event.revision !== 0) continue;
        if (event.type === 'pause.exited') {
          const signal = event.exit?.signal ?? 'none';
          pauseExits.inc({ cause: event.cause.kind, signal: signal === 'none' || SIGNALS.has(signal) ? signal : 'other' });
        } else if (event.type === 'namespace.joined') joins.inc({ by: event.by });
        else if (event.type === 'pause.restarted' && event.pod !== undefined) {
          const { uid, namespace = '', name = uid } = event.pod;
          const { byCause } = seriesOf(uid, namespace, name, event.cause.kind);
          byCause.set(event.cause.kind, (byCause.get(event.cause.kind) ?? 0) + 1);
        }
      }
    },
  };
}
