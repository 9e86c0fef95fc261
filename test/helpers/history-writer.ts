// A program that is killed while it writes history: `node history-writer.ts DIRECTORY RUN` prints the number of each batch that is on disk.
import { openHistory } from '../../src/history/history.ts';
import { death, event, pod, putSandbox, sandbox } from './history-scene.ts';

const [, , stateDir = '', run = '0'] = process.argv;
const ignore = (): void => {};
const history = await openHistory({
  stateDir,
  node: 'node-a',
  bootId: 'boot-1',
  log: { info: ignore, warn: console.error, error: console.error },
  batchMs: 0,
});
const first = sandbox(`run${run}-`, 0, 0);
await history.begin({ tree: () => ({ pods: [pod(`u${run}`, first)] }) });
process.stdout.write('begun\n');
for (let batch = 0; ; batch++) {
  const told = Array.from({ length: 3 }, (_, index) => ({
    ...event('container.started', `u${run}`, batch, {}),
    id: `${run}-${batch}-${index}`,
  }));
  history.observe([
    {
      event: { ...death(`u${run}`, first, batch), id: `${run}-${batch}-death` },
      changes: [putSandbox(`u${run}`, { ...first, attempt: batch })],
    },
    ...told.map((each) => ({ event: each, changes: [] })),
  ]);
  await history.flush();
  process.stdout.write(`${batch}\n`);
}
