// Metrics that are counted from the events of pods: pauses that die, sandboxes that are replaced, outages, namespaces that are joined.
import { Counter, Histogram, type Registry } from '@prometheus-io/client';
import { plain } from '../alert/summary.ts';
import type { JoinedBy } from '../attribution/reference.ts';
import type { CauseKind } from '../cause/cause.ts';
import type { ExitRecord } from '../kernel/signal.ts';
import type { TreeUpdate } from '../tree/change.ts';

export interface PodMetrics {
  /** Counts the events of these updates; amended ones are not counted again. */
  countUpdates(updates: readonly TreeUpdate[]): void;
}

/** So long the series of a pod stay after the pod: a scrape or two must see its last restart. */
const GRACE_MS = 600_000;
/** Of a DNS subdomain, which a pod's name is: a runtime may say anything. */
const MAX_NAME = 253;
/** Series of the metric that has pods in its labels; what is more is counted together, under `_other`. */
const MAX_SERIES = 2000;
const OUTAGE_BUCKETS = [0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 45, 60, 120, 300];

// Records and not lists, so that the compiler says when one is missing.
/** With the signals that go with each most often: those series are there from the start, so that the first one of them is an increase. */
const CAUSES: Readonly<Record<CauseKind, readonly string[]>> = {
  'planned-stop': ['SIGKILL'],
  signal: ['SIGKILL', 'SIGTERM'],
  oom: ['SIGKILL'],
  exit: ['none'],
  'agent-down': ['unknown'],
  unknown: ['SIGKILL'],
};
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
  // No pod can be called that: names hold no `_`.
  const beyond: PodSeries = { namespace: '_other', pod: '_other', byCause: new Map(), goneMs: undefined };
  let series = 0;

  const pauseExits = new Counter({
    name: 'podtree_pause_exits_total',
    help: 'Deaths of pause processes, by the first verdict on the cause and the signal that ended them (none: it exited; unknown: nobody saw it).',
    labelNames: ['cause', 'signal'],
    registers,
  });
  for (const [cause, signals] of Object.entries(CAUSES)) for (const signal of signals) pauseExits.inc({ cause, signal }, 0);
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
    const pod = known ?? {
      namespace: plain(namespace, MAX_NAME),
      pod: plain(name, MAX_NAME),
      byCause: new Map<string, number>(),
      goneMs: undefined,
    };
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
          pauseExits.inc({ cause: event.cause.kind, signal: signalLabel(event.exit) });
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

function signalLabel(exit: ExitRecord | undefined): string {
  if (exit === undefined) return 'unknown';
  if (exit.signal === null) return 'none';
  return SIGNALS.has(exit.signal) ? exit.signal : 'other';
}
