// `npm pack`: the package holds what runs and nothing else, installs globally, and does there what the sources do here.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import t from 'tap';
import { callCommand } from '../helpers/command-line.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const RECORDING = join(ROOT, 'test/fixtures/recordings/killed-pause.jsonl');

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/** What says how the registry is reached from here. */
const WAY_TO_REGISTRY = /^(https?_proxy|no_proxy|node_extra_ca_certs|npm_config_(registry|cafile|(https?-?)?proxy|noproxy))$/i;

t.test('the npm package', async (t) => {
  t.setTimeout(170_000);
  // Outside this checkout, whose node_modules would be found from below it.
  const directory = mkdtempSync(join(tmpdir(), 'podtree-npm-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  // npm's own Node.js, as for somebody who installs it, and without what tap puts into the environment of every program.
  const clean = [
    ...['-i', 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', `HOME=${process.env.HOME ?? directory}`],
    ...Object.entries(process.env).flatMap(([name, value]) => (WAY_TO_REGISTRY.test(name) ? [`${name}=${value}`] : [])),
  ];
  const npm = (args: readonly string[], cwd: string) => execa('env', [...clean, 'npm', ...args], { cwd });

  const { stdout } = await npm(['pack', '--json', '--pack-destination', directory], ROOT);
  const [packed] = JSON.parse(stdout.slice(stdout.indexOf('[\n'))) as [Packed];
  const paths = packed.files.map(({ path }) => path);

  await t.test('holds the compiled program, its types, probes and data, and none of the sources', async (t) => {
    const needed = ['dist/agent/main.js', 'dist/agent/main.d.ts', 'dist/src/history/worker.js', 'dist/src/stream/generated/podtree.js'];
    const parts = ['dist/src/page/index.html', 'dist/src/page/generated/app.js', 'dist/agent/kubectl-podtree.js'];
    for (const path of [...needed, ...parts, 'agent/launcher/podtree.cjs', 'dist/probes/processes.bt', 'docs/configuration.md', 'LICENSE'])
      t.ok(paths.includes(path), path);
    t.ok(
      paths.some((path) => /^dist\/src\/demo\/program\/.*\.pl$/.test(path)),
      'the programs of the example pod',
    );
    t.same(
      paths.filter((path) => /(?<!\.d)\.ts$|^test\/|^agent\/(?!launcher)|^src\/|agent\/(setup|package)\//.test(path)),
      [],
    );
  });

  await t.test('installs globally and runs, whatever Node.js npm has', async (t) => {
    const prefix = join(directory, 'global');
    await npm(
      ['install', '--global', '--prefix', prefix, '--prefer-offline', '--no-audit', '--no-fund', join(directory, packed.filename)],
      directory,
    );
    const podtree = (args: readonly string[]) => execa('env', [...clean, join(prefix, 'bin/podtree'), ...args], { reject: false });
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    t.match(await podtree(['--version']), { exitCode: 0, stdout: version });
    const plugin = await execa('env', [...clean, join(prefix, 'bin/kubectl-podtree'), '--version']);
    t.equal(plugin.stdout, version);
    const installed = await podtree(['replay', '--utc', RECORDING]);
    const here = await callCommand(['replay', '--utc', RECORDING]);
    t.equal(`${installed.stdout}\n`, here.out, 'a recording is told as here');
    t.match(installed.stdout, /pause\.exited/);
    const checks = JSON.parse((await podtree(['doctor', '-o', 'json'])).stdout) as { readonly name: string }[];
    t.ok(checks.some(({ name }) => name === 'bpftrace'));
  });
});
