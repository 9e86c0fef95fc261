// Records what bpftrace prints for a small known workload into test/fixtures/kernel/VERSION.jsonl: the input of the parser's tests.
// As root: node test/bpftrace/record.ts [BPFTRACE]
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findBpftrace } from '../../src/kernel/bpftrace.ts';
import { makePodCgroup, mountedHierarchies, probeKernel } from '../helpers/probed-kernel.ts';

const { path, version } = await findBpftrace(process.argv[2]);
const folder = mkdtempSync(join(tmpdir(), 'podtree-record-'));
const lines = join(folder, 'lines');
const tee = join(folder, 'bpftrace');
writeFileSync(tee, `#!/bin/bash\n[ "$1" = --version ] && exec ${path} --version\nexec ${path} "$@" > >(tee ${lines})\n`);
chmodSync(tee, 0o755);

const hierarchy = mountedHierarchies()[0];
if (hierarchy === undefined) throw new Error('no cgroup hierarchy is mounted');
const pod = makePodCgroup(hierarchy);
const seen = await probeKernel({ hierarchy: hierarchy.hierarchy, podRoots: [pod.rootId], processArgs: true, bpftracePath: tee });

const inPod = (script: string) =>
  spawn('/bin/sh', ['-c', `echo $$ > ${pod.path}/cgroup.procs\n${script}`], { stdio: ['pipe', 'pipe', 'inherit'] });
const ended = (pid: number | undefined) => seen.waitFor('exit', ({ task }) => task.pid === pid);
const hostile = inPod(String.raw`printf 'a\n"\\x\033[1m\303\244\377' > /proc/$$/comm; /bin/echo 'a b' '' 'ä"'; exit 7`);
await ended(hostile.pid);
const member = inPod('exec unshare --net --pid --fork sh -c "echo up; read line"');
if (member.stdout) await once(member.stdout, 'data');
spawnSync('nsenter', ['-t', String(member.pid), '-n', 'true']);
spawnSync('/bin/sh', ['-c', `kill -KILL ${member.pid}; true`]);
await ended(member.pid);
await seen.source.stop();
pod.remove();

const fixture = fileURLToPath(new URL(`../fixtures/kernel/bpftrace-${version}.jsonl`, import.meta.url));
copyFileSync(lines, fixture);
rmSync(folder, { recursive: true });
process.stdout.write(`${fixture}\n`);
