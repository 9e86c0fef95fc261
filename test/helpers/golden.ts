// Compares text with a file that is kept beside the test. Run with UPDATE_GOLDEN=1 to write the files anew, and read the difference.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Test } from 'tap';

/** `name` is relative to the test's own `golden/` folder; `from` is the test's import.meta.url. */
export function matchesGolden(t: Test, actual: string, name: string, from: string): void {
  const file = new URL(`golden/${name}`, from);
  if (process.env.UPDATE_GOLDEN === '1') {
    mkdirSync(dirname(file.pathname), { recursive: true });
    writeFileSync(file, actual);
  }
  let expected = '';
  try {
    expected = readFileSync(file, 'utf8');
  } catch {
    t.fail(`there is no golden file ${name}: run the test with UPDATE_GOLDEN=1`);
    return;
  }
  t.equal(actual, expected, `is as golden/${name} has it`);
}
