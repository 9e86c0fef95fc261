// Reads frames from a file or standard input: one JSON frame a line, a saved event a line, or a whole tree as `podtree tree -o json` writes it.
import { createReadStream } from 'node:fs';
import { messageOf, PodtreeError } from '../../src/error.ts';
import type { Frame } from '../../src/stream/frame.ts';
import { decodeJson } from '../../src/stream/json.ts';
import type { Session } from './session.ts';

/** A snapshot of a node with thousands of processes is some megabytes; more than this is no frame. */
const MAX_LINE_LENGTH = 64 * 1024 * 1024;

/** Yields the frames of `path` (`-`: standard input) as they are read. Throws RECORDING_INVALID with file and line. */
export async function* readFrameFile(path: string, session: Session): AsyncGenerator<Frame> {
  const name = path === '-' ? 'standard input' : path;
  let number = 0;
  // A tree that was printed for people to read spans many lines; the first one, a lone brace, gives it away.
  let pretty: string[] | undefined;
  for await (const line of readLines(path, name, session)) {
    number += 1;
    if (pretty !== undefined || (number === 1 && line.trim() === '{')) {
      pretty ??= [];
      pretty.push(line);
      continue;
    }
    if (line.trim() === '') continue;
    const frame = readLine(line, `${name}:${number}`);
    if (frame !== undefined) yield frame;
  }
  if (pretty !== undefined) {
    const frame = readLine(pretty.join('\n'), name);
    if (frame !== undefined) yield frame;
  }
}

async function* readLines(path: string, name: string, session: Session): AsyncGenerator<string> {
  const input = path === '-' ? session.stdin : createReadStream(path);
  const onStop = (): void => {
    input.destroy();
  };
  session.stop.addEventListener('abort', onStop);
  input.setEncoding('utf8');
  let rest = '';
  try {
    for await (const chunk of input) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > MAX_LINE_LENGTH)
        throw new PodtreeError('RECORDING_INVALID', `${name}: a line is longer than ${MAX_LINE_LENGTH} characters`);
      yield* lines;
    }
    if (rest !== '') yield rest;
  } catch (error) {
    if (session.stop.aborted) return;
    if (error instanceof PodtreeError) throw error;
    throw new PodtreeError('RECORDING_INVALID', `${name} cannot be read: ${messageOf(error)}`, { cause: error });
  } finally {
    session.stop.removeEventListener('abort', onStop);
    input.destroy();
  }
}

function readLine(line: string, at: string): Frame | undefined {
  try {
    return decodeJson(asFrame(line));
  } catch (error) {
    if (error instanceof PodtreeError && error.code === 'RECORDING_INVALID') throw new PodtreeError(error.code, `${at}: ${error.message}`);
    const next = 'expected what `podtree tail -o frames` or `podtree tree -o json` writes';
    throw new PodtreeError('RECORDING_INVALID', `${at} is no frame (${messageOf(error)}): ${next}`, { cause: error });
  }
}

// A recording of kernel events is another kind of file.
function isRecording(value: object): boolean {
  return 'podtree' in value && value.podtree === 'recording';
}

// What `tail -o json` prints is one update each, what `tree -o json` prints is a tree: both become the frame they came from.
function asFrame(line: string): string {
  const value: unknown = JSON.parse(line);
  if (typeof value !== 'object' || value === null) return line;
  if (isRecording(value)) throw new PodtreeError('RECORDING_INVALID', 'it is a recording of kernel events: use podtree replay');
  if ('event' in value && 'token' in value) return JSON.stringify({ updates: [{ changes: [], ...value }] });
  if ('pods' in value && 'token' in value) return JSON.stringify({ snapshot: { token: value.token, tree: value } });
  return line;
}
