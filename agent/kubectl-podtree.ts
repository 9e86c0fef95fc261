// The program `kubectl-podtree`, which kubectl finds by its name and runs as `kubectl podtree`.
import { runPlugin } from './commands/cluster-program.ts';
import { runMain } from './run-main.ts';

await runMain('kubectl podtree', runPlugin);
