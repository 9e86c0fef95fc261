// What the parts of the agent say of themselves when somebody scrapes /metrics.
import type { ReadCgroupUsage } from '../src/host/cgroup-usage.ts';
import type { PauseUse } from '../src/metrics/pause-metrics.ts';
import type { Drop, Readings } from '../src/metrics/registry.ts';
import type { StreamStats } from '../src/stream/server.ts';
import type { UsageTarget } from '../src/tree/usage.ts';
import type { Pipeline } from './pipeline.ts';

export function readingsOf(pipeline: Pipeline, stream: StreamStats): Readings {
  const { kernelEvents, lost, malformed, queueDropped, probeRestarts, runtime, metadata } = pipeline.stats();
  const { drops } = pipeline.engine;
  const dropped: Drop[] = [
    { stage: 'kernel', reason: 'malformed', count: malformed },
    { stage: 'attribution', reason: 'unknown-cgroup', count: drops.unknownCgroup },
    { stage: 'attribution', reason: 'pending-namespaces', count: drops.podless },
    { stage: 'attribution', reason: 'held-too-many', count: drops.heldOverflow },
    { stage: 'attribution', reason: 'held-too-long', count: drops.holdTimeout },
    { stage: 'tree', reason: 'pod-limit', count: drops.podLimit },
    { stage: 'tree', reason: 'process-limit', count: drops.processLimit },
    { stage: 'tree', reason: 'metadata-limit', count: drops.metadataLimit },
    { stage: 'tree', reason: 'too-late', count: drops.tooLate },
  ];
  return {
    isReady: pipeline.readiness().ready,
    kernelEvents,
    lost: { kernel: lost, agent: queueDropped },
    drops: dropped,
    probeRestarts,
    criRequests: runtime,
    metadata: { isWatching: metadata.state === 'watching', failures: metadata.failures },
    tree: pipeline.engine.counts(),
    stream,
  };
}

/** What the pauses use now, of pods that are named. */
export function pausesOf(targets: readonly UsageTarget[], readCgroup: ReadCgroupUsage): PauseUse[] {
  return targets.flatMap(({ namespace, name, pause }) => {
    const used = pause && name !== undefined ? readCgroup(pause.cgroupPath) : undefined;
    return used ? [{ namespace: namespace ?? '', pod: name ?? '', cpuSeconds: used.cpuMs / 1000, memoryBytes: used.memoryBytes }] : [];
  });
}

/** Kernel events since the start, of all kinds. */
export function eventsOf(pipeline: Pipeline): number {
  return Object.values(pipeline.stats().kernelEvents).reduce((sum, count) => sum + count, 0);
}
