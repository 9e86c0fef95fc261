// Reads the whole level of the container runtime: coalesced, bounded, asking for details only of what is new or has changed.
import { PodtreeError } from '../error.ts';
import type { ContainerId } from '../kernel/identity.ts';
import {
  type Connection,
  GRPC_CANCELLED,
  GRPC_DEADLINE_EXCEEDED,
  GRPC_NOT_FOUND,
  GRPC_UNAVAILABLE,
  GRPC_UNIMPLEMENTED,
  RuntimeCallError,
} from './connection.ts';
import { connectRuntime } from './endpoint.ts';
import type { RuntimeContainer, RuntimeLevel, RuntimeSandbox } from './level.ts';
import {
  type ContainerDetails,
  findSidecars,
  readContainer,
  readContainerDetails,
  readSandbox,
  readSandboxDetails,
  type SandboxDetails,
} from './reading.ts';
import { CONTAINER_STATES, SANDBOX_READY, type VersionResponse } from './schema.ts';
import { createStatusCache } from './status-cache.ts';

/** The part of a pino logger that is used here. */
export interface RuntimeLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface RuntimeClientOptions {
  /** `unix:///path`; without it CONTAINER_RUNTIME_ENDPOINT of `env`, then the usual sockets. */
  readonly endpoint?: string | undefined;
  /** Default: process.env. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  readonly usualEndpoints?: readonly string[] | undefined;
  readonly log?: RuntimeLog | undefined;
  /** For each call. Default 5000. */
  readonly deadlineMs?: number | undefined;
  /** Default 16 MiB, as the kubelet. */
  readonly maxMessageBytes?: number | undefined;
  /** Sandboxes, and containers, of one level; more are left out and counted. Default 10000. */
  readonly maxItems?: number | undefined;
  /** Status calls at the same time. Default 8. */
  readonly concurrency?: number | undefined;
  /** Details older than this are asked for again, should something have changed without a change of state. Default 5 minutes. */
  readonly detailsMaxAgeMs?: number | undefined;
  /** Milliseconds of a clock that never steps. Default: performance.now. */
  readonly now?: (() => number) | undefined;
}

export interface RuntimeClientState {
  readonly status: 'idle' | 'connected' | 'unavailable' | 'closed';
  readonly endpoint?: string;
  readonly runtimeName?: string;
  readonly runtimeVersion?: string;
  /** Why it is unavailable, or the last read failed. */
  readonly error?: PodtreeError;
  /** Levels read to the end; calls sent, refused or not. */
  readonly reads: number;
  readonly calls: number;
  /** Items left out because they were unnamed, malformed, listed twice or too many. */
  readonly skipped: number;
  /** Status calls that failed: the item is in the level without its details. */
  readonly statusFailures: number;
}

export interface RuntimeClient {
  /** What the runtime has now, oldest first: the lists were asked for after this call. Calls while one read is under way share one next read.
   * Rejects with CRI_UNAVAILABLE or CRI_MALFORMED; the next call connects anew. */
  level(): Promise<RuntimeLevel>;
  state(): RuntimeClientState;
  /** Reads that wait are rejected. */
  close(): void;
}

// A hung shim makes the status of its pod hang while everything else answers: it may delay a level by this much, and rarely.
const MAX_STATUS_DEADLINE_MS = 2_000;

/** Connects with the first level(), and again whenever the connection was lost. */
export function createRuntimeClient(options: RuntimeClientOptions = {}): RuntimeClient {
  const { deadlineMs = 5_000, maxMessageBytes = 16 * 1024 * 1024, maxItems = 10_000, concurrency = 8 } = options;
  const statusDeadlineMs = Math.min(deadlineMs, MAX_STATUS_DEADLINE_MS);
  const { detailsMaxAgeMs = 300_000, now = () => performance.now(), log } = options;
  const choice = { endpoint: options.endpoint, env: options.env ?? process.env, usual: options.usualEndpoints };

  let connected: { readonly connection: Connection; readonly version: VersionResponse } | undefined;
  const closing = new AbortController();
  let hasStatus = true;
  let error: PodtreeError | undefined;
  const counted = { reads: 0, calls: 0, skipped: 0, statusFailures: 0 };
  const sandboxStatus = createStatusCache<SandboxDetails>({
    isComplete: ({ hostNetwork, ips }, state) => state !== SANDBOX_READY || hostNetwork || ips.length > 0,
    maxAgeMs: detailsMaxAgeMs,
    now,
  });
  const containerStatus = createStatusCache<ContainerDetails>({
    isComplete: ({ pid }, state) => CONTAINER_STATES[state] !== 'running' || pid !== undefined,
    maxAgeMs: detailsMaxAgeMs,
    now,
  });
  let sidecars: ReadonlySet<ContainerId> = new Set();
  let running: Promise<RuntimeLevel> | undefined;
  let next: Promise<RuntimeLevel> | undefined;

  async function connect(): Promise<NonNullable<typeof connected>> {
    if (connected !== undefined) return connected;
    counted.calls += 1;
    const opened = await connectRuntime(choice, { deadlineMs, maxMessageBytes, signal: closing.signal });
    connected = opened;
    hasStatus = true;
    const { runtimeName, runtimeVersion } = opened.version;
    log?.info({ endpoint: opened.connection.endpoint, runtimeName, runtimeVersion }, 'container runtime connected');
    return opened;
  }

  async function read(): Promise<RuntimeLevel> {
    const { connection, version } = await connect();
    counted.calls += 2;
    // Containers first: then every one of them has its sandbox in the second list, unless that was removed in between.
    const { containers } = await connection.call('ListContainers');
    const { items } = await connection.call('ListPodSandbox');
    const sandboxMessages = keepUsable(items, (message) => readSandbox(message, undefined));
    const containerMessages = keepUsable(containers, (message) => readContainer(message, undefined));
    const asks = [
      ...sandboxMessages.filter(sandboxStatus.isStale).map((item) => () => sandboxStatus.fill(item, () => askSandbox(connection, item.id))),
      ...containerMessages
        .filter(containerStatus.isStale)
        .map((item) => () => containerStatus.fill(item, () => askContainer(connection, item.id))),
    ];
    if (hasStatus) await runAll(asks);
    sandboxStatus.keepOnly(sandboxMessages);
    containerStatus.keepOnly(containerMessages);
    const named = containerMessages.flatMap((message) => readContainer(message, containerStatus.get(message.id)) ?? []);
    sidecars = new Set([...findSidecars(named), ...named.map(({ id }) => id).filter((id) => sidecars.has(id))]);
    counted.reads += 1;
    return {
      runtimeName: version.runtimeName,
      runtimeVersion: version.runtimeVersion,
      sandboxes: sandboxMessages.flatMap((message) => readSandbox(message, sandboxStatus.get(message.id)) ?? []).sort(byAge),
      containers: named.sort(byAge).map((container) => (sidecars.has(container.id) ? { ...container, kind: 'sidecar' } : container)),
    };
  }

  function keepUsable<T extends { readonly id: string }>(items: readonly T[], read: (item: T) => object | undefined): readonly T[] {
    const usable = new Map<string, T>();
    for (const item of items) if (usable.size < maxItems && read(item) !== undefined) usable.set(item.id, item);
    counted.skipped += items.length - usable.size;
    return [...usable.values()];
  }

  async function askSandbox(connection: Connection, id: string): Promise<SandboxDetails> {
    return readSandboxDetails(await connection.call('PodSandboxStatus', { podSandboxId: id, verbose: true }, statusDeadlineMs));
  }

  async function askContainer(connection: Connection, id: string): Promise<ContainerDetails> {
    return readContainerDetails(await connection.call('ContainerStatus', { containerId: id, verbose: true }, statusDeadlineMs));
  }

  // Workers take from one queue. One that meets a runtime that does not answer ends it: what is left is asked for by the next read.
  async function runAll(asks: (() => Promise<void>)[]): Promise<void> {
    const worker = async () => {
      for (let ask = asks.shift(); ask !== undefined; ask = asks.shift()) {
        counted.calls += 1;
        try {
          await ask();
        } catch (failure) {
          const status = failure instanceof RuntimeCallError ? failure.status : undefined;
          if (!(failure instanceof PodtreeError)) throw failure;
          // Removed between the list and the question.
          if (status === GRPC_NOT_FOUND) continue;
          counted.statusFailures += 1;
          if (status === GRPC_UNIMPLEMENTED) hasStatus = false;
          if (status === GRPC_UNIMPLEMENTED || status === GRPC_DEADLINE_EXCEEDED) asks.length = 0;
          if (status === GRPC_UNAVAILABLE || status === GRPC_CANCELLED) throw failure;
        }
      }
    };
    try {
      await Promise.all(Array.from({ length: Math.min(concurrency, asks.length) }, worker));
    } finally {
      asks.length = 0;
    }
  }

  async function readCounted(): Promise<RuntimeLevel> {
    try {
      if (closing.signal.aborted) throw closedError();
      const level = await read();
      if (error !== undefined && log !== undefined)
        log.info({ endpoint: connected?.connection.endpoint }, 'container runtime answers again');
      error = undefined;
      return level;
    } catch (failure) {
      connected?.connection.close();
      connected = undefined;
      if (closing.signal.aborted) throw closedError();
      const problem =
        failure instanceof PodtreeError ? failure : new PodtreeError('CRI_UNAVAILABLE', `cri: ${failure}`, { cause: failure });
      if (error?.message !== problem.message)
        log?.warn({ code: problem.code, reason: problem.message }, 'container runtime not available: pods keep the names they have');
      error = problem;
      throw problem;
    }
  }

  function start(): Promise<RuntimeLevel> {
    running = readCounted().finally(() => {
      running = undefined;
    });
    return running;
  }

  function level(): Promise<RuntimeLevel> {
    // A read that waits its turn is the next one even in the moment in which the one before it has ended.
    if (running === undefined && next === undefined) return start();
    next ??= (running ?? Promise.resolve())
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        return start();
      });
    return next;
  }

  function state(): RuntimeClientState {
    const { connection, version } = connected ?? {};
    return {
      status: closing.signal.aborted ? 'closed' : error !== undefined ? 'unavailable' : connected !== undefined ? 'connected' : 'idle',
      ...(connection === undefined ? {} : { endpoint: connection.endpoint }),
      ...(version === undefined ? {} : { runtimeName: version.runtimeName, runtimeVersion: version.runtimeVersion }),
      ...(error === undefined ? {} : { error }),
      ...counted,
    };
  }

  return {
    level,
    state,
    close: () => closing.abort(),
  };
}

// containerd lists in the order of a Go map: another one each time.
function byAge(a: RuntimeSandbox | RuntimeContainer, b: RuntimeSandbox | RuntimeContainer): number {
  return a.createdAt < b.createdAt || (a.createdAt === b.createdAt && a.id < b.id) ? -1 : 1;
}

function closedError(): PodtreeError {
  return new PodtreeError('CRI_UNAVAILABLE', 'cri: the client was closed');
}
