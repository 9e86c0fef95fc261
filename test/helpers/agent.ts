// Runs the daemon in the test's own process, follows its stream as any client would, and waits for what should come to be seen in it.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import type { Test } from 'tap';
import { startDaemon } from '../../agent/daemon.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import type { Config } from '../../src/config/schema.ts';
import { messageOf } from '../../src/error.ts';
import { applyChanges, sortTree } from '../../src/stream/apply.ts';
import { fetchTree, openStream } from '../../src/stream/client.ts';
import type { StreamQuery } from '../../src/stream/filter.ts';
import type { Gap } from '../../src/stream/frame.ts';
import { paintFor } from '../../src/terminal/color.ts';
import { drawEvent } from '../../src/terminal/draw-event.ts';
import { drawTree } from '../../src/terminal/draw-tree.ts';
import type { TreeEvent, TreeEventType } from '../../src/tree/change.ts';
import type { Container, Pod, Tree } from '../../src/tree/model.ts';

export type EventOf<Type extends TreeEventType> = Extract<TreeEvent, { readonly type: Type }>;

/** What one client of the stream has been told. */
export interface View {
  readonly tree: Tree;
  readonly events: readonly TreeEvent[];
  readonly gaps: readonly Gap[];
  /** Snapshots received: the first, and one after each gap. */
  readonly snapshots: number;
  pod(uid: string): Pod | undefined;
  /** Events of a pod, also those where it is the owner of a namespace that others join. */
  of<Type extends TreeEventType>(uid: string, type: Type): EventOf<Type>[];
  of(uid: string): TreeEvent[];
  /** Resolves with what `find` gives as soon as that is neither undefined nor false; looked at after every frame. Rejects with the last events. */
  until<Found>(what: string, find: () => Found | undefined | false): Promise<Found>;
  /** The tree made of snapshot and changes is the tree the daemon serves at the same token. */
  agrees(t: Test): Promise<void>;
  close(): Promise<void>;
}

export interface Agent extends View {
  readonly server: string;
  readonly log: readonly string[];
  /** Another client of the same daemon. */
  openView(): Promise<View>;
  stop(): Promise<void>;
}

const NODE_NAME = 'node-a';
/** Far more than anything here takes on a busy machine of two cores. */
const WAIT_MS = 30_000;
const MAX_TREES = 5_000;

/** Why the daemon cannot run here, or undefined when it can: the reason to give when a test skips. */
export function cannotRunAgent(): string | undefined {
  if (process.getuid?.() !== 0) return 'loading probes needs root';
  if (!['/usr/bin/bpftrace', '/usr/local/bin/bpftrace'].some((path) => existsSync(path))) return 'the probes need: apt install bpftrace';
  if (!existsSync('/sys/kernel/btf/vmlinux')) return 'the probes need a kernel with BTF';
  return undefined;
}

/** The daemon's settings in tests: a free port, a fixed node name, as environment variables whatever else, and the text of a file. */
export function testConfig(env: Readonly<Record<string, string>> = {}, yaml?: string): Config {
  mountTracefs();
  const own = { PODTREE_LISTEN: '127.0.0.1:0', PODTREE_NODE_NAME: NODE_NAME, PODTREE_STATE_DIR: env.PODTREE_STATE_DIR ?? stateDirectory() };
  return loadConfig({ env: { ...own, ...env }, ...(yaml !== undefined && { file: { path: 'podtree.yaml', text: yaml } }) }).config;
}

/** A state directory of its own, gone with the test's process. */
function stateDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'podtree-state-'));
  process.once('exit', () => rmSync(path, { recursive: true, force: true }));
  return path;
}

function mountTracefs(): void {
  if (existsSync('/sys/kernel/tracing/events')) return;
  mkdirSync('/sys/kernel/tracing', { recursive: true });
  execFileSync('mount', ['-t', 'tracefs', 'tracefs', '/sys/kernel/tracing']);
}

/** Keeps what the daemon logs, for the message of a test that fails. */
export function testLog(): { readonly log: pino.Logger; readonly lines: readonly string[] } {
  const lines: string[] = [];
  const log = pino({ level: 'debug', base: null }, { write: (line) => void lines.push(line.trimEnd()) });
  return { log, lines };
}

/** Resolves when the daemon is ready and its first snapshot has been received. Everything is stopped in the teardown of `t`. `query` is what its
 * views see; all by default. */
export async function startAgent(
  t: Pick<Test, 'teardown'>,
  env: Readonly<Record<string, string>> = {},
  yaml?: string,
  query?: StreamQuery,
): Promise<Agent> {
  const { log, lines } = testLog();
  const daemon = await startDaemon(testConfig(env, yaml), log);
  const server = `http://127.0.0.1:${daemon.addresses[0]?.port}`;
  const views: View[] = [];
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= Promise.all(views.map((view) => view.close())).then(() => daemon.stop());
    return stopping;
  };
  t.teardown(stop);
  await daemon.ready;
  const openView = async (): Promise<View> => {
    const view = await followStream(server, lines, query);
    views.push(view);
    return view;
  };
  const view = await openView();
  // Getters of the view stay live: it is the prototype and not a copy.
  return Object.assign(Object.create(view) as View, { server, log: lines, openView, stop });
}

/** The bpftrace that a daemon in this process runs now; undefined while there is none. */
export function bpftracePidOf(pid: number): number | undefined {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  return children.map(Number).find((pid) => readFileSync(`/proc/${pid}/comm`, 'utf8') === 'bpftrace\n');
}

/** Connects to a daemon and resolves with the first snapshot. */
export async function followStream(server: string, log: readonly string[] = [], query: StreamQuery = {}): Promise<View> {
  const closing = new AbortController();
  const events: TreeEvent[] = [];
  const gaps: Gap[] = [];
  /** The tree after each token: the daemon's answer is compared with the one of the same moment, whatever else happens on the machine. */
  const trees = new Map<string, Tree>();
  const watchers = new Set<() => void>();
  let tree: Tree = { node: '', token: '', pods: [], leaked: [] };
  let snapshots = 0;
  let failure: unknown;
  let hasEnded = false;

  const keep = (next: Tree): void => {
    tree = next;
    trees.set(next.token, next);
    const oldest = trees.size > MAX_TREES ? trees.keys().next() : undefined;
    if (oldest?.done === false) trees.delete(oldest.value);
  };
  const follow = async (): Promise<void> => {
    for await (const frame of openStream({ server, query, signal: closing.signal })) {
      if ('snapshot' in frame) {
        keep(frame.snapshot.tree);
        snapshots++;
      }
      if ('gap' in frame) gaps.push(frame.gap);
      if ('updates' in frame) {
        for (const update of frame.updates) {
          keep({ ...applyChanges(tree, update.changes), token: update.token });
          if (update.event) events.push(update.event);
        }
      }
      for (const watcher of [...watchers]) watcher();
    }
  };
  const ended = follow()
    .catch((error: unknown) => {
      failure = error;
    })
    .finally(() => {
      hasEnded = true;
      for (const watcher of [...watchers]) watcher();
    });

  const isAbout = (event: TreeEvent, uid: string): boolean =>
    event.pod?.uid === uid || (event.type === 'namespace.joined' && event.owner.uid === uid);

  const until = <Found>(what: string, find: () => Found | undefined | false): Promise<Found> =>
    new Promise((resolve, reject) => {
      const finish = (): void => {
        clearTimeout(timer);
        watchers.delete(check);
      };
      const check = (): void => {
        let found: Found | undefined | false;
        try {
          found = find();
        } catch (error) {
          finish();
          return reject(error);
        }
        if (found !== undefined && found !== false) {
          finish();
          resolve(found);
        } else if (hasEnded) {
          finish();
          reject(new Error(`the stream ended before ${what}: ${messageOf(failure ?? 'it was closed')}`));
        }
      };
      const timer = setTimeout(() => {
        watchers.delete(check);
        reject(Object.assign(new Error(`not seen within ${WAIT_MS / 1000} s: ${what}`), { seen: describe(tree, events, log) }));
      }, WAIT_MS);
      watchers.add(check);
      check();
    });

  const view: View = {
    get tree() {
      return tree;
    },
    get snapshots() {
      return snapshots;
    },
    events,
    gaps,
    pod: (uid) => tree.pods.find((pod) => pod.uid === uid),
    of: <Type extends TreeEventType>(uid: string, type?: Type) =>
      events.filter((event): event is EventOf<Type> => (type === undefined || event.type === type) && isAbout(event, uid)),
    until,
    agrees: async (t) => {
      const served = await fetchTree({ server });
      const known = await until(`the tree at token ${served.token}`, () => trees.get(served.token));
      t.same(sortTree(known), sortTree(served), 'the tree of snapshot and changes is the tree that the daemon serves');
    },
    close: async () => {
      closing.abort();
      await ended;
    },
  };
  await until('the first snapshot', () => snapshots > 0);
  return view;
}

function describe(tree: Tree, events: readonly TreeEvent[], log: readonly string[]): readonly string[] {
  const drawing = { width: 160, paint: paintFor('never', false, {}) };
  return [
    'last events:',
    ...events
      .filter(isOurs)
      .slice(-40)
      .flatMap((event) => drawEvent(event, { ...drawing, zone: 'utc' }).split('\n')),
    'tree:',
    ...drawTree(tree, { ...drawing, now: Date.now() }),
    'log:',
    ...log.slice(-10),
  ];
}

/** Pods that the test's runtime has not named are those of others on this machine. */
function isOurs(event: TreeEvent): boolean {
  return event.pod?.name !== undefined || event.type === 'agent.gap' || event.type === 'namespace.joined';
}

/** Scope of each namespace by type, as `net: pod, pid: own …`; another container's as `container`. */
export function scopesOf(item: Pick<Container, 'namespaces'> | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries((item?.namespaces ?? []).map(({ type, scope }) => [type, scope]));
}

export function containerNamed(pod: Pod | undefined, name: string): Container | undefined {
  return pod?.sandbox?.containers.find((container) => container.name === name);
}
