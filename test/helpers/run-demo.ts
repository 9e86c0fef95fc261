// A program for tests that need a demo pod in a process of its own: `node run-demo.ts CGROUP_ROOT STATE_DIRECTORY` says "ready PAUSE_PID".
import { createDemo } from '../../src/demo/demo.ts';

const [, , root = '', stateDirectory = ''] = process.argv;
const ignore = (): void => undefined;
const demo = createDemo({ log: { info: ignore, warn: ignore }, root, stateDirectory });
process.once('SIGTERM', () => void demo.stop());
await demo.start();
process.stdout.write(`ready ${demo.pausePid()}\n`);
