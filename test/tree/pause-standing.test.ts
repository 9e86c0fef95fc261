// What whoever draws a sandbox says of its pause.
import t from 'tap';
import type { Sandbox } from '../../src/tree/model.ts';
import { pauseStanding } from '../../src/tree/pause-standing.ts';

const pause = { pid: 9, ppid: 1, comm: 'pause', args: [], role: 'pause', startTime: '2026-01-01T00:00:00.000000000Z' } as const;
const bare: Sandbox = { id: 's', attempt: 0, state: 'notready', kind: 'process', ips: [], namespaces: [], containers: [], guests: [] };
const app = { id: 'c', name: 'app', kind: 'app', restarts: 0, namespaces: [], processes: [] } as const;
const ended = { code: null, signal: 'SIGKILL' } as const;

t.test('it lives, is about to, or is none', async (t) => {
  t.equal(pauseStanding({ ...bare, state: 'ready', pause }), 'alive');
  t.equal(pauseStanding({ ...bare, state: 'creating' }), 'creating');
  t.equal(pauseStanding({ ...bare, state: 'ready', kind: 'pinned' }), 'none');
  t.equal(pauseStanding({ ...bare, kind: 'vm' }), 'none');
});

t.test('stopped with its pod it is not dead, whatever else ended it', async (t) => {
  t.equal(pauseStanding({ ...bare, pauseExit: { ...ended, cause: 'planned-stop' } }), 'stopped');
  for (const cause of ['signal', 'oom', 'exit', 'unknown'] as const)
    t.equal(pauseStanding({ ...bare, pauseExit: { ...ended, cause } }), 'dead');
  t.equal(pauseStanding({ ...bare, pauseExit: { ...ended, cause: 'signal' } }, 'planned-stop'), 'stopped', 'an event knew it better');
});

t.test('when nobody saw it end, what still runs tells', async (t) => {
  t.equal(pauseStanding({ ...bare, containers: [{ ...app, state: 'running' }] }), 'dead');
  t.equal(pauseStanding({ ...bare, containers: [{ ...app, state: 'exited' }] }), 'stopped', 'as a Job that was done before podtree came');
});
