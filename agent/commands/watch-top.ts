// Runs the full-screen view: frames and keys go into its state, and the state is drawn some ten times a second at most.
import { once } from 'node:events';
import { messageOf, PodtreeError } from '../../src/error.ts';
import type { Frame } from '../../src/stream/frame.ts';
import type { HistoryFetchOptions } from '../../src/stream/history-client.ts';
import type { Key } from '../../src/terminal/key.ts';
import type { UserName } from '../../src/terminal/sender.ts';
import type { TimeForm } from '../../src/terminal/time-form.ts';
import { drawTop } from '../../src/terminal/top/draw-top.ts';
import { takeConnection, takeFrames, takePast } from '../../src/terminal/top/ingest.ts';
import { lookAt, settle } from '../../src/terminal/top/look.ts';
import { wantedPast } from '../../src/terminal/top/past.ts';
import { press } from '../../src/terminal/top/press.ts';
import { initialState, type Past, type Sort, type TopState, withView } from '../../src/terminal/top/state.ts';
import type { ColumnOptions } from './column-option.ts';
import { credentialsOf } from './credential-files.ts';
import { EXIT, type ExitCode } from './failure.ts';
import { lossOf, type OnRetry, openFrames } from './frame-source.ts';
import { type FullScreen, openFullScreen } from './full-screen.ts';
import { type ColorOptions, type FilterOptions, paintOf, type SourceOptions, serverUrl } from './option.ts';
import type { Session } from './session.ts';
import { userNamesOf } from './user-names.ts';

export interface TopCommandOptions extends SourceOptions, FilterOptions, ColorOptions, ColumnOptions {
  readonly sort: Sort;
  readonly filter: string;
  readonly times: TimeForm;
  readonly mouse: boolean;
  readonly once: boolean;
  readonly width?: number;
}

/** Shortest time between two drawings of what came in; a key is answered at once. */
const DRAW_EVERY_MS = 80;
/** Ages on the screen go on when nothing happens. */
const TICK_MS = 1000;
/** Updates that wait for the next drawing; beyond it they are taken in before. */
const MAX_WAITING = 4096;
/** The cursor has to stay on a pod for so long before the agent is asked for its past. */
const ASK_AFTER_MS = 120;

const ADVICE = 'podtree top --once prints one picture, podtree tree --watch prints each change';

/** Runs until the person quits or the session is stopped. Throws what openFrames throws, and UsageError without a terminal. */
export async function watchTop(options: TopCommandOptions, outer: Session): Promise<ExitCode> {
  const quit = new AbortController();
  const session = { ...outer, stop: AbortSignal.any([outer.stop, quit.signal]) };
  const top = createTop(options, session, () => quit.abort());
  try {
    for await (const frame of openFrames({ ...options, reconnect: true, onRetry: top.onRetry }, session)) top.take(frame);
    if (!session.stop.aborted) await top.end();
  } finally {
    top.close();
  }
  return EXIT.fine;
}

interface Top {
  readonly onRetry: OnRetry;
  /** The first one opens the screen: that there is no agent is said on the ordinary one. */
  take(frame: Frame): void;
  /** There is no more to come: resolves when the person quits. */
  end(): Promise<void>;
  close(): void;
}

function createTop(options: TopCommandOptions, session: Session, quit: () => void): Top {
  const { sort, filter, times, mouse, columns } = options;
  const { out } = session;
  const paint = paintOf(options, session);
  let state = initialState({ sort, filter, times, hasMouse: mouse, ...(columns && { columns }) });
  let waiting: Frame[] = [];
  let waitingUpdates = 0;
  let screen: FullScreen | undefined;
  let pending: NodeJS.Timeout | undefined;
  let ticking: NodeJS.Timeout | undefined;
  let drawnAt = 0;
  let userName: UserName | undefined;
  const past = options.from === undefined ? askForPasts(options, session, put) : undefined;

  function put(next: (state: TopState) => TopState): void {
    state = next(state);
    soon();
  }

  function takeWaiting(): void {
    if (waiting.length === 0) return;
    state = takeFrames(state, waiting, Date.now());
    waiting = [];
    waitingUpdates = 0;
  }

  function draw(): void {
    clearTimeout(pending);
    pending = undefined;
    if (screen === undefined) return;
    takeWaiting();
    const now = Date.now();
    drawnAt = now;
    const size = out.size();
    const look = lookAt(state, size, now);
    const { lines, scrolled } = drawTop(settle(state, look), look, { size, paint, now, userName });
    state = withView(settle(state, look), scrolled);
    screen.show(lines);
    screen.reportMouse(state.view.hasMouse);
    past?.want(wantedPast(state, look.items[look.cursor]?.pod));
  }

  function soon(): void {
    pending ??= setTimeout(draw, Math.max(0, drawnAt + DRAW_EVERY_MS - Date.now()));
  }

  function onKeys(keys: readonly Key[]): void {
    takeWaiting();
    for (const key of keys) {
      const now = Date.now();
      const look = lookAt(state, out.size(), now);
      const pressed = press(settle(state, look), key, look, now);
      state = pressed.state;
      if (pressed.command === 'quit') return quit();
      if (pressed.command === 'redraw') screen?.forget();
      if (pressed.command === 'suspend') void screen?.suspend();
    }
    draw();
  }

  return {
    onRetry: ({ error, attempt, delayMs }) => {
      const now = Date.now();
      // Taken in first: what was said before the loss stands before it.
      takeWaiting();
      const lostAt = state.connection.state === 'lost' ? state.connection.lostAt : now;
      put((before) => takeConnection(before, { state: 'lost', reason: lossOf(error), attempt, lostAt, retryAt: now + delayMs }, now));
    },
    take: (frame) => {
      if ('hello' in frame) userName = userNamesOf([frame.hello.bootId]);
      waiting.push(frame);
      waitingUpdates += 'updates' in frame ? frame.updates.length : 1;
      if (waitingUpdates > MAX_WAITING) takeWaiting();
      if (screen !== undefined) return soon();
      screen = openFullScreen(session, { onKeys, onChange: draw, onEnd: quit }, ADVICE);
      ticking = setInterval(soon, TICK_MS);
      draw();
    },
    end: async () => {
      if (screen === undefined) throw new PodtreeError('AGENT_PROTOCOL', 'there was nothing in what was read: expected a snapshot frame');
      takeWaiting();
      put((before) => takeConnection(before, { state: 'ended', reason: 'end of file' }, Date.now()));
      await once(session.stop, 'abort');
    },
    close: () => {
      clearTimeout(pending);
      clearInterval(ticking);
      past?.close();
      screen?.close();
    },
  };
}

/** Asks the agent for the past of the pod that is looked at, one at a time. */
function askForPasts(
  options: TopCommandOptions,
  { stop: signal }: Session,
  put: (next: (state: TopState) => TopState) => void,
): { want(uid: string | undefined): void; close(): void } {
  const credentials = credentialsOf(options);
  const server = serverUrl(options.server).href;
  const asked = new Map<string, number>();
  let wanted: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let serial = 0;
  const ask = async (uid: string): Promise<void> => {
    serial += 1;
    const mine = serial;
    asked.set(uid, mine);
    put((state) => takePast(state, uid, { state: 'asked' }));
    const answer = await fetchPast(uid, { server, signal, credentials });
    if (asked.get(uid) !== mine) return;
    asked.delete(uid);
    // Another death since then: what was answered is not all any more.
    put((state) => (state.pasts.get(uid)?.state === 'asked' ? takePast(state, uid, answer) : state));
  };
  return {
    want: (uid) => {
      if (uid === wanted) return;
      wanted = uid;
      clearTimeout(timer);
      if (uid === undefined) return;
      timer = setTimeout(() => {
        wanted = undefined;
        void ask(uid);
      }, ASK_AFTER_MS);
    },
    close: () => clearTimeout(timer),
  };
}

async function fetchPast(uid: string, source: HistoryFetchOptions): Promise<Past> {
  try {
    const { fetchHistory } = await import('../../src/stream/history-client.ts');
    const history = await fetchHistory(uid, source);
    return history === undefined ? { state: 'failed', reason: 'it does not remember this pod' } : { state: 'known', history };
  } catch (error) {
    return { state: 'failed', reason: messageOf(error) };
  }
}
