// How long from the kill of a pause until somebody knows of it, and of its cause: podtree's clients and sinks beside what a node has today.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Containerd } from '../helpers/containerd.ts';
import type { RunningPod } from '../helpers/containerd-pods.ts';
import { startAgentProcess } from './agent-process.ts';
import { type Kill, startKiller } from './killer-process.ts';
import type { Bench, Measurement } from './measurement.ts';
import { settled } from './process-usage.ts';
import { fixed, median, quantile, type Table } from './table.ts';
import { killedBy, type Sighting, startWitness, type Way, type Witness } from './witness-process.ts';

/** Of one run. All are dead before the first of them has been without a pause for two minutes, which would be another alert. */
const KILLS = 50;
const PODS_AT_A_TIME = 5;
/** Alerts that begin within two seconds are one incident, of which a sink is told once: each kill is to be one of its own. */
const APART_MS = 2_100;
/** By chance between 0 and this more, so that the relist is met at every moment of its period. */
const JITTER_MS = 200;
const GIVE_UP_MS = 10_000;

interface Death {
  readonly kill: Kill;
  readonly isFirst: boolean;
  /** When each had been told, ns after the start of kill(2). */
  readonly seenNs: Partial<Readonly<Record<Way, number>>>;
}

const ROWS: readonly { readonly way: Way; readonly name: string; readonly tells: string }[] = [
  { way: 'pause.exited', name: 'podtree: `pause.exited` at a WebSocket client', tells: 'signal and sender' },
  { way: 'alert.firing', name: 'podtree: `alert.firing` at a WebSocket client', tells: 'signal and sender' },
  { way: 'webhook', name: 'podtree: the alert at a webhook', tells: 'signal and sender' },
  { way: 'ctr', name: '`ctr events`: /tasks/exit', tells: 'exit status 137' },
  { way: 'relist', name: 'CRI: ListPodSandbox once a second', tells: 'NOTREADY' },
];

export const killToAlert: Measurement = {
  name: 'kill-to-alert',
  question: 'How long after the kill of a pause is its cause known, and to whom?',
  needsRoot: true,
  async measure(bench) {
    const deaths: Death[] = [];
    for (let run = 0; run < bench.runs; run++) deaths.push(...(await killPods(bench)));
    return [tableOf(deaths)];
  },
};

async function killPods(bench: Bench): Promise<readonly Death[]> {
  const runtime = await bench.containerd();
  const folder = mkdtempSync(join(tmpdir(), 'podtree-bench-'));
  const sightings = createSightings();
  const started: { stop(): Promise<void> }[] = [];
  const witness = (kind: Parameters<typeof startWitness>[0]['kind'], target: string): Witness => {
    const one = startWitness({ kind, target }, sightings.add);
    started.push(one);
    return one;
  };
  let pods: readonly RunningPod[] = [];
  try {
    pods = await makePods(runtime);
    const ctr = witness('ctr', runtime.endpoint.slice('unix://'.length));
    const hook = await witness('webhook', '').ready;
    const config = join(folder, 'podtree.yaml');
    writeFileSync(config, `alerts:\n  sinks:\n    - {type: webhook, url: '${hook}'}\n`);
    const agent = await startAgentProcess({ endpoint: runtime.endpoint, env: { PODTREE_CONFIG: config } });
    started.push(agent);
    await Promise.all([ctr.ready, witness('relist', runtime.endpoint).ready, witness('stream', agent.server).ready]);
    const killer = startKiller();
    started.push(killer);
    await settled([agent.pid, agent.bpftracePid, runtime.pid]);
    const deaths: Death[] = [];
    for (const pod of pods) {
      const wait = delay(APART_MS + Math.random() * JITTER_MS);
      const kill = await killer.kill(pod.pausePid);
      const seen = await sightings.of(pod, killer.pid);
      deaths.push({ kill, isFirst: deaths.length === 0, seenNs: seen(kill.beforeNs) });
      await wait;
    }
    return deaths;
  } finally {
    for (const one of started.reverse()) await one.stop();
    await Promise.all(pods.map((pod) => runtime.removePod(pod.sandboxId)));
    rmSync(folder, { recursive: true, force: true });
  }
}

async function makePods(runtime: Containerd): Promise<readonly RunningPod[]> {
  const pods: RunningPod[] = [];
  while (pods.length < KILLS) {
    const some = Array.from({ length: PODS_AT_A_TIME }, (_, index) =>
      runtime.runPod({ name: `victim-${pods.length + index}`, containers: [{ name: 'app', command: ['/bin/sleep', '100000'] }] }),
    );
    pods.push(...(await Promise.all(some)));
  }
  return pods;
}

interface Sightings {
  add(sighting: Sighting): void;
  /** Resolves when everybody has seen the death, or nobody can be waited for any longer. What tells something else than what happened is none. */
  of(pod: RunningPod, killerPid: number): Promise<(fromNs: number) => Death['seenNs']>;
}

function createSightings(): Sightings {
  const all: Sighting[] = [];
  let changed = Promise.withResolvers<void>();
  return {
    add(sighting) {
      all.push(sighting);
      changed.resolve();
      changed = Promise.withResolvers<void>();
    },
    async of({ uid, sandboxId }, killerPid) {
      const right: readonly string[] = [killedBy(killerPid), 'exit status 137', 'SANDBOX_NOTREADY'];
      const deadline = performance.now() + GIVE_UP_MS;
      for (;;) {
        const seen = all.filter(({ of, told }) => (of === uid || of === sandboxId) && right.includes(told));
        const first = ROWS.flatMap(({ way }) => seen.find((sighting) => sighting.way === way) ?? []);
        const leftMs = deadline - performance.now();
        if (first.length === ROWS.length || leftMs <= 0)
          return (fromNs) => Object.fromEntries(first.map(({ way, atNs }) => [way, atNs - fromNs]));
        await Promise.race([changed.promise, delay(leftMs, undefined, { ref: false })]);
      }
    },
  };
}

function tableOf(deaths: readonly Death[]): Table {
  const ms = (ns: number, digits = 2): string => fixed(ns / 1e6, digits);
  const callUs = median(deaths.map(({ kill }) => (kill.afterNs - kill.beforeNs) / 1e3));
  return {
    title: 'From kill(2) to whoever sees that the pause is dead, ms',
    columns: ['', 'kills seen', 'p50', 'p90', 'p99', 'max', 'first', 'before `ctr events`', 'tells'],
    rows: ROWS.map(({ way, name, tells }) => {
      const seen = deaths.flatMap(({ seenNs }) => seenNs[way] ?? []);
      const first = deaths.flatMap(({ isFirst, seenNs }) => (isFirst ? (seenNs[way] ?? []) : []));
      const before = deaths.filter(({ seenNs }) => (seenNs[way] ?? Number.POSITIVE_INFINITY) < (seenNs.ctr ?? Number.POSITIVE_INFINITY));
      return [
        name,
        `${seen.length} of ${deaths.length}`,
        ...[0.5, 0.9, 0.99, 1].map((part) => ms(quantile(seen, part))),
        ms(median(first)),
        way === 'ctr' ? '' : `${before.length} of ${deaths.length}`,
        tells,
      ];
    }),
    note: `${deaths.length} pods with a container each, in one containerd; every witness watches the same kill, in a process of its own, and all read CLOCK_MONOTONIC. It starts right before kill(2), which takes ${fixed(callUs, 0)} µs itself, and ends when the message is read and decoded (\`ctr events\`: when its line is read). A kill counts as seen by podtree's clients when the right signal and the right sender are named. The first kill of an agent (median of ${deaths.filter(({ isFirst }) => isFirst).length}) is in p50 to max as well. The listing waits a second after each, as the kubelet does.`,
  };
}
