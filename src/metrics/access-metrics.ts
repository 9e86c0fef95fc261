// The metrics of who may connect from elsewhere. Names are not among them: /metrics is served to everybody where metrics.listen says so.
import { Counter, Gauge, type Registry } from '@prometheus-io/client';
import type { StreamStats } from '../stream/server.ts';

export function registerAccessMetrics(registers: Registry[], read: () => Pick<StreamStats, 'granted' | 'access'>): void {
  new Counter({
    name: 'podtree_access_granted_total',
    help: 'Requests and streams from elsewhere that a credential opened, by its kind.',
    labelNames: ['way'],
    registers,
    collect() {
      this.reset();
      for (const [way, count] of Object.entries(read().granted)) this.inc({ way }, count);
    },
  });
  new Counter({
    name: 'podtree_access_reviews_total',
    help: 'Tokens that the API server was asked about, by what came of it.',
    labelNames: ['result'],
    registers,
    collect() {
      this.reset();
      for (const [result, count] of Object.entries(read().access?.reviews?.asked ?? {})) this.inc({ result }, count);
    },
  });
  new Gauge({
    name: 'podtree_access_certificate_expiry_timestamp_seconds',
    help: 'When the certificate that is served elsewhere than on loopback expires, in seconds since 1970; absent where none is.',
    // Without a label there would always be a value, and 0 is one that alerts.
    labelNames: ['certificate'],
    registers,
    collect() {
      this.reset();
      const { access } = read();
      if (access !== undefined) this.set({ certificate: 'served' }, access.certificateExpiresAtMs / 1000);
    },
  });
  new Gauge({
    name: 'podtree_access_files_stale',
    help: '1 while certificate, key, client CA or tokens cannot be read again, and what was read before is in use.',
    registers,
    collect() {
      this.set(read().access?.isStale === true ? 1 : 0);
    },
  });
}
