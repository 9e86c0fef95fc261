// The example pod, made from real namespaces, cgroups and processes, and supervised as the kubelet does it: when its pause dies, the pod is
// torn down and rebuilt. Needs root, perl and iproute2; needs no container runtime.
import { randomBytes, randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RuntimeLevel } from '../cri/level.ts';
import { messageOf, PodtreeError } from '../error.ts';
import type { ContainerId, PodUid } from '../kernel/identity.ts';
import { DEMO_ROOT, demoCgroups, findHierarchies } from './hierarchy.ts';
import { takeLock } from './lock.ts';
import { demoRecords } from './records.ts';
import { serveRuntime } from './runtime-server.ts';
import { type ContainerExit, type DemoProgram, installPrograms, type RunningContainer, startContainer } from './shim.ts';

/** All the demo has on disk; nobody else's. */
export const DEMO_STATE_DIRECTORY = '/run/podtree-demo';
/** Where the demo answers as a container runtime when it runs with its defaults. */
export const DEMO_ENDPOINT = `unix://${DEMO_STATE_DIRECTORY}/runtime.sock`;
const POD_NAME = 'example-pod';
const CONTAINERS: readonly DemoProgram[] = ['web-server', 'sidecar-logger'];
/** The kubelet's relist (PLEG) finds a dead pause 0.2 to 0.7 s later: long enough to see the containers live on without it. */
const NOTICE_MS = 400;
/** terminationGracePeriodSeconds of the pod. */
const GRACE_MS = 2_000;
/** A killed container whose shim does not say so in this time (a stopped shim) is ended by way of its cgroup. */
const KILL_MS = 2_000;
/** Crash-loop back-off, after the kubelet's with shorter times: doubles, is capped, and is forgotten after a quiet minute. */
const BACKOFF = { firstMs: 500, factor: 2, maxMs: 30_000, forgetAfterMs: 60_000 } as const;

export interface DemoLog {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
}

export interface DemoOptions {
  readonly log: DemoLog;
  /** Called after every change of what level() returns. */
  readonly onLevel?: (level: RuntimeLevel) => void;
  /** Mount points of the cgroup hierarchies to use; those podtree may trace by default. */
  readonly hierarchies?: readonly string[];
  /** The cgroup below which everything is; DEMO_ROOT by default. One demo runs below one root. */
  readonly root?: string;
  /** Where the programs are laid out and the runtime's socket is; DEMO_STATE_DIRECTORY by default. Replaced at start, removed with the pod. */
  readonly stateDirectory?: string;
}

export interface Demo {
  /** `unix://…`: between start and stop the demo answers here as a container runtime does (CRI v1). */
  readonly endpoint: string;
  /** Cleans up what an earlier crash left, then makes the pod; resolves when all of it runs. Leaves nothing when it throws (PodtreeError). */
  start(): Promise<void>;
  /** Stops the pod in the kubelet's order and removes every trace. Safe at any time and more than once. */
  stop(): Promise<void>;
  /** The demo as a container runtime would list it. */
  level(): RuntimeLevel;
  /** The current sandbox' pause, undefined while there is none. */
  pausePid(): number | undefined;
}

interface Instance {
  readonly id: ContainerId;
  readonly path: string;
  readonly container: RunningContainer;
  readonly startedMs: number;
  ended: boolean;
}

interface Slot {
  readonly name: DemoProgram;
  instance?: Instance;
  starts: number;
  failures: number;
  dueMs: number;
}

export function createDemo(options: DemoOptions): Demo {
  const { log } = options;
  const root = options.root ?? DEMO_ROOT;
  const directory = options.stateDirectory ?? DEMO_STATE_DIRECTORY;
  const socket = join(directory, 'runtime.sock');
  const uid = randomUUID() as PodUid;
  const podPath = `kubepods/burstable/pod${uid}`;
  const records = demoRecords(
    { uid, name: POD_NAME, namespace: 'default', labels: { app: 'example', 'podtree.dev/demo': 'true' } },
    Date.now,
  );
  const slots: readonly Slot[] = CONTAINERS.map((name) => ({ name, starts: 0, failures: 0, dueMs: 0 }));
  const stopping = new AbortController();
  let cgroups: ReturnType<typeof demoCgroups> | undefined;
  let sandbox: Instance | undefined;
  let attempt = 0;
  let wake = Promise.withResolvers<void>();
  let starting: Promise<void> | undefined;
  let supervising: Promise<void> | undefined;
  let stopped: Promise<void> | undefined;
  let releaseLock: (() => Promise<void>) | undefined;
  let stopServing: (() => Promise<void>) | undefined;

  const changed = (): void => options.onLevel?.(records.level());

  async function launch(program: DemoProgram, namespaces: Parameters<typeof startContainer>[1]['namespaces']): Promise<Instance> {
    if (cgroups === undefined) throw new Error('the demo has no cgroups yet');
    const id = randomBytes(32).toString('hex') as ContainerId;
    const path = `${podPath}/${id}`;
    // The runtime's id of a pause is the sandbox' own: nothing outside needs to know it before it runs.
    const container = await startContainer(directory, { program, cgroups: await cgroups.make(path), namespaces });
    return { id, path, container, startedMs: Date.now(), ended: false };
  }

  async function startSandbox(): Promise<void> {
    // The runtime's address management hands out the next address to a rebuilt sandbox, so an IP change is part of every pause restart.
    const ip = `10.0.0.${1 + (attempt % 254)}`;
    const started = await launch('pause', { hostname: POD_NAME, address: `${ip}/24` });
    sandbox = started;
    records.sandboxStarted({ id: started.id, attempt, ip, pid: started.container.pid });
    log.info({ sandbox: started.id, attempt, pid: started.container.pid, ip }, 'the pause runs');
    attempt += 1;
    changed();
    follow(started, (exit) => {
      records.sandboxExited(started.id);
      log.warn(
        { sandbox: started.id, pid: started.container.pid, exit: exitText(exit) },
        'the pause died: the pod is torn down and rebuilt',
      );
    });
  }

  async function startSlot(slot: Slot, within: Instance): Promise<void> {
    const started = await launch(slot.name, { pausePid: within.container.pid, sandboxId: within.id });
    slot.instance = started;
    const { pid } = started.container;
    records.containerStarted({ id: started.id, sandboxId: within.id, name: slot.name, kind: 'app', restarts: slot.starts, pid });
    log.info({ container: slot.name, pid, restarts: slot.starts }, 'the container runs');
    slot.starts += 1;
    changed();
    follow(started, (exit) => {
      records.containerExited(started.id, exit);
      const ranMs = Date.now() - started.startedMs;
      slot.failures = ranMs >= BACKOFF.forgetAfterMs ? 1 : slot.failures + 1;
      slot.dueMs = Date.now() + backoffMs(slot.failures);
      log.info({ container: slot.name, pid, exit: exitText(exit) }, 'the container ended');
    });
  }

  function follow(instance: Instance, ended: (exit: ContainerExit | undefined) => void): void {
    instance.container.exited.then((exit) => {
      instance.ended = true;
      if (stopped === undefined) ended(exit);
      changed();
      wake.resolve();
    });
  }

  /** One pass of the kubelet's SyncPod: whatever is not as it should be is put right, in its order. */
  async function sync(): Promise<void> {
    if (sandbox === undefined || sandbox.ended) {
      // SyncPod stops the containers of a dead sandbox, all together, before it makes a new one.
      await delay(NOTICE_MS, undefined, { signal: stopping.signal });
      await stopContainers();
      await cgroups?.clear(podPath);
      for (const slot of slots) Object.assign(slot, { failures: 0, dueMs: 0 });
      await startSandbox();
    }
    for (const slot of slots) {
      if (slot.instance !== undefined && !slot.instance.ended) continue;
      if (slot.instance !== undefined) await cgroups?.clear(slot.instance.path);
      delete slot.instance;
      if (Date.now() < slot.dueMs || sandbox === undefined || sandbox.ended) continue;
      await startSlot(slot, sandbox);
    }
  }

  async function supervise(): Promise<void> {
    let failures = 0;
    while (!stopping.signal.aborted) {
      wake = Promise.withResolvers();
      try {
        await sync();
        failures = 0;
      } catch (error) {
        if (stopping.signal.aborted) return;
        failures += 1;
        log.warn({ reason: messageOf(error), retryInMs: backoffMs(failures) }, 'the pod could not be put right');
      }
      // What died while sync was running has woken us already.
      const waitMs = failures > 0 ? backoffMs(failures) : untilDueMs();
      const timer = waitMs === undefined ? undefined : setTimeout(() => wake.resolve(), waitMs);
      await wake.promise;
      clearTimeout(timer);
    }
  }

  /** Until a container in back-off is to be started; undefined when all of them run. */
  function untilDueMs(): number | undefined {
    const due = slots.filter(({ instance }) => instance === undefined).map(({ dueMs }) => Math.max(0, dueMs - Date.now()));
    return due.length === 0 ? undefined : Math.min(...due);
  }

  async function stopContainers(): Promise<void> {
    const running = slots.flatMap(({ instance }) => (instance === undefined || instance.ended ? [] : [instance.container]));
    await Promise.all(
      running.map(async (container) => {
        container.signal(constants.signals.SIGTERM);
        if (await endsWithin(container, GRACE_MS)) return;
        container.signal(constants.signals.SIGKILL);
        await endsWithin(container, KILL_MS);
      }),
    );
  }

  async function remove(): Promise<void> {
    await stopContainers();
    // A runtime ends a pause with SIGKILL, never TERM.
    sandbox?.container.signal(constants.signals.SIGKILL);
    if (sandbox !== undefined) await endsWithin(sandbox.container, KILL_MS);
    await cgroups?.clear('');
    sandbox = undefined;
    records.clear();
    changed();
    await stopServing?.();
    await rm(directory, { recursive: true, force: true });
    await releaseLock?.();
    releaseLock = undefined;
  }

  async function begin(): Promise<void> {
    if (process.getuid?.() !== 0) {
      throw new PodtreeError('PRIVILEGE_MISSING', 'demo: making namespaces and cgroups needs root: run it with sudo');
    }
    releaseLock = await takeLock(root);
    try {
      cgroups = demoCgroups(root, options.hierarchies ?? findHierarchies(await readFile('/proc/self/mountinfo', 'utf8')));
      const killed = await cgroups.clear('');
      if (killed > 0) log.warn({ processes: killed }, 'ended what an earlier run had left');
      await installPrograms(directory);
      stopServing = await serveRuntime(records.level, socket);
      await startSandbox();
      await sync();
    } catch (error) {
      await remove();
      throw error;
    }
    supervising = supervise();
  }

  async function end(): Promise<void> {
    stopping.abort();
    wake.resolve();
    try {
      await starting;
    } catch {
      return; // begin() has removed everything, and its caller has the error
    }
    await supervising;
    if (starting !== undefined) await remove();
  }

  return {
    endpoint: `unix://${socket}`,
    start: () => (starting ??= begin()),
    stop: () => (stopped ??= end()),
    level: () => records.level(),
    pausePid: () => (sandbox === undefined || sandbox.ended ? undefined : sandbox.container.pid),
  };
}

async function endsWithin(container: RunningContainer, ms: number): Promise<boolean> {
  const timeout = Promise.withResolvers<false>();
  const timer = setTimeout(() => timeout.resolve(false), ms);
  const ended = await Promise.race([container.exited.then(() => true), timeout.promise]);
  clearTimeout(timer);
  return ended;
}

function backoffMs(failures: number): number {
  return Math.min(BACKOFF.maxMs, BACKOFF.firstMs * BACKOFF.factor ** (failures - 1));
}

function exitText(exit: ContainerExit | undefined): string {
  if (exit === undefined) return 'unknown';
  const name = Object.entries(constants.signals).find(([, number]) => number === exit.signal)?.[0];
  return name ?? `code ${exit.code}`;
}
