// One life of the bpftrace process, from its start over the canary to its end: chunks in, messages out. Restarts are the source's.
import { randomInt } from 'node:crypto';
import { PodtreeError } from '../error.ts';
import { type Bpftrace, profileOf } from './bpftrace.ts';
import { createCatchUp } from './catch-up.ts';
import { type Child, startChild } from './child.ts';
import type { BootNs } from './identity.ts';
import { createLineSplitter } from './lines.ts';
import type { KernelMessage } from './message.ts';
import { type Batch, type Canary, createBatch, createLineParser } from './parse.ts';
import { CANARY_LIMIT } from './seed.ts';

export interface SessionOptions {
  readonly bpftrace: Bpftrace;
  readonly program: string;
  readonly readyTimeoutMs: number;
  /** How long a signal waits for the line that names its sender's parents. */
  readonly joinMs: number;
  /** Makes the canary probes print this number. */
  readonly sayCanary: (number: number) => void;
  /** Called when the probes are attached, before the message says so. */
  readonly onReady: () => void;
  readonly onMessage: (message: KernelMessage) => void | Promise<void>;
  readonly onLines: (count: number) => void;
  /** The first of the lines that no probe prints, of every read that had one. Attacker-controlled. */
  readonly onMalformed: (sample: string) => void;
}

export interface SessionEnd {
  readonly error: PodtreeError;
  /** How long it was ready; 0 when it never was. */
  readonly readyForMs: number;
}

export interface Session {
  readonly child: Child;
  /** A `caught-up` message follows. Only once it is ready. */
  catchUp(): void;
  readonly ended: Promise<SessionEnd>;
}

const CANARY_INTERVAL_MS = 25;
const MAX_CANARIES = 1_000;

export function startSession(options: SessionOptions): Session {
  const { bpftrace } = options;
  const profile = profileOf(bpftrace);
  const splitter = createLineSplitter();
  const parser = createLineParser(profile);
  const nest = createNest(options.sayCanary);
  const catchUp = createCatchUp(options.sayCanary);
  const startedMs = performance.now();
  let readyMs: number | undefined;
  let isTimedOut = false;
  let isDelivering = false;
  let joinTimer: NodeJS.Timeout | undefined;
  let droppedLines = 0;

  // Without a promise where the consumer returns none: a turn of the microtask queue for every read would cost more than the read.
  const say = (messages: readonly KernelMessage[], from = 0): void | Promise<void> => {
    isDelivering = true;
    for (let i = from; i < messages.length; i++) {
      const answer = options.onMessage(messages[i] as KernelMessage);
      if (answer !== undefined) return answer.then(() => say(messages, i + 1));
    }
    isDelivering = false;
  };

  const flush = (): Batch => {
    const batch = createBatch();
    parser.flush(batch);
    return batch;
  };

  const joinLater = (): void => {
    joinTimer ??= setTimeout(() => {
      joinTimer = undefined;
      if (isDelivering) return joinLater();
      void say(messagesOf(flush()));
    }, options.joinMs);
  };

  const onChunk = (chunk: Buffer): void | Promise<void> => {
    const batch = createBatch();
    const lines = splitter.push(chunk);
    options.onLines(lines.length);
    for (const line of lines) parser.parse(line, batch);
    batch.malformed += splitter.dropped - droppedLines;
    droppedLines = splitter.dropped;
    if (batch.malformedSample !== undefined) options.onMalformed(batch.malformedSample);
    const messages = messagesOf(batch);
    const untilNs = catchUp.hear(batch.canaries);
    if (untilNs !== undefined) messages.push({ type: 'caught-up', untilNs });
    if (readyMs === undefined) {
      const canary = nest.hatched(batch.canaries);
      // What came before it is older than the first look at /proc, and is in it.
      if (canary === undefined) return;
      nest.close();
      clearTimeout(readyTimer);
      readyMs = performance.now();
      options.onReady();
      messages.unshift({ type: 'ready', attachMs: readyMs - startedMs, bpftraceVersion: bpftrace.version, ...canary });
    }
    if (parser.pending > 0) joinLater();
    return say(messages);
  };

  const child = startChild({ path: bpftrace.path, program: options.program, env: profile.env, onChunk });
  const readyTimer = setTimeout(() => {
    isTimedOut = true;
    void child.stop();
  }, options.readyTimeoutMs);

  const end = async (): Promise<SessionEnd> => {
    try {
      const { how, stderr } = await child.exited;
      await say(messagesOf(flush()));
      const said = stderr === '' ? '' : `: ${stderr}`;
      const error = isTimedOut
        ? new PodtreeError(
            'PROBE_NOT_ATTACHED',
            `kernel: the probes were not attached within ${options.readyTimeoutMs} ms${said}. In a container, give the agent the host's pid namespace (hostPID: true)`,
          )
        : new PodtreeError(
            'PROBE_EXITED',
            `kernel: bpftrace ${bpftrace.version} ended with ${how}${said || (readyMs === undefined ? ' before its probes were attached' : '')}`,
          );
      return { error, readyForMs: readyMs === undefined ? 0 : performance.now() - readyMs };
    } finally {
      nest.close();
      catchUp.close();
      clearTimeout(readyTimer);
      clearTimeout(joinTimer);
    }
  };
  return { child, catchUp: catchUp.ask, ended: end() };
}

function messagesOf(batch: Batch): KernelMessage[] {
  const messages: KernelMessage[] = [];
  if (batch.lost > 0) messages.push({ type: 'lost', lost: batch.lost });
  if (batch.malformed > 0) messages.push({ type: 'malformed', count: batch.malformed });
  if (batch.events.length > 0) messages.push({ type: 'events', events: batch.events });
  return messages;
}

interface Nest {
  /** The canary of which both ends came back. */
  hatched(canaries: readonly Canary[]): { readonly bootNs: BootNs; readonly wallNs: bigint } | undefined;
  close(): void;
}

/** Says a new number until it is closed. The first and the last probe of the program print it, once they are attached. */
function createNest(sayCanary: (number: number) => void): Nest {
  const said = new Map<number, { readonly wallNs: bigint; bootNs?: BootNs; isHatched?: boolean }>();
  let next = randomInt(CANARY_LIMIT);
  const timer = setInterval(() => {
    next = (next + 1) % CANARY_LIMIT;
    if (said.size >= MAX_CANARIES) said.clear();
    said.set(next, { wallNs: wallNs() });
    sayCanary(next);
  }, CANARY_INTERVAL_MS);
  return {
    hatched(canaries) {
      for (const { end, number, timeNs } of canaries) {
        const canary = said.get(number);
        if (canary === undefined) continue;
        if (end === 'hatch') canary.isHatched = true;
        else canary.bootNs = timeNs;
        if (canary.isHatched && canary.bootNs !== undefined) return { bootNs: canary.bootNs, wallNs: canary.wallNs };
      }
      return undefined;
    },
    close: () => clearInterval(timer),
  };
}

/** CLOCK_REALTIME, ns. Microseconds where the process clock agrees with the wall clock, else Date's milliseconds. */
function wallNs(): bigint {
  const fineMs = performance.timeOrigin + performance.now();
  const wallMs = Date.now();
  return BigInt(Math.round((Math.abs(fineMs - wallMs) < 2 ? fineMs : wallMs) * 1e3)) * 1_000n;
}
