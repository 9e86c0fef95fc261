// Why a pause died: what each kind of evidence proves, and what it does not.
import t from 'tap';
import type { Sender } from '../../src/cause/cause.ts';
import { createSignalLog } from '../../src/cause/signal-log.ts';
import { concludeCause, mayStillBeExplained, type PauseDeath, type SenderLookup } from '../../src/cause/verdict.ts';
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
  exit: { code: undefined, signal: 9 },
  signals: [],
  runtimePids: [SHIM, DAEMON],
  liveContainers: 0,
};
const lookup: SenderLookup = {
  describe: ({ task: { pid, comm }, uid, parents }): Sender => ({ pid, comm, uid, parents }),
  isInContainer: ({ task: { pid } }) => pid === EXECED,
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

t.test('a name that a process has picked does not break a sentence', async (t) => {
  const evil = task(3, 1, 'a"\n\u001b[2J');
  const deaths: Partial<PauseDeath>[] = [
    { signals: [signalFrom(evil)] },
    { signals: [signalFrom(evil, { code: 128 })] },
    { oom: { ...oom, task: evil } },
  ];
  for (const death of deaths) {
    for (const sentence of concludeCause({ ...base, ...death }, lookup).evidence) t.notMatch(sentence, /[\n\u001b]/);
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
