// Runs `podtree agent` as a process of its own, as a node does, and reads what it and its bpftrace use.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { childrenOf, commOf, cpuMs, residentMib } from './process-usage.ts';

export interface Usage {
  readonly agent: number;
  readonly bpftrace: number;
}

export interface AgentProcess {
  readonly server: string;
  readonly pid: number;
  readonly bpftracePid: number;
  /** From the start of the process until it said that it is ready. */
  readonly readyMs: number;
  /** The part of it in which bpftrace attached its probes. */
  readonly attachMs: number;
  cpuMs(): Usage;
  residentMib(): Usage;
  /** Events that the daemon says the kernel lost so far; undefined while /metrics does not tell. */
  lost(): Promise<number | undefined>;
  /** Events that the kernel has told of so far, of the whole node. */
  kernelEvents(): Promise<number>;
  stop(): Promise<void>;
}

/** What the launcher, the image and the unit give it. */
const { FLAGS } = createRequire(import.meta.url)('../../agent/launcher/node.cjs') as { readonly FLAGS: readonly string[] };
const MAIN = fileURLToPath(new URL('../../agent/main.ts', import.meta.url));
const READY_MS = 90_000;
const running = new Set<ChildProcess>();

// Whatever ends the benchmark, no agent is left behind.
process.on('exit', () => {
  for (const child of running) child.kill('SIGTERM');
});

/** Throws with the agent's log when it does not become ready. */
export async function startAgentProcess(options: {
  readonly endpoint: string;
  readonly nodeArgs?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}): Promise<AgentProcess> {
  const startedMs = performance.now();
  const stateDir = mkdtempSync(join(tmpdir(), 'podtree-bench-state-'));
  const child = spawn(process.execPath, [...FLAGS, ...(options.nodeArgs ?? []), MAIN, 'agent'], {
    env: {
      ...process.env,
      PODTREE_LISTEN: '127.0.0.1:0',
      PODTREE_STATE_DIR: stateDir,
      PODTREE_RUNTIME_ENDPOINT: options.endpoint,
      PODTREE_LOG_FORMAT: 'json',
      PODTREE_LOG_LEVEL: 'info',
      ...options.env,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  running.add(child);
  child.once('exit', () => {
    running.delete(child);
    rmSync(stateDir, { recursive: true, force: true });
  });
  const log: string[] = [];
  let address = '';
  let attachMs = Number.NaN;
  const ready = new Promise<number>((resolve, reject) => {
    const fail = (what: string): void => reject(new Error(`podtree agent ${what}:\n${log.slice(-20).join('\n')}`));
    const timer = setTimeout(() => fail(`was not ready within ${READY_MS / 1000} s`), READY_MS);
    child.once('exit', () => {
      clearTimeout(timer);
      fail('ended');
    });
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (log.length < 1_000) log.push(line);
      const entry = readEntry(line);
      if (entry.msg === 'agent listens') address = String(entry.address);
      if (entry.msg === 'probes attached') attachMs = Number(entry.attachMs);
      if (entry.msg !== 'agent is ready') return;
      clearTimeout(timer);
      resolve(performance.now() - startedMs);
    });
  });
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  };
  try {
    const readyMs = await ready;
    const pid = child.pid ?? 0;
    const bpftracePid = childrenOf(pid).find((candidate) => commOf(candidate) === 'bpftrace') ?? 0;
    const server = `http://${address}`;
    return {
      server,
      pid,
      bpftracePid,
      readyMs,
      attachMs,
      cpuMs: () => ({ agent: cpuMs(pid), bpftrace: cpuMs(bpftracePid) }),
      residentMib: () => ({ agent: residentMib(pid), bpftrace: residentMib(bpftracePid) }),
      lost: () => lostEvents(server),
      kernelEvents: async () => (await metric(server, /^podtree_kernel_events_total\{[^}]*\} (\d+)$/gm)) ?? 0,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function readEntry(line: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return {};
  }
}

async function metric(server: string, pattern: RegExp): Promise<number | undefined> {
  const text = await (await fetch(`${server}/metrics`)).text();
  const counts = [...text.matchAll(pattern)];
  return counts.length === 0 ? undefined : counts.reduce((sum, [, count]) => sum + Number(count), 0);
}

async function lostEvents(server: string): Promise<number | undefined> {
  // A gap is counted where it happens and stated when the tree is right again, a moment later.
  await delay(500);
  return metric(server, /^podtree_lost_events_total\{stage="kernel"\} (\d+)$/gm);
}
