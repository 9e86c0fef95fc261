// What ships for Prometheus and Grafana: correct in itself, and about metrics that the agent really has.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { parse } from 'yaml';
import { cannotRunPromtool } from '../helpers/promtool.ts';

const folder = fileURLToPath(new URL('../../agent/deploy/monitoring/', import.meta.url));
const read = (name: string): string => readFileSync(`${folder}${name}`, 'utf8');
const golden = readFileSync(new URL('golden/metrics.txt', import.meta.url), 'utf8');
const skip = cannotRunPromtool();

/** Every series name in a text, without the endings of histograms. */
function metricsIn(text: string): string[] {
  return [...new Set([...text.matchAll(/\bpodtree_[a-z_]+/g)].map(([name]) => name.replace(/_(bucket|count|sum)$/, '')))];
}

t.test('the rules pass promtool and their unit tests', { skip }, async (t) => {
  for (const arguments_ of [
    ['check', 'rules', 'podtree.rules.yaml'],
    ['test', 'rules', 'podtree.rules.test.yaml'],
  ]) {
    const { status, stdout, stderr } = spawnSync('promtool', arguments_, { cwd: folder, encoding: 'utf8' });
    t.equal(status, 0, `${stdout}${stderr}`);
  }
});

t.test('every alert of the rules has a unit test', async (t) => {
  const { groups } = parse(read('podtree.rules.yaml')) as { groups: { rules: { alert?: string }[] }[] };
  const tests = read('podtree.rules.test.yaml');
  for (const { alert } of groups.flatMap(({ rules }) => rules))
    if (alert !== undefined) t.match(tests, new RegExp(`alertname: ${alert}\\b`));
});

t.test('the PrometheusRule holds the same rules', async (t) => {
  const rule = parse(read('../components/monitoring/prometheusrule.yaml')) as { kind: string; spec: unknown };
  t.equal(rule.kind, 'PrometheusRule');
  t.same(rule.spec, parse(read('podtree.rules.yaml')));
});

t.test('rules and dashboard ask for metrics that the agent has', async (t) => {
  const asked = metricsIn(`${read('podtree.rules.yaml')}${read('grafana-dashboard.json')}`);
  t.ok(asked.length > 8);
  for (const name of asked) t.match(golden, new RegExp(`^# TYPE ${name} `, 'm'), name);
});

t.test('the dashboard is whole: panels that do not overlap, with queries that parse', async (t) => {
  interface Panel {
    readonly id: number;
    readonly title: string;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly targets: readonly { readonly expr: string }[];
  }
  const { panels, templating } = JSON.parse(read('grafana-dashboard.json')) as {
    panels: Panel[];
    templating: { list: { name: string }[] };
  };
  t.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
  t.same(
    templating.list.map(({ name }) => name),
    ['datasource', 'instance'],
  );
  const cells = new Set<string>();
  for (const { title, gridPos, targets } of panels) {
    t.ok(targets.length > 0, title);
    t.ok(gridPos.x + gridPos.w <= 24, title);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
        t.notOk(cells.has(`${x} ${y}`), `${title} covers another panel`);
        cells.add(`${x} ${y}`);
      }
    }
  }
  if (skip !== false) return;
  const file = `${t.testdir()}/queries.yaml`;
  const rules = panels
    .flatMap(({ targets }) => targets)
    .map(({ expr }, index) => ({ record: `query${index}`, expr: expr.replace(/\$__\w+/g, '5m') }));
  writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
  t.doesNotThrow(() => execFileSync('promtool', ['check', 'rules', file], { stdio: 'pipe' }));
});
