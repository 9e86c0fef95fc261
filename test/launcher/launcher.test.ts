// What a person starts first: the launcher and the look at the machine, with the plain words they have for what is missing.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const require = createRequire(import.meta.url);
const launcher: { isRecent(version: string): boolean } = require('../../agent/launcher/node.cjs');

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function outcomeOf(child: ChildProcess): Promise<Outcome> {
  const text = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk) => (text.stdout += chunk));
  child.stderr?.on('data', (chunk) => (text.stderr += chunk));
  const [code] = await once(child, 'close');
  return { code, ...text };
}

/** A checkout with the launcher's files alone, to which a test adds what it is about. */
function checkout(t: Test): string {
  // Outside this checkout, whose node_modules would be found from below it.
  const directory = mkdtempSync(join(tmpdir(), 'podtree-launcher-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  for (const folder of ['agent/launcher', 'agent/setup']) cpSync(join(ROOT, folder), join(directory, folder), { recursive: true });
  return directory;
}

/** Runs a program of the checkout on a process that claims to be another Node.js or another system. */
function runIn(directory: string, args: readonly string[], claim: { node?: string; platform?: string } = {}): Promise<Outcome> {
  const preload = join(directory, 'claim.cjs');
  const lines = [
    claim.node === undefined ? '' : `Object.defineProperty(process.versions, 'node', { value: ${JSON.stringify(claim.node)} });`,
    claim.platform === undefined ? '' : `Object.defineProperty(process, 'platform', { value: ${JSON.stringify(claim.platform)} });`,
  ];
  writeFileSync(preload, lines.join('\n'));
  return outcomeOf(spawn(process.execPath, ['--require', preload, ...args], { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] }));
}

t.test('knows which Node.js is recent enough', async (t) => {
  for (const version of ['22.18.0', '22.19.1', '23.0.0', '24.21.0']) t.equal(launcher.isRecent(version), true, version);
  for (const version of ['22.17.9', '20.20.2', '12.22.12', '8.0.0']) t.equal(launcher.isRecent(version), false, version);
});

t.test('runs the program of a checkout in its own process, with its arguments and exit code', async (t) => {
  const directory = checkout(t);
  writeFileSync(
    join(directory, 'agent/main.ts'),
    'const rest: string[] = process.argv.slice(2); console.log(rest.join(" ")); process.exitCode = 3;',
  );
  t.match(await runIn(directory, ['agent/launcher/podtree.cjs', 'tail', '--count', '1']), {
    code: 3,
    stdout: 'tail --count 1\n',
    stderr: '',
  });
});

t.test('under an old Node.js runs the one npm has brought', async (t) => {
  const directory = checkout(t);
  writeFileSync(join(directory, 'agent/main.ts'), 'console.log(process.versions.node, process.argv[2]); process.exitCode = 4;');
  const brought = join(directory, 'node_modules', `node-linux-${process.arch}`);
  mkdirSync(join(brought, 'bin'), { recursive: true });
  writeFileSync(join(brought, 'package.json'), '{}');
  symlinkSync(process.execPath, join(brought, 'bin/node'));
  const outcome = await runIn(directory, ['agent/launcher/podtree.cjs', 'tree'], { node: '18.20.4' });
  t.match(outcome, { code: 4, stdout: `${process.versions.node} tree\n` });
});

t.test('under the name kubectl-podtree runs the plugin, on any system and under an old Node.js too', async (t) => {
  const directory = checkout(t);
  writeFileSync(join(directory, 'agent/main.ts'), 'throw new Error("the other program")');
  writeFileSync(join(directory, 'agent/kubectl-podtree.ts'), 'console.log("plugin", process.argv[2]);');
  symlinkSync('agent/launcher/podtree.cjs', join(directory, 'kubectl-podtree'));
  t.match(await runIn(directory, ['kubectl-podtree', 'tree']), { code: 0, stdout: 'plugin tree\n', stderr: '' });
  t.match(await runIn(directory, ['kubectl-podtree', 'tree'], { platform: 'darwin' }), { code: 0, stdout: 'plugin tree\n' });
  t.match(await runIn(directory, ['kubectl-podtree'], { node: '18.20.4' }), {
    code: 1,
    stderr: /^kubectl podtree: needs Node\.js 22\.18\.0/,
  });
  const brought = join(directory, 'node_modules', `node-linux-${process.arch}`);
  mkdirSync(join(brought, 'bin'), { recursive: true });
  writeFileSync(join(brought, 'package.json'), '{}');
  symlinkSync(process.execPath, join(brought, 'bin/node'));
  t.match(await runIn(directory, ['kubectl-podtree', 'tree'], { node: '18.20.4' }), { code: 0, stdout: 'plugin tree\n' });
});

t.test('says plainly what is missing', async (t) => {
  const directory = checkout(t);
  const start = ['agent/launcher/podtree.cjs', 'tree'];
  t.match(await runIn(directory, start, { node: '18.20.4' }), {
    code: 1,
    stderr: /needs Node\.js 22\.18\.0 or later, and this is 18\.20\.4: run npm ci/,
  });
  t.match(await runIn(directory, start, { platform: 'darwin' }), { code: 1, stderr: /needs Linux with eBPF, and this is darwin/ });
  t.match(await runIn(directory, start), { code: 1, stderr: /its program is missing/ });
  const { code, stderr } = await runIn(directory, ['agent/launcher/start.cjs'], { platform: 'darwin' });
  t.equal(code, 1);
  t.match(stderr, /podtree cannot start: this is Linux, and podtree watches a Linux kernel .*: run it on Linux/);
});

t.test('runs a package’s compiled program', async (t) => {
  const directory = join(t.testdir(), 'node_modules/podtree');
  mkdirSync(directory, { recursive: true });
  for (const folder of ['agent/launcher', 'agent/setup']) cpSync(join(ROOT, folder), join(directory, folder), { recursive: true });
  mkdirSync(join(directory, 'dist/agent'), { recursive: true });
  writeFileSync(join(directory, 'agent/main.ts'), 'throw new Error("types cannot be stripped here")');
  writeFileSync(join(directory, 'dist/agent/main.js'), 'console.log("compiled")');
  t.match(await runIn(directory, ['agent/launcher/podtree.cjs']), { code: 0, stdout: 'compiled\n' });
});

t.test('passes signals on and ends as the program did', async (t) => {
  const directory = checkout(t);
  writeFileSync(join(directory, 'wrap.cjs'), 'require("./agent/launcher/node.cjs").runAndExit(process.execPath, process.argv.slice(2))');
  writeFileSync(
    join(directory, 'waits.cjs'),
    'process.on(process.argv[2], () => process.exit(7)); setInterval(() => {}, 1e6); console.log("ready")',
  );
  writeFileSync(join(directory, 'dies.cjs'), 'process.kill(process.pid, "SIGKILL"); setInterval(() => {}, 1e6)');
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    // Without a terminal nobody else gives the signal to the program.
    const child = spawn(process.execPath, ['wrap.cjs', 'waits.cjs', signal], { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] });
    const outcome = outcomeOf(child);
    await once(child.stdout, 'data');
    child.kill(signal);
    t.match(await outcome, { code: 7 }, signal);
  }
  t.match(await runIn(directory, ['wrap.cjs', 'dies.cjs']), { code: 137 }, 'a signal as a shell reports it');
  writeFileSync(join(directory, 'none.cjs'), 'require("./agent/launcher/node.cjs").runAndExit("/nonexistent", [])');
  t.match(await runIn(directory, ['none.cjs']), { code: 1, stderr: /cannot run \/nonexistent/ });
});

t.test('sees from the lock file whether the modules are installed', async (t) => {
  const directory = checkout(t);
  const entries = {
    '': {},
    'node_modules/a': { version: '1.0.0' },
    'node_modules/b': { version: '2.0.0', dev: true },
    'node_modules/c': { version: '3.0.0', optional: true },
  };
  const print = 'const { moduleState } = require("./agent/setup/machine.cjs"); console.log(moduleState(false), moduleState(true))';
  const state = async (): Promise<string> => (await runIn(directory, ['-e', print])).stdout.trim();
  const install = (packages: object): void =>
    writeFileSync(join(directory, 'node_modules/.package-lock.json'), JSON.stringify({ packages }));
  writeFileSync(join(directory, 'package-lock.json'), JSON.stringify({ packages: entries }));
  t.equal(await state(), 'missing missing');
  mkdirSync(join(directory, 'node_modules'));
  install({ 'node_modules/a': { version: '1.0.0' } });
  t.equal(await state(), 'fine stale', 'without the development ones');
  install({ 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '2.0.0' } });
  t.equal(await state(), 'fine fine', 'an optional one may be for another processor');
  install({ 'node_modules/a': { version: '0.9.0' }, 'node_modules/b': { version: '2.0.0' } });
  t.equal(await state(), 'stale stale');
  writeFileSync(join(directory, 'node_modules/.package-lock.json'), '{ half');
  t.equal(await state(), 'missing missing');
});

t.test('tells everything that keeps a machine from it in one message, and runs nothing', async (t) => {
  const directory = checkout(t);
  writeFileSync(join(directory, 'package-lock.json'), JSON.stringify({ packages: {} }));
  const script = `process.getuid = () => 1000;
process.arch = 'mips';
Object.defineProperty(process, 'arch', { value: 'mips' });
const { prepare } = require('./agent/setup/machine.cjs');
try { prepare({ packages: ['bpftrace'], withDevelopment: false, rootFor: 'watching the kernel' }, console.log); } catch (error) { console.log('ERROR', error.message); }`;
  const { stdout } = await outcomeOf(
    // No PATH and no terminal: a sudo that is there all the same would have to ask.
    spawn(process.execPath, ['-e', script], { cwd: directory, stdio: ['ignore', 'pipe', 'inherit'], env: { PATH: '' } }),
  );
  t.match(stdout, /ERROR the processor is mips: podtree knows x64 and arm64/);
  t.match(stdout, / {2}node modules +missing +-> npm ci --omit=dev\n/);
  t.notMatch(stdout, /About to run/);
});
