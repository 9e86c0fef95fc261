// `npm run generate`: makes what is generated anew (the stream's codec, the web page's program, the reference pages of settings, events and metrics,
// man pages and shell completions). With --check it changes nothing and fails when a file is not current.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderExampleFile } from '../../src/config/example-file.ts';
import { renderReferencePage } from '../../src/config/reference-page.ts';
import { renderMetricsPage } from '../../src/metrics/reference-page.ts';
import { readCommands } from '../package/command-model.ts';
import { renderBash, renderFish, renderZsh } from '../package/completions.ts';
import { renderConfigManPage } from '../package/man-config-page.ts';
import { renderManPage } from '../package/man-page.ts';
import { renderEventsPage } from './events-page.ts';
import { bundlePage } from './page-bundle.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PACKAGE = 'agent/package/generated';
const CODEC = 'src/stream/generated/podtree';
const PAGE = 'src/page/generated/app.js';
// Never --null-defaults: it would lose `false` and 0, which are always present in what users see.
const PBJS = ['-t', 'static-module', '-w', 'esm', '-r', 'podtree-stream', '--dts'];
/** Parts of protobufjs nobody uses here. */
const LEFT_OUT = ['--no-create', '--no-verify', '--no-convert', '--no-delimited', '--no-typeurl', '--no-service'];

/** Path below ROOT -> what it should hold. */
async function generate(): Promise<ReadonlyMap<string, string>> {
  const directory = mkdtempSync(join(tmpdir(), 'podtree-generate-'));
  try {
    const output = join(directory, 'podtree.js');
    const pbjs = join(ROOT, 'node_modules/protobufjs-cli/bin/pbjs');
    execFileSync(process.execPath, [pbjs, ...PBJS, ...LEFT_OUT, '-o', output, 'src/stream/podtree.proto'], { cwd: ROOT, stdio: 'inherit' });
    const program = readCommands();
    return new Map([
      [`${CODEC}.js`, readFileSync(output, 'utf8')],
      [`${CODEC}.d.ts`, readFileSync(join(directory, 'podtree.d.ts'), 'utf8')],
      [PAGE, await bundlePage(ROOT)],
      ['docs/configuration.md', renderReferencePage()],
      ['docs/metrics.md', renderMetricsPage()],
      ['docs/events.md', renderEventsPage()],
      [`${PACKAGE}/podtree.yaml`, renderExampleFile()],
      [`${PACKAGE}/podtree.1`, renderManPage(program)],
      [`${PACKAGE}/podtree.yaml.5`, renderConfigManPage()],
      [`${PACKAGE}/podtree.bash`, renderBash(program)],
      [`${PACKAGE}/_podtree`, renderZsh(program)],
      [`${PACKAGE}/podtree.fish`, renderFish(program)],
    ]);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function currentText(path: string): string | undefined {
  try {
    return readFileSync(join(ROOT, path), 'utf8');
  } catch {
    return undefined;
  }
}

const stale = [...(await generate())].filter(([path, text]) => currentText(path) !== text);
if (process.argv.includes('--check')) {
  for (const [path] of stale) process.stderr.write(`${path} is not current: npm run generate, and commit it\n`);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  for (const [path, text] of stale) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), text);
    process.stderr.write(`${path} made anew\n`);
  }
}
