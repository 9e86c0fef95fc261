// Frames as JSON text. The types of the contract are written so that JSON.stringify gives what the contract says.
import { messageOf, PodtreeError } from '../error.ts';
import type { Codec } from './codec.ts';
import type { Frame } from './frame.ts';
import { readFrame } from './read-frame.ts';

export const jsonCodec: Codec<string> = {
  protocol: 'json',
  isBinary: false,
  encodeUpdate: (update) => JSON.stringify(update),
  join: (parts) => Buffer.from(`{"updates":[${parts.join(',')}]}`),
  encode: (frame) => Buffer.from(JSON.stringify(frame)),
};

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
