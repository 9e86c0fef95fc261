// Where a command's frames come from: a live agent, or a file of recorded ones.
import { readFileSync } from 'node:fs';
import { messageOf } from '../../src/error.ts';
import type { openStream } from '../../src/stream/client.ts';
import type { Frame } from '../../src/stream/frame.ts';
import { formatOutage } from '../../src/terminal/duration.ts';
import { UsageError } from './failure.ts';
import { readFrameFile } from './frame-file.ts';
import { filterFrames } from './frame-filter.ts';
import { type FilterOptions, queryOf, type SourceOptions, serverUrl } from './option.ts';
import type { Session } from './session.ts';

export interface FrameOptions extends SourceOptions, FilterOptions {
  readonly since?: string;
  readonly reconnect: boolean;
  /** The command draws a picture on the terminal, which a message would tear, and which goes on by itself anyway. */
  readonly hasPicture?: boolean;
}

/** Frames until the source ends or the session stops. Throws UsageError, QUERY_INVALID, AGENT_UNREACHABLE, AGENT_PROTOCOL, RECORDING_INVALID. */
export function openFrames(options: FrameOptions, session: Session): AsyncIterable<Frame> {
  const query = queryOf(options);
  if (options.from !== undefined) {
    if (options.since !== undefined) throw new UsageError('--since needs a live agent: leave it out with --from');
    return filterFrames(readFrameFile(options.from, session), query);
  }
  const token = options.tokenFile === undefined ? undefined : readToken(options.tokenFile);
  return liveFrames({ server: serverUrl(options.server).href, query, reconnect: options.reconnect, signal: session.stop, token, onRetry });

  function onRetry(retry: { readonly error: Error; readonly attempt: number; readonly delayMs: number }): void {
    if (options.hasPicture === true && session.out.isTerminal) return;
    // What to do next is for those who do not come back by themselves.
    const [what] = messageOf(retry.error).split('. ');
    session.note(`${what}; trying again in ${formatOutage(retry.delayMs)}`);
  }
}

async function* liveFrames(options: Parameters<typeof openStream>[0]): AsyncGenerator<Frame> {
  // Loaded only here: help and recorded files need no WebSocket client.
  const client = await import('../../src/stream/client.ts');
  yield* client.openStream(options);
}

/** Throws UsageError for a file that holds no token. */
export function readToken(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new UsageError(`--token-file: ${messageOf(error)}`);
  }
  if (!/^[\x21-\x7e]{1,8192}$/.test(text)) throw new UsageError(`--token-file ${path}: expected one line of printable ASCII`);
  return text;
}
