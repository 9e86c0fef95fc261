// Runs the tree on a recording, in the order in which it was made or in another one in which it could have been.
import { openRecording } from '../../agent/recording.ts';
import { createClock } from '../../src/host/clock.ts';
import type { KernelEvent } from '../../src/kernel/event.ts';
import { applyChanges, sortTree } from '../../src/stream/apply.ts';
import type { TreeEvent } from '../../src/tree/change.ts';
import { createEngine, type EngineCounts, type EngineInput, type ProbeSeeds } from '../../src/tree/engine.ts';
import type { Tree } from '../../src/tree/model.ts';

export interface Recorded {
  readonly header: Awaited<ReturnType<typeof openRecording>>['header'];
  readonly inputs: readonly EngineInput[];
}

export async function readRecording(path: string): Promise<Recorded> {
  const { header, inputs } = await openRecording(path);
  const all: EngineInput[] = [];
  for await (const input of inputs) all.push(input);
  return { header, inputs: all };
}

export interface Replayed {
  readonly events: readonly TreeEvent[];
  /** Made of the changes, in the one order in which trees are compared. */
  readonly tree: Tree;
  /** What the engine says it is; has to be the same. */
  readonly snapshot: Tree;
  /** The tree after each input. */
  readonly trees: readonly Tree[];
  readonly counts: EngineCounts;
  readonly seeds: ProbeSeeds;
}

/** An event comes this late at most. */
const LATEST_NS = 200e6;

/** When the engine asks, it hears that all events have come once they have. At the end time passes until nothing waits any more. */
export function replay({ header, inputs }: Recorded): Replayed {
  const clock = createClock();
  clock.calibrate(0, BigInt(header.wallOffsetNs));
  const engine = createEngine({ node: header.host.nodeName, host: header.host, wallTime: clock.wallTime, idPrefix: header.idPrefix });
  const events: TreeEvent[] = [];
  const trees: Tree[] = [];
  let tree: Tree = { node: header.host.nodeName, token: '', pods: [], leaked: [] };
  const take = (input: EngineInput): void => {
    for (const { event, changes } of engine.input(input)) {
      if (event) events.push(event);
      tree = applyChanges(tree, changes);
    }
    if (input.type === 'primed') tree = sortTree({ ...engine.snapshot(), token: '' });
    if (engine.takeRequests().askCatchUp) askedNs ??= input.nowNs;
    trees.push(tree);
  };
  let askedNs: number | undefined;
  for (const input of inputs) {
    if (askedNs !== undefined && input.nowNs > askedNs + LATEST_NS) {
      const untilNs = askedNs;
      askedNs = undefined;
      take({ type: 'caught-up', nowNs: untilNs + LATEST_NS, untilNs });
    }
    take(input);
  }
  // Nothing waits for longer than a minute.
  const endNs = (inputs.at(-1)?.nowNs ?? 0) + 70e9;
  take({ type: 'tick', nowNs: endNs });
  take({ type: 'tick', nowNs: endNs + 70e9 });
  return {
    events,
    tree: sortTree(tree),
    snapshot: sortTree({ ...engine.snapshot(), token: '' }),
    trees,
    counts: engine.counts(),
    seeds: engine.seeds(),
  };
}

/** What each thread did arrives later by its own delay, as if its CPU's buffer were read late: the order of one thread stays, the order of
 * different threads becomes another. `delayNs` is asked once for each thread. */
export function delayThreads({ header, inputs }: Recorded, delayNs: (tid: number) => number): Recorded {
  const delays = new Map<number, number>();
  const delayOf = (event: KernelEvent): number => {
    // The agent reads it itself, of a process that it knows already.
    if (event.kind === 'hostname') return LATEST_NS;
    const tid = 'task' in event ? event.task.tid : 'pid' in event ? event.pid : 0;
    const known = delays.get(tid) ?? delayNs(tid);
    delays.set(tid, known);
    return known;
  };
  const delivered: { readonly nowNs: number; readonly order: number; readonly input: EngineInput }[] = [];
  // Events from before the tree was complete are one batch, taken at once: their order is that of their times.
  const primedAt = inputs.findIndex(({ type }) => type === 'primed') + 1;
  for (const [order, input] of inputs.entries()) {
    if (input.type !== 'kernel' || order <= primedAt) {
      delivered.push({ nowNs: input.nowNs, order, input });
      continue;
    }
    for (const event of input.events) {
      const nowNs = input.nowNs + delayOf(event);
      delivered.push({ nowNs, order, input: { type: 'kernel', nowNs, events: [event] } });
    }
  }
  delivered.sort((a, b) => a.nowNs - b.nowNs || a.order - b.order);
  return { header, inputs: delivered.map(({ input, nowNs }) => ({ ...input, nowNs })) };
}
