// The full-screen view without a terminal: a state that frames and keys change, and what it looks like at some size.
import type { Frame } from '../../src/stream/frame.ts';
import { type Paint, plainPaint } from '../../src/terminal/color.ts';
import { createKeyReader } from '../../src/terminal/key.ts';
import type { Command } from '../../src/terminal/top/binding.ts';
import { drawTop } from '../../src/terminal/top/draw-top.ts';
import { takeFrames } from '../../src/terminal/top/ingest.ts';
import type { Size } from '../../src/terminal/top/layout.ts';
import { type Look, lookAt, settle } from '../../src/terminal/top/look.ts';
import { press } from '../../src/terminal/top/press.ts';
import { initialState, type TopState, type ViewOptions, withView } from '../../src/terminal/top/state.ts';
import type { TreeEvent } from '../../src/tree/change.ts';
import type { Container, Pod, ProcessRecord, Tree, UsageRecord } from '../../src/tree/model.ts';
import { examplePod, process, STARTED, tree } from './picture.ts';
import { died, restarted } from './why-scene.ts';

export const SMALL: Size = { columns: 80, rows: 24 };

export interface Top {
  state: TopState;
  readonly look: Look;
  /** Keys as a terminal sends them; gives the command the last one asked for. */
  press(keys: string): Command | undefined;
  take(...frames: Frame[]): void;
  /** The lines as one text. */
  frame(paint?: Paint): string;
  resize(size: Size): void;
  readonly lines: readonly string[];
}

/** A view of a tree at a moment, in UTC or with ages only, so that it looks the same on every machine. */
export function startTop(shown: Tree | undefined, now: number, options: ViewOptions = {}, first: Size = SMALL): Top {
  let size = first;
  let state = initialState(options);
  if (shown !== undefined) state = takeFrames(state, [{ snapshot: { token: shown.token, tree: shown } }], now);
  const draw = (paint: Paint): readonly string[] => {
    const look = lookAt(state, size, now);
    const { lines, scrolled } = drawTop(settle(state, look), look, { size, paint, now });
    state = withView(settle(state, look), scrolled);
    return lines;
  };
  return {
    get state() {
      return state;
    },
    set state(next) {
      state = next;
    },
    get look() {
      return lookAt(state, size, now);
    },
    press(keys) {
      let command: Command | undefined;
      const reader = createKeyReader();
      for (const key of [...reader.read(keys), ...reader.flush()]) {
        // As it is done for a person: each key acts on what was drawn after the one before.
        draw(plainPaint);
        const look = lookAt(state, size, now);
        const pressed = press(settle(state, look), key, look, now);
        state = pressed.state;
        command = pressed.command;
      }
      return command;
    },
    take: (...frames) => {
      state = takeFrames(state, frames, now);
    },
    frame: (paint = plainPaint) => `${draw(paint).join('\n')}\n`,
    resize: (next) => {
      size = next;
    },
    get lines() {
      return draw(plainPaint);
    },
  };
}

export function updatesOf(events: readonly TreeEvent[], first = 1): Frame {
  return { updates: events.map((event, index) => ({ token: `e1-${first + index}`, event, changes: [] })) };
}

const usage: UsageRecord = {
  sampledAt: STARTED,
  pause: { cpuMs: 12, cpuCores: 0, memoryBytes: 45_056 },
  containers: (examplePod.sandbox?.containers ?? []).map(({ id }, index) => ({
    id,
    cpuMs: 1000 * index,
    cpuCores: 0.004 * 8 ** index,
    memoryBytes: 3_500_000 * 10 ** index,
  })),
  ports: [
    { protocol: 'tcp', address: '0.0.0.0', port: 80, containerId: examplePod.sandbox?.containers[2]?.id ?? '', pid: 4790 },
    { protocol: 'tcp', address: '::1', port: 9000 },
  ],
  peers: [
    {
      from: { containerId: examplePod.sandbox?.containers[1]?.id ?? '', pid: 4830 },
      to: { containerId: examplePod.sandbox?.containers[2]?.id ?? '', pid: 4790 },
      port: 80,
      connections: 2,
    },
  ],
};

/** The tree of the picture, with what is sampled while somebody watches. */
export const watchedTree: Tree = {
  ...tree,
  leaked: [],
  pods: tree.pods.map((pod) => (pod === examplePod && pod.sandbox ? { ...pod, sandbox: { ...pod.sandbox, usage } } : pod)),
};

const POD = { uid: examplePod.uid, namespace: 'default', name: 'example-pod' };

/** The pause of the example pod is killed at 18:11:40 and it comes back: with a finding, an orphan and all of its containers. */
export const death: readonly TreeEvent[] = [
  died(
    {
      ...(died() as { cause: object }).cause,
      findings: [
        { code: 'cgroup-kill', text: '"bash" (pid 4711, uid 1000) wrote to cgroup.kill: every process of the cgroup got SIGKILL at once.' },
      ],
    },
    {
      id: 'death',
      pod: POD,
      cascade: {
        containers: [
          { id: 'c1', name: 'web-server', fate: 'with-pause', processes: 3 },
          {
            id: 'c2',
            name: 'sidecar-logger',
            fate: 'orphaned',
            processes: 1,
            exit: { code: null, signal: 'SIGKILL' },
            endedAfterMs: 417,
            endedBy: { pid: 812, comm: 'containerd-shim' },
          },
        ],
        containerCount: 2,
        processes: 4,
        leaked: [],
      },
    },
  ),
  restarted(undefined, { id: 'return', revision: 0, pod: POD }),
];

/** The second after the pod was whole again. */
export const AFTER_DEATH = Date.parse('2026-11-22T18:11:48Z');

/** So many pods in five namespaces, each with two containers and so many processes in all. */
export function largeTree(pods: number, processes: number): Tree {
  return { node: 'node-1', token: 'e1-1', leaked: [], pods: Array.from({ length: pods }, (_, index) => numberedPod(index, processes)) };
}

export function numberedPod(index: number, processes: number, name = `app-${String(index).padStart(4, '0')}`): Pod {
  const each = Math.max(1, Math.floor((processes - 1) / 2));
  const uid = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
  const container = (number: number): Container => ({
    id: `${number}${String(index).padStart(63, '0')}`,
    name: number === 0 ? 'main' : 'helper',
    kind: number === 0 ? 'app' : 'sidecar',
    restarts: index % 7 === 0 ? number : 0,
    state: 'running',
    namespaces: [],
    processes: Array.from({ length: each }, (_, at): ProcessRecord => {
      const pid = 10_000 + index * 20 + number * 10 + at;
      return process(pid, at === 0 ? 1 : pid - 1, at === 0 ? 'server' : `worker-${at}`, at === 0 ? 'init' : 'child');
    }),
  });
  return {
    uid,
    namespace: `team-${index % 5}`,
    name,
    labels: { app: name },
    hostNetwork: false,
    history: [],
    sandbox: {
      id: `a${String(index).padStart(63, '0')}`,
      attempt: 0,
      state: 'ready',
      kind: 'process',
      runtime: 'containerd',
      createdAt: new Date(Date.parse(STARTED) - (index % 97) * 1000).toISOString(),
      ips: [`10.1.${Math.floor(index / 250)}.${index % 250}`],
      pause: process(500 + index, 1, 'pause', 'pause'),
      namespaces: [],
      containers: [container(0), container(1)],
      guests: [],
    },
  };
}
