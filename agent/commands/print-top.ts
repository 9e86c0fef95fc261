// `podtree top --once`: one picture of the full-screen view, for a ticket or a script.
import { PodtreeError } from '../../src/error.ts';
import type { Frame } from '../../src/stream/frame.ts';
import { drawTop } from '../../src/terminal/top/draw-top.ts';
import { takeConnection, takeFrames } from '../../src/terminal/top/ingest.ts';
import { lookAt, naturalRows } from '../../src/terminal/top/look.ts';
import { initialState, withView } from '../../src/terminal/top/state.ts';
import { EXIT, type ExitCode } from './failure.ts';
import { openFrames } from './frame-source.ts';
import { paintOf } from './option.ts';
import type { Session } from './session.ts';
import type { TopCommandOptions } from './watch-top.ts';

/** Without a terminal: what is pasted into a ticket should still be readable. */
const PIPE_WIDTH = 100;

/** Throws what openFrames throws. */
export async function printTop(options: TopCommandOptions, session: Session): Promise<ExitCode> {
  const { out, stop } = session;
  const frames = await takeOnce(openFrames({ ...options, reconnect: false }, session), options.from !== undefined);
  const { sort, filter, times, columns } = options;
  const taken = takeFrames(initialState({ sort, filter, times, ...(columns && { columns }) }), frames, Date.now());
  if (taken.tree === undefined) {
    if (stop.aborted) return EXIT.fine;
    throw new PodtreeError('AGENT_PROTOCOL', 'there was no tree in what was read: expected a snapshot frame');
  }
  // Events are what happens while one looks: of a moment there are none.
  const still = takeConnection(taken, { state: 'ended', reason: '' }, Date.now());
  const state = withView(still, { eventRows: taken.log.length === 0 ? 'none' : 'few' });
  const now = Date.now();
  const screen = out.size();
  const size = out.isTerminal ? screen : { columns: options.width ?? PIPE_WIDTH, rows: naturalRows(state) };
  const { lines } = drawTop(state, lookAt(state, size, now), { size, paint: paintOf(options, session), now });
  // Without the line of keys, and without what is empty below the list.
  await out.write(`${lines.slice(0, -1).join('\n').trimEnd()}\n`);
  return EXIT.fine;
}

/** Of a live stream its first tree, of a file all of it. */
async function takeOnce(frames: AsyncIterable<Frame>, isFile: boolean): Promise<readonly Frame[]> {
  const taken: Frame[] = [];
  for await (const frame of frames) {
    taken.push(frame);
    if (!isFile && 'snapshot' in frame) break;
  }
  return taken;
}
