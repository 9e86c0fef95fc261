// Those who wait for the death of a pause, each in its own way and in a process of its own, and say when they knew of it.
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { AlertEvent } from '../../src/alert/incident.ts';
import type { Cause } from '../../src/cause/cause.ts';
import { openStream } from '../../src/stream/client.ts';
import { createTestCriClient } from '../helpers/cri-client.ts';

export type Way = 'pause.exited' | 'alert.firing' | 'webhook' | 'ctr' | 'relist';

export interface Sighting {
  readonly way: Way;
  /** Pod uid or sandbox id. */
  readonly of: string;
  /** CLOCK_MONOTONIC of this process when it had the message, ns. */
  readonly atNs: number;
  /** What the message says of the death. */
  readonly told: string;
}

/** `target` is the agent's address, containerd's socket, or nothing. */
export interface WitnessSettings {
  readonly kind: 'stream' | 'webhook' | 'ctr' | 'relist';
  readonly target: string;
}

export interface Witness {
  /** Resolves when it would see a death: with the address it is reached at, if it has one. */
  readonly ready: Promise<string>;
  stop(): Promise<void>;
}

/** The kubelet's period (pkg/kubelet/kubelet.go, genericPlegRelistPeriod): from the end of one listing to the start of the next. */
const RELIST_MS = 1_000;
/** Nothing is reported while others may still be on their way to the same death: on two cores that alone would hold them up. */
export const QUIET_MS = 50;
const NUDGE_MS = 250;
const SETTINGS = 'PODTREE_BENCH_WITNESS';
const children = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of children) child.kill();
});

/** How podtree's causes are compared with what really happened. */
export function killedBy(pid: number): string {
  return `SIGKILL from pid ${pid}`;
}

export function startWitness(settings: WitnessSettings, onSighting: (sighting: Sighting) => void): Witness {
  const child = fork(import.meta.filename, { env: { ...process.env, [SETTINGS]: JSON.stringify(settings) } });
  children.add(child);
  child.once('exit', () => children.delete(child));
  const ready = new Promise<string>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`the witness '${settings.kind}' ended`)));
    child.on('message', (message: string | Sighting) => {
      if (typeof message === 'string') resolve(message);
      else onSighting(message);
    });
  });
  // Whoever does not wait for it finds that nothing was seen.
  ready.catch(() => {});
  return {
    ready,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}

function now(): number {
  return Number(process.hrtime.bigint());
}

let isReady = false;

function ready(address = ''): void {
  if (!isReady) process.send?.(address);
  isReady = true;
}

function say(way: Way, of: string, atNs: number, told: string): void {
  setTimeout(() => process.send?.({ way, of, atNs, told } satisfies Sighting), QUIET_MS);
}

function saidOf(cause: Cause | undefined): string {
  return cause?.kind === 'signal' && cause.sender ? `${cause.signal} from pid ${cause.sender.pid}` : (cause?.kind ?? '');
}

async function watchStream(server: string): Promise<void> {
  for await (const frame of openStream({ server })) {
    const atNs = now();
    if ('snapshot' in frame) ready();
    if (!('updates' in frame)) continue;
    for (const { event } of frame.updates) {
      if (event?.type === 'pause.exited') say('pause.exited', event.pod?.uid ?? '', atNs, saidOf(event.cause));
      if (event?.type === 'alert.firing' && event.alert.name === 'PauseRestarted')
        say('alert.firing', event.pod?.uid ?? '', atNs, saidOf(event.cause));
    }
  }
}

async function takeAlerts(): Promise<void> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const atNs = now();
      response.end();
      const event = JSON.parse(Buffer.concat(parts).toString()) as AlertEvent;
      if (event.type === 'alert.firing' && event.alert.name === 'PauseRestarted')
        say('webhook', event.pod?.uid ?? '', atNs, saidOf(event.cause));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ready(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

/** `ctr events` does not say when it has subscribed: its first line does, so there has to be an event. */
async function readContainerdEvents(socket: string): Promise<void> {
  const ctr = spawn('ctr', ['--address', socket, 'events'], { stdio: ['ignore', 'pipe', 'inherit'] });
  process.on('exit', () => ctr.kill());
  const nudge = setInterval(() => {
    spawn('ctr', ['--address', socket, 'namespaces', 'label', 'k8s.io', 'bench=kill-to-alert'], { stdio: 'ignore' });
  }, NUDGE_MS);
  for await (const line of createInterface({ input: ctr.stdout })) {
    const atNs = now();
    clearInterval(nudge);
    ready();
    const exit = /\/tasks\/exit \{"container_id":"([0-9a-f]+)".*"exit_status":(\d+)/.exec(line);
    if (exit?.[1] !== undefined) say('ctr', exit[1], atNs, `exit status ${exit[2]}`);
  }
}

async function relist(endpoint: string): Promise<void> {
  const cri = createTestCriClient(endpoint);
  const known = new Set<string>();
  for (;;) {
    const { items } = await cri.call('ListPodSandbox', {});
    const atNs = now();
    ready();
    for (const { id, state } of items as { readonly id: string; readonly state: string }[]) {
      if (state === 'SANDBOX_READY' || known.has(id)) continue;
      known.add(id);
      say('relist', id, atNs, state);
    }
    await delay(RELIST_MS);
  }
}

async function watch({ kind, target }: WitnessSettings): Promise<void> {
  process.on('disconnect', () => process.exit());
  switch (kind) {
    case 'stream':
      return watchStream(target);
    case 'webhook':
      return takeAlerts();
    case 'ctr':
      return readContainerdEvents(target);
    case 'relist':
      return relist(target);
    default:
      kind satisfies never;
  }
}

if (import.meta.main) await watch(JSON.parse(process.env[SETTINGS] ?? '') as WitnessSettings);
