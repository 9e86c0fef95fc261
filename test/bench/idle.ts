// What do the daemon and its bpftrace cost a node on which nothing happens?
import { setTimeout as delay } from 'node:timers/promises';
import { startAgentProcess } from './agent-process.ts';
import { startClientProcess } from './client-process.ts';
import type { Measurement } from './measurement.ts';
import { settled } from './process-usage.ts';
import { fixed, type Table } from './table.ts';

const PODS = 10;
const SECONDS = 20;

export const idle: Measurement = {
  name: 'idle',
  question: 'What does it cost when nothing happens?',
  needsRoot: true,
  async measure({ containerd }) {
    const runtime = await containerd();
    const pods = await Promise.all(
      Array.from({ length: PODS }, (_, index) =>
        runtime.runPod({ name: `idle-${index}`, containers: [{ name: 'app', command: ['/bin/sleep', '100000'] }] }),
      ),
    );
    const agent = await startAgentProcess({ endpoint: runtime.endpoint });
    try {
      const rows: string[][] = [];
      const add = async (name: string): Promise<void> => {
        await settled([agent.pid, agent.bpftracePid]);
        const eventsBefore = await agent.kernelEvents();
        const before = agent.cpuMs();
        const startedMs = performance.now();
        await delay(SECONDS * 1000);
        const after = agent.cpuMs();
        const percent = (ms: number): string => fixed((ms * 100) / (performance.now() - startedMs), 2);
        const resident = agent.residentMib();
        rows.push([
          name,
          percent(after.agent - before.agent),
          percent(after.bpftrace - before.bpftrace),
          fixed(resident.agent, 0),
          fixed(resident.bpftrace, 0),
          String((await agent.kernelEvents()) - eventsBefore),
        ]);
      };
      await add('no client');
      const client = await startClientProcess({ server: agent.server, protocol: 'json', podUid: '', withLatency: false });
      await add('one client');
      await client.stop();
      const table: Table = {
        title: `Idle, ${PODS} pods`,
        columns: ['', 'daemon, % of a core', 'bpftrace, % of a core', 'daemon, MiB', 'bpftrace, MiB', 'events'],
        rows,
        note: `Over ${SECONDS} seconds, of all threads. MiB are resident set sizes. Events are what the kernel told meanwhile: with more than a few it was not idle.`,
      };
      return [table];
    } finally {
      await agent.stop();
      await Promise.all(pods.map((pod) => runtime.removePod(pod.sandboxId)));
    }
  },
};
