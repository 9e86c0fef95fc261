// Writes Kubernetes Events (events.k8s.io/v1) to the API server with a service account whose token and certificates may be rotated at any time.
import { readBoundedFile } from '../host/bounded-file.ts';
import { readCertificates } from './certificates.ts';
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
  write(event: PodEvent, signal?: AbortSignal): Promise<EventAnswer>;
}

export interface EventAnswer extends HttpResponse {
  /** The one it was asked with: an answer may repeat it, and it must not be shown. */
  readonly token: string;
  /** What an answer that refuses means for the Event. exists: it was made before, by an attempt whose answer got lost. gone: its namespace is gone,
   * or going. */
  readonly meaning?: 'exists' | 'gone';
}

const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
const CONTROLLER = 'podtree.io/agent';
const MAX_TOKEN_BYTES = 65_536;

export function createEventClient(options: EventClientOptions): EventClient {
  const { env, timeoutMs } = options;

  async function send(method: 'POST' | 'PATCH', path: string, body: object, signal: AbortSignal | undefined): Promise<EventAnswer> {
    const base = options.url ?? inClusterUrl(env);
    const token = (options.readToken?.() ?? readBoundedFile(`${ACCOUNT}/token`, MAX_TOKEN_BYTES)).trim();
    const caFile = options.caFile ?? (options.url === undefined ? `${ACCOUNT}/ca.crt` : undefined);
    const response = await sendRequest({
      method,
      url: `${base.replace(/\/+$/, '')}/apis/events.k8s.io/v1/namespaces/${path}`,
      headers: {
        Accept: 'application/json',
        Authorization: `Bearer ${token}`,
        'Content-Type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
        'User-Agent': 'podtree',
      },
      body: JSON.stringify(body),
      ca: readCertificates(caFile),
      timeoutMs,
      signal,
    });
    return { ...response, token };
  }

  return {
    async write(event, signal) {
      const events = `${encodeURIComponent(event.pod.namespace)}/events`;
      const series = { count: event.count, lastObservedTime: microTime(event.lastTime) };
      if (event.count >= 2) {
        // Of an Event that is there the API server lets nothing but its series change.
        const answer = await send('PATCH', `${events}/${encodeURIComponent(event.name)}`, { series }, signal);
        if (answer.status !== 404) return answer;
      }
      const answer = await send('POST', events, event.count < 2 ? eventObject(event) : { ...eventObject(event), series }, signal);
      const meaning = meaningOf(answer);
      return meaning === undefined ? answer : { ...answer, meaning };
    },
  };
}

/** Only what the API server itself says counts: a proxy in between, or a wrong address, answers 404 as well. */
function meaningOf({ status, body }: HttpResponse): EventAnswer['meaning'] {
  const said = parseStatus(body);
  if (status === 409 && said?.reason === 'AlreadyExists') return 'exists';
  if (status === 404 && said?.reason === 'NotFound' && said.details?.kind === 'namespaces') return 'gone';
  // Namespace life cycle admission: apiserver pkg/admission/plugin/namespace/lifecycle/admission.go.
  const isGoing = Array.isArray(said?.details?.causes) && said.details.causes.some((cause) => cause?.reason === 'NamespaceTerminating');
  return status === 403 && isGoing ? 'gone' : undefined;
}

interface Status {
  readonly reason?: unknown;
  readonly details?: { readonly kind?: unknown; readonly causes?: readonly ({ readonly reason?: unknown } | null)[] } | null;
}

function parseStatus(body: string): Status | undefined {
  try {
    const value = JSON.parse(body) as (Status & { readonly kind?: unknown }) | null;
    return value?.kind === 'Status' ? value : undefined;
  } catch {
    return undefined;
  }
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

/** MicroTime has exactly six digits: apimachinery pkg/apis/meta/v1/micro_time.go. */
function microTime(time: string): string {
  const [, second, fraction = ''] = /^(.*?)(?:\.(\d+))?Z$/.exec(time) ?? [];
  if (second === undefined) throw new Error('kubernetes: a time that is not in UTC');
  return `${second}.${fraction.slice(0, 6).padEnd(6, '0')}Z`;
}

function cutUtf8(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return text;
  return `${bytes.toString('utf8', 0, maxBytes - 3).replace(/\ufffd+$/, '')}…`;
}
