// What every version of bpftrace has to say of a known workload in a pod: the same checks for the installed one and for those in a chroot.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import type { KernelEvent } from '../../src/kernel/event.ts';
import { CLONE_FLAG } from '../../src/kernel/identity.ts';
import { hostNamespaces, type MountedHierarchy, makePodCgroup, type PodCgroup, type ProbedKernel, probeKernel } from './probed-kernel.ts';

export interface ProbeCheckOptions {
  readonly hierarchy: MountedHierarchy;
  readonly bpftracePath?: string | undefined;
  readonly processArgs: boolean;
}

/** Adds subtests to `t`: one run of the probes, many known workloads. */
export async function checkProbes(t: Test, options: ProbeCheckOptions): Promise<void> {
  const pod = makePodCgroup(options.hierarchy);
  // In the reverse order of adding: the probes end first.
  t.teardown(() => pod.remove());
  const seen = await probeKernel({
    hierarchy: options.hierarchy.hierarchy,
    podRoots: [pod.rootId],
    processArgs: options.processArgs,
    bpftracePath: options.bpftracePath,
  });
  t.teardown(() => seen.source.stop());

  await t.test('23 short programs give 23 forks, execs and exits, told apart by pid and start time', (t) => check23(t, seen, pod));
  await t.test('an exit has its status, and a name keeps every byte that its process picked', (t) => checkHostileName(t, seen, pod));
  await t.test('a child made with CLONE_PARENT is a sibling of its maker, and found in the kernel', (t) => checkSibling(t, seen, pod));
  await t.test('a process with threads is born once and dies once', (t) => checkThreads(t, seen, pod));
  await t.test('a fatal signal names its sender with its executable, user and parents', (t) => checkSignal(t, seen, pod));
  await t.test('the OOM killer tells its victim, and how full each memory cgroup was', (t) => checkOom(t, seen, pod));
  await t.test('unshare shows what it made', (t) => checkUnshare(t, seen, pod));
  await t.test('the first process of a pod tells its host name', (t) => checkHostname(t, seen, pod));
  await t.test('who enters the namespace of a pod is a guest, with its children, until the end', (t) => checkGuest(t, seen, pod));
  await t.test('a process that was there before the probes is watched once it is seeded', (t) => checkSeed(t, seen));
  await t.test('of a process of the runtime its end is seen, and who caused it', (t) => checkRuntime(t, seen));
  await t.test('cgroups are seen when they are made, entered and removed', (t) => checkCgroups(t, seen, pod, options.hierarchy));
  await t.test('programs of the host print nothing', (t) => checkHost(t, seen, pod));
  await t.test('what happened on any CPU has come when the canaries say so', (t) => checkCatchUp(t, seen, pod));
  if (options.processArgs) await t.test('arguments are whole, the empty ones too', (t) => checkArguments(t, seen, pod));
  t.match(
    seen.messages.map(({ type }) => type).filter((type) => type !== 'events' && type !== 'caught-up'),
    ['ready'],
    'nothing was lost or malformed',
  );
}

/** A shell that puts itself into the pod's container and runs a script there. */
function runInPod(pod: PodCgroup, script: string): Promise<{ pid: number; code: number | null }> {
  const shell = startInPod(pod, script);
  return new Promise((resolve, reject) => {
    shell.once('error', reject);
    shell.once('close', (code) => resolve({ pid: shell.pid ?? 0, code }));
  });
}

function startInPod(pod: PodCgroup, script: string): ChildProcess {
  return spawn('/bin/sh', ['-c', `echo $$ > ${pod.path}/cgroup.procs\n${script}`], { stdio: ['pipe', 'pipe', 'inherit'] });
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => child.stdout?.once('data', (data: Buffer) => resolve(data.toString().trim())));
}

/** When it has come, everything of before has, too: another CPU's events may be told later. */
async function exitOf(seen: ProbedKernel, pid: number) {
  const exit = await seen.waitFor('exit', ({ task }) => task.pid === pid);
  await seen.caughtUp();
  return exit;
}

async function check23(t: Test, seen: ProbedKernel, pod: PodCgroup): Promise<void> {
  const { pid } = await runInPod(pod, 'for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23; do /bin/true; done; exit 0');
  const last = await exitOf(seen, pid);
  t.equal(last.task.cgroupId, pod.id, 'the shell died in the container');
  const forks = seen.eventsOf('fork').filter((event) => event.task.pid === pid);
  const isChild = (event: KernelEvent) => 'task' in event && event.task.ppid === pid;
  const execs = seen.eventsOf('exec').filter(isChild);
  const exits = seen.eventsOf('exit').filter(isChild);
  t.equal(forks.length, 23, '23 forks');
  t.equal(execs.length, 23, '23 execs');
  t.equal(exits.length, 23, '23 exits');
  const host = hostNamespaces();
  for (const fork of forks) {
    const exec = execs.find((event) => event.task.pid === fork.pid);
    const exit = exits.find((event) => event.task.pid === fork.pid);
    t.equal(exec?.task.startNs, fork.startNs, 'exec has the start time of the fork');
    t.equal(exit?.task.startNs, fork.startNs, 'and so has the exit');
    t.ok(fork.startNs > 0 && fork.startNs <= fork.timeNs, 'it started before the fork was told');
    t.equal(fork.ppid, pid);
    t.equal(fork.nsPid, fork.pid);
    t.equal(fork.uid, 0);
    t.same([fork.cgroupId, exec?.task.cgroupId, exit?.task.cgroupId], [pod.id, pod.id, pod.id]);
    t.same(fork.namespaces, host);
    t.same(exec?.namespaces, host);
    t.same(exit?.namespaces, host);
    t.match(exec, { exe: 'true', uid: 0, task: { comm: 'true', tid: fork.pid } });
    t.match(exec?.namespaceIds[0], /^\d+$/, 'the network namespace has a unique id');
    t.match(exit, { code: 0, signal: 0, coreDumped: false });
  }
}

/** A crowd of short processes on each CPU, so that there is something to be behind with. */
async function checkCatchUp(t: Test, seen: ProbedKernel, pod: PodCgroup): Promise<void> {
  const forks = 'i=0; while [ $i -lt 400 ]; do (:); i=$((i+1)); done';
  for (let round = 1; round <= 5; round++) {
    const shells = await Promise.all(cpus().map((_, cpu) => runInPod(pod, `taskset -cp ${cpu} $$ > /dev/null\n${forks}`)));
    const before = await seen.caughtUp();
    for (const { pid } of shells) {
      const told = before.filter((event) => 'task' in event && event.task.ppid === pid && event.kind === 'exit');
      t.equal(told.length, 401, `the children of ${pid}, and taskset`);
      t.ok(before.some((event) => event.kind === 'exit' && event.task.pid === pid));
    }
  }
}

async function checkHostileName(t: Test, seen: ProbedKernel, pod: PodCgroup): Promise<void> {
  const { pid } = await runInPod(pod, String.raw`printf 'a\n"\\x\033[1m\303\244\377' > /proc/$$/comm; exit 7`);
  const exit = await exitOf(seen, pid);
  t.equal(exit.task.comm, 'a\n"\\x\x1b[1mä\ufffd');
  t.match(exit, { code: 7, signal: 0 });
  const backslash = await runInPod(pod, String.raw`printf '\\uffffffc3"' > /proc/$$/comm; exit 0`);
  t.equal((await exitOf(seen, backslash.pid)).task.comm, String.raw`\uffffffc3"`);
}

async function checkSibling(t: Test, seen: ProbedKernel, pod: PodCgroup): Promise<void> {
  // clone(CLONE_PARENT | SIGCHLD), as runc does it; the call has another number on each architecture.
  const clone = process.arch === 'arm64' ? 220 : 56;
  const { pid: shell } = await runInPod(pod, `perl -e 'exit 6 if syscall(${clone}, 0x8011, 0, 0, 0, 0) == 0'; exit 0`);
  await exitOf(seen, shell);
  const fork = await seen.waitFor('fork', ({ flags, task }) => flags === 0x8000 && task.ppid === shell);
  t.match(fork, { ppid: shell, cgroupId: pod.id, nsPid: fork.pid, namespaces: hostNamespaces() });
  t.ok(fork.startNs > 0);
  t.match(await exitOf(seen, fork.pid), { code: 6, task: { startNs: fork.startNs } });
}

async function checkThreads(t: Test, seen: ProbedKernel, pod: PodCgroup): Promise<void> {
  // Node has a handful of threads; the worker ends the process while they live.
  const script = `const { Worker } = require('node:worker_threads'); new Worker('process.exit()', { eval: true }).on('exit', () => process.exit(3));`;
  const { pid, code } = await runInPod(pod, `exec ${process.execPath} -e "${script}"`);
  t.equal(code, 3);
  await exitOf(seen, pid);
  await runInPod(pod, '/bin/true');
  t.equal(seen.eventsOf('exit').filter(({ task }) => task.pid === pid).length, 1, 'one exit');
  t.equal(seen.eventsOf('fork').filter((event) => event.pid === pid || event.task.pid === pid).length, 0, 'and no fork for a thread');
  t.equal(seen.eventsOf('exit').find(({ task }) => task.pid === pid)?.code, 3);
}

async function checkSignal(t: Test, seen: ProbedKernel, pod: PodCgroup): Promise<void> {
  const victim = startInPod(pod, 'sleep 60 & echo $!; wait');
  const pid = Number(await firstLine(victim));
  const killer = spawnSync('/bin/sh', ['-c', `kill -TERM ${pid}; echo $$`]);
  const exit = await exitOf(seen, pid);
  t.match(exit, { code: undefined, signal: 15 });
  const signal = await seen.waitFor('signal', (event) => event.targetPid === pid);
  const shell = Number(killer.stdout.toString());
  t.match(signal, { signal: 15, code: 0, group: true, result: 0, uid: 0, task: { pid: shell, ppid: process.pid, comm: 'sh' } });
  t.match(signal.exe, /^(dash|sh|bash|busybox)$/, 'base name of the executable');
  t.match(signal.parents[0], { pid: process.pid });
  t.ok(signal.parents.length === 12 || signal.parents.at(-1)?.pid === 1, 'its ancestors up to init, or twelve');
  t.match(signal, { isExiting: false, nsPid: shell });
  t.equal(seen.eventsOf('signal').filter(({ targetPid }) => targetPid === pid).length, 1, 'one event for one signal');

  const logged = startInPod(pod, 'sleep 60 & echo $!; wait');
  const asked = Number(await firstLine(logged));
  const login = `echo 4321 > /proc/self/loginuid; sh -c 'sh -c "sh -c \\"kill -KILL ${asked}; true\\"; true"; true'; true`;
  spawnSync('script', ['-qec', login, '/dev/null'], { stdio: 'ignore' });
  const personal = await seen.waitFor('signal', (event) => event.targetPid === asked);
  t.match(personal, { loginUid: 4321, tty: /^pts\d+$/ }, 'who logged in, and where');
  const names = personal.parents.map(({ comm }) => comm);
  t.same(names.slice(0, 2), ['sh', 'sh']);
  t.ok(names.includes('script') && (names.length === 12 || personal.parents.at(-1)?.pid === 1), 'and the way down from init');

  const self = await runInPod(pod, 'kill -SEGV $$');
  const own = await seen.waitFor('signal', (event) => event.targetPid === self.pid);
  t.match(own, { signal: 11, task: { pid: self.pid, cgroupId: pod.id } });
  t.match(await exitOf(seen, self.pid), { code: undefined, signal: 11 });
}

/** A shell takes all the memory that its cgroup may have. */
async function checkOom(t: Test, seen: ProbedKernel, pod: PodCgroup): Promise<void> {
  const memory = memoryCgroup(`podtree-test-${process.pid}`);
  try {
    const { pid } = await runInPod(pod, `echo $$ > ${memory.path}/cgroup.procs; exec tail -n 1 /dev/zero`);
    const oom = await seen.waitFor('oom', (event) => event.victimPid === pid);
    t.match(oom, { task: { pid, comm: 'tail', cgroupId: pod.id }, level: 5, memoryLevel: 1 });
    const [own, root] = oom.memory;
    t.equal(own?.limitBytes, memory.limitBytes);
    t.ok((own?.usageBytes ?? 0) > memory.limitBytes - 512 * 1024 && (own?.usageBytes ?? 0) <= memory.limitBytes, 'and it is full');
    t.equal(root?.limitBytes, undefined, 'the root has no limit');
    t.equal(oom.memory.length, 2);
    t.match(await exitOf(seen, pid), { signal: 9 });
  } finally {
    rmdirSync(memory.path);
  }
}

function memoryCgroup(name: string): { readonly path: string; readonly limitBytes: number } {
  const limitBytes = 16 * 2 ** 20;
  const isV1 = existsSync('/sys/fs/cgroup/memory');
  const path = `/sys/fs/cgroup/${isV1 ? 'memory/' : ''}${name}`;
  mkdirSync(path);
  writeFileSync(join(path, isV1 ? 'memory.limit_in_bytes' : 'memory.max'), String(limitBytes));
  return { path, limitBytes };
}

async function checkUnshare(t: Test, seen: ProbedKernel, pod: PodCgroup): Promise<void> {
  const { pid } = await runInPod(pod, 'exec unshare --net --uts --pid --fork sh -c "exit 5"');
  const made = await seen.waitFor('unshare', (event) => event.task.pid === pid);
  t.equal(made.flags, CLONE_FLAG.net + CLONE_FLAG.uts + CLONE_FLAG.pid);
  t.same(made.before, hostNamespaces());
  const changed = made.after.map((inode, i) => inode !== made.before[i]);
  t.same(changed, [true, true, false, true, false, false, false], 'net, pid (for children) and uts changed');
  const fork = await seen.waitFor('fork', (event) => event.task.pid === pid);
  t.equal(fork.nsPid, 1, 'the child is pid 1 of the new namespace');
  t.same(fork.namespaces, made.after);
  t.match(await exitOf(seen, fork.pid), { code: 5, nsPid: 1, namespaces: made.after });
  await exitOf(seen, pid);
}

async function checkHostname(t: Test, seen: ProbedKernel, pod: PodCgroup): Promise<void> {
  const script = 'unshare --uts --pid --fork sh -c "hostname pod-of-a-test; exec /bin/true"';
  const { pid } = await runInPod(pod, `exec ${script}`);
  const fork = await seen.waitFor('fork', (event) => event.task.pid === pid);
  const named = await seen.waitFor('hostname', (event) => event.pid === fork.pid && event.hostname === 'pod-of-a-test');
  t.equal(named.startNs, fork.startNs, 'its process is that of the fork');
  await exitOf(seen, fork.pid);
  t.notOk(
    seen.eventsOf('hostname').some((event) => event.pid !== fork.pid && event.hostname === 'pod-of-a-test'),
    'only the first process of a pid namespace tells',
  );
}

async function checkGuest(t: Test, seen: ProbedKernel, pod: PodCgroup): Promise<void> {
  const inside = startInPod(pod, 'exec unshare --net sh -c "echo up; read line"');
  await firstLine(inside);
  const pid = inside.pid ?? 0;
  const made = await seen.waitFor('unshare', (event) => event.task.pid === pid);
  const guest = spawnSync('nsenter', ['-t', String(pid), '-n', 'sh', '-c', '/bin/true; exit 9']);
  t.equal(guest.status, 9);
  const joined = await seen.waitFor('setns', (event) => event.after[0] === made.after[0]);
  t.match(joined, { flags: CLONE_FLAG.net, uid: 0, task: { comm: 'nsenter', ppid: process.pid } });
  t.equal(joined.before[0], hostNamespaces()[0]);
  t.equal(joined.ancestors[0], process.ppid, "ancestors start with the parent's parent");
  t.not(joined.task.cgroupId, pod.id);
  t.match(await exitOf(seen, joined.task.pid), { code: 9, namespaces: made.after });
  const shell = await seen.waitFor('exec', (event) => event.task.pid === joined.task.pid);
  t.equal(shell.namespaces[0], made.after[0]);
  const child = await seen.waitFor('fork', (event) => event.task.pid === joined.task.pid);
  await exitOf(seen, child.pid);
  inside.stdin?.end('\n');
  await exitOf(seen, pid);
}

async function checkSeed(t: Test, seen: ProbedKernel): Promise<void> {
  const sleeper = spawn('/bin/sh', ['-c', 'echo up; read line; /bin/true; exit 4'], { stdio: ['pipe', 'pipe', 'inherit'] });
  await firstLine(sleeper);
  const pid = sleeper.pid ?? 0;
  t.equal(seen.source.watchProcess(pid, 'guest'), true);
  sleeper.stdin?.end('\n');
  t.match(await exitOf(seen, pid), { code: 4 });
  t.ok(
    seen.events.some((event) => event.kind === 'fork' && event.task.pid === pid),
    'its children too',
  );
}

/** A shim or the daemon: its end and who caused it are shown, its children and what it does in namespaces are not. */
async function checkRuntime(t: Test, seen: ProbedKernel): Promise<void> {
  const shim = spawn('/bin/sh', ['-c', 'echo up; read line; /bin/true; echo done; read line'], { stdio: ['pipe', 'pipe', 'inherit'] });
  await firstLine(shim);
  const pid = shim.pid ?? 0;
  t.equal(seen.source.watchProcess(pid, 'runtime'), true);
  shim.stdin?.write('\n');
  t.equal(await firstLine(shim), 'done');
  spawnSync('/bin/sh', ['-c', `kill -KILL ${pid}`]);
  t.match(await exitOf(seen, pid), { signal: 9 });
  t.match(await seen.waitFor('signal', (event) => event.targetPid === pid), { signal: 9, task: { comm: 'sh' } });
  t.notOk(seen.events.some((event) => 'task' in event && (event.task.ppid === pid || (event.task.pid === pid && event.kind === 'fork'))));
}

async function checkCgroups(t: Test, seen: ProbedKernel, pod: PodCgroup, { mountPoint }: MountedHierarchy): Promise<void> {
  const folder = join(mountPoint, `podtree-test-${process.pid}.service`);
  mkdirSync(folder);
  const id = String(statSync(folder).ino);
  const made = await seen.waitFor('cgroup-mkdir', (event) => event.cgroupId === id);
  t.match(made, { path: `/podtree-test-${process.pid}.service`, level: 1, truncated: false });
  const moved = spawnSync('/bin/sh', ['-c', `echo $$ > ${folder}/cgroup.procs; echo $$`]);
  const pid = Number(moved.stdout.toString());
  const attached = await seen.waitFor('cgroup-attach', (event) => event.targetPid === pid);
  t.match(attached, { cgroupId: id, task: { pid, comm: 'sh' } });
  rmdirSync(folder);
  await seen.waitFor('cgroup-rmdir', (event) => event.cgroupId === id);

  const long = join(pod.path, 'x'.repeat(200));
  mkdirSync(long);
  const longId = String(statSync(long).ino);
  const cut = await seen.waitFor('cgroup-mkdir', (event) => event.cgroupId === longId);
  const whole = long.slice(mountPoint.length);
  t.ok(
    cut.truncated ? whole.startsWith(cut.path) && cut.path.length > 180 : cut.path === whole,
    'a path is whole, or its beginning and marked as cut',
  );
  rmdirSync(long);
}

async function checkHost(t: Test, seen: ProbedKernel, pod: PodCgroup): Promise<void> {
  const script = 'echo $$; for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do /bin/true; done; sleep 60 & kill -9 $!';
  const pid = Number(spawnSync('/bin/sh', ['-c', script]).stdout.toString());
  const after = await runInPod(pod, '/bin/true');
  await exitOf(seen, after.pid);
  const noise = seen.events.filter((event) => 'task' in event && (event.task.pid === pid || event.task.ppid === pid));
  t.same(noise, []);
}

async function checkArguments(t: Test, seen: ProbedKernel, pod: PodCgroup): Promise<void> {
  const { pid } = await runInPod(pod, `exec /bin/echo 'a b' '' "$(printf 'c\\nd')" 'ä"'`);
  const args = await seen.waitFor('args', (event) => event.pid === pid && event.args[0] === '/bin/echo');
  t.same(args.args, ['/bin/echo', 'a b', '', 'c\nd', 'ä"']);
  t.equal(args.truncated, false);
  const long = await runInPod(pod, `exec /bin/echo ${'y'.repeat(900)}`);
  const cut = await seen.waitFor('args', (event) => event.pid === long.pid && event.args[0] === '/bin/echo');
  t.equal(cut.truncated, true);
  t.match(cut.args[1], /^y{100,}$/);
}
