// What the measurements share: a runtime to make pods with, started when the first of them asks, and what they give back.
import { type Containerd, startContainerd } from '../helpers/containerd.ts';
import type { Table } from './table.ts';

export interface Bench {
  readonly print: (line: string) => void;
  /** Repetitions of what is repeated: figures are medians. */
  readonly runs: number;
  /** Forks in one storm. */
  readonly forks: number;
  containerd(): Promise<Containerd>;
}

export interface Measurement {
  readonly name: string;
  readonly question: string;
  readonly needsRoot: boolean;
  measure(bench: Bench): Promise<readonly Table[]>;
}

export interface BenchOptions {
  readonly print: (line: string) => void;
  readonly runs: number;
  readonly forks: number;
}

export function createBench(options: BenchOptions): Bench & { close(): Promise<void> } {
  let containerd: Promise<Containerd> | undefined;
  return {
    ...options,
    containerd: () => {
      containerd ??= startContainerd();
      return containerd;
    },
    close: async () => {
      await (await containerd)?.stop();
    },
  };
}
