// When the doctor warns that the kernel may refuse to attach the probes.
import t from 'tap';
import { perfEventsCheck } from '../../agent/commands/doctor-perf-events.ts';

t.test('only where CAP_PERFMON may not be enough', async (t) => {
  for (const [paranoid, hasSysAdmin, status] of [
    ['2\n', false, 'ok'],
    ['-1\n', false, 'ok'],
    ['3\n', false, 'ok'],
    ['4\n', false, 'warn'],
    ['4\n', true, 'ok'],
    [undefined, false, 'ok'],
    ['', false, 'ok'],
  ] as const) {
    t.equal(perfEventsCheck(paranoid, hasSysAdmin).status, status, `${paranoid?.trim()} ${hasSysAdmin ? 'with' : 'without'} CAP_SYS_ADMIN`);
  }
  t.match(perfEventsCheck('4\n', false), { found: /is 4, and CAP_SYS_ADMIN is not there/, fix: /add CAP_SYS_ADMIN/ });
});
