// Plays a story to the engine and keeps what it says: updates, and the tree as a client has it.
import { applyChanges, sortTree } from '../../src/stream/apply.ts';
import type { TreeEvent, TreeEventType, TreeUpdate } from '../../src/tree/change.ts';
import { createEngine, type Engine, type EngineInput } from '../../src/tree/engine.ts';
import type { Pod, Tree } from '../../src/tree/model.ts';
import type { TreeLimits } from '../../src/tree/surroundings.ts';
import { HOST_NAMESPACES } from './kernel-model.ts';
import { type Story, wallTime } from './pod-story.ts';

export type EventOf<Type extends TreeEventType> = Extract<TreeEvent, { readonly type: Type }>;

export interface Play {
  readonly engine: Engine;
  readonly updates: TreeUpdate[];
  /** As a client has it: the snapshot when it came, and all changes since. */
  client(): Tree;
  /** As the daemon serves it. */
  tree(): Tree;
  pod(name: string): Pod | undefined;
  events(): TreeEvent[];
  of<Type extends TreeEventType>(type: Type): EventOf<Type>[];
  feed(input: EngineInput): TreeUpdate[];
  /** All that the story has told since the last call, in order, in one batch. */
  kernel(): TreeUpdate[];
  host(): TreeUpdate[];
  runtime(): TreeUpdate[];
  runtimeAway(): TreeUpdate[];
  prime(): void;
  /** Lets the story's time pass, and whatever is due happens. */
  pass(ms: number): TreeUpdate[];
}

export interface PlayOptions {
  readonly limits?: Partial<TreeLimits>;
  /** Started after the first levels; on by default. */
  readonly isPrimed?: boolean;
  readonly hasRuntime?: boolean;
  /** As soon as all that the story has told was fed, the engine hears that it was all; on by default. */
  readonly isCatchingUp?: boolean;
}

export function play(story: Story, options: PlayOptions = {}): Play {
  const { limits = {}, isPrimed = true, hasRuntime = true, isCatchingUp = true } = options;
  const engine = createEngine({
    node: 'node-a',
    host: { bootId: 'boot', nodeName: 'node-a', namespaces: HOST_NAMESPACES },
    wallTime,
    idPrefix: 'e',
    limits,
  });
  const { kernel } = story;
  const updates: TreeUpdate[] = [];
  let client: Tree | undefined;
  let at = 0;

  function now(): Tree {
    return sortTree({ ...engine.snapshot(), token: '' });
  }

  function feed(input: EngineInput): TreeUpdate[] {
    const brought = engine.input(input);
    const { askCatchUp } = engine.takeRequests();
    updates.push(...brought);
    for (const { changes } of brought) if (client) client = applyChanges(client, changes);
    if (input.type === 'primed') client = now();
    if (!askCatchUp || !isCatchingUp || at < kernel.told.length) return brought;
    return [...brought, ...feed({ type: 'caught-up', nowNs: input.nowNs, untilNs: kernel.nowNs() })];
  }

  const result: Play = {
    engine,
    updates,
    client: () => sortTree(client ?? now()),
    tree: now,
    pod: (name) => now().pods.find((pod) => pod.name === name),
    events: () => updates.flatMap(({ event }) => event ?? []),
    of: <Type extends TreeEventType>(type: Type) => updates.flatMap(({ event }) => (event?.type === type ? [event as EventOf<Type>] : [])),
    feed,
    kernel: () => {
      const events = kernel.told.slice(at).map(({ event }) => event);
      at = kernel.told.length;
      return feed({ type: 'kernel', nowNs: kernel.nowNs(), events });
    },
    host: () => {
      const level = kernel.level();
      return feed({ type: 'host', nowNs: kernel.nowNs(), level });
    },
    runtime: () =>
      feed({ type: 'runtime', nowNs: kernel.nowNs(), fromNs: kernel.nowNs(), level: story.runtime(), daemonPid: story.daemon.pid }),
    runtimeAway: () => feed({ type: 'runtime', nowNs: kernel.nowNs(), fromNs: kernel.nowNs() }),
    prime: () => {
      feed({ type: 'primed', nowNs: kernel.nowNs() });
    },
    pass: (ms) => {
      kernel.wait(ms);
      return feed({ type: 'tick', nowNs: kernel.nowNs() });
    },
  };
  if (!isPrimed) return result;
  result.kernel();
  if (hasRuntime) result.runtime();
  result.host();
  result.prime();
  return result;
}
