// The program `podtree`.
import { runProgram } from './commands/program.ts';
import { runMain } from './run-main.ts';

await runMain('podtree', runProgram);
