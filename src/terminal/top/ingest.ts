// What the stream says, taken into the state: the tree, the events worth keeping, deaths, alerts, and every gap.
import { applyChanges } from '../../stream/apply.ts';
import type { Frame, Update } from '../../stream/frame.ts';
import type { TreeEvent } from '../../tree/change.ts';
import type { Tree } from '../../tree/model.ts';
import { countProcesses } from '../pod-facts.ts';
import { type Connection, type Death, type FiringAlert, type Level, type LogEntry, type Past, type TopState, withView } from './state.ts';

const MAX_LOG = 1000;
const MAX_DEATHS = 256;
const MAX_ALERTS = 256;
const MAX_PASTS = 32;

/** The state after these frames, in their order. `now` is wall time in ms. */
export function takeFrames(state: TopState, frames: readonly Frame[], now: number): TopState {
  // Changes of many frames are applied together: what costs is each new tree, not each change.
  let waiting: Update[] = [];
  let after = state;
  const settle = (): void => {
    if (waiting.length > 0) after = takeUpdates(after, waiting);
    waiting = [];
  };
  for (const frame of frames) {
    if ('updates' in frame) waiting = waiting.length === 0 ? [...frame.updates] : waiting.concat(frame.updates);
    else {
      settle();
      after = takeFrame(after, frame, now);
    }
  }
  settle();
  return after;
}

function takeFrame(state: TopState, frame: Exclude<Frame, { updates: unknown }>, now: number): TopState {
  if ('snapshot' in frame) {
    const { tree } = frame.snapshot;
    return { ...withView(state, { level: state.view.level ?? levelFor(tree) }), connection: { state: 'live' }, tree };
  }
  if ('gap' in frame) return addEntries(state, [{ kind: 'gap', gap: frame.gap }]);
  if ('hello' in frame) return greet(state, frame.hello, now);
  return { ...state, connection: { state: 'live' } };
}

/** How much of a tree is opened at first: everything of a small one, pods alone of a large one. */
function levelFor(tree: Tree): Level {
  const containers = tree.pods.reduce((sum, pod) => sum + (pod.sandbox?.containers.length ?? 0), 0);
  const processes = tree.pods.reduce((sum, pod) => sum + countProcesses(pod.sandbox), 0);
  if (tree.pods.length + containers + processes <= 40) return 2;
  return tree.pods.length + containers <= 80 ? 1 : 0;
}

function greet(state: TopState, hello: { readonly node: string; readonly resumed: boolean }, now: number): TopState {
  // Another agent may remember other things.
  const live = { ...state, connection: { state: 'live' }, pasts: new Map() } as const;
  if (state.connection.state !== 'lost') return live;
  const text = hello.resumed ? 'connected again; nothing was missed' : 'connected again; events may be missing here';
  // What is not told any more may be over.
  const alerts = hello.resumed ? state.alerts : new Map<string, FiringAlert>();
  return addEntries({ ...live, alerts }, [{ kind: 'note', time: now, text, isGap: !hello.resumed }]);
}

function takeUpdates(state: TopState, updates: readonly Update[]): TopState {
  const events = updates.flatMap(({ event }) => event ?? []);
  const tree = state.tree && treeAfter(state.tree, updates);
  const entries = events.map((event) => ({ kind: 'event', event }) as const);
  const { deaths, pasts } = takeDeaths(state, events);
  return addEntries({ ...state, tree, deaths, pasts, alerts: takeAlerts(state.alerts, events) }, entries);
}

function treeAfter(tree: Tree, updates: readonly Update[]): Tree {
  const changes = updates.flatMap((update) => update.changes);
  return { ...applyChanges(tree, changes), token: updates.at(-1)?.token ?? tree.token };
}

/** An event that is amended stands where it stood, with what is known of it now. */
function addEntries(state: TopState, entries: readonly LogEntry[]): TopState {
  if (entries.length === 0) return state;
  const log = [...state.log];
  for (const entry of entries) {
    const at =
      entry.kind === 'event' && entry.event.revision > 0
        ? log.findLastIndex((former) => former.kind === 'event' && former.event.id === entry.event.id)
        : -1;
    if (at === -1) log.push(entry);
    else log[at] = entry;
  }
  return { ...state, log: log.slice(-MAX_LOG) };
}

function takeDeaths(state: TopState, events: readonly TreeEvent[]): Pick<TopState, 'deaths' | 'pasts'> {
  let deaths = state.deaths;
  let pasts = state.pasts;
  for (const event of events) {
    const uid = event.pod?.uid;
    if (uid === undefined || (event.type !== 'pause.exited' && event.type !== 'pause.restarted')) continue;
    deaths = latest(deaths, uid, deathAfter(deaths.get(uid), event), MAX_DEATHS);
    // What the agent remembered before is not all any more.
    if (pasts.has(uid)) pasts = without(pasts, uid);
  }
  return { deaths, pasts };
}

function deathAfter(former: Death | undefined, event: Extract<TreeEvent, { type: 'pause.exited' | 'pause.restarted' }>): Death {
  if (event.type === 'pause.exited') {
    const isSame = former?.restart?.oldSandbox.id === event.sandbox?.id;
    return former?.restart !== undefined && isSame ? { exit: event, restart: former.restart } : { exit: event };
  }
  const isSame = former?.exit?.sandbox?.id === event.oldSandbox.id;
  return former?.exit !== undefined && isSame ? { exit: former.exit, restart: event } : { restart: event };
}

function takeAlerts(alerts: TopState['alerts'], events: readonly TreeEvent[]): TopState['alerts'] {
  let after = alerts;
  for (const event of events) {
    if (event.type !== 'alert.firing' && event.type !== 'alert.resolved') continue;
    const key = `${event.alert.name} ${event.pod?.uid ?? ''}`;
    const firing: FiringAlert = { alert: event.alert, ...(event.pod && { podUid: event.pod.uid }) };
    after = event.type === 'alert.firing' ? latest(after, key, firing, MAX_ALERTS) : without(after, key);
  }
  return after;
}

export function takeConnection(state: TopState, connection: Connection, now: number): TopState {
  if (connection.state !== 'lost' || state.connection.state === 'lost') return { ...state, connection };
  return addEntries({ ...state, connection }, [{ kind: 'note', time: now, text: `no connection: ${connection.reason}`, isGap: false }]);
}

export function takePast(state: TopState, uid: string, past: Past): TopState {
  return { ...state, pasts: latest(state.pasts, uid, past, MAX_PASTS) };
}

function latest<T>(map: ReadonlyMap<string, T>, key: string, value: T, most: number): ReadonlyMap<string, T> {
  const after = new Map(map);
  after.delete(key);
  after.set(key, value);
  for (const oldest of after.keys()) {
    if (after.size <= most) break;
    after.delete(oldest);
  }
  return after;
}

function without<T>(map: ReadonlyMap<string, T>, key: string): ReadonlyMap<string, T> {
  const after = new Map(map);
  after.delete(key);
  return after;
}
