// `npm run soak`: the long runs, one after the other, each a file here that says what it measured. Takes names to run only these.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const RUNS = ['history', 'outbox', 'restarts', 'page'];
const wanted = process.argv.slice(2);

for (const name of RUNS.filter((each) => wanted.length === 0 || wanted.includes(each))) {
  const file = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
  const { status } = spawnSync(process.execPath, [file], { stdio: 'inherit' });
  if (status !== 0) {
    console.log(`${name}: FAILED`);
    process.exitCode = 1;
  }
}
