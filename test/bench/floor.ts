// The same storm seen by less: bpftrace with podtree's program writing to a file, and exitsnoop of libbpf-tools.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isPodRoot } from '../../src/attribution/cgroup-path.ts';
import { createClock } from '../../src/host/clock.ts';
import { findHierarchy } from '../../src/host/hierarchy.ts';
import { readHostIdentity, requireHostNamespaces } from '../../src/host/identity.ts';
import { scanHost } from '../../src/host/scan.ts';
import { findBpftrace, profileOf } from '../../src/kernel/bpftrace.ts';
import { composeFrom, readKernelFacts } from '../../src/kernel/compose.ts';

export interface Observer {
  readonly pid: number;
  /** Lines of the file so far. */
  lines(): readonly string[];
  stop(): Promise<void>;
}

const children = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

/** bpftrace with the agent's own program; its output goes to `file`. Resolves when the probes are attached. */
export async function startBareBpftrace(file: string): Promise<Observer> {
  const identity = readHostIdentity();
  requireHostNamespaces(identity);
  const hierarchy = findHierarchy();
  const bpftrace = await findBpftrace();
  const profile = profileOf(bpftrace);
  const { cgroups } = await scanHost({ hierarchy, hostNamespaces: identity.namespaces, bootNow: createClock().bootNow });
  const program = await composeFrom(fileURLToPath(new URL('../../probes', import.meta.url)), {
    facts: await readKernelFacts(),
    hierarchy,
    hostNamespaces: identity.namespaces,
    agentPid: process.pid,
    podRoots: [...cgroups].filter(([, path]) => isPodRoot(path)).map(([id]) => id),
    podNamespaces: [],
    processArgs: false,
    rawCgroups: profile.rawCgroups,
  });
  return observe(bpftrace.path, ['-f', 'json', '--no-warnings', '-e', program], profile.env, file, /attached_probes/);
}

/** Prints one line for each process that exits on the machine. */
export function startExitsnoop(file: string): Promise<Observer> {
  // Into a file its output is written in blocks: on a quiet machine its heading shows only when there is something to report.
  return observe('exitsnoop', [], {}, file, /PCOMM/, () => void spawnSync('true'));
}

async function observe(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  file: string,
  ready: RegExp,
  nudge: () => void = () => undefined,
): Promise<Observer> {
  const out = openSync(file, 'w');
  const child = spawn(command, args, {
    stdio: ['ignore', out, 'ignore'],
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin`, ...env },
  });
  closeSync(out);
  children.add(child);
  child.once('exit', () => children.delete(child));
  await once(child, 'spawn');
  const lines = (): readonly string[] => readFileSync(file, 'latin1').split('\n').slice(0, -1);
  const deadline = performance.now() + 60_000;
  while (!ready.test(readFileSync(file, 'latin1'))) {
    if (child.exitCode !== null || performance.now() > deadline) throw new Error(`${command} did not start`);
    nudge();
    await delay(20);
  }
  // bpftrace before 0.24 says too early that it is attached.
  await delay(500);
  return {
    pid: child.pid ?? 0,
    lines,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGINT');
      const again = setTimeout(() => child.kill('SIGINT'), 1_000);
      const last = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await exited;
      clearTimeout(again);
      clearTimeout(last);
    },
  };
}
