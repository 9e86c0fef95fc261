// The plain HTTP answers: health, metrics, the tree, history and the web page. Every error is one line of JSON.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { PodtreeError } from '../error.ts';
import type { Tree } from '../tree/model.ts';
import { type Answer, bodyRefusal, failure, json, methodRefusal, respond, splitTarget } from './answer.ts';
import { createFilter, parseQuery, TREE_PARAMETERS } from './filter.ts';
import { HEALTH_PATHS, type HealthSources, healthAnswer, isHealthPath, type Readiness } from './health.ts';
import { type HostRule, refusalOf } from './host-guard.ts';
import { isPagePath, PAGE_POLICY, type PageFile, pageFile } from './page-files.ts';
import { filterTree } from './view.ts';

export interface RouteSources extends HealthSources, HostRule {
  /** The tree now, in order, with its token. */
  tree(): Tree;
  /** False until the first tree is complete. */
  hasTree(): boolean;
  /** The history of a pod as JSON can tell it, or undefined when the pod is not known. Absent while the agent keeps none. */
  history?(uid: string): unknown;
  /** Pods that are there or were, as JSON can tell them: those with the latest deaths first. */
  pods?(search: PodsQuery): unknown;
  /** The last event of each alert that fires or did lately, in the order in which they were raised. */
  alerts?(): readonly unknown[];
}

/** The query of GET /v1/pods, checked. */
export interface PodsQuery {
  /** A name, `namespace/name`, or the start of a uid. */
  readonly name?: string;
  readonly namespace?: string;
  readonly limit: number;
}

const ENDPOINTS: readonly string[] = [...HEALTH_PATHS, '/v1/tree', '/v1/pods', '/v1/alerts', '/v1/stream'];
const WHAT_IS_HERE = `${ENDPOINTS.join(', ')}, /v1/pods/UID/history, and the web page at /`;

/** Why there is no tree yet. */
export function notReadyText(readiness: Readiness): string {
  return `the tree is not complete yet${readiness.ready ? '' : `: ${readiness.reason}`}`;
}

function treeAnswer(sources: RouteSources, search: string): Answer {
  const { pretty, ...query } = parseQuery(search, TREE_PARAMETERS);
  if (!sources.hasTree()) return failure(503, 'NOT_READY', notReadyText(sources.readiness()));
  return json(filterTree(sources.tree(), createFilter(query)), 200, pretty === undefined || pretty === 'false' ? 0 : 2);
}

async function answer(sources: RouteSources, request: IncomingMessage): Promise<Answer> {
  const refusal = refusalOf(request, sources);
  if (refusal !== undefined) return failure(403, 'FORBIDDEN', refusal);
  const target = splitTarget(request.url ?? '');
  if (target === undefined) return failure(400, 'BAD_REQUEST', 'the request target must be a path');
  const { path, search } = target;
  const history = /^\/v1\/pods\/([0-9a-f-]{1,64})\/history$/.exec(path);
  if (history === null && !ENDPOINTS.includes(path) && !isPagePath(path)) {
    return failure(404, 'NOT_FOUND', `nothing is here: there is ${WHAT_IS_HERE}`);
  }
  const refused = methodRefusal(request);
  if (refused !== undefined) return refused;
  if (isHealthPath(path)) return healthAnswer(sources, path);
  const file = pageFile(path);
  if (file !== undefined) return pageAnswer(file, request);
  switch (path) {
    case '/v1/tree':
      return treeAnswer(sources, search);
    case '/v1/pods':
      return json({ pods: (await sources.pods?.(podsQuery(search))) ?? [] });
    case '/v1/alerts':
      parseQuery(search, []);
      return json({ alerts: sources.alerts?.() ?? [] });
    case '/v1/stream':
      return failure(426, 'UPGRADE_REQUIRED', 'this is a WebSocket endpoint: try "podtree tail"', { Upgrade: 'websocket' });
    default:
      return historyAnswer(sources, history?.[1] ?? '', search);
  }
}

function pageAnswer(file: PageFile, { headers }: IncomingMessage): Answer {
  const caching = { 'Content-Security-Policy': PAGE_POLICY, 'Cache-Control': 'no-cache', ETag: file.etag, Vary: 'Accept-Encoding' };
  if (headers['if-none-match'] === file.etag) return { status: 304, headers: caching, body: '' };
  const isCompressed = /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/.test(String(headers['accept-encoding'] ?? ''));
  const body = isCompressed ? file.gzip : file.bytes;
  return { status: 200, type: file.type, headers: { ...caching, ...(isCompressed && { 'Content-Encoding': 'gzip' }) }, body };
}

const MAX_PODS = 1000;

function podsQuery(search: string): PodsQuery {
  const { name, namespace, limit = '100' } = parseQuery(search, ['name', 'namespace', 'limit']);
  const count = /^\d{1,4}$/.test(limit) ? Number(limit) : 0;
  if (count < 1 || count > MAX_PODS) {
    const shown = JSON.stringify(limit.slice(0, 80));
    throw new PodtreeError('QUERY_INVALID', `query: limit=${shown}: allowed is a whole number from 1 to ${MAX_PODS}`);
  }
  return { limit: count, ...(name !== undefined && { name }), ...(namespace !== undefined && { namespace }) };
}

async function historyAnswer(sources: RouteSources, uid: string, search: string): Promise<Answer> {
  parseQuery(search, []);
  const found: unknown = await sources.history?.(uid);
  return found === undefined ? failure(404, 'POD_NOT_FOUND', `no history of a pod with uid ${uid}`) : json(found);
}

function failed(error: unknown): Answer {
  if (error instanceof PodtreeError && error.code === 'QUERY_INVALID') return failure(400, error.code, error.message);
  throw error;
}

/** Answers one request. Rejects only for what is a bug of ours; the caller then answers 500. */
export async function handleRequest(sources: RouteSources, request: IncomingMessage, response: ServerResponse): Promise<void> {
  respond(request, response, bodyRefusal(request) ?? (await answer(sources, request).catch(failed)));
}
