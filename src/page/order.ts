// In which order a sandbox came up and went down, and what each step took: as it was seen, which is not always as it is told.
import { spanMs } from '../history/story.ts';
import { formatExit } from '../terminal/label.ts';
import type { TreeEvent } from '../tree/change.ts';
import type { ProcessRecord } from '../tree/model.ts';
import type { PastSandbox } from './pod-past.ts';

export interface Step {
  readonly key: string;
  readonly label: string;
  /** ms since the first step. */
  readonly atMs: number;
  /** How long it took, for what has an end. */
  readonly lastsMs: number | undefined;
  readonly note: string;
  readonly tone: 'plain' | 'good' | 'warn' | 'bad';
}

/** A step before it is known which one is the first. */
type TimedStep = Omit<Step, 'atMs' | 'lastsMs'> & { readonly from: string; readonly to?: string };
type Joined = Extract<TreeEvent, { type: 'namespace.joined' }>;
type Created = Extract<TreeEvent, { type: 'namespace.created' }>;

/** A runtime makes the network before the pause (containerd, CRI-O) or after: so near to its start it belongs to it. */
const NETWORK_MS = 10_000;
const MAX_END_MS = 60_000;

/** `kinds` by container id. Empty for a sandbox without a pause whose start is known. */
export function startUp(sandbox: PastSandbox, events: readonly TreeEvent[], kinds: ReadonlyMap<string, string>): readonly Step[] {
  const pause = sandbox.pause ?? sandbox.lastPause;
  if (pause === undefined) return [];
  const own = events.filter((event) => event.sandbox?.id === sandbox.id);
  const isNear = ({ time }: TreeEvent): boolean => Math.abs(spanMs(pause.startTime, time)) < NETWORK_MS;
  const starts = own.filter((event) => event.type === 'container.started');
  const firstStart = starts.reduce((first, { time }) => (first === '' || time < first ? time : first), '');
  const cni = events.filter((event): event is Joined => event.type === 'namespace.joined' && event.by === 'cni' && isNear(event));
  const setUp = cni.filter(({ time }) => firstStart === '' || time < firstStart);
  const made = events.find(
    (event): event is Created => event.type === 'namespace.created' && isNear(event) && event.namespaces.some(({ type }) => type === 'net'),
  );
  const steps: TimedStep[] = [...networkSteps(made, setUp, pause), pauseStep(pause)];
  const ready = own.find(({ type }) => type === 'sandbox.ready');
  if (ready !== undefined && setUp.length === 0) {
    steps.push({ key: 'ready', label: 'ready', from: ready.time, note: 'the runtime lists it, with its address', tone: 'good' });
  }
  return inOrder([...steps, ...starts.flatMap((event) => containerStep(event, own, kinds))]);
}

function networkSteps(made: Created | undefined, setUp: readonly Joined[], pause: ProcessRecord): readonly TimedStep[] {
  const steps: TimedStep[] = [];
  if (made !== undefined && made.process?.pid !== pause.pid) {
    const by = made.process === undefined ? '' : ` by ${made.process.comm}`;
    steps.push({ key: 'network', label: 'network', from: made.time, note: `its namespace is made${by}`, tone: 'plain' });
  }
  const [first] = setUp;
  const last = setUp.at(-1);
  if (first !== undefined && last !== undefined) {
    steps.push({ key: 'cni', label: 'address', from: first.time, to: last.time, note: `set up by ${names(setUp)}`, tone: 'good' });
  }
  return steps;
}

/** The plugins that did it, each once. */
function names(events: readonly Joined[]): string {
  return [...new Set(events.map(({ process }) => process?.comm ?? 'a plugin'))].slice(0, 4).join(', ');
}

function pauseStep(pause: ProcessRecord): TimedStep {
  return {
    key: 'pause',
    label: 'pause',
    from: pause.startTime,
    note: `pid ${pause.pid}: holds the namespaces from here on`,
    tone: 'plain',
  };
}

function containerStep(event: TreeEvent, own: readonly TreeEvent[], kinds: ReadonlyMap<string, string>): readonly TimedStep[] {
  if (event.container === undefined) return [];
  const { id, name } = event.container;
  const base = { key: id, label: name, from: event.time };
  if (kinds.get(id) !== 'init') return [{ ...base, note: 'started', tone: 'plain' }];
  const end = own.find((each) => each.type === 'container.exited' && each.container?.id === id);
  if (end?.type !== 'container.exited') return [{ ...base, note: 'init container', tone: 'plain' }];
  const isBad = end.exit !== undefined && end.exit.code !== 0;
  return [{ ...base, to: end.time, note: `init container, ${formatExit(end.exit)}`, tone: isBad ? 'bad' : 'plain' }];
}

/** Empty unless the sandbox ended and it was seen. */
export function shutDown(sandboxId: string, events: readonly TreeEvent[]): readonly Step[] {
  const own = events.filter((event) => event.sandbox?.id === sandboxId);
  const death = own.findLast((event) => event.type === 'pause.exited');
  if (death?.type !== 'pause.exited' || death.source !== 'kernel') return [];
  const isPlanned = death.cause.kind === 'planned-stop';
  const steps = own.flatMap((event): readonly TimedStep[] => {
    if (event.type !== 'container.exited' || event.container === undefined || spanMs(event.time, death.time) > MAX_END_MS) return [];
    const isLate = spanMs(death.time, event.time) > 1;
    const isKilled = event.exit?.signal === 'SIGKILL';
    const tone = isKilled ? 'bad' : isLate ? 'warn' : 'plain';
    const note = `${endWords(event.exit, isPlanned)}${isLate ? ', after the pause' : ''}`;
    return [{ key: event.container.id, label: event.container.name, from: event.time, note, tone }];
  });
  const { sender, signal } = death.cause;
  const by = sender === undefined ? '' : ` from ${sender.comm.slice(0, 16)}`;
  const note = `${signal ?? formatExit(death.exit)}${by}${isPlanned ? ', as planned' : ''}`;
  steps.push({ key: 'pause', label: 'pause', from: death.time, note, tone: isPlanned ? 'plain' : 'bad' });
  return inOrder([...steps, ...networkEnd(death.time, events)]);
}

/** The plugins are called once more, to take the network down. */
function networkEnd(death: string, events: readonly TreeEvent[]): readonly TimedStep[] {
  const next = events.find((event) => event.type === 'sandbox.created' && event.time > death)?.time;
  const cni = events.filter((event): event is Joined => {
    if (event.type !== 'namespace.joined' || event.by !== 'cni' || (next !== undefined && event.time > next)) return false;
    const late = spanMs(death, event.time);
    return late > 0 && late < NETWORK_MS;
  });
  const [first] = cni;
  const last = cni.at(-1);
  if (first === undefined || last === undefined) return [];
  return [{ key: 'cni', label: 'network', from: first.time, to: last.time, note: `${names(cni)} in it`, tone: 'plain' }];
}

function endWords(exit: Extract<TreeEvent, { type: 'container.exited' }>['exit'], isPlanned: boolean): string {
  if (exit?.signal === 'SIGKILL') return isPlanned ? 'needed KILL' : 'killed';
  if (exit?.signal === 'SIGTERM' || exit?.code === 143) return 'went on TERM';
  return exit === undefined ? 'ended' : `${isPlanned ? 'went' : 'ended'}, ${formatExit(exit)}`;
}

function inOrder(steps: readonly TimedStep[]): readonly Step[] {
  const sorted = steps.toSorted((left, right) => (left.from < right.from ? -1 : left.from > right.from ? 1 : 0));
  const first = sorted[0]?.from ?? '';
  return sorted.map(({ from, to, ...step }) => ({
    ...step,
    atMs: spanMs(first, from),
    lastsMs: to === undefined ? undefined : spanMs(from, to),
  }));
}
