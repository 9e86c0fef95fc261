// What the server and the client need of a wire format. Updates are encoded one by one, so that clients with different filters share the work.
import type { Frame, Update } from './frame.ts';

export type Protocol = 'json' | 'protobuf';

/** The WebSocket subprotocol of each format; a client that asks for none gets JSON. */
export const SUBPROTOCOL: Readonly<Record<Protocol, string>> = { json: 'podtree.v1.json', protobuf: 'podtree.v1.protobuf' };

export interface Codec<Part> {
  readonly protocol: Protocol;
  /** Whether its messages are binary WebSocket messages. */
  readonly isBinary: boolean;
  encodeUpdate(update: Update): Part;
  /** One frame of updates. */
  join(parts: readonly Part[]): Buffer;
  encode(frame: Frame): Buffer;
}
