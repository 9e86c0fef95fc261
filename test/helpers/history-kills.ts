// Kills a program with SIGKILL while it writes history, again and again in one directory, and looks each time whether what it was told is there.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '../../src/history/database.ts';
import { HISTORY_FORM } from '../../src/history/form.ts';
import { HISTORY_LIMITS } from '../../src/history/record.ts';
import { createStore } from '../../src/history/store.ts';

const WRITER = fileURLToPath(new URL('history-writer.ts', import.meta.url));

export interface Kills {
  readonly kills: number;
  /** Batches that were acknowledged, all of which were found. */
  readonly acknowledged: number;
  /** Batches that were found although nobody had heard of them. */
  readonly beyond: number;
}

/** Throws for a batch that was acknowledged and is not there, for one that is there in part, and for a store that had to be set aside. */
export async function runKills(options: { readonly directory: string; readonly kills: number; readonly seed: number }): Promise<Kills> {
  const { directory, kills } = options;
  let state = options.seed;
  const random = (limit: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % limit;
  };
  let acknowledged = 0;
  let beyond = 0;
  for (let run = 0; run < kills; run++) {
    const last = await killWhileWriting(directory, run, random);
    const { database, setAside } = openDatabase(join(directory, 'history.db'), HISTORY_FORM);
    if (setAside) throw new Error(`run ${run}: the store was set aside: ${setAside.reason}`);
    const store = createStore(database, HISTORY_LIMITS);
    const found = new Map<number, number>();
    for (const { id } of store.pod(`u${run}`)?.events ?? []) {
      const batch = Number(id.split('-')[1]);
      found.set(batch, (found.get(batch) ?? 0) + 1);
    }
    const current = store.known()?.pods.get(`u${run}`)?.sandbox.record.attempt ?? 0;
    store.close();
    for (let batch = 0; batch <= last; batch++) {
      // Of a long run only what the bounds of one pod leave can be there.
      if (last - batch < HISTORY_LIMITS.podEvents / 8 && found.get(batch) !== 4)
        throw new Error(`run ${run}: batch ${batch} of ${last} is lost`);
    }
    if (last >= 0 && current < last) throw new Error(`run ${run}: the sandbox is at ${current}, and ${last} was acknowledged`);
    const most = Math.max(-1, ...found.keys());
    if (most > last + 1 || (most > last && found.get(most) !== 4)) throw new Error(`run ${run}: batch ${most} is there in part`);
    acknowledged += last + 1;
    beyond += most > last ? 1 : 0;
  }
  return { kills, acknowledged, beyond };
}

async function killWhileWriting(directory: string, run: number, random: (limit: number) => number): Promise<number> {
  const child = spawn(process.execPath, [WRITER, directory, String(run)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  let last = -1;
  const enough = random(20);
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    if (line !== 'begun') last = Number(line);
    // Somewhere in the batches that follow, not at their beginning.
    if (last >= enough) void delay(random(6)).then(() => child.kill('SIGKILL'));
  });
  await ended;
  if (child.signalCode !== 'SIGKILL') throw new Error(`run ${run}: the writer ended by itself with ${child.exitCode}`);
  return last;
}
