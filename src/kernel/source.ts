// The kernel as a stream of typed events: runs one bpftrace with all probes, says when they are attached, and brings it back when it dies.
import { type Bpftrace, checkPrivileges, findBpftrace, profileOf } from './bpftrace.ts';
import { composeFrom, type Hierarchy, type KernelFacts, readKernelFacts } from './compose.ts';
import type { CgroupId, NamespaceSet } from './identity.ts';
import type { KernelMessage } from './message.ts';
import { type Seeder, systemSeeder, type WatchedAs } from './seed.ts';
import { type Session, startSession } from './session.ts';

export type { KernelMessage };

export interface KernelLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
}

export interface RestartPolicy {
  readonly firstMs: number;
  readonly factor: number;
  readonly capMs: number;
  /** A delay is drawn from (1 - jitterRatio) to 1 times itself. */
  readonly jitterRatio: number;
  /** A child that was ready for so long starts the delays anew. */
  readonly healthyMs: number;
}

export const DEFAULT_RESTART: RestartPolicy = { firstMs: 500, factor: 2, capMs: 30_000, jitterRatio: 0.5, healthyMs: 60_000 };

export interface Machine {
  readonly bpftrace: Bpftrace;
  readonly facts: KernelFacts;
}

export interface KernelSourceOptions {
  /** Absolute, or a name looked up in PATH. Default 'bpftrace'. */
  readonly bpftracePath?: string | undefined;
  /** The folder with the .bt files. */
  readonly probesDir: string;
  readonly hierarchy: Hierarchy;
  /** Namespaces of the host's pid 1: joining them makes no guest. */
  readonly hostNamespaces: NamespaceSet;
  /** Ids of the cgroups below which pods are. More come by addPodRoot. */
  readonly podRoots: readonly CgroupId[];
  /** Also print the arguments of every exec in a pod. */
  readonly processArgs: boolean;
  /** The one output. While a returned promise is pending nothing is read from bpftrace. What it throws is a bug and is not caught. */
  readonly onMessage: (message: KernelMessage) => void | Promise<void>;
  readonly log: KernelLog;
  /** This process, as the initial pid namespace numbers it. Default process.pid. */
  readonly agentPid?: number;
  readonly restart?: Partial<RestartPolicy>;
  /** Give up a child whose canary has not come back by then. Default 60 s. */
  readonly readyTimeoutMs?: number;
  /** How long a signal waits for the line that names its sender's parents. Default 20 ms. */
  readonly joinMs?: number;
  /** Default: finds bpftrace, checks privileges, reads BTF and tracefs. */
  readonly inspect?: () => Promise<Machine>;
  /** Default: system calls that the probes listen to. */
  readonly seeder?: Seeder;
  /** From 0 to 1. Default Math.random. */
  readonly random?: () => number;
}

export interface KernelSourceStats {
  readonly state: 'stopped' | 'starting' | 'ready' | 'down';
  readonly bpftracePid: number | undefined;
  readonly restarts: number;
  readonly lines: number;
  readonly events: number;
  readonly lost: number;
  readonly malformed: number;
}

export interface KernelSource {
  /** Checks the machine, then starts bpftrace; `ready` follows as a message. Rejects with a PodtreeError when this machine cannot run it. */
  start(): Promise<void>;
  /** Ends bpftrace and waits for it, three seconds at most. No message follows. */
  stop(): Promise<void>;
  /** Watch a process that was there before the probes, or that is none of a pod's. Only while ready: seed again after each `ready`. False when it was
   * not done. */
  watchProcess(pid: number, as?: WatchedAs): boolean;
  /** Asks up to when everything has been told: a `caught-up` message says it, in some milliseconds when bpftrace is not behind. False when no probe
   * is there to be waited for. */
  catchUp(): boolean;
  /** A cgroup that holds pods. Kept over restarts. */
  addPodRoot(id: CgroupId): void;
  /** Who joins this namespace becomes a guest. Kept over restarts until it is removed: inode numbers come back as the host's. */
  addPodNamespace(inode: number): void;
  removePodNamespace(inode: number): void;
  stats(): KernelSourceStats;
}

/** A node has one or two pod roots; 64 namespaces for each of 250 pods are more than it has. */
const MAX_SEEDS = 16_384;

export function createKernelSource(options: KernelSourceOptions): KernelSource {
  const policy: RestartPolicy = { ...DEFAULT_RESTART, ...options.restart };
  const random = options.random ?? Math.random;
  const seeder = options.seeder ?? systemSeeder;
  const podRoots = new Set<CgroupId>(options.podRoots);
  const podNamespaces = new Set<number>();
  const counted = { restarts: 0, lines: 0, events: 0, lost: 0, malformed: 0 };

  let state: KernelSourceStats['state'] = 'stopped';
  let isWanted = false;
  let session: Session | undefined;
  let running: Promise<void> = Promise.resolve();
  let wake: (() => void) | undefined;

  const deliver = (message: KernelMessage): void | Promise<void> => {
    if (message.type === 'events') counted.events += message.events.length;
    else if (message.type === 'lost') counted.lost += message.lost;
    else if (message.type === 'malformed') counted.malformed += message.count;
    if (isWanted) return options.onMessage(message);
  };

  const startOnce = async ({ bpftrace, facts }: Machine): Promise<Session> => {
    const program = await composeFrom(options.probesDir, {
      facts,
      hierarchy: options.hierarchy,
      hostNamespaces: options.hostNamespaces,
      agentPid: options.agentPid ?? process.pid,
      podRoots: [...podRoots],
      podNamespaces: [...podNamespaces],
      processArgs: options.processArgs,
      rawCgroups: profileOf(bpftrace).rawCgroups,
    });
    return startSession({
      bpftrace,
      program,
      readyTimeoutMs: options.readyTimeoutMs ?? 60_000,
      joinMs: options.joinMs ?? 20,
      sayCanary: (number) => seeder.canary(number),
      onMessage: deliver,
      onReady: () => {
        state = 'ready';
        // What was added since the program was composed.
        for (const id of podRoots) seeder.root(id);
        for (const inode of podNamespaces) seeder.namespace(inode);
      },
      onLines: (count) => {
        counted.lines += count;
      },
      onMalformed: (line) => options.log.debug({ line }, 'a line from bpftrace that no probe prints'),
    });
  };

  const run = async (machine: Machine): Promise<void> => {
    let delayMs = policy.firstMs;
    while (isWanted) {
      state = 'starting';
      session = await startOnce(machine);
      // stop() came while the files were read.
      if (!isWanted) await session.child.stop();
      const { error, readyForMs } = await session.ended;
      session = undefined;
      if (!isWanted) break;
      state = 'down';
      counted.restarts++;
      if (readyForMs >= policy.healthyMs) delayMs = policy.firstMs;
      const restartInMs = Math.round(delayMs * (1 - policy.jitterRatio * random()));
      delayMs = Math.min(delayMs * policy.factor, policy.capMs);
      await deliver({ type: 'down', error, restartInMs });
      if (isWanted) await pause(restartInMs);
    }
  };

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  return {
    async start() {
      if (isWanted) return;
      isWanted = true;
      try {
        running = run(await (options.inspect ?? (() => inspectMachine(options.bpftracePath)))());
      } catch (error) {
        isWanted = false;
        throw error;
      }
    },
    async stop() {
      isWanted = false;
      wake?.();
      await session?.child.stop();
      await running;
      state = 'stopped';
    },
    watchProcess: (pid, as = 'pod') => state === 'ready' && seeder.process(pid, as),
    catchUp() {
      if (state !== 'ready' || session === undefined) return false;
      session.catchUp();
      return true;
    },
    addPodRoot(id) {
      if (podRoots.has(id) || podRoots.size >= MAX_SEEDS) return;
      podRoots.add(id);
      if (state !== 'ready' || seeder.root(id)) return;
      options.log.info({ cgroupId: id }, 'restarting the probes: the id of this pod root can only be given at their start');
      void session?.child.stop();
    },
    addPodNamespace(inode) {
      if (podNamespaces.size < MAX_SEEDS) podNamespaces.add(inode);
      if (state === 'ready') seeder.namespace(inode);
    },
    removePodNamespace(inode) {
      podNamespaces.delete(inode);
      if (state === 'ready') seeder.namespace(inode, true);
    },
    stats: () => ({ state, bpftracePid: session?.child.pid, ...counted }),
  };
}

/** Everything that a run of the probes needs, or a PodtreeError that says what is missing and what to do. */
export async function inspectMachine(bpftracePath?: string): Promise<Machine> {
  const bpftrace = await findBpftrace(bpftracePath);
  await checkPrivileges(bpftrace);
  return { bpftrace, facts: await readKernelFacts() };
}
