// In which order a sandbox came up and went down: the pause first and last, and what each step took.
import { spanMs } from '../history/story.ts';
import { formatExit } from '../terminal/label.ts';
import type { TreeEvent } from '../tree/change.ts';

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

const isOf = (sandboxId: string) => (event: TreeEvent) => event.sandbox?.id === sandboxId;

/** Empty unless the kernel saw it begin. */
export function startUp(sandboxId: string, events: readonly TreeEvent[], kinds: ReadonlyMap<string, string>): readonly Step[] {
  const own = events.filter(isOf(sandboxId));
  const created = own.find(({ type, source }) => type === 'sandbox.created' && source === 'kernel');
  if (created === undefined) return [];
  const at = (event: TreeEvent): number => spanMs(created.time, event.time);
  const steps: Step[] = [
    {
      key: 'pause',
      label: 'pause',
      atMs: 0,
      lastsMs: undefined,
      note: created.process === undefined ? 'the sandbox is there' : `pid ${created.process.pid}: the namespaces exist from here on`,
      tone: 'plain',
    },
  ];
  const ready = own.find(({ type }) => type === 'sandbox.ready');
  if (ready !== undefined) {
    steps.push({
      key: 'ready',
      label: 'address',
      atMs: at(ready),
      lastsMs: undefined,
      note: 'the network is set up, the runtime calls it ready',
      tone: 'good',
    });
  }
  for (const event of own) {
    if (event.type !== 'container.started' || event.container === undefined) continue;
    const { id, name } = event.container;
    const end = own.find((each) => each.type === 'container.exited' && each.container?.id === id);
    const isInit = kinds.get(id) === 'init';
    const lasts = isInit && end !== undefined ? spanMs(event.time, end.time) : undefined;
    const exit = end?.type === 'container.exited' ? end.exit : undefined;
    const isBad = isInit && exit !== undefined && exit.code !== 0;
    const note = isInit ? `init container${end === undefined ? '' : `, ${formatExit(exit)}`}` : 'started';
    steps.push({ key: id, label: name, atMs: at(event), lastsMs: lasts, note, tone: isBad ? 'bad' : 'plain' });
  }
  return steps.sort((left, right) => left.atMs - right.atMs);
}

/** Empty unless the sandbox ended and it was seen. The first end, of a container or of the pause, is the beginning. */
export function shutDown(sandboxId: string, events: readonly TreeEvent[]): readonly Step[] {
  const own = events.filter(isOf(sandboxId));
  const death = own.findLast((event) => event.type === 'pause.exited');
  if (death?.type !== 'pause.exited' || death.source !== 'kernel') return [];
  const before = 60_000;
  const ends = own.filter((event) => event.type === 'container.exited' && spanMs(event.time, death.time) < before);
  const first = ends.reduce((earliest, event) => (event.time < earliest ? event.time : earliest), death.time);
  const isPlanned = death.cause.kind === 'planned-stop';
  const steps = ends.flatMap((event): Step[] => {
    if (event.type !== 'container.exited' || event.container === undefined) return [];
    const late = spanMs(death.time, event.time);
    const isKilled = event.exit?.signal === 'SIGKILL';
    const how = endWords(event.exit, isPlanned);
    return [
      {
        key: event.container.id,
        label: event.container.name,
        atMs: spanMs(first, event.time),
        lastsMs: undefined,
        note: late > 1 ? `${how}, after the pause` : how,
        tone: isKilled ? 'bad' : late > 1 ? 'warn' : 'plain',
      },
    ];
  });
  const { sender, signal } = death.cause;
  const by = sender === undefined ? '' : ` from ${sender.comm.slice(0, 16)}`;
  steps.push({
    key: 'pause',
    label: 'pause',
    atMs: spanMs(first, death.time),
    lastsMs: undefined,
    note: `${signal ?? formatExit(death.exit)}${by}${isPlanned ? ', as planned' : ''}`,
    tone: isPlanned ? 'plain' : 'bad',
  });
  return steps.sort((left, right) => left.atMs - right.atMs);
}

/** A runtime that stops a pod sends TERM, and KILL to who has not gone by the end of the grace period. */
function endWords(exit: Extract<TreeEvent, { type: 'container.exited' }>['exit'], isPlanned: boolean): string {
  if (exit?.signal === 'SIGKILL') return isPlanned ? 'did not go on TERM: needed KILL' : 'killed';
  const wentOnTerm = exit?.signal === 'SIGTERM' || exit?.code === 143 || exit?.code === 0;
  if (isPlanned && wentOnTerm) return `went on TERM, ${formatExit(exit)}`;
  return exit === undefined ? 'ended' : `ended, ${formatExit(exit)}`;
}
