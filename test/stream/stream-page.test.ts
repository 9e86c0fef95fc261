// The clients in docs/stream.md do what the page says, each as it stands there.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { died, KILLED, pod } from '../helpers/alert-input.ts';
import { EMPTY_TREE, startStream } from '../helpers/stream-server.ts';

const page = readFileSync(new URL('../../docs/stream.md', import.meta.url), 'utf8');
const PYTHON = '/usr/bin/python3';

/** The first block of that language, to be run against a server on another port. */
function program(t: Test, language: string, name: string, port: number): string {
  const [, text = ''] = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(page) ?? [];
  t.match(text, '127.0.0.1:7637', 'it is there');
  const file = join(t.testdir({}), name);
  writeFileSync(file, text.replace('127.0.0.1:7637', `127.0.0.1:${port}`));
  return file;
}

async function prints(t: Test, command: readonly [string, ...string[]], run: Awaited<ReturnType<typeof startStream>>): Promise<void> {
  const [path, ...args] = command;
  const client = spawn(path, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => client.kill('SIGKILL'));
  const said = new Promise<string>((resolve, reject) => {
    // Python writes a line in pieces.
    let text = '';
    client.stdout.on('data', (data: Buffer) => {
      text += data.toString();
      if (text.includes('\n')) resolve(text);
    });
    client.once('exit', (code) => reject(new Error(`${path} ended with ${code} before it said anything`)));
  });
  // It is told once it listens.
  const isThere = setInterval(() => {
    if (run.server.stats().clients > 0) run.server.publish([died(pod('web'), 'a'.repeat(64), 1000, KILLED)]);
  }, 20);
  t.teardown(() => clearInterval(isThere));
  const line = await said;
  clearInterval(isThere);
  t.match(line, /^\S+Z default\/web signal bash 42\n/);
}

t.test('in TypeScript', async (t) => {
  const run = await startStream(t, { tree: () => EMPTY_TREE });
  await prints(t, [process.execPath, program(t, 'ts', 'client.ts', run.port)], run);
});

const hasPython = spawnSync(PYTHON, ['-c', 'import websocket']).status === 0;
t.test('in Python', { skip: !hasPython && 'needs python3-websocket' }, async (t) => {
  const run = await startStream(t, { tree: () => EMPTY_TREE });
  await prints(t, [PYTHON, program(t, 'python', 'client.py', run.port)], run);
});
