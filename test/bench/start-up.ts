// How long does the agent take from the start of its process until it is ready, on an empty node and on a full one?

import { startAgentProcess } from './agent-process.ts';
import type { Measurement } from './measurement.ts';
import { spread, type Table } from './table.ts';

const FULL_NODE_PODS = 50;

export const startUp: Measurement = {
  name: 'start-up',
  question: 'How long from the start of the process until it is ready?',
  needsRoot: true,
  async measure({ runs, containerd, print }) {
    const runtime = await containerd();
    const rows: string[][] = [];
    for (const pods of [0, FULL_NODE_PODS]) {
      print(`  making ${pods} pods`);
      const made = await Promise.all(
        Array.from({ length: pods }, (_, index) =>
          runtime.runPod({ name: `pod-${index}`, containers: [{ name: 'app', command: ['/bin/sleep', '100000'] }] }),
        ),
      );
      const readyMs: number[] = [];
      const attachMs: number[] = [];
      for (let run = 0; run < runs; run++) {
        const agent = await startAgentProcess({ endpoint: runtime.endpoint });
        readyMs.push(agent.readyMs);
        attachMs.push(agent.attachMs);
        await agent.stop();
      }
      rows.push([
        `${pods} pods`,
        spread(
          readyMs.map((ms) => ms / 1000),
          2,
        ),
        spread(
          attachMs.map((ms) => ms / 1000),
          2,
        ),
      ]);
      await Promise.all(made.map((pod) => runtime.removePod(pod.sandboxId)));
    }
    const table: Table = {
      title: 'Start until ready, seconds',
      columns: ['', 'ready', 'of it until the probes were attached'],
      rows,
      note: `Median of ${runs} and range. Ready is: probes attached (shown by a canary), /proc and the runtime read, tree complete. Each pod has a pause and one container.`,
    };
    return [table];
  },
};
