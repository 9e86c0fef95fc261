// Metrics of what is kept across restarts of the agent: how much it is, what was written, and whether it would survive.
import { Counter, Gauge, type Registry } from '@prometheus-io/client';
import type { HistoryStats } from '../history/history.ts';

/** `read` is asked once for each metric at a scrape; undefined while the history is not open yet. */
export function registerHistoryMetrics(registers: Registry[], read: () => HistoryStats | undefined): void {
  const gauge = (name: string, help: string, value: (stats: HistoryStats) => number): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        const stats = read();
        this.set(stats === undefined ? 0 : value(stats));
      },
    });
  };
  const total = (name: string, help: string, value: (stats: HistoryStats) => number): void => {
    new Counter({
      name,
      help,
      registers,
      collect() {
        const stats = read();
        this.reset();
        this.inc(stats === undefined ? 0 : value(stats));
      },
    });
  };
  gauge('podtree_history_degraded', '1 when what the history is told would not survive the agent, else 0.', ({ mode }) =>
    mode === 'durable' ? 0 : 1,
  );
  new Gauge({
    name: 'podtree_history_rows',
    help: 'What the history holds.',
    labelNames: ['table'],
    registers,
    collect() {
      const { pods = 0, sandboxes = 0, events = 0 } = read()?.size ?? {};
      for (const [table, rows] of Object.entries({ pods, sandboxes, events })) this.set({ table }, rows);
    },
  });
  gauge('podtree_history_size_bytes', 'Size of the history.', ({ size }) => size?.bytes ?? 0);
  new Counter({
    name: 'podtree_history_writes_total',
    help: 'Batches that were written into the history, or could not be.',
    labelNames: ['result'],
    registers,
    collect() {
      const { batches = 0, failedBatches = 0 } = read() ?? {};
      this.reset();
      this.inc({ result: 'written' }, batches);
      this.inc({ result: 'failed' }, failedBatches);
    },
  });
  total('podtree_history_events_total', 'Events that were written into the history.', ({ events }) => events);
  total(
    'podtree_history_dropped_events_total',
    'Events that the history lost: too many waited, or they could not be written.',
    ({ droppedEvents }) => droppedEvents,
  );
}
