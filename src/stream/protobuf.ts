// Frames as protobuf, by the schema in podtree.proto. Encodes the contract's objects as they are; only a change's record changes its name.
import { messageOf, PodtreeError } from '../error.ts';
import type { TreeChange } from '../tree/change.ts';
import type { Codec } from './codec.ts';
import type { Frame, Update } from './frame.ts';
import { podtree } from './generated/podtree.js';
import { type ChangeKind, readFrame } from './read-frame.ts';

const { Frame: Message } = podtree.v1;
type ChangeMessage = podtree.v1.Change.$Properties;
type FrameMessage = podtree.v1.Frame.$Properties;

function changeMessage(change: TreeChange): ChangeMessage {
  const { kind, key } = change;
  if (change.op === 'remove') {
    return {
      op: 'remove',
      kind,
      key,
      podUid: change.podUid ?? null,
      sandboxId: change.sandboxId ?? null,
      containerId: change.containerId ?? null,
    };
  }
  switch (change.kind) {
    case 'pod':
      return { op: 'put', kind, key, podUid: change.podUid, pod: change.record } as ChangeMessage;
    case 'sandbox':
      return {
        op: 'put',
        kind,
        key,
        podUid: change.podUid,
        sandboxId: change.sandboxId,
        history: change.history ?? null,
        sandbox: change.record,
      } as ChangeMessage;
    case 'container':
      return {
        op: 'put',
        kind,
        key,
        podUid: change.podUid,
        sandboxId: change.sandboxId,
        containerId: change.containerId,
        container: change.record,
      } as ChangeMessage;
    case 'process':
      return {
        op: 'put',
        kind,
        key,
        podUid: change.podUid,
        sandboxId: change.sandboxId,
        containerId: change.containerId,
        process: change.record,
      } as ChangeMessage;
    case 'guest':
      return { op: 'put', kind, key, podUid: change.podUid, sandboxId: change.sandboxId, process: change.record } as ChangeMessage;
    case 'usage':
      return { op: 'put', kind, key, podUid: change.podUid, sandboxId: change.sandboxId, usage: change.record } as ChangeMessage;
    case 'leaked':
      return { op: 'put', kind, key, leaked: change.record } as ChangeMessage;
  }
}

function updateMessage(update: Update): podtree.v1.Update.$Properties {
  const changes = update.changes.map(changeMessage);
  // The generated types want mutable arrays; encoding only reads.
  return { token: update.token, event: (update.event ?? null) as podtree.v1.Event.$Properties | null, changes };
}

function bytesOf(message: FrameMessage): Buffer {
  const bytes = Message.encode(message).finish();
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export const protobufCodec: Codec<Buffer> = {
  protocol: 'protobuf',
  isBinary: true,
  encodeUpdate: (update) => bytesOf({ updates: [updateMessage(update)] }),
  // Protobuf messages that follow one another are one message with their repeated fields in order.
  join: (parts) => Buffer.concat(parts),
  encode: (frame) => bytesOf(('updates' in frame ? { updates: frame.updates.map(updateMessage) } : frame) as FrameMessage),
};

// The shape of a decoded change, renamed back to the contract's.
function contractChange(change: podtree.v1.Change): unknown {
  const { pod, sandbox, container, process, usage, leaked } = change;
  const record = { pod, sandbox, container, process, guest: process, usage, leaked }[change.kind as ChangeKind];
  return {
    op: change.op,
    kind: change.kind,
    podUid: change.podUid,
    sandboxId: change.sandboxId,
    containerId: change.containerId,
    key: change.key,
    history: change.history,
    record,
  };
}

/** Undefined for a frame of a kind that is newer than this program. Throws FRAME_INVALID. */
export function decodeProtobuf(data: Uint8Array): Frame | undefined {
  let message: podtree.v1.Frame;
  try {
    message = Message.decode(data);
  } catch (error) {
    throw new PodtreeError('FRAME_INVALID', `frame: not a podtree.v1.Frame: ${messageOf(error)}`, { cause: error });
  }
  if (message.updates.length === 0) return readFrame(message);
  const updates = message.updates as readonly podtree.v1.Update[];
  return readFrame({
    updates: updates.map((update) => ({
      token: update.token,
      event: update.event,
      changes: (update.changes as readonly podtree.v1.Change[]).map(contractChange),
    })),
  });
}
