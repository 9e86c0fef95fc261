// The command line without an agent: help, wrong usage, recorded frames, configuration.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { parse as parseYaml } from 'yaml';
import { createLog, formatLogLine } from '../../agent/commands/log.ts';
import { serverUrl, span, wholeNumber } from '../../agent/commands/option.ts';
import { plainPaint } from '../../src/terminal/color.ts';
import { callCommand, runCommand, startCommand } from '../helpers/command-line.ts';
import { matchesGolden } from '../helpers/golden.ts';
import { makeAuthority } from '../helpers/pki.ts';
import { events, tree } from '../terminal/picture.ts';

const COMMANDS = ['', 'tree', 'top', 'tail', 'why', 'agent', 'demo', 'doctor', 'config', 'record', 'replay', 'start'];

const parse = (text: string): unknown => JSON.parse(text);
const snapshot = JSON.stringify({ snapshot: { token: 'e1-42', tree } });
const updates = JSON.stringify({ updates: events.map((event, index) => ({ token: `e1-${43 + index}`, event, changes: [] })) });
const gap = JSON.stringify({ gap: { stage: 'client', lost: 3 } });
const recorded = `${snapshot}\n${updates}\n`;

t.test('help', async (t) => {
  for (const name of COMMANDS) {
    const { code, out: text } = await callCommand(name === '' ? ['--help'] : [name, '--help']);
    t.equal(code, 0);
    matchesGolden(t, text, `help${name === '' ? '' : `-${name}`}.txt`, import.meta.url);
    t.ok(
      text.split('\n').every((line) => line.length < 80),
      `podtree ${name} --help is below 80 columns`,
    );
    const examples = text.split('EXAMPLES\n')[1] ?? '';
    t.equal(examples.match(/^ {2}# /gm)?.length, 3, 'has three examples');
  }
});

t.test('what was asked for goes to standard output, with exit code 0', async (t) => {
  const [alone, version] = await Promise.all([runCommand(t, []), runCommand(t, ['--version'])]);
  t.match(alone, { code: 0, out: /USAGE/, err: '' }, 'the bare name explains itself');
  t.match(version, { code: 0, out: /^\d+\.\d+\.\d+\n$/, err: '' });
});

t.test('wrong usage is said in one line with the next step, with exit code 2', async (t) => {
  const cases: readonly (readonly [args: readonly string[], said: RegExp])[] = [
    [['tial'], /^podtree: unknown command 'tial' \(Did you mean tail\?\)\nSee podtree --help\n$/],
    [['tail', '--cuont', '3'], /^podtree: unknown option '--cuont' \(Did you mean --count\?\)\nSee podtree tail --help\n$/],
    [['tail', '--count', 'x'], /'--count <N>' argument 'x' is invalid\. Expected a whole number from 1/],
    [['tail', '-n', 'a', '-A'], /cannot be used with option/],
    [['tail', '-e', 'pause.died', '--from', '-'], /^podtree: query: types="pause\.died": allowed is .*pause\.exited/],
    [['tail', '--pod', '(', '--from', '-'], /^podtree: query: pod="\(": allowed is a regular expression/],
    [['tail', '--server', 'ftp://x'], /--server: "ftp:\/\/x" is not the address of an agent: give --server http:\/\/HOST:PORT/],
    [['tree', '--from', '-', '--token-file', '/nonexistent', '--server', ':'], /no tree/],
    [['tail', '--token-file', '/nonexistent'], /--token-file: ENOENT/],
    [['tree', '--columns', 'nmae', '--from', '-'], /argument 'nmae' is invalid\. Did you mean name\? There are name, namespace, /],
    [['tree', '--columns', 'name', '-o', 'json', '--from', '-'], /^podtree: --columns is for -o wide: -o json has none/],
    [
      ['tail', '--columns', 'pods', '--from', '-'],
      /argument 'pods' is invalid\. Did you mean pod\? There are time, type, what, namespace, /,
    ],
    [['tail', '--columns', 'pod', '-o', 'json', '--from', '-'], /^podtree: --columns is for -o compact: -o json has none/],
    [['tail', '--utc', '--times', 'full', '--from', '-'], /'--utc' cannot be used with option '--times <HOW>'/],
    [['record'], /missing required argument 'FILE'/],
  ];
  const ended = await Promise.all(cases.map(([args]) => callCommand(args)));
  for (const [index, [args, said]] of cases.entries()) {
    const { code, out, err } = ended[index] ?? { code: -1, out: '', err: '' };
    const expected = /no tree/.test(said.source) ? 1 : 2;
    t.equal(code, expected, `podtree ${args.join(' ')}`);
    t.equal(out, '');
    t.match(err, said);
    t.notMatch(err, / {4}at /, 'without a stack');
  }
});

t.test('a failure has its exit code and its message outside too', async (t) => {
  const [usage, failed] = await Promise.all([
    runCommand(t, ['tial']),
    runCommand(t, ['tail', '--from', '-'], { input: 'root:x:0:0\x1b[2J\n' }),
  ]);
  t.match(usage, { code: 2, out: '', err: /^podtree: unknown command 'tial' \(Did you mean tail\?\)\nSee podtree --help\n$/ });
  t.match(failed, { code: 1, out: '', err: /^podtree: standard input:1 is no frame/ });
  t.notMatch(failed.err, /\x1b/);
});

t.test('recorded frames', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'podtree-test-'));
  const file = join(directory, 'frames.jsonl');
  writeFileSync(file, `${recorded}${gap}\n`);
  t.teardown(() => rmSync(directory, { recursive: true }));

  t.test('are drawn as a tree, all of it or one pod', async (t) => {
    const [all, one, none] = await Promise.all([
      callCommand(['tree', '--from', file]),
      callCommand(['tree', 'default/example-pod', '--from', '-'], { input: recorded }),
      callCommand(['tree', 'nothing', '--from', file]),
    ]);
    t.match(all.out, /Pod default\/example-pod[\s\S]*Pod kube-system\/kata/);
    t.match(one.out, /^Node node-1 {2}1 pod/);
    t.notMatch(one.out, /kata/);
    t.match(none, { code: 1, out: '', err: /^podtree: no pod is called "nothing" on node-1: there are default\/example-pod, / });
  });

  t.test('are printed as events, which can be read again', async (t) => {
    const json = await callCommand(['tail', '-o', 'json', '--from', file]);
    const lines = json.out.trimEnd().split('\n');
    t.equal(lines.length, events.length + 1);
    t.match(JSON.parse(lines[0] ?? ''), { token: 'e1-43', event: { type: 'pod.added' } });
    t.match(JSON.parse(lines.at(-1) ?? ''), { gap: { stage: 'client', lost: 3 } });
    const again = await callCommand(['tail', '--utc', '--from', '-'], { input: json.out });
    t.match(again.out.split('\n')[0], /^18:26:33\.123 {2}pod\.added {10}default\/example-pod/);
  });

  t.test('as a whole tree are read again too', async (t) => {
    const json = await callCommand(['tree', '-o', 'json', '--from', file]);
    t.same(JSON.parse(json.out), tree);
    const again = await callCommand(['tree', 'kata', '--from', '-'], { input: json.out });
    t.match(again.out, /the sandbox is a virtual machine/);
  });

  t.test('as a table have the columns that were asked for, in that order', async (t) => {
    const [wide, some, help, times] = await Promise.all([
      callCommand(['tree', '-o', 'wide', '--from', file]),
      callCommand(['tree', '--columns', 'pid,name', 'kata', '--from', file]),
      callCommand(['tree', '--columns', 'help']),
      callCommand(['tree', '--times', 'utc', '-o', 'wide', '--from', file]),
    ]);
    t.match(wide, { code: 0, err: '', out: /^NAME +KIND +STATE +PID .*\ndefault\/example-pod +pod +ready +3\/3 +1\+1 +/ });
    t.match(wide.out, /\n\nLeaked namespaces/, 'what nobody owns is below it');
    t.equal(some.out, 'PID  NAME\n     kube-system/kata\n     └── virtual machine\n');
    t.match(help, { code: 0, out: /^name +what it is called/ });
    t.match(times.out, /SINCE[\s\S]* 2026-11-22T18:00:00Z /);
  });

  t.test('as events have the columns that were asked for', async (t) => {
    const [some, help, times] = await Promise.all([
      callCommand(['tail', '--columns', 'type,pod', '--count', '2', '--from', file]),
      callCommand(['tail', '--columns', 'help']),
      callCommand(['tail', '--times', 'full', '--count', '1', '--from', file]),
    ]);
    t.equal(some.out, 'pod.added          default/example-pod\nnamespace.created  default/example-pod\n');
    t.match(help, { code: 0, out: /^time +when, as --times says\ntype / });
    t.match(times.out, /^2026-11-22T18:26:33\.123Z {2}pod\.added/);
  });

  t.test('as YAML are the same tree', async (t) => {
    const yaml = await callCommand(['tree', '-o', 'yaml', '--from', file]);
    t.match(yaml, { code: 0, err: '' });
    t.same(parseYaml(yaml.out), tree);
    const watched = await callCommand(['tree', '-o', 'yaml', '--watch', '--from', file]);
    t.match(watched.out, /^---\nnode: node-1\n/, 'one document after the other when watched');
  });

  t.test('as frames are what they were, up to the count', async (t) => {
    const whole = await callCommand(['tail', '-o', 'frames', '--from', file]);
    t.same(whole.out.trimEnd().split('\n').map(parse), [snapshot, updates, gap].map(parse));
    const counted = await callCommand(['tail', '--count', '3', '--from', file]);
    t.match(counted, { code: 0 });
    t.equal(counted.out.trimEnd().split('\n').length, 3);
  });

  t.test('are filtered as a live stream is', async (t) => {
    const [deaths, quiet, web] = await Promise.all([
      callCommand(['tail', '-e', 'pause.*,!pause.restarted', '--from', file]),
      callCommand(['tail', '-n', 'kube-system', '--from', file]),
      callCommand(['tree', '-l', 'app=example', '--from', file]),
    ]);
    t.equal(deaths.out.match(/pause\.exited/g)?.length, events.filter((event) => event.type === 'pause.exited').length);
    t.notMatch(deaths.out, /pause\.restarted|pod\.added/);
    t.notMatch(quiet.out, /example-pod/);
    t.match(web.out, /^Node node-1 {2}1 pod/);
  });

  t.test('with a loss end with exit code 4 when that is asked for', async (t) => {
    const lost = await callCommand(['tail', '--fail-on-loss', '--from', '-'], { input: `${snapshot}\n${gap}\n${updates}\n` });
    t.match(lost, { code: 4, out: /gap: 3 events lost in the client/, err: /^podtree: events were lost/ });
    t.notMatch(lost.out, /pod\.added/, 'nothing after it');
  });

  t.test('never print raw what a process is called', async (t) => {
    const ended = await Promise.all(
      [
        ['tail', '--from', file],
        ['tree', '--from', file],
        ['tree', '-o', 'wide', '--from', file],
        ['tree', '-o', 'yaml', '--from', file],
        ['tree', '--watch', '--from', file],
        ['tail', '--color', 'always', '--from', file],
        ['tail', '-o', 'json', '--from', file],
      ].map((args) => callCommand(args)),
    );
    for (const { code, out } of ended) {
      t.equal(code, 0);
      t.match(out, /evil/);
      // biome-ignore lint/complexity/useRegexLiterals: the escape byte is easier to read in a string
      t.notMatch(out.replace(new RegExp('\x1b\\[\\d+m', 'g'), ''), /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]/);
    }
  });

  t.test('that are none are refused with file and line', async (t) => {
    const cases: readonly (readonly [input: string, said: RegExp])[] = [
      ['root:x:0:0\n', /^podtree: standard input:1 is no frame \(.*not valid JSON\): expected what/],
      [`${snapshot}\n{"updates":[{"token":1}]}\n`, /standard input:2 is no frame \(frame: updates\[0\]\.token must be a string, got 1\)/],
      ['{"snapshot":{"token":"a","tree":{}}}\n', /standard input:1 is no frame/],
      ['\x1b[2J\n', /is no frame/],
    ];
    for (const [input, said] of cases) {
      const { code, err } = await callCommand(['tail', '--from', '-'], { input });
      t.equal(code, 1);
      t.match(err, said);
      t.notMatch(err, /\x1b/);
    }
    t.match(await callCommand(['tail', '--from', join(directory, 'none')]), { code: 1, err: /none cannot be read: ENOENT/ });
    t.match(await callCommand(['tail', '--from', file, '--since', 'e1-1']), { code: 2, err: /--since needs a live agent/ });
  });

  t.test('of kinds that are newer are passed over', async (t) => {
    const ended = await callCommand(['tail', '--from', '-'], { input: `{"weather":{}}\n\n${updates}` });
    t.match(ended, { code: 0, err: '', out: /pod\.added/ });
  });
  t.end();
});

t.test('a reader that has seen enough ends the command quietly', async (t) => {
  const running = startCommand(t, ['tail', '--from', '-']);
  running.child.stdin.write(`${recorded}`);
  await running.seen(/pod\.removed/);
  running.child.stdout.destroy();
  // Standard input stays open: only the closed pipe can end it.
  const more = setInterval(() => running.child.stdin.write(`${updates}\n`), 20);
  t.teardown(() => clearInterval(more));
  t.match(await running.ended, { code: 0, err: '' });
});

t.test('Ctrl-C ends the command quietly', async (t) => {
  for (const args of [
    ['tail', '--from', '-'],
    ['tree', '--watch', '--from', '-'],
  ]) {
    const running = startCommand(t, args);
    running.child.stdin.write(recorded);
    await running.seen(/example-pod/);
    running.child.kill('SIGINT');
    t.match(await running.ended, { code: 0, signal: null, err: '' }, args.join(' '));
  }
});

t.test('config', async (t) => {
  const [text, json, wrong, absent] = await Promise.all([
    callCommand(['config', '--log-level', 'debug'], { env: { PODTREE_NODE_NAME: 'n1' } }),
    callCommand(['config', '-o', 'json', '--listen', '[::1]:80']),
    callCommand(['config', '--listen', 'node-a:80', '--log-level', 'loud']),
    callCommand(['config', '--config', '/nonexistent/p.yaml']),
  ]);
  t.match(text.out, /^logLevel +debug +--log-level$/m);
  t.match(text.out, /^nodeName +n1 +PODTREE_NODE_NAME$/m);
  t.match(JSON.parse(json.out), { listen: { value: '[::1]:80', source: '--listen' }, nodeName: { value: null, source: 'default' } });
  t.match(wrong, {
    code: 2,
    out: '',
    err: /^podtree: the configuration has 2 problems:\n {2}--listen {5}"node-a:80": expected .*\n {2}--log-level {2}"loud": expected one of/,
  });
  t.match(absent, { code: 2, err: /^podtree: the configuration has a problem:\n {2}\/nonexistent\/p\.yaml {2}cannot be read: ENOENT/ });
});

t.test('agent --check-config says whether the agent would take it, and starts nothing', async (t) => {
  const directory = t.testdir({
    'good.yaml': 'listen: 127.0.0.1:1\nalerts:\n  sinks:\n    - {type: webhook, url: http://x.example, tokenFile: /nonexistent/token}\n',
    'bad.yaml': 'lissten: 1\nlimits: {clients: 0}\n',
  });
  const check = (file: string, env: Readonly<Record<string, string>> = {}) =>
    callCommand(['agent', '--check-config', '--config', join(directory, file)], { env });
  const [good, bad, both] = await Promise.all([check('good.yaml'), check('bad.yaml'), check('bad.yaml', { PODTREE_LISTEN: 'x' })]);
  t.match(good, {
    code: 0,
    out: 'The configuration is fine: 2 settings given, the rest by default.\n',
    err: /^podtree: alerts\.sinks, webhook: tokenFile cannot be read: ENOENT.*Its alerts wait until it can be\n$/,
  });
  t.match(bad, {
    code: 2,
    out: '',
    err: /2 problems:\n.*bad\.yaml:1 +lissten: .*did you mean listen\?\n.*bad\.yaml:2 +limits\.clients: 0: expected/,
  });
  t.match(both, { code: 2, err: /3 problems:/ });
});

t.test('the files of an address for other machines are looked at before it is opened', async (t) => {
  const dir = t.testdir({ tokens: 'alice:a-token-of-some-length\n', empty: '' });
  const authority = makeAuthority(dir);
  const { certFile, keyFile } = authority.issue({ name: 'node-a', names: 'DNS:node-a.example' });
  const soon = authority.issue({ name: 'soon', until: new Date(Date.now() + 3.5 * 86_400_000) });
  chmodSync(join(dir, 'tokens'), 0o600);
  const flags = (cert: string, key: string, tokens = 'tokens') => [
    ...['--listen', '127.0.0.1:0,0.0.0.0:0', '--tls-cert-file', cert, '--tls-key-file', key],
    ...['--auth-tokens-file', join(dir, tokens)],
  ];
  const check = (...args: string[]) => callCommand(['agent', '--check-config', ...args]);
  t.match(await check(...flags(certFile, keyFile)), { code: 0, err: '', out: /is fine: 4 settings given/ });
  t.match(await check('--listen', ':1'), {
    code: 2,
    err: /missing: tls\.certFile, .*; tls\.keyFile, .*; at least one of auth\.tokensFile/,
  });
  t.match(await check(...flags(certFile, soon.keyFile, 'none')), {
    code: 2,
    out: '',
    err: /2 problems:\n {2}tls\.keyFile +\S+ does not belong to the first certificate of .*\n {2}auth\.tokensFile +ENOENT/,
  });
  const wrong = flags(certFile, soon.keyFile);
  t.match(await callCommand(['config', ...wrong]), {
    code: 0,
    out: /^listen +127\.0\.0\.1:0,0\.0\.0\.0:0 /m,
    err: /an agent on this machine would not start: .*tls\.keyFile/s,
  });
  t.match(JSON.parse((await callCommand(['config', '-o', 'json', ...wrong])).out), { listen: { value: ['127.0.0.1:0', '0.0.0.0:0'] } });
  const access = async (...args: string[]): Promise<unknown> =>
    (JSON.parse((await callCommand(['doctor', '-o', 'json', ...args])).out) as readonly { name: string }[]).find(
      ({ name }) => name === 'access',
    );
  t.match(await access(...flags(certFile, keyFile)), { status: 'ok', found: /^the certificate for DNS:node-a\.example is good until / });
  t.match(await access(...flags(soon.certFile, soon.keyFile)), { status: 'warn', found: /expires in 3 days/ });
  t.match(await access(...wrong), { status: 'fail', found: /does not belong/, fix: /docs\/security\.md/ });
  t.equal(await access('--listen', '127.0.0.1:0'), undefined);
  t.match(await callCommand(['start', ...flags(certFile, keyFile).map((each) => (each.includes(',') ? '0.0.0.0:0' : each))]), {
    code: 2,
    err: /podtree start looks at its agent on loopback: give 127\.0\.0\.1:7637 besides, after a comma/,
  });
});

t.test('what a command shows an agent is read from files, and a mistake in it is one of usage', async (t) => {
  const dir = t.testdir({ token: 'two words', ca: 'no PEM', key: 'x' });
  const tree = (...args: string[]) => callCommand(['tree', '--server', 'https://127.0.0.1:1', ...args]);
  const cases: readonly (readonly [args: readonly string[], err: RegExp])[] = [
    [['--token-file', '/none'], /--token-file: ENOENT/],
    [['--token-file', join(dir, 'token')], /--token-file \S+: expected one line of printable ASCII/],
    [['--ca-file', join(dir, 'ca')], /--ca-file \S+: expected a certificate in PEM/],
    [['--cert-file', join(dir, 'ca')], /--cert-file needs --key-file besides/],
    [['--key-file', join(dir, 'key')], /--key-file needs --cert-file besides/],
  ];
  for (const [args, err] of cases) t.match(await tree(...args), { code: 2, out: '', err }, args.join(' '));
  t.match(await tree('--tls-server-name', 'x.example'), { code: 3, err: /nothing listens there/ });
});

t.test('on a terminal', (t) => {
  const terminal = { columns: 80, rows: 12 };
  t.test('the watched tree is drawn on a screen of its own, and stays behind when it ends', async (t) => {
    const { code, out } = await callCommand(['tree', 'example-pod', '--watch', '--color', 'never', '--from', '-'], {
      input: recorded,
      terminal,
    });
    t.equal(code, 0);
    t.match(out, /^\x1b\[\?1049h[\s\S]*waiting for the first snapshot[\s\S]*\x1b\[\?1049lNode node-1 {2}1 pod/);
    const left = out.split('\x1b[?1049l')[1] ?? '';
    t.ok(
      left.split('\n').every((line) => line.length <= 80),
      'cut to the width of the terminal',
    );
  });
  t.test('tail says what it is connected to, on standard error', async (t) => {
    const hello = JSON.stringify({ hello: { node: 'node-1', bootId: 'b', version: '0', epoch: 'e', resumed: false } });
    const { out, err } = await callCommand(['tail', '--count', '1', '--from', '-'], {
      input: `${hello}\n${recorded}`,
      terminal,
      env: { NO_COLOR: '1' },
    });
    t.match(err, /^podtree: connected to node-1\npodtree: 5 pods now; waiting for events \(Ctrl-C ends\)\n$/);
    t.match(out, /^\d\d:\d\d:33\.123 {2}pod\.added {10}example-pod +6f1d4d3e-0000-4000-8…\n$/);
  });
  t.test('events are coloured', async (t) => {
    const { out } = await callCommand(['tail', '--from', '-'], { input: recorded, terminal: { columns: 200, rows: 12 } });
    t.match(out, /\x1b\[31m/);
  });
  t.end();
});

t.test('the log is JSON for programs and text for people', async (t) => {
  const lines: string[] = [];
  const target = { isTerminal: false, write: (line: string) => void lines.push(line) };
  createLog({ logLevel: 'info', logFormat: 'auto' }, target, {}).log.child({ subsystem: 'cri' }).info({ pid: 7 }, 'hello');
  createLog({ logLevel: 'info', logFormat: 'text' }, target, {}).log.warn('careful');
  createLog({ logLevel: 'error', logFormat: 'json' }, target, {}).log.warn('unsaid');
  t.equal(lines.length, 2);
  t.match(JSON.parse(lines[0] ?? ''), { level: 'info', subsystem: 'cri', pid: 7, msg: 'hello' });
  t.match(lines[1], /^\d\d:\d\d:\d\d\.\d{3} warn {2}careful\n$/);
});

t.test('the level of the log can be changed for all parts, also those that are there', async (t) => {
  const lines: string[] = [];
  const { log, setLevel } = createLog(
    { logLevel: 'info', logFormat: 'json' },
    { isTerminal: false, write: (line) => void lines.push(line) },
    {},
  );
  const part = log.child({ subsystem: 'cri' });
  const inner = part.child({ id: 1 });
  const say = (): void => {
    for (const each of [log, part, inner, log.child({})]) each.debug('x');
  };
  say();
  t.equal(lines.length, 0);
  setLevel('debug');
  say();
  t.equal(lines.length, 4);
  setLevel('error');
  say();
  t.equal(lines.length, 4);
});

t.test('replay refuses what is no recording, and names what reads it', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'podtree-test-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const frames = join(directory, 'frames.jsonl');
  writeFileSync(frames, recorded);
  const [wrong, absent, other] = await Promise.all([
    callCommand(['replay', frames]),
    callCommand(['replay', join(directory, 'none')]),
    callCommand(['tail', '--from', '-'], { input: '{"podtree":"recording","format":1}\n' }),
  ]);
  t.match(wrong, { code: 1, out: '', err: /^podtree: .*frames\.jsonl/ });
  t.match(absent, { code: 1, out: '', err: /^podtree: .*none/ });
  t.match(other, { code: 1, err: /it is a recording of kernel events: use podtree replay/ });
});

t.test('doctor says of each thing what was found, and how to fix it', async (t) => {
  const settings = ['--bpftrace', '/nonexistent/bpftrace', '--runtime-endpoint', 'unix:///nonexistent.sock', '--listen', '127.0.0.1:1'];
  const [text, json] = await Promise.all([callCommand(['doctor', ...settings]), callCommand(['doctor', '-o', 'json', ...settings])]);
  t.equal(text.code, 1, 'without bpftrace the agent would not run');
  t.match(text.out, /^fail {2}bpftrace +\/nonexistent\/bpftrace is not installed\n +→ apt install bpftrace/m);
  t.match(text.out, /^warn {2}runtime .*\n +→ start the runtime/m);
  t.match(text.out, /^ok {4}kernel +Linux /m);
  t.match(text.out, /\nThe agent would not run here: \d+ things? to fix\.\n$/);
  const checks = JSON.parse(json.out) as { name: string; status: string; fix?: string }[];
  t.ok(
    checks.every((check) => (check.status === 'ok') === (check.fix === undefined)),
    'whatever is not ok says what to do',
  );
});

t.test('options are read strictly', async (t) => {
  t.equal(serverUrl('localhost:7637').href, 'http://localhost:7637/');
  t.equal(serverUrl('ws://[::1]:1/').href, 'http://[::1]:1/');
  t.throws(() => serverUrl('http://'), /--server: "http:\/\/" is not the address of an agent/);
  t.same(['500ms', '30s', '5m', '1h'].map(span), [500, 30_000, 300_000, 3_600_000]);
  t.throws(() => span('30'), /Expected a time/);
  t.throws(() => wholeNumber(1, 5)('6'), /Expected a whole number from 1 to 5/);
});

t.test('a line of the log is short text without anything raw', async (t) => {
  const line = JSON.stringify({
    level: 'warn',
    time: '2026-11-22T18:26:33.123Z',
    subsystem: 'cri',
    msg: 'gone\x1b[2J',
    pid: 7,
    err: { message: 'no\nsocket' },
  });
  t.match(formatLogLine(line, plainPaint), /^\d\d:\d\d:33\.123 warn {2}cri gone\\e\[2J pid=7 no\\nsocket$/);
  t.equal(formatLogLine('not JSON\x07\n', plainPaint), 'not JSON\\x07');
});
