// The bounds of the stream server, with their defaults: nothing a client does makes the agent hold more than this.
export interface StreamLimits {
  /** WebSocket clients at the same time; the next one gets 503. */
  readonly clients: number;
  /** TCP connections at the same time, clients included; further ones are closed at once. */
  readonly connections: number;
  /** Bytes of one client that wait to be read before it is left behind. */
  readonly clientBufferBytes: number;
  /** The same for all clients together: beyond it each may hold an equal share only. */
  readonly totalBufferBytes: number;
  /** Updates kept for clients that fell behind or come back. */
  readonly journalUpdates: number;
  /** Heap that they may take, as estimated. */
  readonly journalBytes: number;
  /** Updates in one frame. */
  readonly frameUpdates: number;
  /** How long updates may wait for others once a frame was sent less than this ago. */
  readonly batchMs: number;
  /** A heartbeat is sent when a client got nothing else for this long. */
  readonly heartbeatMs: number;
  /** How often clients are pinged; one that showed no sign of life between two pings is cut off. */
  readonly pingMs: number;
  /** Gaps of one stage within this time are stated together. */
  readonly gapMs: number;
  /** How long clients have to answer the closing handshake when the agent stops. */
  readonly closeMs: number;
  /** How often the credentials of clients that came in with one are looked at again. */
  readonly recheckMs: number;
}

export const STREAM_LIMITS: StreamLimits = {
  clients: 64,
  connections: 256,
  clientBufferBytes: 4 * 1024 * 1024,
  totalBufferBytes: 64 * 1024 * 1024,
  journalUpdates: 32_768,
  journalBytes: 16 * 1024 * 1024,
  frameUpdates: 1024,
  batchMs: 1,
  heartbeatMs: 5000,
  pingMs: 15_000,
  gapMs: 250,
  closeMs: 1000,
  recheckMs: 60_000,
};
