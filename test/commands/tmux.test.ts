// `podtree top` in a real terminal: tmux, from a shell, as a person over ssh has it. Skipped where there is no tmux.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { startStream } from '../helpers/stream-server.ts';
import { hasTmux, openPane, type Pane } from '../helpers/tmux.ts';
import { tree } from '../terminal/picture.ts';
import { largeTree } from '../terminal/top-scene.ts';

const MAIN = fileURLToPath(new URL('../../agent/main.ts', import.meta.url));
const skip = hasTmux() ? false : 'there is no tmux: apt install tmux';
/** A bug, on demand, without a line of it in the program. */
const CRASH = 'data:text/javascript,process.on("SIGUSR2",()=>{throw new Error("a bug")})';

/** A shell in a pane, in which `podtree top` was started; what stood on the screen before is `BEFORE`. */
async function startTop(t: Test, url: string, options: { readonly before?: string; readonly args?: string } = {}): Promise<Pane> {
  const pane = await openPane(t, ['env', 'PS1=$ ', 'bash', '--norc', '--noprofile']);
  await pane.until('the prompt', (screen) => screen.startsWith('$'));
  const node = `'${process.execPath}'`;
  await pane.keys(
    `printf 'BEFORE\\n'; ${options.before ?? ''} ${node} --import '${CRASH}' '${MAIN}' top --server ${url} ${options.args ?? ''}; echo "ended $?"`,
    'Enter',
  );
  await pane.until('the view', (screen) => /^podtree top .* live /.test(screen));
  return pane;
}

/** The shell has its terminal back, as it was: what was on it, the cursor, the mouse, its own editing of lines. */
async function isGivenBack(t: Test, pane: Pane, code: number, after = 'q'): Promise<void> {
  const screen = await pane.until('the shell', (each) => each.includes(`ended ${code}\n`));
  t.match(screen, /^BEFORE$/m, `after ${after}: what was on the screen is there again`);
  const modes = await Promise.all(['alternate_on', 'cursor_flag', 'wrap_flag', 'mouse_any_flag'].map((name) => pane.variable(name)));
  t.same(modes, ['0', '1', '1', '0'], `after ${after}: the ordinary screen, a cursor, wrapping, no mouse`);
  await pane.keys('stty -a | tr " ;" "\\n\\n" | grep -xE -- "-?(icanon|echo|isig|icrnl)" | sort | paste -sd" "', 'Enter');
  await pane.until('a sane line', (each) => each.includes('\necho icanon icrnl isig\n'));
}

/** The process of the view, found by its arguments; undefined when there is none. */
function findView(url: string): number | undefined {
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const args = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
      if (args.includes(MAIN) && args.includes(url)) return Number(name);
    } catch {
      // It has ended meanwhile.
    }
  }
  return undefined;
}

function pidOf(url: string): number {
  const pid = findView(url);
  if (pid === undefined) throw new Error('the view does not run');
  return pid;
}

t.test('80×24 in tmux: keys, resize, the mouse, and the screen as it was', { skip }, async (t) => {
  const { url } = await startStream(t, { tree: () => largeTree(500, 10) });
  const pane = await startTop(t, url);
  const first = await pane.capture();
  t.match(first, /^podtree top {2}node-1 {2}500 pods, 1000 containers, 4500 processes +live /);
  t.equal(first.trimEnd().split('\n').length, 24);
  await pane.keys('Down', 'Down', 'Enter');
  await pane.until('an open pod', (screen) => /^> . ▾|^> ▾/m.test(screen) && /├ pause/.test(screen));
  await pane.keys('/', 'app-0321', 'Enter');
  await pane.until('what was searched', (screen) => /^> ▸ team-1\/app-0321/m.test(screen));
  await pane.keys('d');
  await pane.until('the detail', (screen) => /── team-1\/app-0321 ─[\s\S]*^pod +team-1/m.test(screen));
  await pane.resize(130, 40);
  await pane.until(
    'the larger picture',
    (screen) => / │ ── team-1\/app-0321 /.test(screen) && screen.split('\n').filter((line) => line !== '').length > 25,
  );
  await pane.resize(60, 12);
  const small = await pane.until('the smaller picture', (screen) => !/ │ /.test(screen) && /^ search app-0321/m.test(screen));
  t.ok(small.trimEnd().split('\n').length <= 12);
  await pane.resize(80, 24);
  await pane.keys('Escape', 'm');
  await pane.until('the mouse', async () => (await pane.variable('mouse_any_flag')) === '1');
  await pane.keys('q');
  await isGivenBack(t, pane, 0);
});

t.test('the terminal is given back on Ctrl-C, on a signal, and on a bug', { skip }, async (t) => {
  const ends: readonly (readonly [name: string, end: (pane: Pane, pid: number) => unknown, code: number])[] = [
    ['Ctrl-C', (pane) => pane.keys('C-c'), 0],
    ['SIGTERM', (_, pid) => process.kill(pid, 'SIGTERM'), 0],
    ['SIGHUP', (_, pid) => process.kill(pid, 'SIGHUP'), 0],
    ['a bug', (_, pid) => process.kill(pid, 'SIGUSR2'), 1],
  ];
  // Side by side: most of it is waiting.
  await Promise.all(
    ends.map(async ([name, end, code]) => {
      const { url } = await startStream(t, { tree: () => tree });
      const pane = await startTop(t, url, { args: '--mouse' });
      await end(pane, pidOf(url));
      await isGivenBack(t, pane, code, name);
      if (code !== 0) t.match(await pane.capture(), /Error: a bug/, 'what went wrong can be read');
    }),
  );
});

t.test('Ctrl-Z gives the terminal to the shell, and fg takes it again', { skip }, async (t) => {
  const { url } = await startStream(t, { tree: () => tree });
  const pane = await startTop(t, url);
  await pane.keys('C-z');
  await pane.until('the shell', (screen) => /Stopped/.test(screen) && /^BEFORE$/m.test(screen));
  t.equal(await pane.variable('cursor_flag'), '1');
  await pane.keys('fg', 'Enter');
  await pane.until('the view again', (screen) => /^podtree top /.test(screen));
  await pane.keys('?');
  await pane.until('that it takes keys', (screen) => /══ help/.test(screen));
  await pane.keys('q', 'q');
  await pane.until('the shell', (screen) => /^\$ *$/m.test(screen));
  t.equal(await pane.variable('alternate_on'), '0');
});

t.test('a terminal that goes away ends it, and leaves nothing behind', { skip }, async (t) => {
  const { url } = await startStream(t, { tree: () => tree });
  const pane = await startTop(t, url);
  t.ok(pidOf(url) > 1);
  await pane.close();
  while (findView(url) !== undefined) await delay(20);
  t.pass('it is gone');
});

t.test('no colours when none are wanted, and a picture into a pipe that is closed early', { skip }, async (t) => {
  const { url } = await startStream(t, { tree: () => tree });
  const [plain, colored] = await Promise.all([startTop(t, url, { before: 'NO_COLOR=1' }), startTop(t, url)]);
  t.notMatch(await plain.capture({ colors: true }), /\x1b\[[0-9;]*m/);
  t.match(await plain.capture(), /^> /m, 'the cursor is seen all the same');
  await plain.keys('q');
  t.match(await colored.capture({ colors: true }), /\x1b\[7m(\x1b\[39m)?>/);
  await colored.keys('q');
  await isGivenBack(t, colored, 0);
  await colored.keys('clear', 'Enter');
  await colored.keys(`'${process.execPath}' '${MAIN}' top --once --server ${url} | head -1; echo "ended \${PIPESTATUS[0]}"`, 'Enter');
  const once = await colored.until('one line', (screen) => /^ended 0$/m.test(screen));
  t.match(once, /^podtree top {2}node-1/m);
  t.notMatch(once, /NAMESPACE/);
});

t.test('frames from a pipe, keys from the terminal', { skip }, async (t) => {
  const directory = t.testdir({});
  const file = join(directory, 'frames.jsonl');
  writeFileSync(file, `${JSON.stringify({ snapshot: { token: 'e1-1', tree } })}\n`);
  const pane = await openPane(t, ['bash', '-c', `cat '${file}' | '${process.execPath}' '${MAIN}' top --from -; echo ended $?; read`]);
  await pane.until('the end of the file', (screen) => /end of file/.test(screen));
  await pane.keys('?');
  await pane.until('the help', (screen) => /══ help/.test(screen));
  await pane.keys('q', 'q');
  await pane.until('the end', (screen) => /^ended 0$/m.test(screen));
});

t.test('an agent that goes away and comes back is said', { skip }, async (t) => {
  const one = await startStream(t, { tree: () => tree });
  const pane = await startTop(t, one.url);
  await one.server.close();
  await pane.until('the loss', (screen) => /^NO CONNECTION for /m.test(screen) && /example-pod/.test(screen));
  await startStream(t, { tree: () => ({ ...tree, pods: tree.pods.slice(1) }), port: one.port, epoch: 'e2' });
  const back = await pane.until('the new one', (screen) => /^podtree top .*4 pods.* live /.test(screen));
  t.match(back, /── gap: connected again; events may be missing here ──/);
  await pane.keys('q');
  await isGivenBack(t, pane, 0);
});
