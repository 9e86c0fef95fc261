// What probes and scrapes ask for: /healthz, /readyz and /metrics, on every address that the agent listens on.
import { type Answer, json } from './answer.ts';

export type Readiness = { readonly ready: true } | { readonly ready: false; readonly reason: string };

export interface HealthSources {
  readonly node: string;
  readonly version: string;
  readiness(): Readiness;
  /** The text of /metrics. */
  metrics(): Promise<string>;
}

export const HEALTH_PATHS = ['/healthz', '/readyz', '/metrics'] as const;
type HealthPath = (typeof HEALTH_PATHS)[number];

export function isHealthPath(path: string): path is HealthPath {
  return (HEALTH_PATHS as readonly string[]).includes(path);
}

export async function healthAnswer(sources: HealthSources, path: HealthPath): Promise<Answer> {
  switch (path) {
    case '/healthz':
      return json({ status: 'alive', node: sources.node, version: sources.version });
    case '/readyz': {
      const readiness = sources.readiness();
      return json(readiness, readiness.ready ? 200 : 503);
    }
    case '/metrics':
      return { status: 200, type: 'text/plain; version=0.0.4; charset=utf-8', body: await sources.metrics() };
    default:
      return path satisfies never;
  }
}
