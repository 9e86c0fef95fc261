// Runs the probes on the real kernel for a test: a kernel source whose events are kept, and pod cgroups made by hand.
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readHostIdentity } from '../../src/host/identity.ts';
import type { Hierarchy } from '../../src/kernel/compose.ts';
import type { KernelEvent } from '../../src/kernel/event.ts';
import type { CgroupId, NamespaceSet } from '../../src/kernel/identity.ts';
import { createKernelSource, type KernelMessage, type KernelSource, type KernelSourceOptions } from '../../src/kernel/source.ts';

export interface MountedHierarchy {
  readonly name: string;
  readonly hierarchy: Hierarchy;
  readonly mountPoint: string;
}

/** The hierarchies of this machine in which a test can make cgroups of its own: v2 and v1 pids. */
export function mountedHierarchies(): readonly MountedHierarchy[] {
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  const found: MountedHierarchy[] = [];
  const v2 = mounts.find((line) => line.split(' ')[2] === 'cgroup2')?.split(' ')[1];
  if (v2 !== undefined) found.push({ name: 'v2', hierarchy: { kind: 'v2' }, mountPoint: v2 });
  const v1 = mounts.find((line) => line.split(' ')[2] === 'cgroup' && line.split(' ')[3]?.split(',').includes('pids'))?.split(' ')[1];
  const id = /^(\d+):[^:]*\bpids\b/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1];
  if (v1 !== undefined && id !== undefined) {
    found.push({ name: 'v1 pids', hierarchy: { kind: 'v1', controller: 'pids', hierarchyId: Number(id) }, mountPoint: v1 });
  }
  return found;
}

/** Why the probes cannot run here, or false: for tap's skip. */
export function cannotProbe(): string | false {
  if (process.getuid?.() !== 0) return 'needs root';
  if (!existsSync('/sys/kernel/btf/vmlinux')) return 'needs BTF';
  if (!existsSync('/sys/kernel/tracing/events')) return 'needs tracefs on /sys/kernel/tracing';
  return false;
}

export function hostNamespaces(): NamespaceSet {
  return readHostIdentity().namespaces;
}

export interface PodCgroup {
  /** The cgroup below which pods are. */
  readonly rootId: CgroupId;
  readonly podUid: string;
  readonly containerId: string;
  /** Directory of the container's cgroup, and its id. */
  readonly path: string;
  readonly id: CgroupId;
  /** Removes all of it. Every process in it must have ended. */
  remove(): void;
}

/** …/podtree-test-PID-N/kubepods/burstable/podUID/CONTAINER, as the cgroupfs driver makes them. */
export function makePodCgroup({ mountPoint }: MountedHierarchy): PodCgroup {
  const podUid = randomUUID();
  const containerId = randomBytes(32).toString('hex');
  const top = join(mountPoint, `podtree-test-${process.pid}-${randomBytes(3).toString('hex')}`);
  const root = join(top, 'kubepods');
  const path = join(root, 'burstable', `pod${podUid}`, containerId);
  mkdirSync(path, { recursive: true });
  return {
    rootId: String(statSync(root).ino) as CgroupId,
    podUid,
    containerId,
    path,
    id: String(statSync(path).ino) as CgroupId,
    remove() {
      for (let folder = path; folder.startsWith(top); folder = dirname(folder)) if (existsSync(folder)) rmdirSync(folder);
    },
  };
}

export type EventOf<K extends KernelEvent['kind']> = Extract<KernelEvent, { kind: K }>;

export interface ProbedKernel {
  readonly source: KernelSource;
  readonly events: readonly KernelEvent[];
  readonly messages: readonly KernelMessage[];
  /** The first event of a kind that fits, now or later. Rejects after a bound with what came instead. */
  waitFor<K extends KernelEvent['kind']>(kind: K, fits: (event: EventOf<K>) => boolean): Promise<EventOf<K>>;
  eventsOf<K extends KernelEvent['kind']>(kind: K): EventOf<K>[];
  waitUntil(what: string, isDone: () => boolean): Promise<void>;
  /** Asks whether all that has happened was told, and gives what had been when the answer came. */
  caughtUp(): Promise<readonly KernelEvent[]>;
}

const WAIT_MS = 20_000;

/** Resolves when the probes are attached. */
export async function probeKernel(
  options: Pick<KernelSourceOptions, 'hierarchy' | 'podRoots' | 'processArgs' | 'bpftracePath'>,
): Promise<ProbedKernel> {
  const events: KernelEvent[] = [];
  const messages: KernelMessage[] = [];
  const waiting = new Set<() => void>();
  const silent = () => undefined;
  const source = createKernelSource({
    ...options,
    probesDir: fileURLToPath(new URL('../../probes', import.meta.url)),
    hostNamespaces: hostNamespaces(),
    log: { debug: silent, info: silent },
    onMessage(message) {
      messages.push(message);
      if (message.type === 'events') events.push(...message.events);
      for (const check of waiting) check();
    },
  });
  const waitUntil = (what: string, isDone: () => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        if (!isDone()) return;
        clearTimeout(timer);
        waiting.delete(check);
        resolve();
      };
      const timer = setTimeout(() => {
        waiting.delete(check);
        const others = messages.filter(({ type }) => type !== 'events');
        reject(
          new Error(
            `no ${what} after ${WAIT_MS} ms; last events: ${JSON.stringify(events.slice(-5))}; ${others.map((m) => (m.type === 'down' ? m.error.message : m.type)).join(', ')}`,
          ),
        );
      }, WAIT_MS);
      waiting.add(check);
      check();
    });
  const eventsOf = <K extends KernelEvent['kind']>(kind: K): EventOf<K>[] =>
    events.filter((event): event is EventOf<K> => event.kind === kind);
  await source.start();
  await waitUntil('ready', () => messages.some(({ type }) => type === 'ready' || type === 'down'));
  const down = messages.find((message) => message.type === 'down');
  if (down !== undefined) {
    await source.stop();
    throw down.error;
  }
  return {
    source,
    events,
    messages,
    waitUntil,
    eventsOf,
    async caughtUp() {
      const at = messages.length;
      const answerAt = () => messages.findIndex(({ type }, index) => index >= at && type === 'caught-up');
      source.catchUp();
      await waitUntil('answer', () => answerAt() !== -1);
      return messages.slice(0, answerAt()).flatMap((message) => (message.type === 'events' ? message.events : []));
    },
    async waitFor(kind, fits) {
      await waitUntil(kind, () => eventsOf(kind).some(fits));
      const event = eventsOf(kind).find(fits);
      if (event === undefined) throw new Error(`no ${kind}`);
      return event;
    },
  };
}
