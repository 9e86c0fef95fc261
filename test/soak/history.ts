// The agent's history killed with SIGKILL a thousand times while it writes: `node test/soak/history.ts [KILLS] [SEED]`.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runKills } from '../helpers/history-kills.ts';

const kills = Number(process.argv[2] ?? 1000);
const seed = Number(process.argv[3] ?? 1);
const parent = mkdtempSync(join(tmpdir(), 'podtree-soak-'));
const directory = join(parent, 'state');
const startedMs = performance.now();
try {
  const { acknowledged, beyond } = await runKills({ directory, kills, seed });
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
  const kib = Math.round(statSync(join(directory, 'history.db')).size / 1024);
  console.log(
    `history: ${kills} kills (seed ${seed}) in ${seconds} s; ${acknowledged} batches acknowledged, none lost; ${beyond} written without being acknowledged; file ${kib} KiB`,
  );
} finally {
  rmSync(parent, { recursive: true, force: true });
}
