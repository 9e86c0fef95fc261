// `npm run soak`: an agent's alerting is killed with SIGKILL at random moments while alerts are queued and delivered. Every alert that was
// committed must arrive, and the store must be readable each time. Run alone with a number of kills: node test/soak/outbox.ts 1000
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export interface KillResult {
  readonly kills: number;
  /** Alerts that the process said are on the disk. */
  readonly committed: number;
  readonly arrived: number;
  /** How often one arrived again. */
  readonly repeated: number;
  readonly missing: readonly string[];
  /** Stores that were taken for damaged. */
  readonly setAside: number;
}

const DRAIN_EVERY = 40;
const CHILD = fileURLToPath(new URL('outbox-child.ts', import.meta.url));

/** `seed` decides when the kills come and which requests fail. */
export async function killOutbox(dir: string, kills: number, seed: number): Promise<KillResult> {
  let state = seed;
  const random = (): number => {
    // Park and Miller's generator.
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const committed = new Set<string>();
  const arrived = new Map<string, number>();
  let isBad = true;
  const server = createServer((request, response) => {
    const key = String(request.headers['idempotency-key']);
    request.resume();
    request.on('end', () => {
      const luck = isBad ? random() : 1;
      if (luck < 0.1) response.writeHead(500).end();
      else if (luck < 0.15) response.destroy();
      else {
        // What is taken counts, whether its answer arrives or not.
        arrived.set(key, (arrived.get(key) ?? 0) + 1);
        if (luck < 0.25) response.destroy();
        else response.end('ok');
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;

  async function run(index: number, isLast: boolean): Promise<void> {
    const child = spawn(process.execPath, [CHILD, dir, url, String(index), isLast ? 'last' : 'more'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    let lines = 0;
    // Some die while they start, some in the middle of it.
    const dieAt = Math.floor(random() * 12);
    const extraMs = random() * 20;
    const strike = (): void => void wait(extraMs).then(() => child.kill('SIGKILL'));
    if (!isLast && dieAt === 0) void wait(40 + extraMs * 12).then(() => child.kill('SIGKILL'));
    for await (const line of createInterface({ input: child.stdout })) {
      if (line === 'empty') child.kill('SIGTERM');
      else committed.add(line);
      lines += 1;
      if (!isLast && lines === dieAt) strike();
    }
    await ended;
  }

  for (let index = 0; index < kills; index += 1) {
    await run(index, false);
    // More is raised than a process delivers that lives so short: the bound of the outbox is not what is tested here.
    if (index % DRAIN_EVERY === DRAIN_EVERY - 1 || index === kills - 1) {
      isBad = false;
      await run(index + 0.5, true);
      isBad = true;
    }
  }
  server.close();
  server.closeAllConnections();
  const counts = [...arrived.values()];
  return {
    kills,
    committed: committed.size,
    arrived: arrived.size,
    repeated: counts.reduce((sum, count) => sum + count - 1, 0),
    missing: [...committed].filter((key) => !arrived.has(key)),
    setAside: readdirSync(dir).filter((name) => /damaged-[^-]+$/.test(name)).length,
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const kills = Number(process.argv[2] ?? 1000);
  const dir = mkdtempSync(join(tmpdir(), 'podtree-soak-'));
  try {
    const { missing, ...figures } = await killOutbox(dir, kills, 1 + (Date.now() % 1_000_000));
    process.stdout.write(`${JSON.stringify({ test: 'outbox', ...figures, missing: missing.length })}\n`);
    process.exitCode = missing.length === 0 && figures.setAside === 0 ? 0 : 1;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
