// Kills what it is told to, in a process of its own that a report can name, and reads the clock right before and after kill(2).
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { QUIET_MS } from './witness-process.ts';

/** CLOCK_MONOTONIC, ns. */
export interface Kill {
  readonly beforeNs: number;
  readonly afterNs: number;
}

export interface Killer {
  readonly pid: number;
  kill(pid: number): Promise<Kill>;
  stop(): Promise<void>;
}

const KILLER = 'PODTREE_BENCH_KILLER';
const children = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of children) child.kill();
});

export function startKiller(): Killer {
  const child = fork(import.meta.filename, { env: { ...process.env, [KILLER]: '1' } });
  children.add(child);
  child.once('exit', () => children.delete(child));
  return {
    pid: child.pid ?? 0,
    kill: async (pid) => {
      const answer = once(child, 'message');
      child.send(pid);
      const [kill] = (await answer) as [Kill];
      return kill;
    },
    stop: async () => {
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}

if (import.meta.main && process.env[KILLER] !== undefined) {
  process.on('message', (pid: number) => {
    const beforeNs = process.hrtime.bigint();
    process.kill(pid, 'SIGKILL');
    const afterNs = process.hrtime.bigint();
    setTimeout(() => process.send?.({ beforeNs: Number(beforeNs), afterNs: Number(afterNs) } satisfies Kill), QUIET_MS);
  });
}
