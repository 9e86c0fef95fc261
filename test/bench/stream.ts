// What does it cost the agent to publish an update, with no client, with one and with ten? Prints one table. The clients are a process of their own.
import { fork } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { type Protocol, SUBPROTOCOL } from '../../src/stream/codec.ts';
import { decodeJson } from '../../src/stream/json.ts';
import { decodeProtobuf } from '../../src/stream/protobuf.ts';
import { createStreamServer } from '../../src/stream/server.ts';
import type { TreeUpdate } from '../../src/tree/change.ts';
import type { Tree } from '../../src/tree/model.ts';

const UPDATES = 100_000;
const RATE_PER_MS = 20;
const EPOCH = 'bench';
const POD_UID = '0f6d2b0e-7f0a-4b52-9f0e-2f7a6f1f7a11';
const silent = { debug() {}, info() {}, warn() {} };

function exec(index: number): TreeUpdate {
  const startTime = `2026-01-01T00:00:00.${String(index).padStart(9, '0')}Z`;
  const process = {
    pid: 1000 + (index % 30_000),
    nsPid: 7,
    ppid: 999,
    comm: 'worker',
    args: [],
    uid: 0,
    role: 'child',
    startTime,
  } as const;
  const pod = { uid: POD_UID, namespace: 'default', name: 'example-pod' };
  const containerId = 'c'.repeat(64);
  const sandboxId = 'a'.repeat(64);
  const key = `${process.pid}@${startTime}`;
  return {
    event: {
      type: 'process.started',
      id: `e${index}`,
      revision: 0,
      time: startTime,
      node: 'node-1',
      pod,
      sandbox: { id: sandboxId, attempt: 0 },
      container: { id: containerId, name: 'web-server' },
      process,
      source: 'kernel',
    },
    changes: [{ op: 'put', kind: 'process', podUid: pod.uid, sandboxId, containerId, key, record: process }],
  };
}

function tree(): Omit<Tree, 'token'> {
  const record = { uid: POD_UID, namespace: 'default', name: 'example-pod', labels: {}, hostNetwork: false };
  return { node: 'node-1', pods: [{ ...record, history: [] }], leaked: [] };
}

/** Reads with `clients` clients until each has had the end of the run. They decode nothing: what is measured is the server. */
async function runClients(port: number, clients: number, protocol: Protocol, query: Record<string, string>): Promise<void> {
  let lost = 0;
  const readers = Array.from({ length: clients }, async () => {
    const url = `ws://127.0.0.1:${port}/v1/stream?${new URLSearchParams(query)}`;
    const socket = new WebSocket(url, SUBPROTOCOL[protocol], { perMessageDeflate: false });
    const end = Promise.withResolvers<void>();
    socket.on('error', end.reject);
    let isFirst = true;
    socket.on('message', (data) => {
      if (!Buffer.isBuffer(data)) return;
      if (isFirst) process.send?.('ready');
      isFirst = false;
      if (data.includes(`${EPOCH}-${UPDATES}`)) end.resolve();
      if (data.length > 100) return;
      const frame = protocol === 'json' ? decodeJson(data.toString()) : decodeProtobuf(data);
      if (frame !== undefined && 'gap' in frame) lost += frame.gap.lost ?? 0;
    });
    await end.promise;
    socket.terminate();
  });
  await Promise.all(readers);
  process.send?.({ lost });
}

async function measure(clients: number, protocol: Protocol, query: Record<string, string>): Promise<void> {
  const server = createStreamServer({
    addresses: [{ host: '127.0.0.1', port: 0 }],
    node: 'node-1',
    bootId: 'b',
    version: '0',
    tree,
    readiness: () => ({ ready: true }),
    metrics: async () => '',
    log: silent,
    epoch: EPOCH,
  });
  const [{ port } = { port: 0 }] = await server.listen();
  const child =
    clients === 0 ? undefined : fork(import.meta.filename, ['clients', String(port), String(clients), protocol, JSON.stringify(query)]);
  const ready = Promise.withResolvers<void>();
  const done = Promise.withResolvers<number>();
  let readyClients = 0;
  child?.on('message', (message) => {
    if (message === 'ready') readyClients += 1;
    else done.resolve((message as { readonly lost: number }).lost);
    if (readyClients === clients) ready.resolve();
  });
  child?.once('exit', (code) => {
    if (code !== 0) throw new Error(`the clients ended with code ${code}`);
  });
  if (child === undefined) {
    ready.resolve();
    done.resolve(0);
  }
  await ready.promise;
  const updates = Array.from({ length: UPDATES }, (_, index) => exec(index));
  const start = performance.now();
  const cpu = process.cpuUsage();
  let inPublish = 0;
  for (let at = 0; at < UPDATES; ) {
    // As a storm comes from bpftrace: 20,000 a second, in one piece for each turn of the event loop.
    await delay(1);
    const due = Math.min(UPDATES, Math.ceil((performance.now() - start) * RATE_PER_MS));
    const batch = updates.slice(at, due);
    at = due;
    const before = performance.now();
    server.publish(batch);
    inPublish += performance.now() - before;
  }
  const lost = await done.promise;
  const used = process.cpuUsage(cpu);
  const stats = server.stats();
  const name = `${clients} ${clients === 0 ? '' : protocol}${Object.keys(query).length > 0 ? ' filtered' : ''}`;
  console.log(
    [
      name.padEnd(22),
      ((inPublish * 1000) / UPDATES).toFixed(2).padStart(12),
      ((used.user + used.system) / UPDATES).toFixed(1).padStart(14),
      (UPDATES / Math.max(1, stats.framesSent / Math.max(1, clients))).toFixed(0).padStart(14),
      (stats.bytesSent / Math.max(1, clients) / UPDATES).toFixed(0).padStart(12),
      String(lost).padStart(8),
      (process.memoryUsage().rss / 1024 / 1024).toFixed(0).padStart(8),
    ].join(' '),
  );
  child?.disconnect();
  await server.close();
}

if (process.argv[2] === 'clients') {
  const [port, clients, protocol, query] = process.argv.slice(3);
  await runClients(Number(port), Number(clients), protocol === 'protobuf' ? 'protobuf' : 'json', JSON.parse(query ?? '{}'));
} else {
  console.log(`${UPDATES} updates, 20,000 a second; CPU is that of the whole server process, the clients are another one`);
  console.log('clients                 publish, µs  process CPU, µs  updates/frame  bytes/update  lost   RSS MiB');
  await measure(0, 'json', {});
  await measure(1, 'json', {});
  await measure(1, 'protobuf', {});
  await measure(10, 'json', {});
  await measure(10, 'protobuf', {});
  await measure(10, 'json', { namespace: 'default' });
  await measure(10, 'json', { types: 'pause.*' });
}
