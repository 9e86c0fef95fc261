// What does one event cost the daemon, stage by stage, when a storm comes as fast as it can take it? No kernel: the lines are made here.
import { setTimeout as delay } from 'node:timers/promises';
import { createClock } from '../../src/host/clock.ts';
import { createLineSplitter } from '../../src/kernel/lines.ts';
import { createBatch, createLineParser } from '../../src/kernel/parse.ts';
import type { Protocol } from '../../src/stream/codec.ts';
import { createStreamServer } from '../../src/stream/server.ts';
import { startClientProcess } from './client-process.ts';
import type { Measurement } from './measurement.ts';
import { createStormEngine, STORM_POD_UID, stormLines } from './storm-trace.ts';
import { fixed, median, type Table } from './table.ts';

/** As much as one read of a pipe brings at most. */
const CHUNK_BYTES = 64 * 1024;
const FORKS = 100_000;
const EVENTS = FORKS * 2;
const STAGES = ['split', 'parse', 'tree', 'publish'] as const;

interface Run {
  /** Processor time of the whole process (the collector's threads included) per event, µs. */
  readonly stages: Readonly<Record<(typeof STAGES)[number], number>>;
  /** All of it, with what sockets and encoding took outside the stages. */
  readonly cpuUs: number;
  readonly eventsPerSecond: number;
  readonly received: number;
}

export const stages: Measurement = {
  name: 'stages',
  question: 'What does one event cost the daemon alone, stage by stage?',
  needsRoot: false,
  async measure({ runs }) {
    const lines = stormLines(FORKS);
    await runOnce(lines, undefined);
    const rows: string[][] = [];
    for (const protocol of [undefined, 'json', 'protobuf'] as const) {
      const all: Run[] = [];
      for (let run = 0; run < runs; run++) all.push(await runOnce(lines, protocol));
      const of = (pick: (run: Run) => number, digits: number): string => fixed(median(all.map(pick)), digits);
      rows.push([
        protocol === undefined ? 'no client' : `one client, ${protocol}`,
        ...STAGES.map((stage) => of((run) => run.stages[stage], 2)),
        of((run) => run.cpuUs, 1),
        of((run) => run.eventsPerSecond, 0),
        protocol === undefined ? '' : of((run) => run.received, 0),
      ]);
    }
    const table: Table = {
      title: 'The daemon alone, µs of processor time per event',
      columns: ['', ...STAGES, 'all', 'events/s', 'client got'],
      rows,
      note: `${EVENTS.toLocaleString('en')} events of a fork storm in one pod, in bpftrace's own lines, fed as fast as they are taken (with a client: as fast as it reads). The encoding and sending of frames is in \`all\`, not in \`publish\`.`,
    };
    return [table];
  },
};

async function runOnce(bytes: Buffer, protocol: Protocol | undefined): Promise<Run> {
  const clock = createClock();
  const engine = createStormEngine(clock.wallTime);
  const server = createStreamServer({
    addresses: [{ host: '127.0.0.1', port: 0 }],
    node: 'node-1',
    bootId: 'b',
    version: '0',
    tree: engine.snapshot,
    readiness: () => ({ ready: true }),
    metrics: async () => '',
    log: { debug() {}, info() {}, warn() {} },
  });
  const [{ port } = { port: 0 }] = await server.listen();
  const settings = { server: `http://127.0.0.1:${port}`, podUid: STORM_POD_UID, withLatency: false };
  const client = protocol === undefined ? undefined : await startClientProcess({ ...settings, protocol });
  const splitter = createLineSplitter();
  const parser = createLineParser({ stringLimitBytes: 200 });
  const spent = { split: 0, parse: 0, tree: 0, publish: 0 };
  let usedBefore = process.cpuUsage();
  const take = (stage: keyof typeof spent): void => {
    const used = process.cpuUsage();
    spent[stage] += used.user + used.system - usedBefore.user - usedBefore.system;
    usedBefore = used;
  };
  const startedMs = performance.now();
  const before = process.cpuUsage();
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    usedBefore = process.cpuUsage();
    const lines = splitter.push(bytes.subarray(at, at + CHUNK_BYTES));
    take('split');
    const batch = createBatch();
    for (const line of lines) parser.parse(line, batch);
    take('parse');
    const updates = engine.input({ type: 'kernel', nowNs: batch.events.at(-1)?.timeNs ?? 0, events: batch.events });
    engine.takeRequests();
    engine.nextDeadlineNs();
    take('tree');
    server.publish(updates);
    take('publish');
    await new Promise((resolve) => setImmediate(resolve));
    while (client !== undefined && server.stats().bufferedBytes > 1024 * 1024) await delay(1);
  }
  while (server.stats().bufferedBytes > 0) await delay(1);
  const seconds = (performance.now() - startedMs) / 1000;
  const used = process.cpuUsage(before);
  const report = await client?.report();
  await client?.stop();
  await server.close();
  return {
    stages: { split: spent.split / EVENTS, parse: spent.parse / EVENTS, tree: spent.tree / EVENTS, publish: spent.publish / EVENTS },
    cpuUs: (used.user + used.system) / EVENTS,
    eventsPerSecond: EVENTS / seconds,
    received: Object.values(report?.seen ?? {}).reduce((sum, count) => sum + count, 0),
  };
}
