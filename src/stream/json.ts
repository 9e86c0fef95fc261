// Frames as JSON text. The types of the contract are written so that JSON.stringify gives what the contract says.
import { messageOf, PodtreeError } from '../error.ts';
import type { Codec } from './codec.ts';
import type { Frame } from './frame.ts';
import { readFrame } from './read-frame.ts';

const BEGIN = '{"updates":[';
const END = ']}';

export const jsonCodec: Codec<string> = {
  protocol: 'json',
  isBinary: false,
  encodeUpdate: (update) => JSON.stringify(update),
  join,
  encode: (frame) => Buffer.from(JSON.stringify(frame)),
};

/** Written one by one: joined as text first, each character would be copied twice more. */
function join(parts: readonly string[]): Buffer {
  const frame = Buffer.allocUnsafe(parts.reduce((bytes, part) => bytes + 1 + Buffer.byteLength(part), BEGIN.length + END.length));
  let at = frame.write(BEGIN);
  for (const [index, part] of parts.entries()) {
    if (index > 0) at += frame.write(',', at);
    at += frame.write(part, at);
  }
  return frame.subarray(0, at + frame.write(END, at));
}

/** Undefined for a frame of a kind that is newer than this program. Throws FRAME_INVALID. */
export function decodeJson(data: string): Frame | undefined {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch (error) {
    throw new PodtreeError('FRAME_INVALID', `frame: not JSON: ${messageOf(error)}`, { cause: error });
  }
  return readFrame(value);
}
