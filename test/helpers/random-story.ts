// Lets a list of random steps act on a story: pods come and go, restart, are entered and looked at, as they might on a busy node.
import type { Engine, EngineInput } from '../../src/tree/engine.ts';
import type { PodMetadata } from '../../src/tree/pod-metadata.ts';
import type { Task } from './kernel-model.ts';
import { createStory, type PodSpec, type Story, type StoryContainer, type StoryOptions, type StorySandbox, wallTime } from './pod-story.ts';
import { type Play, play } from './tree-play.ts';

export interface Step {
  readonly act: number;
  readonly pick: number;
}

export interface RandomStory {
  readonly story: Story;
  /** What else than the kernel told the engine, and when. */
  readonly levels: readonly EngineInput[];
  /** What the API server said: it comes in order, and as late as it likes. */
  readonly metadata: readonly (EngineInput & { readonly type: 'metadata' })[];
  /** What it would say now, asked for all of it. */
  api(): readonly PodMetadata[];
}

export interface RandomStoryOptions extends StoryOptions {
  readonly hasRuntime?: boolean;
  readonly hasHostLevels?: boolean;
  readonly hasAbsences?: boolean;
  /** It may not name a container before its events are given up. */
  readonly hasSlowRuntime?: boolean;
}

const KINDS: readonly Omit<PodSpec, 'name'>[] = [
  {},
  { sharesPids: true },
  { hostNetwork: true },
  { hostPid: true },
  {},
  { isOutsideKubepods: true },
  { sharesPids: true },
];

export function tellRandomStory(steps: readonly Step[], options: RandomStoryOptions = {}): RandomStory {
  const { hasRuntime = true, hasHostLevels = true, hasAbsences = true, hasSlowRuntime = false } = options;
  const story = createStory(options);
  const { kernel } = story;
  const start = kernel.level();
  const levels: EngineInput[] = [{ type: 'host', nowNs: start.toNs, level: start }];
  const metadata: (EngineInput & { type: 'metadata' })[] = [];
  const known = new Map<string, PodMetadata>();
  const helpers: Task[] = [];
  const guests: Task[] = [];
  let pods = 0;

  const containers = () => story.sandboxes.flatMap(({ containers }) => containers).filter(({ init }) => init.isAlive);
  const living = () => story.sandboxes.filter(({ pause, isStopped }) => pause.isAlive && !isStopped);
  const choose = <T>(items: readonly T[], pick: number): T | undefined => items[pick % Math.max(1, items.length)];

  function runtime(): void {
    if (!hasRuntime) return;
    const nowNs = kernel.nowNs();
    levels.push({ type: 'runtime', nowNs, fromNs: nowNs, level: story.runtime(), daemonPid: story.daemon.pid });
  }

  function newPod(pick: number): StorySandbox {
    const kind = KINDS[pick % KINDS.length] ?? {};
    const spec = { name: `pod-${++pods}`, uid: `00000000-0000-4000-8000-${String(pods).padStart(12, '0')}`, ...kind };
    return story.sandbox(hasRuntime ? spec : { ...spec, isOutsideKubepods: false });
  }

  function restart(sandbox: StorySandbox): void {
    const specs = sandbox.containers.filter(({ init }) => init.isAlive).map(({ spec }) => spec);
    if (sandbox.pause.isAlive) kernel.signal(story.shell, sandbox.pause, 9);
    kernel.wait(400);
    runtime();
    story.stop(sandbox);
    const next = story.sandbox(sandbox.spec);
    runtime();
    for (const { name, kind } of specs) story.container(next, { name, ...(kind && { kind }) });
    runtime();
  }

  function act(which: number, pick: number): void {
    const container = choose(containers(), pick);
    const sandbox = choose(living(), pick);
    switch (which % 21) {
      case 0:
      case 1: {
        const made = newPod(pick);
        if (which % 21 === 1) story.container(made, `c${pick % 3}`);
        return;
      }
      case 2:
      case 3:
        if (sandbox)
          story.container(sandbox, {
            name: `c${pick % 3}`,
            ...(pick % 4 === 0 && container?.sandbox === sandbox && { target: container }),
          });
        return;
      case 4:
        if (container) helpers.push(story.child(container, `worker-${pick % 5}`));
        return;
      case 5:
        if (container) helpers.push(story.exec(container, 'sh', pick % 2 === 0));
        return;
      case 6: {
        const helper = choose(helpers, pick);
        if (helper?.isAlive) kernel.exit(helper, { code: pick % 3 });
        return;
      }
      case 7:
        if (container) guests.push(story.nsenter(container.init, pick % 2 === 0 ? ['net'] : ['net', 'ipc', 'mnt']));
        return;
      case 8: {
        const guest = choose(guests, pick);
        if (!guest?.isAlive) return;
        if (pick % 3 === 0) guests.push(kernel.fork(guest));
        else if (pick % 3 === 1) kernel.setns(guest, story.shell.namespaces, ['net', 'ipc', 'mnt']);
        else kernel.exit(guest);
        return;
      }
      case 9:
        if (container) story.end(container, pick % 2);
        return;
      case 10:
        if (sandbox) restart(sandbox);
        return;
      case 11:
        if (sandbox)
          kernel.signal(pick % 2 === 0 ? story.shell : story.kubelet, sandbox.pause, pick % 3 === 0 ? 15 : 9, {
            isHandled: pick % 3 === 0,
          });
        return;
      case 12:
        if (sandbox) story.stop(sandbox);
        return;
      case 13: {
        const stopped = choose(
          story.sandboxes.filter(({ isStopped }) => isStopped),
          pick,
        );
        if (stopped) story.remove(stopped);
        return;
      }
      case 14: {
        const ended = choose(
          story.sandboxes.flatMap(({ containers }) => containers).filter(({ init }) => !init.isAlive),
          pick,
        );
        if (ended) story.removeContainer(ended);
        return;
      }
      case 15:
        if (container) brief(container, pick);
        return;
      case 17:
        if (sandbox) tellMetadata(sandbox, { labels: { app: `label-${pick % 3}` } });
        return;
      case 18:
        if (sandbox) tellMetadata(sandbox, { deletedAt: `${wallTime(kernel.nowNs()).slice(0, 19)}.000000000Z` });
        return;
      case 19: {
        const pod = choose([...known.values()], pick);
        if (!pod) return;
        known.delete(pod.uid);
        const nowNs = kernel.nowNs();
        // A watch says which pod has gone, a list that it has.
        if (pick % 3 === 0) metadata.push({ type: 'metadata', nowNs, isCurrent: true, all: [...known.values()] });
        else metadata.push({ type: 'metadata', nowNs, isCurrent: pick % 2 === 0, removed: [pod] });
        return;
      }
      case 16:
        if (hasHostLevels) levels.push({ type: 'host', ...taken() });
        return;
      default:
        if (hasRuntime && hasAbsences && pick % 4 === 0) levels.push({ type: 'runtime', nowNs: kernel.nowNs(), fromNs: kernel.nowNs() });
        kernel.wait(pick * 10);
    }
  }

  /** May come before the pod has a name. */
  function tellMetadata({ uid, spec }: StorySandbox, more: Partial<PodMetadata>): void {
    const podUid = (spec.labelUid ?? uid) as PodMetadata['uid'];
    const before = known.get(podUid) ?? {
      ...{ uid: podUid, namespace: 'shop', name: spec.name, labels: { app: spec.name }, isStatic: false },
      controller: { kind: 'Deployment', name: 'web', replicaSet: 'web-1' },
    };
    const pod = { ...before, ...more };
    known.set(podUid, pod);
    metadata.push({ type: 'metadata', nowNs: kernel.nowNs(), isCurrent: true, changed: [pod] });
  }

  function taken(): { readonly level: ReturnType<typeof kernel.level>; readonly nowNs: number } {
    const level = kernel.level();
    return { level, nowNs: level.toNs };
  }

  /** Processes that live a few milliseconds, and orphans. */
  function brief(container: StoryContainer, pick: number): void {
    for (let count = 0; count <= pick % 4; count++) {
      const task = kernel.fork(container.init);
      if (pick % 2 === 0) kernel.exec(task, `brief-${count}`);
      const grandchild = pick % 3 === 0 ? kernel.fork(task) : undefined;
      kernel.exit(task, { code: count });
      if (!grandchild) continue;
      kernel.exec(grandchild, 'orphan');
      helpers.push(grandchild);
    }
  }

  runtime();
  levels.push({ type: 'primed', nowNs: kernel.nowNs() });
  for (const step of steps) {
    act(step.act, step.pick);
    kernel.wait(step.pick % 7);
    // Asked soon after something new has shown, unless it is slow.
    if (!hasSlowRuntime || step.pick % 2 === 0) runtime();
  }
  kernel.wait(200);
  runtime();
  return { story, levels, metadata, api: () => [...known.values()] };
}

/** Inputs as the daemon would feed them: every event delayed by up to `maxDelayMs`, those of one CPU in order, in batches. */
export function deliver({ story, levels, metadata }: RandomStory, delay: (index: number) => number, batchMs = 3): EngineInput[] {
  const lastNs = new Map<number, number>();
  const arrivals = story.kernel.told.map(({ event, cpu }, index) => {
    const atNs = Math.max(lastNs.get(cpu) ?? 0, event.timeNs + delay(index) * 1e6);
    lastNs.set(cpu, atNs);
    return { atNs, event };
  });
  arrivals.sort((a, b) => a.atNs - b.atNs);
  const inputs: EngineInput[] = [...levels];
  let toldNs = 0;
  for (const [index, input] of metadata.entries()) {
    toldNs = Math.max(toldNs, input.nowNs + delay(index) * 20e6);
    inputs.push({ ...input, nowNs: toldNs });
  }
  let batch: { nowNs: number; events: (typeof arrivals)[number]['event'][] } | undefined;
  for (const { atNs, event } of arrivals) {
    if (!batch || atNs > batch.nowNs) {
      batch = { nowNs: atNs + batchMs * 1e6, events: [] };
      inputs.push({ type: 'kernel', ...batch });
    }
    batch.events.push(event);
  }
  // The daemon asks after each level, and has the answer when the last event of before has arrived.
  for (const { nowNs: untilNs } of levels) {
    const last = arrivals.findLast(({ event }) => event.timeNs <= untilNs);
    inputs.push({ type: 'caught-up', nowNs: Math.max(untilNs, (last?.atNs ?? 0) + batchMs * 1e6), untilNs });
  }
  return inputs.sort((a, b) => a.nowNs - b.nowNs);
}

/** A repeatable source of numbers from 0 to 1 (mulberry32). */
export function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Feeds inputs with the ticks between them that the daemon's timer would give, and lets everything that waits come due. */
export function runInputs(inputs: readonly EngineInput[], afterEach: (watched: Play) => void = () => undefined): Play {
  const watched = play(createStory(), { isPrimed: false, isCatchingUp: false });
  const tickUntil = (engine: Engine, untilNs: number) => {
    for (let dueNs = engine.nextDeadlineNs(); dueNs !== undefined && dueNs <= untilNs; dueNs = engine.nextDeadlineNs()) {
      watched.feed({ type: 'tick', nowNs: dueNs });
    }
  };
  for (const input of inputs) {
    tickUntil(watched.engine, input.nowNs);
    watched.feed(input);
    afterEach(watched);
  }
  const endNs = (inputs.at(-1)?.nowNs ?? 0) + 5e9;
  tickUntil(watched.engine, endNs);
  watched.feed({ type: 'tick', nowNs: endNs });
  afterEach(watched);
  return watched;
}

/** The runtime is asked once more when everything has arrived. */
export function withLastAnswer(random: RandomStory, inputs: EngineInput[], hasRuntime: boolean): EngineInput[] {
  if (!hasRuntime) return inputs;
  const nowNs = (inputs.at(-1)?.nowNs ?? 0) + 3e9;
  return [
    ...inputs,
    { type: 'runtime', nowNs, fromNs: nowNs, level: random.story.runtime(), daemonPid: random.story.daemon.pid },
    { type: 'caught-up', nowNs, untilNs: nowNs },
  ];
}

/** And the host is scanned, twice: a scan only suspects that what it does not find is dead. */
export function withLastLevels(random: RandomStory, inputs: EngineInput[], hasRuntime: boolean): EngineInput[] {
  const all = withLastAnswer(random, inputs, hasRuntime);
  const { kernel } = random.story;
  const afterNs = (all.at(-1)?.nowNs ?? 0) + 5e9 - kernel.nowNs();
  kernel.wait(Math.max(5000, afterNs / 1e6));
  const level = kernel.level();
  return [...all, { type: 'host', nowNs: level.toNs, level }, { type: 'caught-up', nowNs: level.toNs, untilNs: level.toNs }];
}
