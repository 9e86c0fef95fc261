// `npm run build`: the program as JavaScript in dist/, which is what packages and the image hold: Node.js strips no types below node_modules.
import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const OUTPUT = join(ROOT, 'dist');
/** What the program reads beside its own modules, and the compiler leaves behind. */
const COPIED = ['probes', 'src/demo/program', 'src/stream/generated'];

// A module that was renamed must not live on.
rmSync(OUTPUT, { recursive: true, force: true });
execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'], {
  cwd: ROOT,
  stdio: 'inherit',
});
for (const path of COPIED) cpSync(join(ROOT, path), join(OUTPUT, path), { recursive: true });
