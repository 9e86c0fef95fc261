// As much of an API server as Events need: takes what kubernetes takes, refuses what it refuses (pkg/apis/core/validation/events.go), in its words.
import type { Answer, Received } from './alert-sink-server.ts';

type Json = Readonly<Record<string, unknown>>;

export interface EventsApi {
  readonly answer: Answer;
  /** By namespace and name, as they are stored. */
  readonly events: ReadonlyMap<string, Json>;
  /** What was refused, with why. */
  readonly refusals: readonly string[];
}

const PATH = /^\/apis\/events\.k8s\.io\/v1\/namespaces\/([^/]+)\/events(?:\/([^/]+))?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const QUALIFIED = /^([a-z0-9.-]+\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const MICRO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const FIELDS = new Set([
  'apiVersion',
  'kind',
  'metadata',
  'eventTime',
  'series',
  'reportingController',
  'reportingInstance',
  'action',
  'reason',
  'regarding',
  'related',
  'note',
  'type',
]);

export function eventsApi(options: {
  readonly token: string;
  readonly namespaces: readonly string[];
  readonly ending?: readonly string[];
}): EventsApi {
  const events = new Map<string, Json>();
  const refusals: string[] = [];

  function take(received: Received): { readonly code: number; readonly body: Json } {
    const refuse = (code: number, reason: string, message: string, details: Json = {}): { readonly code: number; readonly body: Json } => {
      refusals.push(`${code} ${reason}: ${message}`);
      return { code, body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason, details, code } };
    };
    if (received.headers.authorization !== `Bearer ${options.token}`) return refuse(401, 'Unauthorized', 'Unauthorized');
    const [, encoded, name] = PATH.exec(received.path) ?? [];
    if (encoded === undefined) return refuse(404, 'NotFound', 'the server could not find the requested resource');
    const namespace = decodeURIComponent(encoded);
    const body = JSON.parse(received.body) as Json;
    const notFound = refuse.bind(undefined, 404, 'NotFound');
    if (received.method === 'PATCH') {
      if (received.headers['content-type'] !== 'application/merge-patch+json') return refuse(415, 'UnsupportedMediaType', 'no such patch');
      const stored = events.get(`${namespace}/${decodeURIComponent(name ?? '')}`);
      if (stored === undefined)
        return notFound(`events.events.k8s.io "${name}" not found`, { name, group: 'events.k8s.io', kind: 'events' });
      const immutable = Object.keys(body).filter((field) => field !== 'series');
      const problems = [...immutable.map((field) => `${field}: field is immutable`), ...seriesProblems(body.series)];
      if (problems.length > 0) return refuse(422, 'Invalid', problems.join(', '));
      const changed = { ...stored, ...body };
      events.set(`${namespace}/${decodeURIComponent(name ?? '')}`, changed);
      return { code: 200, body: changed };
    }
    if (options.ending?.includes(namespace) === true) {
      const message = `unable to create new content in namespace ${namespace} because it is being terminated`;
      return refuse(403, 'Forbidden', message, {
        kind: 'events',
        causes: [{ reason: 'NamespaceTerminating', field: 'metadata.namespace' }],
      });
    }
    if (!options.namespaces.includes(namespace))
      return notFound(`namespaces "${namespace}" not found`, { name: namespace, kind: 'namespaces' });
    const problems = eventProblems(body, namespace);
    if (problems.length > 0) return refuse(422, 'Invalid', problems.join(', '));
    const key = `${namespace}/${String((body.metadata as Json).name)}`;
    if (events.has(key)) return refuse(409, 'AlreadyExists', `events.events.k8s.io "${key}" already exists`);
    events.set(key, body);
    return { code: 201, body };
  }

  return {
    events,
    refusals,
    answer(response, received) {
      const { code, body } = take(received);
      response.writeHead(code, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    },
  };
}

function eventProblems(event: Json, namespace: string): string[] {
  const problems = Object.keys(event)
    .filter((field) => !FIELDS.has(field))
    .map((field) => `${field}: unknown or to be unset`);
  const check = (isGood: boolean, problem: string): void => {
    if (!isGood) problems.push(problem);
  };
  const text = (field: string, max: number, isRequired = true): void => {
    const value = event[field];
    const length = typeof value === 'string' ? Buffer.byteLength(value) : Number.NaN;
    check(length <= max && (!isRequired || length > 0), `${field}: required, at most ${max} bytes`);
  };
  const { metadata, regarding } = event as { readonly metadata?: Json; readonly regarding?: Json };
  const name = String(metadata?.name ?? '');
  check(SUBDOMAIN.test(name) && name.length <= 253, `metadata.name: ${JSON.stringify(name)} is no subdomain`);
  check(metadata?.namespace === namespace, 'metadata.namespace: does not match the path');
  check(SUBDOMAIN.test(namespace), 'metadata.namespace: is no subdomain');
  check(event.apiVersion === 'events.k8s.io/v1' && event.kind === 'Event', 'apiVersion, kind: not these');
  check(typeof event.eventTime === 'string' && MICRO_TIME.test(event.eventTime), 'eventTime: required, with six digits');
  check(event.type === 'Normal' || event.type === 'Warning', 'type: has invalid value');
  check(typeof regarding?.namespace === 'string' && regarding.namespace !== '', 'involvedObject.namespace: does not match event.namespace');
  check(QUALIFIED.test(String(event.reportingController ?? '')), 'reportingController: required, a qualified name');
  text('reportingInstance', 128);
  text('action', 128);
  text('reason', 128);
  text('note', 1024, false);
  if ('series' in event) problems.push(...seriesProblems(event.series));
  return problems;
}

function seriesProblems(series: unknown): string[] {
  const { count, lastObservedTime } = (series ?? {}) as Json;
  return [
    ...(typeof count === 'number' && count >= 2 ? [] : ['series.count: should be at least 2']),
    ...(typeof lastObservedTime === 'string' && MICRO_TIME.test(lastObservedTime)
      ? []
      : ['series.lastObservedTime: required, with six digits']),
  ];
}
