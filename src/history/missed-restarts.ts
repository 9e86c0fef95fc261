// Compares what the last run of the agent knew with what is there now: the pauses that died and the sandboxes that came while nobody watched.
import type { Cause } from '../cause/cause.ts';
import type { RuntimeLevel } from '../cri/level.ts';
import type { TreeEvent } from '../tree/change.ts';
import type { Pod, Sandbox, SandboxRecord, Tree } from '../tree/model.ts';
import type { Known, KnownPod, KnownSandbox } from './record.ts';

export interface Present {
  readonly node: string;
  readonly bootId: string;
  /** RFC 3339 UTC with nine digits. */
  readonly time: string;
  readonly tree: Pick<Tree, 'pods'>;
  /** The runtime's own list, for what it still knows of containers that ended. */
  readonly runtime?: RuntimeLevel | undefined;
  /** Sandboxes whose end or beginning this run has reported already: their ids. */
  readonly reported?: { readonly ended: ReadonlySet<string>; readonly begun: ReadonlySet<string> };
}

type Restart = Extract<TreeEvent, { type: 'pause.restarted' }>;
type PauseExit = Extract<TreeEvent, { type: 'pause.exited' }>;

const MAX_CONTAINERS_TOLD = 8;
const NOBODY: ReadonlySet<string> = new Set();

/** One event for each sandbox that replaced another, one for each pause that died without a successor; after a reboot of the node one for each
 * pod. Ids are made of the sandboxes' ids: the same restart has the same id however often it is found. `cause.kind` is `agent-down` unless the
 * death itself had been seen. */
export function missedRestarts(known: Known, present: Present): (Restart | PauseExit)[] {
  return present.tree.pods.flatMap((pod) => {
    const before = known.pods.get(pod.uid);
    return before && pod.sandbox && wasUp(before.sandbox) ? missedOf(known, before, pod, pod.sandbox, present) : [];
  });
}

function missedOf(known: Known, before: KnownPod, pod: Pod, current: Sandbox, present: Present): (Restart | PauseExit)[] {
  const { ended = NOBODY, begun = NOBODY } = present.reported ?? {};
  const old = before.sandbox;
  const isReboot = known.bootId !== present.bootId;
  if (current.id === old.record.id) {
    if (isUp(current) || old.death || ended.has(current.id) || old.record.kind !== 'process') return [];
    return [exitOf(known, before, pod, present)];
  }
  // An older sandbox of the pod shows again when the newest is taken away: the pod is being removed.
  if (before.sandboxIds.has(current.id)) return [];
  if (!isUp(current)) return old.death || ended.has(old.record.id) ? [] : [exitOf(known, before, pod, present)];
  const between = isReboot ? [] : pod.history.filter((record) => !before.sandboxIds.has(record.id) && isAfter(record, old.record));
  const steps = [...between, current].filter(({ id }) => !begun.has(id));
  return steps.map((record, index) => {
    const former = index === 0 ? old : { record: steps[index - 1] ?? old.record };
    return restartOf(known, { pod, former, record, more: steps.length - 1 - index }, present);
  });
}

function restartOf(
  known: Known,
  {
    pod,
    former,
    record,
    more,
  }: { readonly pod: Pod; readonly former: KnownSandbox; readonly record: SandboxRecord; readonly more: number },
  present: Present,
): Restart {
  const old = former.record;
  const time = record.pause?.startTime ?? record.createdAt ?? present.time;
  const attempts = record.attempt - old.attempt;
  const evidence = [
    ...(record.createdAt ? [`The runtime made the new sandbox at ${second(record.createdAt)}: the old pause died before.`] : []),
    ...(attempts > 1 && more === 0 && former.lastPause
      ? [`The attempt rose from ${old.attempt} to ${record.attempt}: ${attempts - 1} more came and went between them.`]
      : []),
    ...endsOf(old.id, present.runtime),
  ];
  const outage = former.death && milliseconds(former.death.time, record.pause?.startTime);
  return {
    id: missedId(old.id, record.id),
    revision: 0,
    time,
    node: present.node,
    source: 'levels',
    type: 'pause.restarted',
    pod: refOf(pod),
    sandbox: { id: record.id, attempt: record.attempt },
    ...(record.pause && { process: record.pause }),
    cause: causeOf(known, former, present, evidence),
    oldSandbox: { id: old.id, attempt: old.attempt },
    newSandbox: { id: record.id, attempt: record.attempt },
    returned: [],
    ...(old.ips[0] && { ipBefore: old.ips[0] }),
    ...(record.ips[0] && { ipAfter: record.ips[0] }),
    ...(outage !== undefined && { sandboxOutageMs: outage }),
  };
}

function exitOf(known: Known, before: KnownPod, pod: Pod, present: Present): PauseExit {
  const { record, lastPause } = before.sandbox;
  return {
    id: missedId(record.id, 'exit'),
    revision: 0,
    time: present.time,
    node: present.node,
    source: 'levels',
    type: 'pause.exited',
    pod: refOf(pod),
    sandbox: { id: record.id, attempt: record.attempt },
    ...(lastPause && { process: lastPause }),
    cause: causeOf(known, before.sandbox, present, ['No other pause has taken its place yet.', ...endsOf(record.id, present.runtime)]),
  };
}

/** The id of what is reported of an old sandbox: never that of an event of the tree, and the same in every run. */
export function missedId(oldId: string, newId: string): string {
  return `missed-${oldId.slice(0, 16)}-${newId.slice(0, 16)}`;
}

function causeOf(known: Known, former: KnownSandbox, present: Present, evidence: readonly string[]): Cause {
  if (former.death) {
    const seen = `podtree saw the old pause die at ${second(former.death.time)}, and was not running when the new one came.`;
    return { ...former.death.cause, evidence: [...former.death.cause.evidence, seen, ...evidence] };
  }
  const how = known.wasStopped ? 'was stopped' : 'ended without notice, or with the node,';
  const away = `podtree ${how} at ${second(known.lastSeen)} and watches again since ${second(present.time)}: it happened in between.`;
  const reboot = `The node was rebooted meanwhile: its boot id was ${known.bootId} and is ${present.bootId}.`;
  return { kind: 'agent-down', findings: [], evidence: [away, ...(known.bootId === present.bootId ? [] : [reboot]), ...evidence] };
}

function endsOf(sandboxId: string, runtime: RuntimeLevel | undefined): string[] {
  const ended = (runtime?.containers ?? []).filter((container) => container.sandboxId === sandboxId && container.finishedAt !== undefined);
  const lines = ended.slice(0, MAX_CONTAINERS_TOLD).map(({ name, finishedAt, exitCode }) => {
    const code = exitCode === undefined ? '' : ` with exit code ${exitCode}`;
    return `Its container ${JSON.stringify(name)} ended at ${second(finishedAt ?? '')}${code}, says the runtime.`;
  });
  return ended.length > lines.length ? [...lines, `So did ${ended.length - lines.length} more of its containers.`] : lines;
}

/** It held a pod, and was not only on its way to: one that failed while it was being made is no pause that died. */
function wasUp({ record, lastPause }: KnownSandbox): boolean {
  return lastPause !== undefined || (record.kind !== 'process' && record.state !== 'creating');
}

function isUp(sandbox: SandboxRecord): boolean {
  return sandbox.kind === 'process' ? sandbox.pause !== undefined : sandbox.state === 'ready';
}

function isAfter(record: SandboxRecord, other: SandboxRecord): boolean {
  return record.createdAt !== undefined && (other.createdAt === undefined || record.createdAt > other.createdAt);
}

function refOf({ uid, namespace, name }: Pod): NonNullable<TreeEvent['pod']> {
  return { uid, ...(namespace !== undefined && { namespace }), ...(name !== undefined && { name }) };
}

function milliseconds(from: string, to: string | undefined): number | undefined {
  const span = to === undefined ? Number.NaN : Date.parse(to) - Date.parse(from);
  return span >= 0 ? span : undefined;
}

function second(time: string): string {
  return time.replace(/\.\d+Z$/, 'Z');
}
