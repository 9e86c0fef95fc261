// Writes Kubernetes Events (events.k8s.io/v1) to the API server with a service account whose token and certificates may be rotated at any time.
import { readFileSync } from 'node:fs';
import { type HttpResponse, sendRequest } from './http-request.ts';

/** An Event about a pod. Texts are cut to what the API server takes. */
export interface PodEvent {
  /** Of the Event itself: the same for a series. */
  readonly name: string;
  readonly pod: { readonly namespace: string; readonly name: string; readonly uid: string };
  readonly reason: string;
  readonly note: string;
  /** RFC 3339. */
  readonly time: string;
  readonly node: string;
  readonly count: number;
  readonly lastTime: string;
}

export interface EventClientOptions {
  /** Absent: from KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT. */
  readonly url?: string | undefined;
  readonly caFile?: string | undefined;
  /** Read for each request. Absent: the service account's. */
  readonly readToken?: (() => string) | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
}

export interface EventClient {
  /** Makes the Event, or counts on in it when it is there. Gives the last answer; rejects when there is none. */
  write(event: PodEvent, signal?: AbortSignal): Promise<HttpResponse>;
}

const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
const CONTROLLER = 'podtree.io/agent';

export function createEventClient(options: EventClientOptions): EventClient {
  const { env, timeoutMs } = options;

  function send(method: 'POST' | 'PATCH', path: string, body: object, signal: AbortSignal | undefined): Promise<HttpResponse> {
    const base = options.url ?? inClusterUrl(env);
    const token = (options.readToken?.() ?? readFileSync(`${ACCOUNT}/token`, 'utf8')).trim();
    const caFile = options.caFile ?? (options.url === undefined ? `${ACCOUNT}/ca.crt` : undefined);
    return sendRequest({
      method,
      url: `${base.replace(/\/+$/, '')}/apis/events.k8s.io/v1/namespaces/${path}`,
      headers: {
        Accept: 'application/json',
        Authorization: `Bearer ${token}`,
        'Content-Type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
        'User-Agent': 'podtree',
      },
      body: JSON.stringify(body),
      ca: caFile === undefined ? undefined : readFileSync(caFile, 'utf8'),
      timeoutMs,
      signal,
    });
  }

  return {
    async write(event, signal) {
      const events = `${encodeURIComponent(event.pod.namespace)}/events`;
      const series = { count: event.count, lastObservedTime: microTime(event.lastTime) };
      if (event.count < 2) return send('POST', events, eventObject(event), signal);
      // Of an Event that is there the API server lets nothing but its series change.
      const answer = await send('PATCH', `${events}/${encodeURIComponent(event.name)}`, { series }, signal);
      if (answer.status !== 404) return answer;
      return send('POST', events, { ...eventObject(event), series }, signal);
    },
  };
}

function inClusterUrl(env: EventClientOptions['env']): string {
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '443' } = env;
  if (host === '') throw new Error('no API server: KUBERNETES_SERVICE_HOST is not set, and the sink has no url');
  return `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

// Limits: kubernetes pkg/apis/core/validation/events.go.
function eventObject(event: PodEvent): object {
  const { name, namespace, uid } = event.pod;
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name: event.name, namespace },
    eventTime: microTime(event.time),
    reportingController: CONTROLLER,
    reportingInstance: event.node.slice(0, 128),
    action: 'Observe',
    reason: event.reason.slice(0, 128),
    regarding: { apiVersion: 'v1', kind: 'Pod', namespace, name, uid },
    note: cutUtf8(event.note, 1024),
    type: 'Warning',
  };
}

/** MicroTime has six digits. */
function microTime(time: string): string {
  return time.replace(/\.(\d{6})\d*Z$/, '.$1Z');
}

function cutUtf8(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return text;
  return `${bytes.toString('utf8', 0, maxBytes - 3).replace(/\ufffd+$/, '')}…`;
}
