// A stand-in for bpftrace in tests of what runs it: prints what a mode says, answers canaries that it reads from a file. Run as
// `fake-bpftrace.ts MODE CANARY_FILE ARGUMENTS…` by a launcher that fakeBpftrace() writes.
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Seeder } from '../../src/kernel/seed.ts';
import type { Machine } from '../../src/kernel/source.ts';

/** obedient: answers canaries, each with an event before and after it, ends at SIGINT. dying: one event, then exit code 1. rejecting: exit code 1 at once. mute: never answers.
 * deaf: ignores SIGINT. flooding: prints events for ever. talking: losses, garbage, a line without end. halves: one signal, no parents. */
export type FakeMode = 'obedient' | 'dying' | 'rejecting' | 'mute' | 'deaf' | 'flooding' | 'talking' | 'halves';

export interface FakeBpftrace {
  readonly path: string;
  readonly seeder: Seeder;
  /** What was seeded, canaries apart. */
  readonly seeds: string[];
  readonly machine: Machine;
}

/** A program in `folder` that behaves as `mode` says. */
export function fakeBpftrace(folder: string, mode: FakeMode, version = '0.17.0'): FakeBpftrace {
  const path = join(folder, 'bpftrace');
  const canaryFile = join(folder, 'canary');
  const seeds: string[] = [];
  writeFileSync(canaryFile, '');
  writeFileSync(
    path,
    `#!/bin/sh\n[ "$1" = --version ] && echo 'bpftrace v${version}' && exit 0\nexec '${process.execPath}' '${fileURLToPath(import.meta.url)}' ${mode} '${canaryFile}' "$@"\n`,
  );
  chmodSync(path, 0o755);
  const note = (seed: string): true => {
    seeds.push(seed);
    return true;
  };
  return {
    path,
    seeds,
    seeder: {
      process: (pid, as) => note(`${as === 'pod' ? 'process' : as} ${pid}`),
      root: (id) => Number(id) < 1_000_000 && note(`root ${id}`),
      namespace: (inode, isGone) => note(`${isGone ? 'no ' : ''}namespace ${inode}`),
      canary(number) {
        writeFileSync(canaryFile, String(number));
        return true;
      },
    },
    machine: {
      bpftrace: { path, version, minor: Number(version.split('.')[1]) },
      facts: { hasGroupDead: true, pageBytes: 4096, types: { struct: () => undefined, enumerator: () => 11 } },
    },
  };
}

function behave(mode: FakeMode, canaryFile: string): void {
  const print = (data: readonly unknown[]): boolean =>
    process.stdout.write(`${JSON.stringify({ type: 'value', data }).replace('"value",', '"value", ').replaceAll('":', '": ')}\n`);
  const rmdir = (id: number): boolean => print(['rmdir', id, id]);
  if (mode === 'rejecting') {
    process.stderr.write(
      "ERROR: Unknown error -1: couldn't set RLIMIT_MEMLOCK for bpftrace.\nERROR: tracepoint not found: oom:mark_victim\n",
    );
    process.exitCode = 1;
    return;
  }
  process.on('SIGINT', () => {
    if (mode !== 'deaf') process.exit(0);
  });
  process.stdout.write('{"type": "attached_probes", "data": {"probes": 18}}\n');
  let answered = '';
  const timer = setInterval(() => {
    const number = readFileSync(canaryFile, 'utf8');
    if (mode === 'mute' || number === '' || number === answered) return;
    answered = number;
    rmdir(1);
    print(['hatch', 5, Number(number)]);
    print(['canary', 6, Number(number)]);
    act();
  }, 5);
  const flood = (): void => {
    for (let id = 2; id < 1_000; id++) if (!rmdir(id)) break;
    if (process.stdout.writableNeedDrain) process.stdout.once('drain', flood);
    else setImmediate(flood);
  };
  const act = (): void => {
    switch (mode) {
      case 'dying':
        clearInterval(timer);
        rmdir(2);
        process.exitCode = 1;
        process.stderr.write('terminate called: bad_alloc\n');
        return undefined;
      case 'flooding':
        clearInterval(timer);
        return flood();
      case 'talking':
        process.stdout.write('{"type": "lost_events", "data": {"events": 3}}\n{"type": "lost_events", "data": {"events": 4}}\n');
        process.stdout.write(`garbage\n{"type": "value", "data": ["fork"]}\n${'x'.repeat(200_000)}\n`);
        rmdir(2);
        return undefined;
      case 'halves':
        clearInterval(timer);
        print(['signal', 9, 1, 1, 0, 2, 3, 0, 9, 0, 1, 0, 77, 4294967295, 0, 1, 'sh', 'dash', '']);
        return undefined;
      default:
        rmdir(2);
        return undefined;
    }
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) behave(process.argv[2] as FakeMode, process.argv[3] ?? '');
