// The probes on the real kernel with the installed bpftrace, in both kinds of cgroup hierarchy that the machine has.
import t from 'tap';
import { checkProbes } from '../helpers/probe-checks.ts';
import { cannotProbe, mountedHierarchies } from '../helpers/probed-kernel.ts';

const skip = cannotProbe();

if (skip) {
  t.test('probes on the real kernel', { skip }, () => undefined);
} else {
  for (const hierarchy of mountedHierarchies()) {
    const processArgs = hierarchy.name === 'v2';
    t.test(`in the hierarchy ${hierarchy.name}${processArgs ? ', with arguments' : ''}`, (t) => checkProbes(t, { hierarchy, processArgs }));
  }
}
