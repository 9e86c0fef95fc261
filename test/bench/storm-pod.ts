// A real pod in which a fork storm breaks loose on demand.
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import type { Containerd } from '../helpers/containerd.ts';
import { until } from '../helpers/containerd-pods.ts';
import { writeForkStorm } from './fork-storm.ts';

export interface StormPod {
  readonly uid: string;
  /** Forks of one storm, by its own count: each child exits, and each storm is one more process per part. */
  readonly forks: number;
  /** Runs the storm and resolves with its duration in seconds. */
  storm(): Promise<number>;
  /** Some forks on every CPU: a perf buffer tells what it lost when the next event comes into it (kernel/events/ring_buffer.c). */
  poke(): Promise<void>;
  remove(): Promise<void>;
}

/** Programs that fork at the same time. */
const PARTS = 2;
// It waits in open(2) of a pipe and makes no events of its own meanwhile.
const WAIT = 'mkfifo /tmp/go /tmp/done; while read run < /tmp/go; do $run & $run & wait; echo done > /tmp/done; done';
const POKE_FORKS = 500;

export async function startStormPod(containerd: Containerd, forks: number): Promise<StormPod> {
  const pod = await containerd.runPod({ name: 'fork-storm', containers: [{ name: 'storm', command: ['/bin/sh', '-c', WAIT] }] });
  const root = `/proc/${pod.containers.storm.pid}/root/tmp`;
  await until('the pod that storms', async () => existsSync(`${root}/done`));
  writeForkStorm(`${root}/storm`, forks / PARTS);
  writeForkStorm(`${root}/poke`, POKE_FORKS);
  const run = async (program: string): Promise<void> => {
    await writeFile(`${root}/go`, `/tmp/${program}\n`);
    await readFile(`${root}/done`);
  };
  return {
    uid: pod.uid,
    forks,
    storm: async () => {
      const startedMs = performance.now();
      await run('storm');
      return (performance.now() - startedMs) / 1000;
    },
    poke: () => run('poke'),
    remove: () => containerd.removePod(pod.sandboxId),
  };
}
