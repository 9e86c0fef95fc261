// Where settings come from, which ones win, and how everything that is wrong is said at once.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import { formatListen, formatListenList, parseListen, parseMetricsListen } from '../../src/config/address.ts';
import { type ConfigInput, loadConfig } from '../../src/config/load-config.ts';
import { defaultText, renderReferencePage } from '../../src/config/reference-page.ts';
import { planReload } from '../../src/config/reload.ts';
import { SETTING_KEYS, SETTINGS } from '../../src/config/schema.ts';
import type { Setting } from '../../src/config/setting.ts';
import { suggest } from '../../src/config/suggest.ts';
import { PodtreeError } from '../../src/error.ts';

function problems(input: ConfigInput): string {
  try {
    loadConfig(input);
  } catch (error) {
    if (error instanceof PodtreeError && error.code === 'CONFIG_INVALID') return error.message;
    throw error;
  }
  return '';
}

const file = (text: string): NonNullable<ConfigInput['file']> => ({ path: 'p.yaml', text });

t.test('without any setting everything has its default', async (t) => {
  const { config, sources, warnings } = loadConfig({});
  t.same(config.listen, [{ host: '127.0.0.1', port: 7637 }]);
  t.equal(config.processArgs, 'off', 'arguments hold secrets');
  t.equal(config.runtimeEndpoint, undefined);
  t.equal(config.limits.clients, 64);
  t.same([...new Set([...sources.values()].map((source) => source.kind))], ['default']);
  t.same(warnings, []);
});

t.test('a flag beats the environment, which beats the file, which beats the default', async (t) => {
  const flags = { 'log-level': 'error', 'node-name': undefined };
  const env = { PODTREE_LOG_LEVEL: 'warn', PODTREE_NODE_NAME: 'from-env' };
  const yaml = file('logLevel: debug\nnodeName: from-file\nstateDir: /from/file\n');
  const { config, sources } = loadConfig({ flags, env, file: yaml });
  t.match(config, { logLevel: 'error', nodeName: 'from-env', stateDir: '/from/file' });
  t.same(sources.get('logLevel'), { kind: 'flag', name: '--log-level' });
  t.same(sources.get('nodeName'), { kind: 'environment', name: 'PODTREE_NODE_NAME' });
  t.same(sources.get('stateDir'), { kind: 'file', name: 'p.yaml:3' });
});

t.test('the result cannot be changed', async (t) => {
  const { config } = loadConfig({ env: { PODTREE_ALLOWED_HOSTS: 'a.example,b.example' } });
  t.same(config.allowedHosts, ['a.example', 'b.example']);
  t.ok([config, config.limits, config.listen, config.allowedHosts].every((each) => Object.isFrozen(each)));
});

t.test('the variable of crictl names the runtime too, and ours wins over it', async (t) => {
  const both = { CONTAINER_RUNTIME_ENDPOINT: 'unix:///run/a.sock', PODTREE_RUNTIME_ENDPOINT: '/run/b.sock' };
  t.equal(loadConfig({ env: both }).config.runtimeEndpoint, 'unix:///run/b.sock');
  t.equal(loadConfig({ env: { ...both, PODTREE_RUNTIME_ENDPOINT: '' } }).config.runtimeEndpoint, 'unix:///run/a.sock', 'empty is not set');
});

t.test('the file nests limits, takes lists, and may leave things empty', async (t) => {
  const { config } = loadConfig({ file: file('# all commented\nlimits:\n  clients: 3\nallowedHosts: [A.example]\nnodeName:\n') });
  t.equal(config.limits.clients, 3);
  t.same(config.allowedHosts, ['a.example']);
  t.equal(config.nodeName, undefined);
  t.doesNotThrow(() => loadConfig({ file: file('') }));
});

t.test('all that is wrong is said at once, with where, what, and what is allowed', async (t) => {
  const text = problems({
    flags: { listen: 'node-a:7637' },
    env: { PODTREE_LOG_LEVEL: 'loud' },
    file: file('lissten: 3\nlimits:\n  clients: 0\n  klients: 2\nclients: 3\nresyncIntervalMs: "5s"\nprocessArgs: [off]\n'),
  });
  t.equal(
    text,
    `the configuration has 8 problems:
  --listen           "node-a:7637": expected HOST:PORT with an IP address or localhost, or :PORT for every address of the machine, with a port from 0 to 65535; at most 8 of them
  PODTREE_LOG_LEVEL  "loud": expected one of trace, debug, info, warn, error, fatal, silent
  p.yaml:1           lissten: there is no such setting; did you mean listen?
  p.yaml:3           limits.clients: 0: expected a whole number from 1 to 4096
  p.yaml:4           limits.klients: there is no such setting; did you mean limits.clients?
  p.yaml:5           clients: there is no such setting; did you mean limits.clients?
  p.yaml:6           resyncIntervalMs: "5s": expected a whole number from 1000 to 3600000 (milliseconds)
  p.yaml:7           processArgs: ["off"]: expected one of off, redacted, full`,
  );
});

t.test('a wrong value is wrong even where another one wins over it', async (t) => {
  t.match(problems({ flags: { 'log-level': 'info' }, file: file('logLevel: 7\n') }), /p\.yaml:1 {2}logLevel: 7: expected one of/);
});

t.test('a file that cannot be read is one problem among the others', async (t) => {
  const text = problems({ flags: { listen: 'x' }, file: { path: '/etc/p.yaml', failure: 'EACCES: permission denied' } });
  t.match(text, /^the configuration has 2 problems:/);
  t.match(text, /\n {2}\/etc\/p\.yaml {2}cannot be read: EACCES: permission denied: expected a file with settings in YAML/);
});

t.test('every setting has a variable and a flag, and all are of one pattern', async (t) => {
  const flags = SETTING_KEYS.map((key) => SETTINGS[key].flag);
  t.equal(new Set(flags).size, flags.length);
  for (const key of SETTING_KEYS) {
    const { flag, env } = SETTINGS[key];
    const name = key.replace(/[.A-Z]/g, (letter) => (letter === '.' ? '-' : `-${letter.toLowerCase()}`));
    t.equal(flag, name);
    t.equal(env[0], `PODTREE_${name.toUpperCase().replaceAll('-', '_')}`);
    const text = defaultText(SETTINGS[key] as Setting<unknown>);
    if (key.startsWith('limits.')) t.equal(loadConfig({ flags: { [flag]: text } }).sources.get(key)?.name, `--${flag}`);
  }
});

t.test('a reload takes over what can be changed live, and names the rest', async (t) => {
  const running = loadConfig({ file: file('logLevel: info\nlimits: {clients: 4}\n') }).config;
  const yaml = `listen: 127.0.0.1:1
metrics: {listen: ':2'}
logLevel: debug
allowedHosts: [a.example]
limits: {historyHours: 2, podProcesses: 99}
alerts: {rules: [{name: SandboxLeaked, enabled: false}]}
`;
  const next = loadConfig({ file: file(yaml) }).config;
  const { config, applied, needRestart } = planReload(running, next);
  t.same(applied, [
    { setting: 'allowedHosts', from: '', to: 'a.example' },
    { setting: 'logLevel', from: 'info', to: 'debug' },
    { setting: 'limits.clients', from: '4', to: '64' },
    { setting: 'limits.historyHours', from: '168', to: '2' },
    { setting: 'alerts.rules' },
  ]);
  t.same(needRestart, [
    { setting: 'listen', from: '127.0.0.1:7637', to: '127.0.0.1:1' },
    { setting: 'metrics.listen', from: '', to: ':2' },
    { setting: 'limits.podProcesses', from: '4096', to: '99' },
  ]);
  t.match(config, { listen: [{ port: 7637 }], metrics: { listen: undefined }, logLevel: 'debug', allowedHosts: ['a.example'] });
  t.match(config.limits, { clients: 64, historyHours: 2, podProcesses: 4096 });
  t.equal(config.alerts.rules.length, running.alerts.rules.length - 1);
  const again = planReload(config, next);
  t.same([again.applied, again.needRestart], [[], needRestart], 'what needs a restart is said each time');
  t.same(planReload(config, config), { config, applied: [], needRestart: [] });
});

t.test('a file that is no configuration is refused', (t) => {
  const cases: readonly (readonly [name: string, text: string, said: RegExp])[] = [
    ['broken YAML', 'a: [\n', /p\.yaml:\d+ {2}not valid YAML/],
    ['a name given twice', 'listen: 127.0.0.1:1\nlisten: 127.0.0.1:2\n', /p\.yaml:2 {2}not valid YAML: .*unique/],
    ['a list at the top', '- listen\n', /p\.yaml:1 {2}expected settings as `name: value`/],
    ['limits that are no map', 'limits: 3\n', /p\.yaml:1 {2}limits: expected settings below it/],
    ['a map where a value belongs', 'listen: {host: a}\n', /listen: a value of that shape: expected HOST:PORT/],
    ['a list of maps', 'listen: [{host: a}]\n', /listen: .*: expected HOST:PORT/],
    ['an alias', 'nodeName: &a x\nstateDir: *a\n', /stateDir: a value of that shape/],
    ['two documents', 'listen: 127.0.0.1:1\n---\nlisten: 127.0.0.1:2\n', /not valid YAML/],
    ['something huge', `# ${'x'.repeat(300_000)}`, /longer than/],
    ['a hostile name', '"\\e[2J\\n": 1\n', /p\.yaml:1 {2}"\\u001b\[2J\\n": there is no such setting/],
  ];
  for (const [name, text, said] of cases) t.test(name, async (t) => t.match(problems({ file: file(text) }), said));
  t.test('whatever it holds, nothing but a list of problems comes of it', async () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        problems({ file: file(text) });
        return true;
      }),
    );
  });
  t.end();
});

t.test('addresses to listen on: one or several, of this machine', async (t) => {
  const good = ['127.0.0.1:0', '127.9.9.9:65535', '[::1]:7637', 'localhost:80', 'LOCALHOST:80', '0.0.0.0:1', '[::]:1', '10.0.0.1:1', ':80'];
  for (const each of good) t.equal(formatListenList(parseListen(each)), each.toLowerCase());
  t.same(parseListen('127.0.0.1:1, 10.0.0.1:1'), parseListen(['127.0.0.1:1', '10.0.0.1:1']));
  const many = Array.from({ length: 9 }, (_, index) => `127.0.0.1:${index + 1}`);
  const bad = ['example.org:1', '127.0.0.1', '127.0.0.1:65536', '127.0.0.256:1', '::1:80', '127.0.0.1:', '', 7637, null, [], [7637], many];
  for (const each of bad) t.throws(() => parseListen(each), { message: /HOST:PORT/ }, JSON.stringify(each));
});

const CREDENTIALS = 'tls: {certFile: /c, keyFile: /k}\nauth: {tokensFile: /t}\n';

t.test('an address that is not loopback needs TLS and a credential, and what is missing is said', async (t) => {
  for (const listen of ['0.0.0.0:1', '[::]:1', ':1', '10.0.0.1:1', '[fd00::1]:1', '[::ffff:127.0.0.1]:1', '127.0.0.1:1,192.0.2.1:1']) {
    t.match(
      problems({ flags: { listen } }),
      /--listen {2}listen: .* is not loopback.*missing: tls.certFile, .*; tls.keyFile, .*; at least one of/,
    );
    t.equal(problems({ flags: { listen }, file: file(CREDENTIALS) }), '', listen);
  }
  const cases: readonly (readonly [yaml: string, missing: RegExp])[] = [
    ['tls: {certFile: /c, keyFile: /k}', /missing: at least one of auth.tokensFile, tls.clientCaFile and auth.kubernetes: true/],
    ['tls: {certFile: /c}\nauth: {kubernetes: true}', /missing: tls.keyFile, its key\. For probes/],
    ['tls: {keyFile: /k, clientCaFile: /ca}', /missing: tls.certFile, the certificate to serve\. For probes/],
  ];
  for (const [yaml, missing] of cases) t.match(problems({ flags: { listen: '0.0.0.0:1' }, file: file(yaml) }), missing, yaml);
  for (const way of ['auth: {kubernetes: true}', 'auth: {tokensFile: /t}', 'tls: {certFile: /c, keyFile: /k, clientCaFile: /ca}']) {
    const yaml = way.startsWith('tls') ? way : `tls: {certFile: /c, keyFile: /k}\n${way}`;
    t.equal(problems({ flags: { listen: '0.0.0.0:1' }, file: file(yaml) }), '', way);
  }
  t.match(problems({ file: file('tls: {clientNames: [a]}') }), /tls.clientNames: expected tls.clientCaFile besides/);
  t.match(problems({ file: file('auth: {audiences: [podtree]}') }), /auth.audiences: expected auth.kubernetes: true besides/);
  t.match(loadConfig({ file: file(CREDENTIALS) }).warnings, [
    /tls.certFile, auth.tokensFile without effect: every address of listen is loopback/,
  ]);
  t.same(loadConfig({ flags: { listen: ':1' }, file: file(CREDENTIALS) }).warnings, []);
});

t.test('no two addresses want the same port', async (t) => {
  t.match(
    problems({ flags: { listen: '127.0.0.1:7637,0.0.0.0:7637' }, file: file(CREDENTIALS) }),
    /listen: "0.0.0.0:7637": expected another port/,
  );
  t.equal(problems({ flags: { listen: '127.0.0.1:7637,10.0.0.1:7637' }, file: file(CREDENTIALS) }), '');
  const metrics = { listen: ':7638', 'metrics-listen': '127.0.0.1:7638' };
  t.match(problems({ flags: metrics, file: file(CREDENTIALS) }), /metrics.listen: "127.0.0.1:7638": expected another port than listen has/);
});

t.test('metrics may be served on any address, but not where the stream is', async (t) => {
  const good = ['0.0.0.0:7638', '[::]:7638', ':7638', '10.0.0.1:0', '[fd00::1]:65535', 'localhost:1', '127.0.0.1:7638'];
  for (const each of good) {
    const parsed = parseMetricsListen(each);
    t.equal(parsed && formatListen(parsed), each);
  }
  for (const each of ['off', false]) t.equal(parseMetricsListen(each), undefined);
  for (const each of ['7638', 7638, '0.0.0.0', 'node-a:7638', '[fd00::zz]:1', 'fd00::1:7638', ':65536', ':', '', 'on', true, null])
    t.throws(() => parseMetricsListen(each), { message: /HOST:PORT with an IP address/ }, JSON.stringify(each));
  const { config, sources } = loadConfig({ file: file('metrics:\n  listen: 0.0.0.0:7638\n') });
  t.same(config.metrics, { listen: { host: '0.0.0.0', port: 7638 } });
  t.equal(sources.get('metrics.listen')?.name, 'p.yaml:2');
  t.ok(Object.isFrozen(config.metrics) && Object.isFrozen(config.metrics.listen));
  const off = loadConfig({ flags: { 'metrics-listen': 'off' }, file: file('metrics: {listen: ":7638"}\n') });
  t.same(off.config.metrics, { listen: undefined }, 'a flag takes away what the file gives');
  for (const same of ['127.0.0.1:7637', '0.0.0.0:7637', '[::]:7637', ':7637'])
    t.match(
      problems({ env: { PODTREE_METRICS_LISTEN: same } }),
      /PODTREE_METRICS_LISTEN {2}metrics\.listen: .*expected another port/,
      same,
    );
  t.equal(problems({ env: { PODTREE_METRICS_LISTEN: '10.0.0.1:7637' } }), '', 'another address of the machine has ports of its own');
});

t.test('a variable that is nearly a setting is worth a word, those of Kubernetes are not', async (t) => {
  const env = {
    PODTREE_LOGLEVEL: 'x',
    PODTREE_SERVICE_HOST: '10.0.0.1',
    PODTREE_PORT: 'tcp://10.0.0.1:7637',
    PODTREE_SERVER: 'x',
    PODTREE_CONFIG: 'y',
  };
  t.same(loadConfig({ env }).warnings, ['PODTREE_LOGLEVEL is set but is no setting; did you mean PODTREE_LOG_LEVEL?']);
});

t.test('a mistyped name is found by what it is near to', async (t) => {
  const names = ['listen', 'logLevel', 'stateDir'];
  t.equal(suggest('lisetn', names), 'listen', 'two letters swapped');
  t.equal(suggest('log-level', names), 'logLevel');
  t.equal(suggest('LISTEN', names), 'listen');
  t.equal(suggest('verbosity', names), undefined);
  t.equal(suggest('x'.repeat(100_000), names), undefined);
});

t.test('every setting is complete and accepts its own default', async (t) => {
  for (const key of SETTING_KEYS) {
    const setting = SETTINGS[key] as Setting<unknown>;
    t.match(setting.doc, /^[A-Z].*\.$/, `${key} has a sentence`);
    t.match(setting.env[0], /^PODTREE_[A-Z_]+$/);
    t.not(defaultText(setting), '');
    if (setting.defaultValue === undefined || setting.format(setting.defaultValue) === '') continue;
    t.same(setting.parse(setting.format(setting.defaultValue)), setting.defaultValue, `${key} takes its default as text`);
  }
});

t.test('docs/configuration.md is what the schema says', async (t) => {
  const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
  t.equal(page, renderReferencePage(), 'else: node agent/main.ts config --reference > docs/configuration.md');
});
