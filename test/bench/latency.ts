// How old is an event when a client has it, counted from the kernel's own timestamp, on a node where little happens?
import { setTimeout as delay } from 'node:timers/promises';
import { startAgentProcess } from './agent-process.ts';
import { startClientProcess } from './client-process.ts';
import type { Bench, Measurement } from './measurement.ts';
import { fixed, quantile, type Table } from './table.ts';

const EVENTS = 1_200;
/** Each turn forks, executes and exits: three events. */
const COMMAND = 'while :; do /bin/usleep 40000; done';
const TIMEOUT_MS = 120_000;

export const latency: Measurement = {
  name: 'latency',
  question: 'How old is an event when a client has it?',
  needsRoot: true,
  async measure(bench) {
    const runtime = await bench.containerd();
    const pod = await runtime.runPod({ name: 'steady', containers: [{ name: 'app', command: ['/bin/sh', '-c', COMMAND] }] });
    const agent = await startAgentProcess({ endpoint: runtime.endpoint });
    try {
      const rows: string[][] = [];
      for (const protocol of ['json', 'protobuf'] as const) {
        const client = await startClientProcess({ server: agent.server, protocol, podUid: pod.uid, withLatency: true });
        // What was compiled a moment ago is slower than what a node sees all day.
        await delay(2_000);
        await client.report();
        const latenciesMs = await collect(client, bench);
        await client.stop();
        const at = (part: number): string => fixed(quantile(latenciesMs, part), 2);
        rows.push([protocol, String(latenciesMs.length), at(0.5), at(0.9), at(0.99), at(1)]);
      }
      const table: Table = {
        title: "From the kernel's timestamp to the client, ms",
        columns: ['', 'events', 'p50', 'p90', 'p99', 'max'],
        rows,
        note: 'One pod that starts a process about 20 times a second: its fork, exec and exit, as one WebSocket client on the same machine receives and decodes them.',
      };
      return [table];
    } finally {
      await agent.stop();
      await runtime.removePod(pod.sandboxId);
    }
  },
};

async function collect(client: Awaited<ReturnType<typeof startClientProcess>>, bench: Bench): Promise<readonly number[]> {
  const latenciesMs: number[] = [];
  const deadline = performance.now() + TIMEOUT_MS;
  while (latenciesMs.length < EVENTS) {
    if (performance.now() > deadline) {
      bench.print(`  only ${latenciesMs.length} events in ${TIMEOUT_MS / 1000} s`);
      break;
    }
    await delay(1_000);
    latenciesMs.push(...(await client.report()).latenciesMs);
  }
  return latenciesMs;
}
