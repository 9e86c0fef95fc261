// What the page knows: frames of the stream go in, the tree, the log and what is told of each pod come out. Knows no browser.
import { applyChanges } from '../stream/apply.ts';
import type { Frame, Gap } from '../stream/frame.ts';
import type { AlertEvent } from '../stream/read-history.ts';
import type { TreeChange, TreeEvent } from '../tree/change.ts';
import type { Tree } from '../tree/model.ts';
import { createEventLog, type EventLog } from './event-log.ts';

export type Hello = Extract<Frame, { hello: unknown }>['hello'];
export type PauseExit = Extract<TreeEvent, { type: 'pause.exited' }>;

export interface Model {
  readonly hello: Hello | undefined;
  readonly tree: Tree;
  /** False until the first snapshot. */
  readonly hasTree: boolean;
  readonly log: EventLog;
  /** By id, those that were resolved as well; the oldest of these go when there are many. */
  readonly alerts: ReadonlyMap<string, AlertEvent>;
  /** The version of the agent that the page was loaded from, and another one that it has been replaced with since. */
  readonly isOutdated: boolean;
  /** What happened in a pod, without its processes: oldest first, the same list as long as nothing is added. */
  eventsOf(uid: string): readonly TreeEvent[];
  uidsWithEvents(): Iterable<string>;
  /** Different whenever something happened in any pod that `eventsOf` would tell. */
  readonly happenings: number;
  /** The death of the pause of this sandbox, if it was seen. */
  deathOf(sandboxId: string): PauseExit | undefined;
  /** Takes frames in order. `nowMs` is wall time. */
  take(frames: readonly Frame[], nowMs: number): void;
  /** Alerts as the agent has them, for those that began before the page was opened. */
  addAlerts(alerts: readonly AlertEvent[]): void;
}

const NONE: readonly TreeEvent[] = [];
const MAX_POD_EVENTS = 300;
const MAX_PODS_WITH_EVENTS = 2000;
const MAX_DEATHS = 2000;
const MAX_ALERTS = 500;

export function createModel(log = createEventLog()): Model {
  let hello: Hello | undefined;
  let tree: Tree = { node: '', token: '', pods: [], leaked: [] };
  let hasTree = false;
  let isOutdated = false;
  let happenings = 0;
  const alerts = new Map<string, AlertEvent>();
  const podEvents = new Map<string, readonly TreeEvent[]>();
  const deaths = new Map<string, PauseExit>();

  function begin(next: Hello, nowMs: number): void {
    if (hello !== undefined && !next.resumed) {
      const why = next.epoch === hello.epoch ? 'the agent no longer had what was missed' : 'the agent was started anew';
      log.gap(`connected again, and ${why}: what happened meanwhile is not in this list`, nowMs);
    }
    if (hello !== undefined && hello.version !== next.version) isOutdated = true;
    hello = next;
  }

  function observe(event: TreeEvent): void {
    log.add(event);
    if (event.type.startsWith('process.')) return;
    if (event.type === 'pause.exited' && event.sandbox !== undefined) remember(deaths, event.sandbox.id, event, MAX_DEATHS);
    if (event.type === 'alert.firing' || event.type === 'alert.resolved') addAlert(event);
    if (!isOfPod(event)) return;
    const uids = new Set<string>();
    if (event.pod !== undefined) uids.add(event.pod.uid);
    if (event.type === 'namespace.joined') uids.add(event.owner.uid);
    for (const uid of uids) addToPod(uid, event);
  }

  function addToPod(uid: string, event: TreeEvent): void {
    happenings += 1;
    const known = podEvents.get(uid) ?? NONE;
    const index = event.revision === 0 ? -1 : known.findIndex(({ id }) => id === event.id);
    const list = index < 0 ? [...known, event] : known.with(index, event);
    remember(podEvents, uid, list.length > MAX_POD_EVENTS ? list.slice(-MAX_POD_EVENTS) : list, MAX_PODS_WITH_EVENTS);
  }

  function addAlert(event: AlertEvent): void {
    const known = alerts.get(event.id);
    if (known === undefined || known.revision <= event.revision) remember(alerts, event.id, event, MAX_ALERTS);
  }

  return {
    get hello() {
      return hello;
    },
    get tree() {
      return tree;
    },
    get hasTree() {
      return hasTree;
    },
    get isOutdated() {
      return isOutdated;
    },
    log,
    alerts,
    eventsOf: (uid) => podEvents.get(uid) ?? NONE,
    get happenings() {
      return happenings;
    },
    uidsWithEvents: () => podEvents.keys(),
    deathOf: (sandboxId) => deaths.get(sandboxId),
    addAlerts(list) {
      for (const event of list) addAlert(event);
    },
    take(frames, nowMs) {
      let changes: TreeChange[] = [];
      const settle = (): void => {
        tree = applyChanges(tree, changes);
        changes = [];
      };
      for (const frame of frames) {
        if ('hello' in frame) begin(frame.hello, nowMs);
        else if ('snapshot' in frame) {
          changes = [];
          tree = frame.snapshot.tree;
          hasTree = true;
        } else if ('gap' in frame) log.gap(gapText(frame.gap), nowMs);
        else if ('updates' in frame) {
          for (const update of frame.updates) {
            for (const change of update.changes) changes.push(change);
            if (update.event !== undefined) observe(update.event);
          }
        }
      }
      settle();
    },
  };
}

/** Execs and the runtime join all day, and would crowd out what matters. */
function isOfPod(event: TreeEvent): boolean {
  if (event.type === 'namespace.joined') return event.by === 'foreign' || event.by === 'cni';
  return event.type !== 'namespace.created' || event.container === undefined;
}

const STAGE: Readonly<Record<Gap['stage'], string>> = {
  kernel: 'between the kernel and the agent',
  agent: 'in the agent',
  client: 'because this page read too slowly',
};

function gapText({ stage, lost }: Gap): string {
  const what = lost === undefined ? 'an unknown number of events' : `${lost} ${lost === 1 ? 'event' : 'events'}`;
  return `${what} lost ${STAGE[stage] ?? stage}; the tree is right again, read anew`;
}

/** Puts it at the end, and lets the oldest go when there are too many. */
function remember<T>(map: Map<string, T>, key: string, value: T, max: number): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.size > max ? map.keys().next() : undefined;
  if (oldest?.done === false) map.delete(oldest.value);
}
