// What the pauses themselves cost: read when somebody scrapes, of each pod that has one.
import { Counter, Gauge, type Registry } from '@prometheus-io/client';
import { plain } from '../alert/summary.ts';

export interface PauseUse {
  readonly namespace: string;
  readonly pod: string;
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
}

/** Of a DNS subdomain, which a pod's name is: a runtime may say anything. */
const MAX_NAME = 253;
/** As many as the tree has pods. */
const MAX_PAUSES = 2000;

export function registerPauseMetrics(registers: Registry[], read: () => readonly PauseUse[]): void {
  const labelNames = ['namespace', 'pod'];
  // Both are collected in one scrape, one after the other: the second takes what the first has read.
  let pauses: readonly PauseUse[] = [];
  new Counter({
    name: 'podtree_pause_cpu_seconds_total',
    help: "Processor time of the pause's own cgroup.",
    labelNames,
    registers,
    collect() {
      pauses = read().slice(0, MAX_PAUSES);
      this.reset();
      for (const pause of pauses) this.inc(labelsOf(pause), pause.cpuSeconds);
    },
  });
  new Gauge({
    name: 'podtree_pause_memory_bytes',
    help: "Memory charged to the pause's own cgroup.",
    labelNames,
    registers,
    collect() {
      this.reset();
      for (const pause of pauses) this.set(labelsOf(pause), pause.memoryBytes);
    },
  });
}

function labelsOf({ namespace, pod }: PauseUse): { namespace: string; pod: string } {
  return { namespace: plain(namespace, MAX_NAME), pod: plain(pod, MAX_NAME) };
}
