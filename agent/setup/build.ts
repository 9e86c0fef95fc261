// `npm run build`: the program as JavaScript in dist/, which is what packages and the image hold: Node.js strips no types below node_modules.
//   --output DIR    instead of dist/
import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** What the program reads beside its own modules, and the compiler leaves behind. */
const PAGE = ['generated', 'style', 'icon.svg', 'index.html'].map((name) => `src/page/${name}`);
const COPIED = ['probes', 'src/demo/program', 'src/stream/generated', ...PAGE];

const { values } = parseArgs({ options: { output: { type: 'string', default: join(ROOT, 'dist') } } });
const output = resolve(values.output);
// A module that was renamed must not live on.
rmSync(output, { recursive: true, force: true });
const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', output], { cwd: ROOT, stdio: 'inherit' });
for (const path of COPIED) cpSync(join(ROOT, path), join(output, path), { recursive: true });
