// What the API server has of one kind of object, kept up to date: lists, watches, goes on from where it was after a cut, and lists again when that
// is forgotten.
import { setTimeout as delay } from 'node:timers/promises';
import { PodtreeError } from '../error.ts';
import type { ApiClient, ApiRequest } from './api-client.ts';
import { ApiRefusal } from './api-failure.ts';

export interface ListQuery {
  /** Absent: all. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Other than whole objects. */
  readonly accept?: { readonly list: string; readonly watch: string } | undefined;
  /** More pods than this are an error. */
  readonly maxItems?: number;
}

export interface List<Item> {
  readonly items: readonly Item[];
  readonly resourceVersion: string;
}

export interface ReflectorOptions<Item> extends ListQuery {
  readonly signal: AbortSignal;
  /** Undefined for what is none: it is passed over. */
  readonly read: (object: unknown) => Item | undefined;
  /** All that there are. */
  readonly onList: (items: readonly Item[]) => void;
  readonly onChange: (item: Item, isDeleted: boolean) => void;
  /** A watch is open: from here on changes come as they happen. */
  readonly onOpen?: () => void;
  /** An attempt has failed, the how-manieth in a row; throws to give up. */
  readonly onTrouble: (error: PodtreeError, failures: number) => void;
  /** Before the next attempt, after so many in a row that ended soon. */
  readonly delayMs: (failures: number, error: PodtreeError | undefined) => number;
  /** The first list may be as old as what the server has in memory: it spares etcd a read by each node (`resourceVersion=0`). */
  readonly isFromCache?: boolean;
  /** Seconds after which the server is to end a watch. */
  readonly watchSeconds?: () => number;
  /** Monotonic, in ms. */
  readonly now?: () => number;
}

const PAGE = 500;
const MAX_PAGES = 500;
/** More than any cluster has nodes. */
const MAX_ITEMS = 20_000;
/** A watch that ends after less has failed, whatever it brought: or one that ends at once, again and again, would be a storm. */
const STEADY_MS = 5_000;
/** So many failures in a row may be due to what comes after our version: it is left out by a new list. */
const LIST_AFTER = 4;
const MAX_VERSION = 128;

/** Until the signal fires. Throws what `onTrouble` throws. */
export async function reflectPods<Item>(api: ApiClient, options: ReflectorOptions<Item>): Promise<void> {
  const { signal, read, onList, onChange, onOpen, onTrouble, delayMs, watchSeconds = () => 300, now = () => performance.now() } = options;
  let version: string | undefined;
  let first: Readonly<Record<string, string>> = options.isFromCache ? { resourceVersion: '0' } : {};
  let failures = 0;
  while (!signal.aborted) {
    let openedMs: number | undefined;
    let failure: PodtreeError | undefined;
    try {
      if (version === undefined) {
        const list: List<Item> = await listPages(api, options, read, first);
        // From the cache only once: another server's may be older than what we have seen.
        first = {};
        version = list.resourceVersion;
        onList(list.items);
      }
      const query = {
        watch: '1',
        allowWatchBookmarks: 'true',
        timeoutSeconds: String(watchSeconds()),
        resourceVersion: version,
      };
      const opened = (): void => {
        openedMs = now();
        onOpen?.();
      };
      for await (const line of api.lines({ ...requestOf(options, 'watch', query), onOpen: opened })) {
        const event = readWatchEvent(line);
        if (event === 'gone') {
          version = undefined;
          break;
        }
        version = event.version ?? version;
        const item = event.object === undefined ? undefined : read(event.object);
        if (item !== undefined) onChange(item, event.isDeleted);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof PodtreeError)) throw error;
      if (isGone(error)) version = undefined;
      else failure = error;
    }
    if (signal.aborted) return;
    if (openedMs !== undefined && now() - openedMs >= STEADY_MS) {
      failures = 0;
      // The server ends a watch every few minutes.
      if (failure === undefined) continue;
    }
    failures += 1;
    if (failure !== undefined) onTrouble(failure, failures);
    if (failures >= LIST_AFTER) version = undefined;
    await delay(delayMs(failures, failure), undefined, { signal }).catch(() => {});
  }
}

/** In pages, begun anew once when the server has forgotten where they were. Throws as ApiClient.get. */
export async function listAll<Item>(api: ApiClient, query: ListQuery, read: (object: unknown) => Item | undefined): Promise<List<Item>> {
  try {
    return await listPages(api, query, read);
  } catch (error) {
    if (isGone(error)) return listPages(api, query, read);
    throw error;
  }
}

async function listPages<Item>(
  api: ApiClient,
  query: ListQuery,
  read: (object: unknown) => Item | undefined,
  first: Readonly<Record<string, string>> = {},
): Promise<List<Item>> {
  const { maxItems = MAX_ITEMS } = query;
  const items: Item[] = [];
  let next = '';
  let resourceVersion = '';
  for (let page = 0; page === 0 || next !== ''; page += 1) {
    const more = { limit: String(PAGE), ...(next === '' ? first : { continue: next }) };
    const list = (await api.get(requestOf(query, 'list', more))) as {
      readonly metadata?: { readonly resourceVersion?: unknown; readonly continue?: unknown } | null;
      readonly items?: unknown;
    } | null;
    if (!Array.isArray(list?.items))
      throw new PodtreeError('CLUSTER_UNREACHABLE', 'the API server sent what is no list of pods: is it one?');
    for (const object of list.items) {
      const item = read(object);
      if (item !== undefined) items.push(item);
    }
    next = textOf(list.metadata?.continue);
    resourceVersion = textOf(list.metadata?.resourceVersion).slice(0, MAX_VERSION);
    if (items.length > maxItems || page >= MAX_PAGES)
      throw new PodtreeError('CLUSTER_UNREACHABLE', `the API server has more than ${maxItems} pods for us: is the selector right?`);
  }
  return { items, resourceVersion };
}

function requestOf(query: ListQuery, verb: 'list' | 'watch', more: Readonly<Record<string, string>>): ApiRequest {
  const { namespace, labelSelector, fieldSelector, signal, accept } = query;
  return {
    path: namespace === undefined ? 'api/v1/pods' : `api/v1/namespaces/${encodeURIComponent(namespace)}/pods`,
    query: { ...(labelSelector !== undefined && { labelSelector }), ...(fieldSelector !== undefined && { fieldSelector }), ...more },
    wanted: { verb, resource: 'pods', namespace },
    signal,
    ...(accept !== undefined && { accept: accept[verb] }),
  };
}

interface WatchEvent {
  readonly version: string | undefined;
  /** Absent in a bookmark, and in what is no event. */
  readonly object: unknown;
  readonly isDeleted: boolean;
}

const CHANGES: ReadonlySet<unknown> = new Set(['ADDED', 'MODIFIED', 'DELETED']);

/** `gone`: the server no longer has what came after our version. */
function readWatchEvent(value: unknown): WatchEvent | 'gone' {
  const { type, object } = fieldsOf(value);
  if (type === 'ERROR') {
    const { code, message } = fieldsOf(object);
    if (code === 410) return 'gone';
    throw new PodtreeError('CLUSTER_UNREACHABLE', `the API server ended the watch: ${String(message).slice(0, 300)}`);
  }
  const { resourceVersion } = fieldsOf(fieldsOf(object).metadata);
  const isChange = CHANGES.has(type);
  const isVersion = typeof resourceVersion === 'string' && resourceVersion !== '' && resourceVersion.length <= MAX_VERSION;
  return {
    version: isVersion && (isChange || type === 'BOOKMARK') ? resourceVersion : undefined,
    object: isChange ? object : undefined,
    isDeleted: type === 'DELETED',
  };
}

function isGone(error: unknown): boolean {
  return error instanceof ApiRefusal && error.status === 410;
}

export type Fields = Readonly<Record<string, unknown>>;

/** Of what may be anything. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
