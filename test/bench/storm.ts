// What happens in a real fork storm inside a pod: what is lost, what it costs the daemon and bpftrace apart, and beside them less capable observers.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  readonly lost: number | undefined;
  /** Events the observer should have seen and did not. */
  readonly unseen?: number;
}

interface Series {
  readonly name: string;
  /** Events of one storm for this observer. */
  readonly events: number;
  readonly runs: readonly Run[];
  readonly before?: Usage;
  readonly after?: Usage;
}

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
      series.push(
        await observerSeries(
          bench,
          pod,
          'bpftrace alone, to a file',
          pod.forks * 2,
          () => startBareBpftrace(join(folder, 'bpftrace')),
          isPodLine,
        ),
      );
      if (hasExitsnoop()) {
        series.push(
          await observerSeries(bench, pod, 'exitsnoop, to a file', pod.forks, () => startExitsnoop(join(folder, 'exitsnoop')), isExitLine),
        );
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
      if (run < 0) continue;
      runs.push({
        seconds,
        daemon: after.agent - before.agent,
        tracer: after.bpftrace - before.bpftrace,
        lost: lostBefore === undefined || lostAfter === undefined ? report && statedLoss(report) : lostAfter - lostBefore,
        ...(report && { unseen: Math.max(0, events - seenEvents(report)) }),
      });
    }
    await client?.stop();
    return {
      name: `podtree, ${protocol ? `one client, ${protocol}` : 'no client'}`,
      events,
      runs,
      before: idle,
      after: agent.residentMib(),
    };
  } finally {
    await agent.stop();
  }
}

function seenEvents({ seen }: ClientReport): number {
  return (seen['process.started'] ?? 0) + (seen['process.exited'] ?? 0);
}

function statedLoss({ lost }: ClientReport): number {
  return Object.values(lost).reduce((sum, count) => sum + count, 0);
}

async function observerSeries(
  bench: Bench,
  pod: StormPod,
  name: string,
  events: number,
  start: () => Promise<Observer>,
  isEvent: (line: string) => boolean,
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
      const lost = lines.reduce((sum, line) => sum + Number(/"lost_events".*?(\d+)/.exec(line)?.[1] ?? 0), 0);
      runs.push({ seconds, tracer, lost, unseen: Math.max(0, events - seen) });
    } finally {
      await observer.stop();
    }
  }
  return { name, events, runs };
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
  const perEvents = (one: Series, ms: number): number => (ms * 100) / one.events;
  return {
    title: 'A fork storm in a pod: seconds of processor time per 100,000 events',
    columns: ['', 'the tracer', 'the daemon', 'daemon / tracer', 'events/s'],
    rows: series.map((one) => [
      one.name,
      spread(
        one.runs.map((run) => perEvents(one, run.tracer)),
        2,
      ),
      one.before === undefined
        ? ''
        : spread(
            one.runs.map((run) => perEvents(one, run.daemon ?? 0)),
            2,
          ),
      one.before === undefined ? '' : fixed(median(one.runs.map((run) => (run.daemon ?? 0) / run.tracer)), 2),
      fixed(median(one.runs.map((run) => one.events / run.seconds)), 0),
    ]),
    note: `Median of ${runs} storms of ${forks.toLocaleString('en')} forks and range. podtree and bpftrace see two events a fork (birth and death), exitsnoop one. The tracer is bpftrace or exitsnoop.`,
  };
}

function lossTable(series: readonly Series[], pod: StormPod, bare: readonly number[]): Table {
  return {
    title: 'What was lost of it',
    columns: ['', 'events of a storm', 'not seen', 'stated as lost', 'unstated', 'storm, s'],
    rows: [
      ['nobody watching', '', '', '', '', spread(bare, 2)],
      ...series.map((one) => {
        const of = (pick: (run: Run) => number | undefined): string => {
          const values = one.runs.map(pick).filter((value) => value !== undefined);
          return values.length === 0 ? '–' : String(Math.max(...values));
        };
        return [
          one.name,
          String(one.events),
          of((run) => run.unseen),
          of((run) => run.lost),
          of((run) => (run.unseen === undefined || run.lost === undefined ? undefined : Math.max(0, run.unseen - run.lost))),
          spread(
            one.runs.map((run) => run.seconds),
            2,
          ),
        ];
      }),
    ],
    note: `The worst storm of each row, against the storm's own count of ${pod.forks.toLocaleString('en')} forks. Without a client nobody counts what was seen. exitsnoop writes what it lost to standard error, which is not read here.`,
  };
}

function memoryTable(series: readonly Series[]): Table {
  return {
    title: 'Memory, MiB resident',
    columns: ['', 'daemon before', 'after the storms', 'bpftrace before', 'after the storms'],
    rows: series
      .filter((one) => one.before !== undefined)
      .map((one) => [
        one.name,
        fixed(one.before?.agent ?? 0, 0),
        fixed(one.after?.agent ?? 0, 0),
        fixed(one.before?.bpftrace ?? 0, 0),
        fixed(one.after?.bpftrace ?? 0, 0),
      ]),
  };
}
