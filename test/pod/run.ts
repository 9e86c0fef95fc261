// `npm run measure:pod`: the tables of docs/install.md. Arguments choose: `capabilities` (with the names of Debian's suites: all three), `resources`.
// Needs root, buildah, mmdebstrap, containerd and the network at the first run; takes some minutes.
import t from 'tap';
import { cannotBuildImage } from '../../agent/setup/image.ts';
import { cannotRunContainerd } from '../helpers/containerd.ts';
import { measureCapabilities } from './capabilities.ts';
import { measureResources } from './resources.ts';

const SUITES = ['bookworm', 'trixie', 'forky'];
const asked = process.argv.slice(2);
const wants = (name: string) => asked.length === 0 || asked.includes(name);
const skip = cannotBuildImage() ?? cannotRunContainerd() ?? false;
const print = (cells: readonly string[]) => process.stderr.write(`| ${cells.join(' | ')} |\n`);

t.setTimeout(60 * 60_000);

t.test('capabilities', { skip: wants('capabilities') ? skip : 'not asked for' }, async (t) => {
  const chosen = asked.filter((name) => SUITES.includes(name));
  print(['bpftrace', 'capabilities', 'the agent', 'bpftrace alone']);
  print(['---', '---', '---', '---']);
  for (const suite of chosen.length > 0 ? chosen : SUITES) {
    for (const { bpftrace, capabilities, result, alone } of await measureCapabilities(t, suite)) {
      print([bpftrace, capabilities.join(', '), result, alone]);
    }
  }
});

t.test('resources', { skip: wants('resources') ? skip : 'not asked for' }, async (t) => {
  print(['', 'memory, MiB', 'highest so far', 'processor, s', 'events lost']);
  print(['---', '---:', '---:', '---:', '---:']);
  for (const { when, memoryMiB, peakMiB, cpuSeconds, lost } of await measureResources(t)) {
    print([when, memoryMiB.toFixed(0), peakMiB.toFixed(0), cpuSeconds.toFixed(2), String(lost)]);
  }
});
