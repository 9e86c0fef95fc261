// The limits of the configuration as the parts of the agent take them.
import type { Config } from '../src/config/schema.ts';
import type { HistoryLimits } from '../src/history/record.ts';
import type { StreamLimits } from '../src/stream/limits.ts';

const MS_PER_HOUR = 3_600_000;

export function streamLimits({ limits }: Config): Pick<StreamLimits, 'clients' | 'clientBufferBytes' | 'journalUpdates' | 'journalBytes'> {
  const { clients, clientBufferBytes, journalUpdates, journalBytes } = limits;
  return { clients, clientBufferBytes, journalUpdates, journalBytes };
}

export function historyLimits({ limits }: Config): Partial<HistoryLimits> {
  return {
    podEvents: limits.historyPodEvents,
    events: limits.historyEvents,
    maxAgeMs: limits.historyHours * MS_PER_HOUR,
    goneMs: limits.historyGoneHours * MS_PER_HOUR,
  };
}
