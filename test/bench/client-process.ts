// A client of the stream in a process of its own: counts what it is sent for one pod, and how old each event is when it has it.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createClock } from '../../src/host/clock.ts';
import { openStream } from '../../src/stream/client.ts';
import type { Protocol } from '../../src/stream/codec.ts';

export interface ClientReport {
  /** Events of the pod that the kernel told of, by type. */
  readonly seen: Readonly<Record<string, number>>;
  /** Those that were found by comparing with what came later, or with /proc. */
  readonly found: Readonly<Record<string, number>>;
  /** Sum of `lost` in gaps, by stage, and how many gaps stated no number. */
  readonly lost: Readonly<Record<string, number>>;
  readonly unnumberedGaps: number;
  /** Age of each event at its arrival, ms. Only when asked for. */
  readonly latenciesMs: readonly number[];
}

export interface ClientProcess {
  readonly pid: number;
  /** What came since the last report. */
  report(): Promise<ClientReport>;
  stop(): Promise<void>;
}

interface ClientSettings {
  readonly server: string;
  readonly protocol: Protocol;
  readonly podUid: string;
  readonly withLatency: boolean;
}

const SETTINGS = 'PODTREE_BENCH_CLIENT';
const clients = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of clients) child.kill();
});

/** Resolves when the first snapshot has arrived. Takes every event of the node; counts those of the pod. */
export async function startClientProcess(settings: ClientSettings): Promise<ClientProcess> {
  const child = fork(import.meta.filename, { env: { ...process.env, [SETTINGS]: JSON.stringify(settings) } });
  clients.add(child);
  child.once('exit', () => clients.delete(child));
  await once(child, 'message');
  return {
    pid: child.pid ?? 0,
    report: async () => {
      const answer = once(child, 'message');
      child.send('report');
      const [report] = (await answer) as [ClientReport];
      return report;
    },
    stop: async () => {
      const exited = once(child, 'exit');
      child.kill();
      await exited;
    },
  };
}

async function runClient({ server, protocol, podUid, withLatency }: ClientSettings): Promise<void> {
  const clock = createClock();
  let seen: Record<string, number> = {};
  let found: Record<string, number> = {};
  let lost: Record<string, number> = {};
  let unnumberedGaps = 0;
  let latenciesMs: number[] = [];
  process.on('message', () => {
    process.send?.({ seen, found, lost, unnumberedGaps, latenciesMs } satisfies ClientReport);
    seen = {};
    found = {};
    lost = {};
    unnumberedGaps = 0;
    latenciesMs = [];
  });
  process.on('disconnect', () => process.exit());
  let isFirst = true;
  for await (const frame of openStream({ server, protocol })) {
    const bootNs = clock.bootNow();
    if ('snapshot' in frame && isFirst) {
      isFirst = false;
      process.send?.('ready');
    }
    if ('gap' in frame) {
      const { stage, lost: count } = frame.gap;
      if (count === undefined) unnumberedGaps++;
      else lost[stage] = (lost[stage] ?? 0) + count;
    }
    if (!('updates' in frame)) continue;
    for (const { event } of frame.updates) {
      if (event?.pod?.uid !== podUid) continue;
      const counts = event.source === 'kernel' ? seen : found;
      counts[event.type] = (counts[event.type] ?? 0) + 1;
      if (withLatency && event.source === 'kernel') latenciesMs.push(millisecondsBetween(event.time, clock.wallTime(bootNs)));
    }
  }
}

/** Two times with nine digits after the second. Date counts milliseconds: only the seconds are left to it. */
function millisecondsBetween(from: string, to: string): number {
  const seconds = (Date.parse(`${to.slice(0, 19)}Z`) - Date.parse(`${from.slice(0, 19)}Z`)) / 1000;
  return seconds * 1000 + (Number(to.slice(20, 29)) - Number(from.slice(20, 29))) / 1e6;
}

if (import.meta.main) await runClient(JSON.parse(process.env[SETTINGS] ?? '') as ClientSettings);
