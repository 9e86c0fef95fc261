// What happens in a real fork storm inside a pod: what is lost, what it costs the daemon and bpftrace apart, and beside them less capable observers.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Protocol } from '../../src/stream/codec.ts';
import { startAgentProcess, type Usage } from './agent-process.ts';
import { type ClientReport, startClientProcess } from './client-process.ts';
import { type Observer, startBareBpftrace, startExitsnoop } from './floor.ts';
import type { Bench, Measurement } from './measurement.ts';
import { cpuMs, settled } from './process-usage.ts';
import { type StormPod, startStormPod } from './storm-pod.ts';
import { fixed, median, spread, type Table } from './table.ts';

interface Run {
  readonly seconds: number;
  /** ms of processor time. */
  readonly daemon?: number;
  readonly tracer: number;
  /** Events said to be lost when all was quiet again; undefined when nobody says. */
  readonly lost: number | undefined;
  /** The same once the next events had come. */
  readonly lostAfterNext: number | undefined;
  /** Events the observer should have seen and did not. */
  readonly unseen?: number;
  /** Exits told without their code. */
  readonly withoutCode?: number;
}

interface Series {
  readonly name: string;
  /** Events of one storm for this observer. */
  readonly events: number;
  readonly runs: readonly Run[];
  readonly before?: Usage;
  readonly after?: Usage;
  /** A while after the last storm. */
  readonly later?: Usage;
}

const QUIET_MS = 15_000;

export const storm: Measurement = {
  name: 'storm',
  question: 'What does a fork storm in a pod cost, and what is lost?',
  needsRoot: true,
  async measure(bench) {
    const runtime = await bench.containerd();
    const pod = await startStormPod(runtime, bench.forks);
    const folder = mkdtempSync(join(tmpdir(), 'podtree-bench-'));
    try {
      // The storm itself, unobserved.
      const bare = [await pod.storm(), await pod.storm()];
      const series: Series[] = [];
      series.push(await agentSeries(bench, pod, undefined));
      series.push(await agentSeries(bench, pod, 'json'));
      series.push(await agentSeries(bench, pod, 'protobuf'));
      const bareFile = join(folder, 'bpftrace');
      series.push(
        await observerSeries(bench, pod, 'bpftrace alone, to a file', pod.forks * 2, () => startBareBpftrace(bareFile), isPodLine, true),
      );
      if (hasExitsnoop()) {
        const file = join(folder, 'exitsnoop');
        series.push(await observerSeries(bench, pod, 'exitsnoop, to a file', pod.forks, () => startExitsnoop(file), isExitLine, false));
      }
      return [costTable(series, bench), lossTable(series, pod, bare), memoryTable(series)];
    } finally {
      rmSync(folder, { recursive: true, force: true });
      await pod.remove();
    }
  },
};

async function agentSeries(bench: Bench, pod: StormPod, protocol: Protocol | undefined): Promise<Series> {
  const runtime = await bench.containerd();
  const agent = await startAgentProcess({ endpoint: runtime.endpoint });
  const events = pod.forks * 2;
  try {
    const client = protocol && (await startClientProcess({ server: agent.server, protocol, podUid: pod.uid, withLatency: false }));
    const pids = [agent.pid, agent.bpftracePid, ...(client ? [client.pid] : [])];
    await settled(pids);
    const idle = agent.residentMib();
    const runs: Run[] = [];
    // The first storm is for the compiler.
    for (let run = -1; run < bench.runs; run++) {
      await client?.report();
      const lostBefore = await agent.lost();
      const before = agent.cpuMs();
      const seconds = await pod.storm();
      await settled(pids);
      const after = agent.cpuMs();
      const lostAfter = await agent.lost();
      const report = await client?.report();
      await pod.poke();
      await settled(pids);
      const lostAfterNext = await agent.lost();
      const lost = (now: number | undefined): number | undefined =>
        now === undefined || lostBefore === undefined ? undefined : now - lostBefore + (report?.lost.client ?? 0);
      if (run < 0) continue;
      runs.push({
        seconds,
        daemon: after.agent - before.agent,
        tracer: after.bpftrace - before.bpftrace,
        lost: lost(lostAfter),
        lostAfterNext: lost(lostAfterNext),
        ...(report && { unseen: Math.max(0, events - toldEvents(report)), withoutCode: report.found['process.exited'] ?? 0 }),
      });
    }
    await client?.stop();
    const after = agent.residentMib();
    await delay(QUIET_MS);
    const name = `podtree, ${protocol ? `one client, ${protocol}` : 'no client'}`;
    return { name, events, runs, before: idle, after, later: agent.residentMib() };
  } finally {
    await agent.stop();
  }
}

function toldEvents({ seen, found }: ClientReport): number {
  return (seen['process.started'] ?? 0) + (seen['process.exited'] ?? 0) + (found['process.exited'] ?? 0);
}

async function observerSeries(
  bench: Bench,
  pod: StormPod,
  name: string,
  events: number,
  start: () => Promise<Observer>,
  isEvent: (line: string) => boolean,
  saysLoss: boolean,
): Promise<Series> {
  const runs: Run[] = [];
  for (let run = 0; run < bench.runs; run++) {
    const observer = await start();
    try {
      const before = cpuMs(observer.pid);
      const seconds = await pod.storm();
      await settled([observer.pid]);
      const tracer = cpuMs(observer.pid) - before;
      const lines = observer.lines();
      const seen = lines.filter(isEvent).length;
      await pod.poke();
      await settled([observer.pid]);
      runs.push({
        seconds,
        tracer,
        lost: saysLoss ? lostOf(lines) : undefined,
        lostAfterNext: saysLoss ? lostOf(observer.lines()) : undefined,
        unseen: Math.max(0, events - seen),
      });
    } finally {
      await observer.stop();
    }
  }
  return { name, events, runs };
}

function lostOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + Number(/"lost_events".*?(\d+)/.exec(line)?.[1] ?? 0), 0);
}

function isPodLine(line: string): boolean {
  return line.endsWith('"storm"]}') && /\["(?:fork|exit)"/.test(line);
}

function isExitLine(line: string): boolean {
  return line.startsWith('storm');
}

function hasExitsnoop(): boolean {
  return ['/usr/sbin/exitsnoop', '/usr/bin/exitsnoop', '/usr/local/bin/exitsnoop'].some((path) => existsSync(path));
}

function costTable(series: readonly Series[], { runs, forks }: Bench): Table {
  const perEvents = (one: Series, run: Run, ms: number): number => (ms * 100) / (one.events - (run.lostAfterNext ?? run.unseen ?? 0));
  return {
    title: 'A fork storm in a pod: seconds of processor time per 100,000 events',
    columns: ['', 'the tracer', 'the daemon', 'daemon / tracer', 'events/s'],
    rows: series.map((one) => [
      one.name,
      spread(
        one.runs.map((run) => perEvents(one, run, run.tracer)),
        2,
      ),
      one.before === undefined
        ? ''
        : spread(
            one.runs.map((run) => perEvents(one, run, run.daemon ?? 0)),
            2,
          ),
      one.before === undefined ? '' : fixed(median(one.runs.map((run) => (run.daemon ?? 0) / run.tracer)), 2),
      fixed(median(one.runs.map((run) => one.events / run.seconds)), 0),
    ]),
    note: `Median of ${runs} storms of ${forks.toLocaleString('en')} forks and range. podtree and bpftrace see two events a fork (birth and death), exitsnoop one. The tracer is bpftrace or exitsnoop. Events that were lost are not counted: see below.`,
  };
}

function lossTable(series: readonly Series[], pod: StormPod, bare: readonly number[]): Table {
  return {
    title: 'What was lost of it',
    columns: [
      '',
      'events of a storm',
      'without exit code',
      'not told',
      'stated at once',
      'stated with the next events',
      'unstated',
      'storm, s',
    ],
    rows: [
      ['nobody watching', '', '', '', '', '', '', spread(bare, 2)],
      ...series.map((one) => {
        const of = (pick: (run: Run) => number | undefined): string => {
          const values = one.runs.map(pick).filter((value) => value !== undefined);
          return values.length === 0 ? '–' : String(Math.max(...values));
        };
        return [
          one.name,
          String(one.events),
          of((run) => run.withoutCode),
          of((run) => run.unseen),
          of((run) => run.lost),
          of((run) => run.lostAfterNext),
          of((run) =>
            run.unseen === undefined || run.lostAfterNext === undefined ? undefined : Math.max(0, run.unseen - run.lostAfterNext),
          ),
          spread(
            one.runs.map((run) => run.seconds),
            2,
          ),
        ];
      }),
    ],
    note: `The worst storm of each row, against the storm's own count of ${pod.forks.toLocaleString('en')} forks. An exit is told without its code when the event of it was lost, or has not come within 30 seconds. Before bpftrace 0.19 a CPU's buffer says what it lost when the next event comes into it. Without a client nobody counts what was seen; exitsnoop's losses are not read.`,
  };
}

function memoryTable(series: readonly Series[]): Table {
  return {
    title: 'Memory, MiB resident',
    columns: ['', 'daemon before', 'after the storms', `${QUIET_MS / 1000} s later`, 'bpftrace before', 'after the storms'],
    rows: series.flatMap(({ name, before, after, later }) =>
      before && after && later
        ? [
            [name, before.agent, after.agent, later.agent, before.bpftrace, after.bpftrace].map((cell) =>
              typeof cell === 'string' ? cell : fixed(cell, 0),
            ),
          ]
        : [],
    ),
    note: 'The daemon runs from its sources, as `npm start` does: to strip their types Node.js keeps about 30 MiB that the compiled program does without.',
  };
}
