// Where a command's frames come from: a live agent, or a file of recorded ones.
import { messageOf } from '../../src/error.ts';
import type { openStream } from '../../src/stream/client.ts';
import type { Frame } from '../../src/stream/frame.ts';
import { formatOutage } from '../../src/terminal/duration.ts';
import { credentialsOf } from './credential-files.ts';
import { UsageError } from './failure.ts';
import { readFrameFile } from './frame-file.ts';
import { filterFrames } from './frame-filter.ts';
import { type FilterOptions, queryOf, type SourceOptions, serverUrl } from './option.ts';
import type { Session } from './session.ts';

export interface FrameOptions extends SourceOptions, FilterOptions {
  readonly since?: string;
  readonly reconnect: boolean;
  /** Told of each connection that was lost, in place of a message on standard error: that would tear a picture on the terminal. */
  readonly onRetry?: OnRetry;
  /** A picture is on the terminal from the beginning, and says itself that it waits. */
  readonly isPatient?: boolean;
}

export type OnRetry = (retry: { readonly error: Error; readonly attempt: number; readonly delayMs: number }) => void;

/** A person who waits longer than this is told for what. */
const PATIENCE_MS = 1000;

/** Frames until the source ends or the session stops. Throws UsageError, RECORDING_INVALID, and as openStream. */
export function openFrames(options: FrameOptions, session: Session): AsyncIterable<Frame> {
  const query = queryOf(options);
  if (options.from !== undefined) {
    if (options.since !== undefined) throw new UsageError('--since needs a live agent: leave it out with --from');
    const frames = filterFrames(readFrameFile(options.from, session), query);
    return sayWhenSlow(frames, options.from === '-' ? 'reading standard input' : `reading ${options.from}`, session);
  }
  const server = serverUrl(options.server);
  const credentials = credentialsOf(options);
  const onRetry: OnRetry =
    options.onRetry ?? ((retry) => session.note(`${lossOf(retry.error)}; trying again in ${formatOutage(retry.delayMs)}`));
  const frames = liveFrames({ server: server.href, query, reconnect: options.reconnect, signal: session.stop, credentials, onRetry });
  return options.isPatient === true ? frames : sayWhenSlow(frames, `waiting for the agent at ${server.origin}`, session);
}

/** What broke, without the advice: that is for those who do not come back by themselves. */
export function lossOf(error: Error): string {
  return messageOf(error).split('. ')[0] ?? '';
}

async function* liveFrames(options: Parameters<typeof openStream>[0]): AsyncGenerator<Frame> {
  // Loaded only here: help and recorded files need no WebSocket client.
  const client = await import('../../src/stream/client.ts');
  yield* client.openStream(options);
}

/** The same frames. When the first one is late, a person at a terminal is told what is being done; a script is not. */
async function* sayWhenSlow(frames: AsyncIterable<Frame>, what: string, session: Session): AsyncGenerator<Frame> {
  const late = setTimeout(() => {
    if (session.isErrorTerminal) session.note(`${what} … (Ctrl-C ends)`);
  }, PATIENCE_MS);
  try {
    for await (const frame of frames) {
      clearTimeout(late);
      yield frame;
    }
  } finally {
    clearTimeout(late);
  }
}
