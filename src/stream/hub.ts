// The middle of the stream: numbers updates, keeps the last of them, and brings every client from where it is to now. Knows no HTTP.
import type { TreeUpdate } from '../tree/change.ts';
import type { Tree } from '../tree/model.ts';
import { sortTree } from './apply.ts';
import type { Codec } from './codec.ts';
import type { Filter } from './filter.ts';
import type { Gap, Update } from './frame.ts';
import { createJournal, type Position } from './journal.ts';
import type { StreamLimits } from './limits.ts';
import { createPeer, type Peer, type PeerOptions, type Shared } from './peer.ts';
import { createPodDirectory } from './pod-directory.ts';
import { createView, type Slice } from './view.ts';

export interface HubOptions {
  readonly node: string;
  readonly bootId: string;
  readonly version: string;
  readonly epoch: string;
  readonly limits: StreamLimits;
  tree(): Omit<Tree, 'token'>;
  now(): number;
}

export interface HubStats {
  readonly clients: number;
  readonly clientsTotal: number;
  readonly framesSent: number;
  readonly bytesSent: number;
  readonly snapshots: number;
  /** Gaps of the kernel or the agent that were stated. */
  readonly gaps: number;
  /** Gaps stated because one client was too slow, and the updates these clients missed. */
  readonly clientGaps: number;
  readonly lost: number;
  /** Clients cut off because they showed no sign of life. */
  readonly deadClients: number;
  readonly updates: number;
  readonly journalUpdates: number;
  readonly journalBytes: number;
  /** Bytes that clients have not read yet. */
  readonly bufferedBytes: number;
}

export interface Hub {
  readonly peers: ReadonlySet<Peer>;
  publish(updates: readonly TreeUpdate[]): void;
  gap(stage: 'kernel' | 'agent', lost: number | undefined): void;
  /** Undefined for a token that never was one of ours. */
  locate(token: string): Position | undefined;
  join(client: Pick<PeerOptions, 'socket' | 'stream' | 'codec'> & { readonly filter: Filter; readonly since: Position | undefined }): void;
  tree(): Tree;
  stats(): HubStats;
  /** Sends what is pending and stops all timers. */
  stop(): void;
}

interface Encoded {
  /** Of the slice's updates, and of the parts of updates that filters leave. */
  readonly parts: Map<Update, unknown>;
  readonly frame: Buffer;
}

/** What somebody is waiting for: it goes out before anything else is done with it, and a write to disk that follows does not hold it up. */
function isUrgent({ event }: TreeUpdate): boolean {
  return event !== undefined && event.revision === 0 && (event.type === 'pause.exited' || event.type === 'alert.firing');
}

export function createHub(options: HubOptions): Hub {
  const { limits, now } = options;
  const journal = createJournal(options.epoch, limits);
  const directory = createPodDirectory(options.tree());
  const peers = new Set<Peer>();
  const count = { framesSent: 0, bytesSent: 0, snapshots: 0, lost: 0, clientGaps: 0 };
  let clientsTotal = 0;
  let deadClients = 0;
  let updatesTotal = 0;
  let gaps = 0;

  // Made once for all clients: the slices they are being sent now, and the last snapshot as long as nothing has happened since.
  const slices = new Map<number, Slice>();
  const encodings = new Map<Slice, Map<Codec<unknown>, Encoded>>();
  let snapshot: { readonly next: number; readonly tree: Tree; readonly frames: Map<Codec<unknown>, Buffer> } | undefined;

  function currentSnapshot(): NonNullable<typeof snapshot> {
    if (snapshot?.next !== journal.next) {
      const token = journal.token(journal.next);
      snapshot = { next: journal.next, tree: sortTree({ ...options.tree(), token }), frames: new Map() };
    }
    return snapshot;
  }

  function cutSlice(from: number): Slice {
    const updates: Update[] = [];
    let to = from;
    while (to < journal.next && updates.length < limits.frameUpdates) {
      const entry = journal.entry(to);
      if (entry === undefined || 'gap' in entry) break;
      to += 1;
      updates.push({ token: journal.token(to), ...entry });
    }
    return { from, to, updates };
  }

  function encode(slice: Slice, codec: Codec<unknown>): Encoded {
    const byCodec = encodings.get(slice) ?? new Map<Codec<unknown>, Encoded>();
    encodings.set(slice, byCodec);
    const known = byCodec.get(codec);
    if (known !== undefined) return known;
    const parts = new Map(slice.updates.map((update) => [update, codec.encodeUpdate(update)]));
    const encoded = { parts, frame: codec.join([...parts.values()]) };
    byCodec.set(codec, encoded);
    return encoded;
  }

  let bufferedBytes = 0;
  const shared: Shared = {
    journal,
    tree: () => currentSnapshot().tree,
    slice(from) {
      const slice = slices.get(from) ?? cutSlice(from);
      slices.set(from, slice);
      return slice;
    },
    sliceFrame: (slice, codec) => encode(slice, codec).frame,
    updatesFrame(slice, updates, codec) {
      const { parts, frame } = encode(slice, codec);
      if (updates.length === slice.updates.length && updates.every((update, index) => update === slice.updates[index])) return frame;
      return codec.join(
        updates.map((update) => {
          const part = parts.get(update) ?? codec.encodeUpdate(update);
          parts.set(update, part);
          return part;
        }),
      );
    },
    snapshotFrame(codec) {
      const { tree, frames } = currentSnapshot();
      const frame = frames.get(codec) ?? codec.encode({ snapshot: { token: tree.token, tree } });
      frames.set(codec, frame);
      return frame;
    },
    bufferLimit() {
      const isTight = bufferedBytes > limits.totalBufferBytes;
      return isTight ? Math.min(limits.clientBufferBytes, limits.totalBufferBytes / peers.size) : limits.clientBufferBytes;
    },
    now,
    count,
  };

  let pumpedTo = journal.next;
  let pumpedAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let immediate: NodeJS.Immediate | undefined;

  function unschedule(): void {
    clearTimeout(timer);
    clearImmediate(immediate);
    timer = undefined;
    immediate = undefined;
  }

  function measureBuffers(): number {
    let bytes = 0;
    for (const { socket } of peers) bytes += socket.bufferedAmount;
    return bytes;
  }

  /** `isTreeNow`: the tree is that of the journal's end, and whoever is owed a snapshot may have it. */
  function pumpAll(isTreeNow = true): void {
    unschedule();
    bufferedBytes = measureBuffers();
    for (const peer of peers) peer.pump(isTreeNow);
    slices.clear();
    encodings.clear();
    pumpedTo = journal.next;
    pumpedAt = now();
  }

  // The first update after a pause goes out at the end of this turn of the event loop; in a storm one frame a `batchMs` carries them all.
  function schedule(): void {
    if (timer !== undefined || immediate !== undefined) return;
    if (now() - pumpedAt >= limits.batchMs) immediate = setImmediate(() => pumpAll());
    else timer = setTimeout(() => pumpAll(), limits.batchMs);
  }

  const pendingGaps = new Map<Gap['stage'], { lost: number | undefined; isStated: boolean; timer: NodeJS.Timeout }>();

  function stateGap(stage: 'kernel' | 'agent', lost: number | undefined): void {
    gaps += 1;
    journal.appendGap(lost === undefined ? { stage } : { stage, lost });
    pumpAll();
    // A snapshot for everybody is dear: a loss that goes on is stated a few times a second, with the sum.
    const again = setTimeout(() => {
      const pending = pendingGaps.get(stage);
      pendingGaps.delete(stage);
      if (pending?.isStated === false) stateGap(stage, pending.lost);
    }, limits.gapMs);
    pendingGaps.set(stage, { lost: 0, isStated: true, timer: again });
  }

  const heartbeat = setInterval(() => {
    pumpAll();
    snapshot = undefined;
    // A tick that comes a little early must not make the silence twice as long.
    for (const peer of peers) peer.heartbeat(limits.heartbeatMs * 0.9);
  }, limits.heartbeatMs);
  const ping = setInterval(() => {
    for (const peer of peers) {
      if (peer.checkAlive()) continue;
      deadClients += 1;
      peer.socket.terminate();
    }
  }, limits.pingMs);
  // The listening socket keeps the program alive, not these.
  heartbeat.unref();
  ping.unref();

  return {
    peers,
    publish(updates) {
      let cannotWait = false;
      for (const update of updates) {
        // A burst must not run over the journal before anybody was sent it: what waited for a container's name comes all at once.
        if (peers.size > 0 && journal.next - pumpedTo >= limits.frameUpdates) pumpAll(false);
        directory.observe(update.changes, journal.next);
        journal.append(update);
        cannotWait ||= isUrgent(update);
      }
      updatesTotal += updates.length;
      if (peers.size === 0) return;
      if (cannotWait || journal.next - pumpedTo >= limits.frameUpdates) pumpAll();
      else schedule();
    },
    gap(stage, lost) {
      const pending = pendingGaps.get(stage);
      if (pending === undefined) {
        stateGap(stage, lost);
        return;
      }
      pending.lost = pending.lost === undefined || lost === undefined ? undefined : pending.lost + lost;
      pending.isStated = false;
    },
    locate: (token) => journal.locate(token),
    join({ socket, stream, codec, filter, since }) {
      const view = filter.isEveryPod && filter.isEveryType ? undefined : createView(filter, directory);
      const peer = createPeer({ socket, stream, codec, view }, shared);
      peers.add(peer);
      clientsTotal += 1;
      socket.on('close', () => peers.delete(peer));
      const { node, bootId, version } = options;
      const resumed = since !== undefined && 'next' in since;
      peer.start({ hello: { node, bootId, version, epoch: journal.epoch, resumed } }, since);
    },
    tree: () => currentSnapshot().tree,
    stats: () => ({
      clients: peers.size,
      clientsTotal,
      ...count,
      gaps,
      deadClients,
      updates: updatesTotal,
      journalUpdates: journal.next - journal.first,
      journalBytes: journal.bytes,
      bufferedBytes: measureBuffers(),
    }),
    stop() {
      pumpAll();
      clearInterval(heartbeat);
      clearInterval(ping);
      for (const pending of pendingGaps.values()) clearTimeout(pending.timer);
    },
  };
}
