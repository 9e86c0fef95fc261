// Metrics of alerting itself: what fires, what was delivered, what waits.
import { Counter, Gauge, type Registry } from '@prometheus-io/client';
import type { AlertStats } from '../alert/alerting.ts';

/** `read` is asked once for each metric at a scrape. */
export function registerAlertMetrics(registers: Registry[], read: () => AlertStats): void {
  new Gauge({
    name: 'podtree_alerts_firing',
    help: 'Alerts that fire, by rule.',
    labelNames: ['alert', 'severity'],
    registers,
    collect() {
      this.reset();
      for (const { alert, severity, count } of read().firing) this.set({ alert, severity }, count);
    },
  });
  new Counter({
    name: 'podtree_alert_deliveries_total',
    help: 'Attempts to tell a sink of an alert, by how they ended.',
    labelNames: ['sink', 'result'],
    registers,
    collect() {
      this.reset();
      for (const { sink, result, count } of read().deliveries) this.inc({ sink, result }, count);
    },
  });
  const gauge = (name: string, help: string, value: (stats: AlertStats) => number): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value(read()));
      },
    });
  };
  const total = (name: string, help: string, value: (stats: AlertStats) => number): void => {
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(value(read()));
      },
    });
  };
  gauge('podtree_alert_outbox_size', 'Alerts that wait for a sink to take them.', ({ outbox }) => outbox.size);
  gauge('podtree_alert_outbox_degraded', '1 when alerts that wait are only in memory, else 0.', ({ outbox }) =>
    outbox.degraded === undefined ? 0 : 1,
  );
  total('podtree_alert_outbox_overflow_total', 'Alerts that were dropped because too many waited.', ({ outbox }) => outbox.overflow);
  total('podtree_alerts_suppressed_total', 'Alerts that were not raised because too many fired.', ({ suppressed }) => suppressed);
}
