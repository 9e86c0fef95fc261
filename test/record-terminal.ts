// Makes the recording of `podtree top` that README.md and docs/terminal.md show: the real agent, the example pod, and somebody who kills its pause.
//
// By hand, as root, on a machine that can run the tests and has tmux and no pods of its own:
//   node test/record-terminal.ts [SVG [CAST]]
// Look at what it made before you commit it. The recording for asciinema is not kept: it is for who wants to show it elsewhere.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { fetchTree } from '../src/stream/client.ts';
import type { Pod } from '../src/tree/model.ts';
import { apart, renderCast, renderSvg, type Shot } from './helpers/terminal-recording.ts';
import { openPane, type Pane } from './helpers/tmux.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SIZE = { columns: 100, rows: 30 } as const;
const TITLE = 'podtree top: the pause of a pod is killed, and the pod comes back';
/** Between two looks at the screen. */
const LOOK_MS = 40;
const REST_MS = 5000;

const [svgPath = join(ROOT, 'docs/images/top.svg'), castPath] = process.argv.slice(2);
const endings: (() => unknown)[] = [];
try {
  const shots = await record();
  mkdirSync(dirname(svgPath), { recursive: true });
  writeFileSync(svgPath, renderSvg(shots, SIZE, TITLE, REST_MS));
  if (castPath !== undefined) writeFileSync(castPath, renderCast(shots, SIZE, TITLE));
  process.stdout.write(`${shots.length} pictures\n`);
} finally {
  for (const end of endings.reverse()) await end();
}

async function record(): Promise<readonly Shot[]> {
  const parent = mkdtempSync(join(tmpdir(), 'podtree-record-'));
  endings.push(() => rmSync(parent, { recursive: true, force: true }));
  // The containers are nobody.
  chmodSync(parent, 0o755);
  await startDemo(join(parent, 'demo'));
  const server = await startAgent(parent);
  const command = [process.execPath, join(ROOT, 'agent/main.ts'), 'top', '--server', server, '-n', 'default'];
  const pane = await openPane({ teardown: (end) => void endings.push(end) }, command, { ...SIZE, directory: ROOT });
  await pane.until('the example pod', (screen) => screen.includes('web-server') && screen.includes('live'));
  const shots = watch(pane);
  await delay(2000);
  await pane.keys('d');
  await delay(4000);
  // A shell's own kill: the shell is the sender.
  await once(spawn('bash', ['-c', `kill -9 ${await pauseOf(server)}`], { stdio: 'ignore' }), 'exit');
  await pane.until('the news', (screen) => /^PAUSE DIED/m.test(screen));
  await pane.until('the pod to be whole again', (screen) => /whole again after/.test(screen));
  await delay(7000);
  return shots.stop();
}

/** Looks at the pane until it is stopped; a picture is kept when it is another one. */
function watch(pane: Pane): { stop(): Promise<readonly Shot[]> } {
  const shots: Shot[] = [];
  let isStopped = false;
  const from = performance.now();
  const watching = (async () => {
    let last = '';
    while (!isStopped) {
      const text = (await pane.capture({ colors: true })).replace(/\n$/, '');
      if (text !== last) shots.push({ atMs: Math.round(performance.now() - from), lines: apart(text.split('\n')) });
      last = text;
      await delay(LOOK_MS);
    }
  })();
  return {
    stop: async () => {
      isStopped = true;
      await watching;
      return shots;
    },
  };
}

async function startDemo(directory: string): Promise<void> {
  const demo = spawn(process.execPath, [join(ROOT, 'test/helpers/run-demo.ts'), `/podtree-record-${process.pid}`, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  endings.push(() => stop(demo));
  await once(createInterface({ input: demo.stdout }), 'line');
}

/** Resolves with its address once the example pod stands in the tree. */
async function startAgent(parent: string): Promise<string> {
  const port = await freePort();
  const env = {
    ...process.env,
    PODTREE_STATE_DIR: join(parent, 'state'),
    PODTREE_RUNTIME_ENDPOINT: `unix://${join(parent, 'demo')}/runtime.sock`,
    PODTREE_NODE_NAME: 'node-a',
  };
  const args = [join(ROOT, 'agent/main.ts'), 'agent', '--listen', `127.0.0.1:${port}`, '--log-level', 'warn'];
  const agent = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'], env });
  endings.push(() => stop(agent));
  const server = `http://127.0.0.1:${port}`;
  while ((await examplePod(server).catch(() => undefined))?.sandbox?.state !== 'ready') await delay(100);
  return server;
}

async function examplePod(server: string): Promise<Pod | undefined> {
  const { pods } = await fetchTree({ server });
  return pods.find(({ sandbox }) => sandbox?.containers.length === 2 && sandbox.containers.every(({ processes }) => processes.length > 0));
}

async function pauseOf(server: string): Promise<number> {
  const pid = (await examplePod(server))?.sandbox?.pause?.pid;
  if (pid === undefined) throw new Error('the example pod has no pause');
  return pid;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
