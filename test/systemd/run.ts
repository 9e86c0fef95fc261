// `npm run test:systemd`: the agent under a real systemd, with the unit and with each line that it has or cannot have. Prints a table; with --write
// it goes into docs/systemd.md. Fails when a trial turns out otherwise than the table says.
//   machine [SUITE]   instead: a Debian of its own packages in qemu, booted with systemd, takes the package in and gives it back
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cannotRunAgent, testConfig } from '../helpers/agent.ts';
import { cannotRunSystemd } from '../helpers/systemd-manager.ts';
import { runMachine } from './machine.ts';
import { openScene } from './scene.ts';
import { tryUnit } from './trial.ts';
import { TRIALS } from './trials.ts';

const PAGE = join(fileURLToPath(new URL('../..', import.meta.url)), 'docs/systemd.md');
const [BEGIN, END] = ['<!-- trials -->', '<!-- end of trials -->'];
/** For a start that is to be good, also on a busy machine, and for one that never will be. */
const [PATIENT_S, IMPATIENT_S] = [120, 20];

const [mode, suite = 'bookworm'] = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
if (mode === 'machine') {
  process.exitCode = (await runMachine(suite)) ? 0 : 1;
} else {
  const obstacle = cannotRunAgent() ?? cannotRunSystemd();
  if (obstacle !== undefined) throw new Error(obstacle);
  testConfig();
  process.exitCode = (await runTrials(process.argv.includes('--write'))) ? 0 : 1;
}

async function runTrials(isWritten: boolean): Promise<boolean> {
  const rows: string[] = [];
  let areAsExpected = true;
  const scene = await openScene(20_000 + (process.pid % 10_000));
  try {
    for (const { line, fails, because } of TRIALS) {
      const timeout = `TimeoutStartSec=${fails === undefined ? PATIENT_S : IMPATIENT_S}`;
      const { isFine, said } = await tryUnit(scene, [timeout, ...line.split('; ').filter(Boolean)]);
      const isExpected = fails === undefined ? isFine : !isFine && fails.test(said);
      process.stdout.write(`${isFine ? 'works' : 'fails'}${isExpected ? '' : ', not as expected'}  ${line || 'the unit'}  (${said})\n`);
      areAsExpected &&= isExpected;
      rows.push(`| ${line === '' ? '' : `\`${line}\``} | ${isFine ? 'works' : 'does not work'} | ${because} |`);
    }
  } finally {
    await scene.close();
  }
  const table = ['| besides the unit | | |', '| --- | --- | --- |', ...rows].join('\n');
  if (isWritten && areAsExpected) {
    const text = readFileSync(PAGE, 'utf8');
    writeFileSync(PAGE, `${text.slice(0, text.indexOf(BEGIN))}${BEGIN}\n\n${table}\n\n${text.slice(text.indexOf(END))}`);
  }
  return areAsExpected;
}
