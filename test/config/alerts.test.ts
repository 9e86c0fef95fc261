// Alert rules and sinks in the configuration file: what they become, everything that is wrong said with its line, and no secret shown.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is how variables are written in the file.
import t from 'tap';
import { DEFAULT_RULES } from '../../src/alert/rule.ts';
import { duration, formatDuration } from '../../src/config/alert-values.ts';
import { shownAlerts } from '../../src/config/alerts-page.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { PodtreeError } from '../../src/error.ts';

const load = (text: string, env: Readonly<Record<string, string>> = {}) => loadConfig({ env, file: { path: 'p.yaml', text } });

function problems(text: string, env: Readonly<Record<string, string>> = {}): string[] {
  try {
    load(text, env);
  } catch (error) {
    if (error instanceof PodtreeError && error.code === 'CONFIG_INVALID')
      return error.message
        .split('\n')
        .slice(1)
        .map((line) => line.trim().replace(/ {2,}/, ' '));
    throw error;
  }
  return [];
}

t.test('without any the rules are the default ones, and alerts go into the log', async (t) => {
  for (const { config } of [loadConfig({}), load(''), load('alerts:\n'), load('alerts: {rules: [], sinks: }\n')]) {
    t.same(config.alerts.rules, DEFAULT_RULES);
  }
  t.match(loadConfig({}).config.alerts.sinks, [{ type: 'log', name: 'log' }]);
  t.same(load('alerts: {sinks: []}\n').config.alerts.sinks, [], 'nobody is told when nobody is to be told');
});

t.test('a rule is tuned, switched off or added', async (t) => {
  const { config, alertSources } = load(`alerts:
  rules:
    - {name: PauseRestartLoop, count: 5, window: 1h30m, severity: warning, resolveAfter: 2h}
    - {name: SandboxLeaked, enabled: false}
    - {name: Pay, type: pause-restarts, namespaces: [pay], selector: 'tier!=batch', causes: [signal, oom]}
    - name: ForeignNamespaceJoin
      allow: [{namespaces: [mesh], selector: app=ztunnel}, {selector: mesh=yes}]
`);
  const rule = (name: string): unknown => config.alerts.rules.find((each) => each.name === name);
  t.match(rule('PauseRestartLoop'), {
    count: 5,
    windowMs: 5_400_000,
    severity: 'warning',
    resolveAfterMs: 7_200_000,
    type: 'pause-restarts',
  });
  t.equal(rule('SandboxLeaked'), undefined);
  t.match(rule('Pay'), { type: 'pause-restarts', count: 1, namespaces: ['pay'], selector: 'tier!=batch', causes: ['signal', 'oom'] });
  t.match(rule('ForeignNamespaceJoin'), {
    allow: [
      { namespaces: ['mesh'], selector: 'app=ztunnel' },
      { namespaces: [], selector: 'mesh=yes' },
    ],
  });
  t.same(alertSources, { rules: { kind: 'file', name: 'p.yaml:3' }, sinks: { kind: 'default', name: 'default' } });
});

t.test('a flag or a variable holds a list as well, and takes the place of the one in the file', async (t) => {
  const file = {
    path: 'p.yaml',
    text: 'alerts:\n  rules: [{name: SandboxLeaked, enabled: false}]\n  sinks: [{type: slack, urlFile: /u}]\n',
  };
  const env = { PODTREE_ALERTS_RULES: '[{name: PauseRestarted, severity: info}]', PODTREE_ALERTS_SINKS: '- type: log\n  name: a\n' };
  const { config, alertSources, warnings } = loadConfig({ flags: { 'alerts-sinks': '[]' }, env, file });
  t.equal(config.alerts.rules.length, DEFAULT_RULES.length, 'the list of the file is not in effect');
  t.match(
    config.alerts.rules.find(({ name }) => name === 'PauseRestarted'),
    { severity: 'info' },
  );
  t.same(config.alerts.sinks, []);
  t.same(alertSources, {
    rules: { kind: 'environment', name: 'PODTREE_ALERTS_RULES' },
    sinks: { kind: 'flag', name: '--alerts-sinks' },
  });
  t.same(warnings, []);
  t.match(loadConfig({ env }).config.alerts.sinks, [{ type: 'log', name: 'a' }]);
  t.equal(loadConfig({ env: { PODTREE_ALERTS_RULES: '' } }).alertSources.rules.kind, 'default', 'empty is not set');
});

t.test('a list in a variable that is wrong is said like one in a file', async (t) => {
  const said = (text: string): string[] => problems('', { PODTREE_ALERTS_RULES: text });
  t.match(said('[{name: PauseRestarted, count: x}]'), [/^PODTREE_ALERTS_RULES alerts\.rules\[0\]\.count: "x": expected a whole number/]);
  t.match(said('- name: PauseRestarted\n  count: 1\n  kount: 1\n'), [
    /^PODTREE_ALERTS_RULES:3 alerts\.rules\[0\]\.kount: .*did you mean count\?/,
  ]);
  t.match(said('[{'), [/^PODTREE_ALERTS_RULES alerts\.rules: not valid YAML/]);
  t.match(said('3'), [/alerts\.rules: expected a list/]);
  t.match(said(`# ${'x'.repeat(300_000)}`), [/longer than/]);
  const hidden = problems('', { PODTREE_ALERTS_SINKS: '[{type: slack, url: "https://hooks.example/sEcReT"}]' });
  t.match(hidden, [/^PODTREE_ALERTS_SINKS alerts\.sinks\[0\]\.url: expected \$\{NAME\}/]);
  t.notMatch(hidden, [/sEcReT/]);
});

t.test('every sink takes its settings, and secrets stay where they are', async (t) => {
  const env = { HOOK: 'https://hooks.example/T0/sEcReT', KEY: 'sEcReT' };
  const { config } = load(
    `alerts:
  sinks:
    - {type: log}
    - {type: webhook, url: 'https://x.example/a/b', secret: '\${KEY}', tokenFile: /t, caFile: /ca, timeout: 500ms}
    - {type: webhook, name: other, url: '\${HOOK}'}
    - {type: slack, urlFile: /url}
    - {type: alertmanager, url: 'http://am:9093', labels: {cluster: blue}}
    - {type: kubernetes-event}
`,
    env,
  );
  t.match(config.alerts.sinks, [
    { type: 'log' },
    { name: 'webhook', url: 'https://x.example/a/b', secret: { env: 'KEY' }, token: { file: '/t' }, caFile: '/ca', timeoutMs: 500 },
    { name: 'other', url: { env: 'HOOK' } },
    { url: { file: '/url' }, timeoutMs: 10_000 },
    { url: 'http://am:9093', labels: { cluster: 'blue' } },
    { type: 'kubernetes-event' },
  ]);
  t.notMatch(JSON.stringify(config), 'sEcReT');
  t.match(shownAlerts(config.alerts).sinks, [
    { type: 'log', timeout: '10s' },
    { url: 'https://x.example/…', secret: '${KEY}', tokenFile: '/t' },
    { url: '${HOOK}' },
    { urlFile: '/url' },
    { url: 'http://am:9093', labels: { cluster: 'blue' } },
    { type: 'kubernetes-event' },
  ]);
});

t.test('whatever is wrong is said with its line, its value and what is allowed', (t) => {
  const cases: readonly (readonly [text: string, said: RegExp])[] = [
    ['alerts: 3', /^p\.yaml:1 alerts: expected settings as `name: value`/],
    ['alerts: {ruels: []}', /^p\.yaml:1 alerts\.ruels: there is no such setting; did you mean rules\?/],
    ['alert: {}', /alert: there is no such setting; did you mean alerts\?/],
    ['alerts:\n  rules: 3', /^p\.yaml:2 alerts\.rules: expected a list/],
    ['alerts:\n  rules: [{type: outage}]', /alerts\.rules\[0\]: name is missing/],
    ['alerts:\n  rules:\n    - name: Mine', /^p\.yaml:3 .*"Mine" is none of PauseRestarted, .* needs a type: one of pause-restarts,/],
    ['alerts: {rules: [{name: A, type: pause-restart}]}', /"pause-restart": expected one of .*; did you mean pause-restarts\?/],
    ['alerts: {rules: [{name: SandboxLeaked, type: outage}]}', /SandboxLeaked is of type leak/],
    [
      'alerts: {rules: [{name: PodOutageLong, count: 3}]}',
      /count: there is no such setting; rules of type pause-restarts and lost-events have it/,
    ],
    ['alerts: {rules: [{name: PodOutageLong, longerThan: 5}]}', /longerThan: 5: expected a duration such as 90s or 10m, from 1s to 1d/],
    ['alerts: {rules: [{name: PauseRestarted, cuont: 3}]}', /cuont: there is no such setting; did you mean count\?/],
    ['alerts: {rules: [{name: PauseRestarted, causes: [planned-stop]}]}', /a planned stop never counts/],
    ['alerts: {rules: [{name: PauseRestarted, causes: [sginal]}]}', /expected one of signal, .*; did you mean signal\?/],
    ['alerts: {rules: [{name: PauseRestarted, selector: "a=b=c"}]}', /selector: "a=b=c": expected a label selector/],
    ['alerts: {rules: [{name: PauseRestarted}, {name: PauseRestarted}]}', /"PauseRestarted" is there twice/],
    ['alerts: {rules: [{name: ForeignNamespaceJoin, allow: [{}]}]}', /allow\[0\]: expected namespaces, a selector, or both/],
    ['alerts: {rules: [{name: "\\e[2J"}]}', /name: "\\u001b\[2J": expected a name of letters/],
    ['alerts: {sinks: [{}]}', /sinks\[0\]: type is missing/],
    ['alerts: {sinks: [{type: alertmanger, url: "http://a"}]}', /did you mean alertmanager\?/],
    ['alerts: {sinks: [{type: webhook}]}', /url or urlFile is missing/],
    ['alerts: {sinks: [{type: webhook, url: "ftp://a"}]}', /url: expected an http or https URL/],
    ['alerts: {sinks: [{type: webhook, url: "http://u:sEcReT@a"}]}', /url: expected a URL without user and password/],
    [
      'alerts: {sinks: [{type: webhook, url: "http://a", secret: sEcReT}]}',
      /secret: expected \$\{NAME\}, .* does not belong into this file/,
    ],
    ['alerts: {sinks: [{type: slack, url: "https://hooks/sEcReT"}]}', /url: expected \$\{NAME\}/],
    ['alerts: {sinks: [{type: slack, url: "${NOPE}"}]}', /the variable NOPE to be set, and it is not/],
    ['alerts: {sinks: [{type: webhook, url: "http://a", secretFile: s}]}', /secretFile: "s": expected the absolute path of a file/],
    ['alerts: {sinks: [{type: webhook, url: "http://a", secretFile: /s, secret: "${K}"}]}', /secret is there as well: give one of them/],
    ['alerts: {sinks: [{type: log}, {type: log}]}', /two sinks are named "log"/],
    [
      'alerts: {sinks: [{type: log, url: "http://a"}]}',
      /url: there is no such setting; sinks of type webhook, slack, alertmanager, kubernetes-event have it/,
    ],
    ['alerts: {sinks: [{type: alertmanager, url: "http://a", labels: {pod: x}}]}', /labels: .*none of them alertname, severity/],
    ['alerts: {sinks: [{type: kubernetes-event, url: "http://api"}]}', /url: expected an https URL/],
    ['alerts: {sinks: [{type: alertmanager, url: "http://a/?key=sEcReT"}]}', /url: expected a URL without a query/],
    ['alerts: {sinks: [{type: kubernetes-event, url: "https://a?x"}]}', /url: expected a URL without a query/],
    [`alerts: {sinks: [${'{type: log},'.repeat(17)}]}`, /17 entries: expected at most 16/],
  ];
  for (const [text, said] of cases) {
    t.test(text.replace(/\s+/g, ' ').slice(0, 90), async (t) => {
      const lines = problems(text, { K: 'v' });
      t.match(lines.join('\n'), said);
      t.notMatch(lines.join('\n'), /sEcReT/);
    });
  }
  t.end();
});

t.test('everything that is wrong is said at once, in the order of the file, with its line', async (t) => {
  const lines = problems(`alerts:
  rules:
    - name: PauseRestarted
      count: 0
      window: 5 minutes
      severity: fatal
    - {name: Mine, type: outtage}
    - name: PodOutageLong
      longerThan: 0s
      nope: 1
  sinks:
    - type: webhook
      url: https://u:sEcReT@hooks.example/x
      secret: sEcReT
    - {type: email}
nope: 1
`);
  t.match(lines, [
    /^p\.yaml:4 alerts\.rules\[0\]\.count: 0: expected a whole number from 1 to 64/,
    /^p\.yaml:5 alerts\.rules\[0\]\.window: "5 minutes": expected a duration/,
    /^p\.yaml:6 alerts\.rules\[0\]\.severity: "fatal": expected one of critical, warning, info/,
    /^p\.yaml:7 alerts\.rules\[1\]\.type: "outtage": .*did you mean outage\?/,
    /^p\.yaml:9 alerts\.rules\[2\]\.longerThan: "0s": expected a duration/,
    /^p\.yaml:10 alerts\.rules\[2\]\.nope: there is no such setting/,
    /^p\.yaml:13 alerts\.sinks\[0\]\.url: expected a URL without user and password/,
    /^p\.yaml:14 alerts\.sinks\[0\]\.secret: expected \$\{NAME\}/,
    /^p\.yaml:15 alerts\.sinks\[1\]\.type: "email": expected one of/,
    /^p\.yaml:16 nope: there is no such setting/,
  ]);
  t.equal(lines.length, 10);
  t.notMatch(lines.join(), /sEcReT/);
});

t.test('durations are read as they are written', async (t) => {
  const read = duration(1, 1e9);
  t.same(['1500ms', '90s', '10m', '1h30m', '2d'].map(read), [1500, 90_000, 600_000, 5_400_000, 172_800_000]);
  t.same([1500, 90_000, 600_000, 5_400_000, 172_800_000].map(formatDuration), ['1500ms', '90s', '10m', '90m', '2d']);
  for (const wrong of ['', '10', 'm', '1.5h', '-1s', '1y', 5, null]) t.throws(() => read(wrong), { message: /a duration such as/ });
});
