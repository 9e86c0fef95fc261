// Why a pause died: what each kind of evidence proves, and what it does not.
import t from 'tap';
import type { Sender } from '../../src/cause/cause.ts';
import type { PauseDeath } from '../../src/cause/death.ts';
import { SI_KERNEL } from '../../src/cause/decisive-signal.ts';
import { createSignalLog } from '../../src/cause/signal-log.ts';
import { concludeCause, mayStillBeExplained, type SenderLookup } from '../../src/cause/verdict.ts';
import type { OomEvent, SignalEvent, TaskRef } from '../../src/kernel/event.ts';
import type { CgroupId } from '../../src/kernel/identity.ts';

const PAUSE = 500;
const SHIM = 20;
const DAEMON = 10;
const EXECED = 66;
const task = (pid: number, ppid = 1, comm = 'sh'): TaskRef => ({ tid: pid, pid, ppid, startNs: 1, cgroupId: '1' as CgroupId, comm });

function signalFrom(from: TaskRef, some: Partial<SignalEvent> = {}): SignalEvent {
  return {
    ...{
      kind: 'signal' as const,
      timeNs: 100,
      task: from,
      uid: 0,
      exe: from.comm,
      signal: 9,
      code: 0,
      group: true,
      result: 0,
      targetPid: PAUSE,
      isExiting: false,
      nsPid: from.pid,
    },
    parents: [{ pid: from.ppid, comm: 'parent' }],
    ...some,
  };
}

const greedy = task(77, 1, 'greedy');
const oom: OomEvent = { kind: 'oom', timeNs: 100, task: greedy, victimPid: PAUSE, level: 0, memoryLevel: 0, memory: [] };
const runc = task(30, SHIM, 'runc');
const quit = { code: 0, signal: 0 };
const base: PauseDeath = {
  pid: PAUSE,
  timeNs: 5e9,
  exit: { code: undefined, signal: 9 },
  signals: [],
  shimPid: SHIM,
  parentPid: SHIM,
  daemonPid: DAEMON,
  liveContainers: 0,
  isDriverMismatch: false,
  hadContainer: true,
  disagreements: [],
};
/** Where the task is whose allocation failed. */
const PATH = '/kubepods/burstable/pod1/app';
const lookup: SenderLookup = {
  describe: ({ task: { pid, comm }, uid, parents }): Sender => ({ pid, comm, uid, parents }),
  isInContainer: ({ task: { pid } }) => pid === EXECED,
  pathOf: () => PATH,
};

interface Case {
  readonly name: string;
  readonly death: Partial<PauseDeath>;
  readonly cause: object;
  /** Something that is still to come could change it. */
  readonly isOpen?: boolean;
}

const cases: readonly Case[] = [
  {
    name: 'killed by a shell',
    death: { signals: [signalFrom(task(600))] },
    cause: { kind: 'signal', signal: 'SIGKILL', sender: { pid: 600 } },
  },
  {
    name: 'stopped by runc below its shim',
    death: { signals: [signalFrom(runc)] },
    cause: { kind: 'planned-stop', sender: { comm: 'runc' } },
  },
  {
    name: 'stopped by crun below the daemon',
    death: { signals: [signalFrom(task(31, DAEMON, 'crun'))] },
    cause: { kind: 'planned-stop' },
  },
  {
    name: 'killed by runc while containers live',
    death: { signals: [signalFrom(runc)], liveContainers: 2 },
    cause: { kind: 'signal', sender: { comm: 'runc' } },
    isOpen: true,
  },
  {
    name: "ended by an exec'd process, which is the shim's child too",
    death: { exit: quit, signals: [signalFrom(task(EXECED, SHIM), { signal: 15 })] },
    cause: { kind: 'signal', signal: 'SIGTERM', sender: { pid: EXECED } },
  },
  {
    name: 'of several senders the first whose signal was delivered counts',
    death: { signals: [signalFrom(task(1), { result: 1 }), signalFrom(task(2), { result: 2 }), signalFrom(task(3)), signalFrom(task(4))] },
    cause: { kind: 'signal', sender: { pid: 3 } },
  },
  {
    name: 'a signal of another number explains nothing',
    death: { signals: [signalFrom(task(3), { signal: 15 })] },
    cause: { kind: 'unknown', signal: 'SIGKILL' },
    isOpen: true,
  },
  {
    name: 'an ignored signal explains nothing',
    death: { signals: [signalFrom(task(3), { result: 1 })] },
    cause: { kind: 'unknown' },
    isOpen: true,
  },
  {
    name: 'an exit with 0 is explained by TERM',
    death: { exit: quit, signals: [signalFrom(task(3), { signal: 15 })] },
    cause: { kind: 'signal', signal: 'SIGTERM' },
  },
  { name: 'an exit with 0 may still be explained', death: { exit: quit }, cause: { kind: 'exit' }, isOpen: true },
  { name: 'an exit with another code is its own', death: { exit: { code: 3, signal: 0 } }, cause: { kind: 'exit' } },
  {
    name: 'a crash is its own',
    death: { exit: { code: undefined, signal: 11 }, signals: [signalFrom(task(PAUSE), { signal: 11, code: 1 })] },
    cause: { kind: 'exit', signal: 'SIGSEGV' },
  },
  {
    name: 'the OOM killer',
    death: { oom, signals: [signalFrom(greedy, { code: 128 })] },
    cause: { kind: 'oom', signal: 'SIGKILL', oom: { allocatorPid: 77, allocatorComm: 'greedy' } },
  },
  {
    name: "the kernel's own signal blames nobody",
    death: { signals: [signalFrom(greedy, { code: 128 })] },
    cause: { kind: 'unknown', signal: 'SIGKILL', sender: undefined },
    isOpen: true,
  },
  {
    name: 'stopped by runc below a shim that the pause has got since',
    death: { signals: [signalFrom(task(30, 21, 'runc'))], parentPid: 21 },
    cause: { kind: 'planned-stop' },
  },
  {
    name: "an exit with 128 + 15 is explained by TERM, as a shell's is",
    death: { exit: { code: 143, signal: 0 }, signals: [signalFrom(task(3), { signal: 15 })] },
    cause: { kind: 'signal', signal: 'SIGTERM' },
  },
  {
    name: 'what the runtime ends after a dead shim is no ordinary stop, though no container ran any more',
    death: {
      signals: [
        signalFrom(task(40, 39, 'runc'), {
          parents: [
            { pid: 39, comm: 'containerd-shim' },
            { pid: DAEMON, comm: 'containerd' },
          ],
        }),
      ],
      parentPid: 1,
    },
    cause: { kind: 'signal', sender: { comm: 'runc' }, findings: [{ code: 'shim-died-first', text: /unseen/ }] },
  },
  {
    name: 'the end of the pid namespace around it, by its first process',
    death: { signals: [signalFrom(task(2, 1, 'init'), { code: 128, isExiting: true, nsPid: 1 })] },
    cause: {
      kind: 'signal',
      signal: 'SIGKILL',
      sender: { comm: 'init' },
      findings: [{ code: 'pid-namespace-ended', text: /"init" \(pid 2, uid 0\)/ }],
    },
  },
  {
    name: 'an exit that was not seen',
    death: { exit: undefined, signals: [signalFrom(runc)] },
    cause: { kind: 'unknown', signal: undefined, sender: undefined },
  },
];

for (const { name, death, cause, isOpen = false } of cases) {
  t.test(name, async (t) => {
    const whole = { ...base, ...death };
    const concluded = concludeCause(whole, lookup);
    t.match({ sender: undefined, signal: undefined, ...concluded }, cause);
    t.ok(concluded.evidence.length > 0);
    t.equal(mayStillBeExplained(whole, lookup), isOpen);
  });
}

const shimDeath = { pid: SHIM, comm: 'containerd-shim', timeNs: 4.983e9, exit: { code: undefined, signal: 9 } };
const bash: Sender = { pid: 7, comm: 'bash', uid: 0, parents: [] };
const kubelet = signalFrom(task(8, 1, 'kubelet'));
const oomd = signalFrom(task(9, 1, 'systemd-oomd'), { group: false });

const findings: readonly {
  readonly name: string;
  readonly death: Partial<PauseDeath>;
  readonly expected: Readonly<Record<string, RegExp>>;
}[] = [
  { name: 'nothing else', death: { signals: [signalFrom(task(600))] }, expected: {} },
  {
    name: 'nothing about an ordinary stop, whose runtime may use cgroup.kill',
    death: { signals: [{ ...signalFrom(runc), group: false }], isDriverMismatch: true },
    expected: {},
  },
  {
    name: 'the shim died first, and who killed it',
    death: { signals: [signalFrom(task(40, DAEMON, 'runc'))], shimDeath: { ...shimDeath, sender: bash } },
    expected: { 'shim-died-first': /"containerd-shim", pid 20\) was killed with SIGKILL by "bash" \(pid 7, uid 0\) 17 ms before/ },
  },
  {
    name: 'the shim died first, by itself',
    death: { signals: [signalFrom(task(40, DAEMON, 'runc'))], shimDeath: { ...shimDeath, exit: { code: 2, signal: 0 } } },
    expected: { 'shim-died-first': /exited with code 2 17 ms before/ },
  },
  {
    name: 'the runtime was restarted a moment before',
    death: {
      signals: [signalFrom(task(3))],
      daemonDeath: { pid: DAEMON, comm: 'containerd', timeNs: 2e9, exit: { code: 0, signal: 0 }, sender: bash },
    },
    expected: { 'runtime-restarted': /"containerd", pid 10\) exited with code 0, asked by "bash" \(pid 7, uid 0\), 3\.0 s before/ },
  },
  {
    name: 'the runtime was found restarted',
    death: { signals: [signalFrom(task(3))], daemonDeath: { pid: DAEMON, comm: 'containerd', timeNs: 2e9 } },
    expected: { 'runtime-restarted': /its process 10 was found gone 3\.0 s before/ },
  },
  {
    name: 'its whole cgroup was killed',
    death: { signals: [signalFrom(task(3), { group: false })] },
    expected: { 'cgroup-kill': /^"sh" \(pid 3, uid 0\) wrote to cgroup\.kill/ },
  },
  { name: 'one thread was meant: no cgroup', death: { signals: [signalFrom(task(3), { group: false, code: -6 })] }, expected: {} },
  { name: 'the kubelet cleans up', death: { signals: [kubelet] }, expected: { 'kubelet-cleanup': /cleanupOrphanedPodCgroups/ } },
  {
    name: 'who calls itself kubelet in a pod is not believed',
    death: { signals: [{ ...kubelet, task: task(EXECED, 1, 'kubelet') }] },
    expected: {},
  },
  {
    name: 'a daemon kills for memory',
    death: { signals: [oomd] },
    expected: { 'cgroup-kill': /./, 'memory-daemon': /"systemd-oomd" \(pid 9, uid 0\) kills for lack of memory/ },
  },
  {
    name: 'two cgroup drivers',
    death: { signals: [signalFrom(task(1, 0, 'systemd'))], isDriverMismatch: true },
    expected: { 'cgroup-driver-mismatch': /SystemdCgroup = false/ },
  },
  {
    name: 'the address was lost, the pause alive',
    death: { signals: [signalFrom(runc)], addressLostNs: 1e9 },
    expected: { 'address-lost': /without an address for 4\.0 s/ },
  },
  { name: 'an address lost has nothing to do with a shell', death: { signals: [signalFrom(task(600))], addressLostNs: 1e9 }, expected: {} },
  {
    name: 'the runtime killed it too early',
    death: { signals: [signalFrom(runc)], liveContainers: 2 },
    expected: { 'containers-still-ran': /while 2 of the pod's containers still ran/ },
  },
  { name: 'no container ever ran', death: { signals: [signalFrom(runc)], hadContainer: false }, expected: { 'never-had-container': /./ } },
  { name: 'nobody knows whether one ran', death: { signals: [signalFrom(runc)], hadContainer: undefined }, expected: {} },
  {
    name: 'the runtime invents exit codes',
    death: {
      signals: [signalFrom(task(3))],
      disagreements: [1, 2, 3, 4].map((n) => ({ name: `app"${n}`, kernelCode: 137, runtimeCode: 255 })),
    },
    expected: { 'exit-code-differs': /"app\\"1" with 255, the kernel saw 137; .*, and 1 more\.$/ },
  },
];

for (const { name, death, expected } of findings) {
  t.test(`found: ${name}`, async (t) => {
    const found = concludeCause(
      { ...base, ...death },
      {
        ...lookup,
        describe: (event) => ({ ...lookup.describe(event), exe: event.exe, ...(event.task.pid === EXECED && { pod: { uid: 'u' } }) }),
      },
    ).findings;
    t.same(
      found.map(({ code }) => code),
      Object.keys(expected),
    );
    for (const { code, text } of found) t.match(text, expected[code] ?? /^$/);
  });
}

t.test('whose memory limit it was', async (t) => {
  const MEBIBYTE = 2 ** 20;
  const of = (some: Partial<OomEvent>) => concludeCause({ ...base, oom: { ...oom, level: 4, memoryLevel: 4, ...some } }, lookup);
  const free = { usageBytes: 300 * MEBIBYTE };
  const full = (mebibytes: number, headroom = 0) => ({ usageBytes: mebibytes * MEBIBYTE - headroom, limitBytes: mebibytes * MEBIBYTE });
  const own = of({ memory: [full(64), free, free, free] });
  t.match(own.oom, { scope: 'cgroup', cgroup: PATH, limitBytes: 64 * MEBIBYTE, usageBytes: 64 * MEBIBYTE });
  t.match(own.evidence, [/./, /./, /"\/kubepods\/burstable\/pod1\/app" was full: 64\.0 MiB of 64\.0 MiB/]);
  t.match(of({ memory: [free, full(64, 4096), free, free] }).oom, { scope: 'cgroup', cgroup: '/kubepods/burstable/pod1' }, "the pod's");
  t.match(
    of({ memory: [full(64, 8192), full(64), free, free] }).oom,
    { cgroup: '/kubepods/burstable/pod1' },
    'of two with one limit the one that holds more',
  );
  t.match(of({ memory: [full(64, 40 * MEBIBYTE), free, free, free] }).oom, { scope: 'node', cgroup: undefined }, 'none was full');
  t.match(
    of({ memoryLevel: 2, memory: [full(64), free] }).oom,
    { scope: 'cgroup', cgroup: undefined, limitBytes: 64 * MEBIBYTE },
    'other paths there',
  );
  t.same(of({ memory: [] }).oom, { victimPid: PAUSE, allocatorPid: 77, allocatorComm: 'greedy' }, 'a kernel that does not count');
});

t.test('a name that a process has picked does not break a sentence', async (t) => {
  const evil = task(3, 1, 'a"\n\u001b[2J');
  const deaths: Partial<PauseDeath>[] = [
    { signals: [signalFrom(evil)] },
    { signals: [signalFrom(evil, { code: 128 })] },
    { oom: { ...oom, task: evil } },
  ];
  for (const death of deaths) {
    const { evidence, findings } = concludeCause({ ...base, ...death, shimDeath: { ...shimDeath, comm: evil.comm } }, lookup);
    for (const sentence of [...evidence, ...findings.map(({ text }) => text)]) t.notMatch(sentence, /[\n\u001b]/);
  }
});

t.test('the signal log', async (t) => {
  t.test('tells what was sent while the process lived, oldest first, whatever came first', async (t) => {
    const log = createSignalLog();
    for (const timeNs of [300, 100, 200, 900]) log.addSignal(signalFrom(task(3), { timeNs }));
    t.same(
      log.signalsTo(PAUSE, 100, 500).map(({ timeNs }) => timeNs),
      [100, 200, 300],
    );
    t.same(log.signalsTo(PAUSE, 301, 500), []);
    t.same(log.signalsTo(1, 0, 1000), []);
    log.addOom({ ...oom, timeNs: 400 });
    t.equal(log.oomOf(PAUSE, 100, 500)?.timeNs, 400);
    t.equal(log.oomOf(PAUSE, 401, 500), undefined);
    t.equal(log.oomOf(PAUSE, 100, 399), undefined);
  });

  t.test('knows the mark of a victim that was dead before it, by the thread that sent the signal', async (t) => {
    const log = createSignalLog();
    log.addSignal(signalFrom(greedy, { timeNs: 200, code: SI_KERNEL }));
    log.addOom({ ...oom, timeNs: 400 });
    t.equal(log.oomOf(PAUSE, 100, 300)?.timeNs, 400);
    t.equal(log.oomOf(PAUSE, 100, 199), undefined, 'that signal came after it');
    t.equal(log.oomOf(PAUSE, 301, 350), undefined, 'that signal came before it');
    log.addOom({ ...oom, timeNs: 400, task: { ...greedy, tid: greedy.tid + 1 } });
    t.equal(log.oomOf(PAUSE, 100, 300), undefined, 'another thread marked another process with that pid');
    const byHand = createSignalLog();
    byHand.addSignal(signalFrom(greedy, { timeNs: 200 }));
    byHand.addOom({ ...oom, timeNs: 400 });
    t.equal(byHand.oomOf(PAUSE, 100, 300), undefined, 'a signal that the thread itself sent');
  });

  t.test('is bounded in targets and in signals to one', async (t) => {
    const log = createSignalLog({ maxTargets: 3, maxPerTarget: 4 });
    for (let number = 0; number < 20; number++) {
      log.addSignal(signalFrom(task(3), { targetPid: 1000 + number }));
      log.addOom({ ...oom, victimPid: number });
    }
    t.ok(log.size <= 6);
    for (let number = 0; number < 20; number++) log.addSignal(signalFrom(task(3), { timeNs: number }));
    t.same(
      log.signalsTo(PAUSE, 0, 100).map(({ timeNs }) => timeNs),
      [0, 17, 18, 19],
      'the first and the newest',
    );
  });
});
