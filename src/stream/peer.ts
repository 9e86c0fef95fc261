// One connected client: how far it has got in the journal, and what it is sent next. A client that reads slowly is simply further back.
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Tree } from '../tree/model.ts';
import type { Codec } from './codec.ts';
import type { Frame, Gap, Update } from './frame.ts';
import type { Journal, Position } from './journal.ts';
import type { Slice, View } from './view.ts';

/** What all clients share, so that a frame is encoded once per format. */
export interface Shared {
  readonly journal: Journal;
  /** The tree now, in order, with the token of the journal's end. */
  tree(): Tree;
  /** Updates from `from` on, up to the end of the journal, the next gap or the size of a frame. Not empty when an update is at `from`. */
  slice(from: number): Slice;
  sliceFrame(slice: Slice, codec: Codec<unknown>): Buffer;
  updatesFrame(slice: Slice, updates: Slice['updates'], codec: Codec<unknown>): Buffer;
  snapshotFrame(codec: Codec<unknown>): Buffer;
  /** Bytes one client may leave unread now. */
  bufferLimit(): number;
  now(): number;
  readonly count: { framesSent: number; bytesSent: number; snapshots: number; lost: number; clientGaps: number };
}

export interface PeerOptions {
  readonly socket: WebSocket;
  /** The connection below the WebSocket: its `drain` says when the client has read everything. */
  readonly stream: Duplex;
  readonly codec: Codec<unknown>;
  /** Absent for a client that gets everything. */
  readonly view: View | undefined;
}

export interface Peer {
  readonly socket: WebSocket;
  /** Sends hello, then what the position asks for. */
  start(hello: Frame, since: Position | undefined): void;
  /** Sends what there is, as far as the client takes it; a snapshot only when the tree is that of the journal's end, as it is by default. */
  pump(isTreeNow?: boolean): void;
  heartbeat(idleMs: number): void;
  /** Pings; false when there was no sign of life since the last time. */
  checkAlive(): boolean;
}

/** More than a node has pods: each of them may have lost its pause while the agent was away. */
const MAX_REPEATED = 1024;

/** What a client that comes back too late has missed: of an earlier run of the agent nobody knows how much. */
function gapOf(lost: number | undefined): Gap {
  return lost === undefined ? { stage: 'agent' } : { stage: 'client', lost };
}

export function createPeer({ socket, stream, codec, view }: PeerOptions, shared: Shared): Peer {
  const { journal, count } = shared;
  let cursor = journal.next;
  let owesSnapshot = false;
  let lastSentAt = shared.now();
  let isAlive = true;
  let unreadBefore = 0;
  let sentBytes = 0;

  function send(frame: Buffer): void {
    socket.send(frame, { binary: codec.isBinary });
    lastSentAt = shared.now();
    sentBytes += frame.length;
    count.framesSent += 1;
    count.bytesSent += frame.length;
  }

  function sendSnapshot(): void {
    owesSnapshot = false;
    count.snapshots += 1;
    if (view === undefined) {
      send(shared.snapshotFrame(codec));
      return;
    }
    const tree = shared.tree();
    send(codec.encode({ snapshot: { token: tree.token, tree: view.snapshot(tree) } }));
  }

  function sendSlice(slice: Slice): void {
    if (view === undefined) {
      send(shared.sliceFrame(slice, codec));
      return;
    }
    const updates = view.select(slice, shared.tree);
    if (updates.length > 0) send(shared.updatesFrame(slice, updates, codec));
  }

  /** The journal no longer has what the client would need next: it goes on from now. */
  function skipToNow(): void {
    const lost = journal.next - cursor;
    count.lost += lost;
    count.clientGaps += 1;
    cursor = journal.next;
    send(codec.encode({ gap: { stage: 'client', lost } }));
    owesSnapshot = true;
  }

  function pump(isTreeNow = true): void {
    while (cursor < journal.next) {
      if (socket.readyState !== socket.OPEN || socket.bufferedAmount > shared.bufferLimit()) return;
      if (cursor < journal.first) {
        skipToNow();
        break;
      }
      const entry = journal.entry(cursor);
      if (entry !== undefined && 'gap' in entry) {
        send(codec.encode({ gap: entry.gap }));
        owesSnapshot = true;
        cursor += 1;
        continue;
      }
      const slice = shared.slice(cursor);
      cursor = slice.to;
      sendSlice(slice);
    }
    if (isTreeNow && owesSnapshot && socket.readyState === socket.OPEN && socket.bufferedAmount <= shared.bufferLimit()) sendSnapshot();
  }

  function resume(next: number): void {
    cursor = next;
    if (view === undefined || cursor === journal.next) {
      view?.resume({ from: cursor, updates: [] }, shared.tree());
      return;
    }
    const updates: Slice['updates'][number][] = [];
    for (let at = next; at < journal.next; at += 1) {
      const entry = journal.entry(at);
      if (entry !== undefined && 'changes' in entry) updates.push({ token: '', changes: entry.changes });
    }
    view.resume({ from: next, updates }, shared.tree());
  }

  /** Pauses whose death this run of the agent told of before the client was back: a gap says that something is missing, and this is what people
   * wait for. Without changes, because the tree that the client was just sent has them. */
  function repeatDeaths(): void {
    const updates: Update[] = [];
    for (let at = journal.next - 1; at >= journal.first && updates.length < MAX_REPEATED; at -= 1) {
      const entry = journal.entry(at);
      const event = entry !== undefined && 'changes' in entry ? entry.event : undefined;
      if (event?.type !== 'pause.exited' && event?.type !== 'pause.restarted') continue;
      updates.push({ token: journal.token(at + 1), event, changes: [] });
    }
    const slice = { from: cursor, to: cursor, updates: updates.reverse() };
    const selected = view === undefined ? slice.updates : view.select(slice, shared.tree);
    if (selected.length > 0) send(codec.encode({ updates: selected }));
  }

  stream.on('drain', () => pump());
  socket.on('pong', () => {
    isAlive = true;
  });

  return {
    socket,
    start(hello, since) {
      send(codec.encode(hello));
      if (since !== undefined && 'next' in since) {
        resume(since.next);
        pump();
        return;
      }
      if (since !== undefined) send(codec.encode({ gap: gapOf(since.lost) }));
      sendSnapshot();
      if (since !== undefined) repeatDeaths();
    },
    pump,
    heartbeat(idleMs) {
      if (cursor < journal.next || owesSnapshot || socket.readyState !== socket.OPEN) return;
      if (shared.now() - lastSentAt >= idleMs) send(codec.encode({ heartbeat: { token: journal.token(cursor) } }));
    },
    checkAlive() {
      // A client that reads slowly gets our ping late, but what it has read shows that it is there.
      const read = sentBytes - socket.bufferedAmount;
      const hasRead = socket.bufferedAmount > 0 && read > unreadBefore;
      unreadBefore = read;
      if (!isAlive && !hasRead) return false;
      isAlive = false;
      if (socket.bufferedAmount <= shared.bufferLimit()) socket.ping();
      return true;
    },
  };
}
