// Asks the runtimes of the node when there is a reason to, soon and again for a while, and now and then without one.
import { existsSync } from 'node:fs';
import type { Logger } from 'pino';
import type { RuntimeClient } from '../src/cri/client.ts';
import type { RuntimeLevel } from '../src/cri/level.ts';
import { messageOf } from '../src/error.ts';
import { findSocketOwner } from '../src/host/socket-owner.ts';

/** A runtime names a sandbox some time after its pause runs, and forgets it some time after the kernel saw it end. */
const ASK_AGAIN_MS: readonly number[] = [0, 20, 50, 100, 200, 400, 1000, 3000, 10_000];
const INTERVAL_MS = 10_000;

export interface RuntimeAnswer {
  /** Boot time in ns before the runtimes were asked. */
  readonly fromNs: number;
  /** Absent when no runtime has ever answered. */
  readonly level?: RuntimeLevel;
  readonly daemonPid?: number;
}

export interface RuntimePoll {
  /** There is a reason to ask: now or after a delay, and then at growing distances. */
  ask(delayMs?: number): void;
  /** Asks once and resolves when the answer has been delivered. */
  once(): Promise<void>;
  stop(): void;
  /** How often the node's runtime has answered, and how often it has not. */
  readonly answers: { readonly ok: number; readonly error: number };
}

export interface RuntimePollOptions {
  /** The node's runtime. While it is away its last answer stands: nothing that it alone knows is taken for gone. */
  readonly node: RuntimeClient;
  /** The example pod's supervisor. Its pod is gone when it is. */
  readonly demo?: RuntimeClient | undefined;
  /** Whether it has a socket: to call one that is not there costs as much as all the rest of an answer. */
  readonly hasDemo?: () => boolean;
  readonly bootNow: () => number;
  readonly onAnswer: (answer: RuntimeAnswer) => void;
  readonly log: Logger;
}

export function createRuntimePoll({ node, demo, hasDemo = () => true, bootNow, onAnswer, log }: RuntimePollOptions): RuntimePoll {
  const clients = demo ? [node, demo] : [node];
  const seen = new Set<RuntimeClient>();
  const last = new Map<RuntimeClient, RuntimeLevel>();
  const failures = new Map<RuntimeClient, string>();
  const answers = { ok: 0, error: 0 };
  let daemonPid: number | undefined;
  let isDaemonSought = true;
  let step: number = ASK_AGAIN_MS.length;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let isStopped = false;

  async function poll(): Promise<void> {
    const fromNs = bootNow();
    const before = last.size;
    let answered = 0;
    await Promise.all(
      clients.map(async (client) => {
        if (client === demo && !hasDemo()) return failed(client, 'its socket is not there');
        try {
          last.set(client, await client.level());
          answered++;
          recovered(client);
          if (client !== node) return;
          answers.ok++;
          await findDaemon();
        } catch (error) {
          failed(client, messageOf(error));
        }
      }),
    );
    if (isStopped) return;
    onAnswer({
      fromNs,
      // What the demo had is gone with it, also when no other runtime answers.
      ...((answered > 0 || last.size < before) && { level: merge(clients.flatMap((client) => last.get(client) ?? [])) }),
      ...(daemonPid && { daemonPid }),
    });
  }

  function recovered(client: RuntimeClient): void {
    const { endpoint, runtimeName, runtimeVersion } = client.state();
    const isNews = failures.delete(client) || !seen.has(client);
    seen.add(client);
    if (!isNews || !endpoint) return;
    if (client === node) isDaemonSought = true;
    log.info({ endpoint, runtimeName, runtimeVersion }, 'runtime answers');
  }

  /** A restart that is over between two questions fails none of them. */
  async function findDaemon(): Promise<void> {
    const { endpoint } = node.state();
    const isGone = daemonPid !== undefined && !existsSync(`/proc/${daemonPid}`);
    if (!endpoint || !(isDaemonSought || isGone)) return;
    isDaemonSought = false;
    daemonPid = await findSocketOwner(endpoint.replace(/^unix:\/\//, ''));
  }

  function failed(client: RuntimeClient, message: string): void {
    if (client === demo) last.delete(client);
    else answers.error++;
    if (failures.get(client) === message) return;
    failures.set(client, message);
    if (client === node) log.warn({ error: message }, 'runtime does not answer: pods are named by uid until it does');
  }

  function run(): Promise<void> {
    running ??= poll().finally(() => {
      running = undefined;
      schedule();
    });
    return running;
  }

  function schedule(delayMs = 0): void {
    clearTimeout(timer);
    if (isStopped) return;
    const waitMs = Math.max(delayMs, ASK_AGAIN_MS[step] ?? INTERVAL_MS);
    if (step < ASK_AGAIN_MS.length) step++;
    timer = setTimeout(() => void run(), waitMs);
    timer.unref();
  }

  return {
    ask: (delayMs) => {
      // While answers are coming in quick succession the next one is soon enough.
      if (step <= 2 && (running || timer)) return;
      step = 0;
      if (!running) schedule(delayMs);
    },
    once: run,
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
      for (const client of clients) client.close();
    },
    answers,
  };
}

function merge(levels: readonly RuntimeLevel[]): RuntimeLevel {
  const [first] = levels;
  return {
    runtimeName: first?.runtimeName ?? '',
    runtimeVersion: first?.runtimeVersion ?? '',
    sandboxes: levels.flatMap((level) => level.sandboxes.map((sandbox) => ({ ...sandbox, runtimeName: level.runtimeName }))),
    containers: levels.flatMap((level) => level.containers),
  };
}
