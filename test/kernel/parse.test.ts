// Lines of bpftrace to events. The fixtures were recorded by test/bpftrace/record.ts on Linux 6.18.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import t from 'tap';
import type { KernelEvent } from '../../src/kernel/event.ts';
import { createLineSplitter } from '../../src/kernel/lines.ts';
import { type Batch, createBatch, createLineParser } from '../../src/kernel/parse.ts';

const fixtures = fileURLToPath(new URL('../fixtures/kernel', import.meta.url));

function parseAll(lines: readonly string[], stringLimitBytes = 200): Batch {
  const batch = createBatch();
  const parser = createLineParser({ stringLimitBytes });
  for (const line of lines) parser.parse(line, batch);
  parser.flush(batch);
  return batch;
}

/** One line as bpftrace prints it. */
function line(...data: readonly unknown[]): string {
  return `{"type": "value", "data": ${JSON.stringify(data)}}`;
}

function only(lines: readonly string[]): KernelEvent {
  const { events, malformed } = parseAll(lines);
  const [event] = events;
  if (event === undefined || events.length !== 1 || malformed > 0) throw new Error(`expected one event of ${lines}`);
  return event;
}

const TASK = [100, 12, 11, 10, 50, 4711] as const;
const NAMESPACES = [1, 2, 3, 4, 5, 6, 7] as const;
const task = (comm: string) => ({ tid: 12, pid: 11, ppid: 10, startNs: 50, cgroupId: '4711', comm });

for (const name of readdirSync(fixtures).filter((file) => file.endsWith('.jsonl'))) {
  t.test(`${name}: every line is understood, and says what the workload did`, async (t) => {
    const bytes = readFileSync(`${fixtures}/${name}`);
    const { events, malformed, lost, canaries } = parseAll(createLineSplitter().push(bytes), name.includes('0.17') ? 200 : 512);
    t.equal(malformed, 0);
    t.equal(lost, 0);
    t.ok(canaries.some(({ end }) => end === 'hatch') && canaries.some(({ end }) => end === 'canary'));
    const of = <K extends KernelEvent['kind']>(kind: K) =>
      events.filter((event): event is Extract<KernelEvent, { kind: K }> => event.kind === kind);
    t.ok(
      of('exit').some(({ task, code }) => task.comm === 'a\n"\\x\x1b[1mä\ufffd' && code === 7),
      'the hostile name came through',
    );
    t.ok(of('args').some(({ args }) => JSON.stringify(args) === JSON.stringify(['/bin/echo', 'a b', '', 'ä"'])));
    const [unshare] = of('unshare');
    const [setns] = of('setns');
    t.match(unshare, { flags: 0x60000000, task: { comm: 'unshare' } });
    t.match(setns, { flags: 0x40000000, task: { comm: 'nsenter' }, ancestors: [Number] });
    t.equal(setns?.after[0], unshare?.after[0], 'nsenter went where unshare was');
    t.match(of('signal'), [{ signal: 9, code: 0, group: true, exe: 'dash', parents: Array }]);
    t.match(of('signal')[0]?.parents[0], { comm: 'MainThread' });
    t.match(of('signal')[0]?.parents.at(-1), { pid: 1 }, 'up to init');
    t.equal(of('signal').length, 1);
    t.ok(of('exit').some(({ signal, code }) => signal === 9 && code === undefined));
    const child = of('fork').find(({ nsPid }) => nsPid === 1);
    t.ok(
      child !== undefined && of('exec').some(({ task }) => task.pid === child.pid && task.startNs === child.startNs),
      'fork and exec agree',
    );
    t.equal(of('cgroup-attach').length, 2);
  });
}

t.test('each kind of tuple gives its event', async (t) => {
  const cases: readonly { name: string; line: string; event: object }[] = [
    {
      name: 'fork',
      line: line('fork', ...TASK, 21, 11, 90, 4712, 1, 0x20000000, 1000, ...NAMESPACES, 'sh'),
      event: {
        kind: 'fork',
        timeNs: 100,
        task: task('sh'),
        pid: 21,
        ppid: 11,
        startNs: 90,
        cgroupId: '4712',
        nsPid: 1,
        flags: 0x20000000,
        uid: 1000,
        namespaces: NAMESPACES,
      },
    },
    {
      name: 'fork whose child was not found: the caller is its parent',
      line: line('fork', ...TASK, 21, 0, 0, 0, 0, 0x11200, 0, 0, 0, 0, 0, 0, 0, 0, 'sh'),
      event: {
        kind: 'fork',
        timeNs: 100,
        task: task('sh'),
        pid: 21,
        ppid: 11,
        startNs: 0,
        cgroupId: '0',
        nsPid: 0,
        flags: 0x11200,
        uid: 0,
        namespaces: [0, 0, 0, 0, 0, 0, 0],
      },
    },
    {
      name: 'fork with CLONE_PARENT whose child was not found: the caller is its sibling',
      line: line('fork', ...TASK, 21, 0, 0, 0, 0, 0x8000, 0, 0, 0, 0, 0, 0, 0, 0, 'sh'),
      event: {
        kind: 'fork',
        timeNs: 100,
        task: task('sh'),
        pid: 21,
        ppid: 10,
        startNs: 0,
        cgroupId: '0',
        nsPid: 0,
        flags: 0x8000,
        uid: 0,
        namespaces: [0, 0, 0, 0, 0, 0, 0],
      },
    },
    {
      name: 'exec, with ids that are too large for a number, and one that the kernel does not have',
      line: line('exec', ...TASK, 0, 3, ...NAMESPACES, '9223372036854775807', 0, 8, 9, 10, 11, 12, 'pause', 'pause'),
      event: {
        kind: 'exec',
        timeNs: 100,
        task: task('pause'),
        uid: 0,
        nsPid: 3,
        namespaces: NAMESPACES,
        namespaceIds: ['9223372036854775807', '', '8', '9', '10', '11', '12'],
        exe: 'pause',
      },
    },
    {
      name: 'exec of a long name, which newer versions mark as cut',
      line: line('exec', ...TASK, 0, 3, ...NAMESPACES, 1, 1, 1, 1, 1, 1, 1, 'x', `${'n'.repeat(31)}..`),
      event: {
        kind: 'exec',
        timeNs: 100,
        task: task('x'),
        uid: 0,
        nsPid: 3,
        namespaces: NAMESPACES,
        namespaceIds: ['1', '1', '1', '1', '1', '1', '1'],
        exe: 'n'.repeat(31),
      },
    },
    {
      name: 'exit by itself',
      line: line('exit', ...TASK, 137 << 8, 1, ...NAMESPACES, 'sh'),
      event: { kind: 'exit', timeNs: 100, task: task('sh'), code: 137, signal: 0, coreDumped: false, nsPid: 1, namespaces: NAMESPACES },
    },
    {
      name: 'exit by a signal with a core dump',
      line: line('exit', ...TASK, 0x8b, 1, ...NAMESPACES, 'sh'),
      event: {
        kind: 'exit',
        timeNs: 100,
        task: task('sh'),
        code: undefined,
        signal: 11,
        coreDumped: true,
        nsPid: 1,
        namespaces: NAMESPACES,
      },
    },
    {
      name: 'a host name',
      line: line('hostname', 100, 11, 50, 'example-pod'),
      event: { kind: 'hostname', timeNs: 100, pid: 11, startNs: 50, hostname: 'example-pod' },
    },
    {
      name: 'args as text',
      line: line('args', 100, 11, 50, 12, 'sh\\x00-c\\x00ls'),
      event: { kind: 'args', timeNs: 100, pid: 11, startNs: 50, args: ['sh', '-c', 'ls'], truncated: true },
    },
    {
      name: 'args as bytes',
      line: line('args', 100, 11, 50, 5, [115, 104, 0, 195, 164]),
      event: { kind: 'args', timeNs: 100, pid: 11, startNs: 50, args: ['sh', 'ä'], truncated: false },
    },
    {
      name: 'unshare',
      line: line('unshare', ...TASK, 0, 0x20000, ...NAMESPACES, 1, 2, 3, 4, 55, 6, 7, 'sh'),
      event: { kind: 'unshare', timeNs: 100, task: task('sh'), uid: 0, flags: 0x20000, before: NAMESPACES, after: [1, 2, 3, 4, 55, 6, 7] },
    },
    {
      name: 'setns, with as many ancestors as there are',
      line: line('setns', ...TASK, 0, 0, ...NAMESPACES, 99, 2, 3, 4, 5, 6, 7, 9, 1, 0, 0, 'sh'),
      event: {
        kind: 'setns',
        timeNs: 100,
        task: task('sh'),
        uid: 0,
        flags: 0,
        before: NAMESPACES,
        after: [99, 2, 3, 4, 5, 6, 7],
        ancestors: [9, 1],
      },
    },
    {
      name: 'oom, with the memory of as many cgroups as there are',
      line: line('oom', ...TASK, 77, 4, 1, 4096, 10, 10, 12, 2251799813685247, 0, 0, 0, 0, 0, 0, 0, 0, 'tail'),
      event: {
        kind: 'oom',
        timeNs: 100,
        task: task('tail'),
        victimPid: 77,
        level: 4,
        memoryLevel: 1,
        memory: [{ usageBytes: 40_960, limitBytes: 40_960 }, { usageBytes: 49_152 }],
      },
    },
    {
      name: 'oom, of a kernel without memory cgroups',
      line: line('oom', ...TASK, 77, 4, 0, 4096, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 'tail'),
      event: { kind: 'oom', timeNs: 100, task: task('tail'), victimPid: 77, level: 4, memoryLevel: 0, memory: [] },
    },
    {
      name: 'mkdir',
      line: line('mkdir', 100, 4711, 2, '/kubepods/podü'.replace('ü', 'Ã¼')),
      event: { kind: 'cgroup-mkdir', timeNs: 100, cgroupId: '4711', level: 2, path: '/kubepods/podü', truncated: false },
    },
    {
      name: 'mkdir whose path fills the limit',
      line: line('mkdir', 100, 4711, 2, `/${'x'.repeat(198)}`),
      event: { kind: 'cgroup-mkdir', timeNs: 100, cgroupId: '4711', level: 2, path: `/${'x'.repeat(198)}`, truncated: true },
    },
    {
      name: 'mkdir without its path',
      line: line('mkdir', 100, 4711, 2, ''),
      event: { kind: 'cgroup-mkdir', timeNs: 100, cgroupId: '4711', level: 2, path: '', truncated: true },
    },
    {
      name: 'rmdir',
      line: line('rmdir', 100, '18446744073709551615'),
      event: { kind: 'cgroup-rmdir', timeNs: 100, cgroupId: '18446744073709551615' },
    },
    {
      name: 'attach',
      line: line('attach', ...TASK, 77, 4713, 'runc'),
      event: { kind: 'cgroup-attach', timeNs: 100, task: task('runc'), targetPid: 77, cgroupId: '4713' },
    },
  ];
  for (const { name, line, event } of cases) t.strictSame(only([line]), event, name);
});

const NOBODY = 4294967295;

t.test('the lines of a signal become one event', async (t) => {
  const signal = line('signal', ...TASK, 0, 9, 0, 1, 0, 77, NOBODY, 0, 3, 'sh', 'dash', '');
  const sender = line('sender', 101, 12, 77, 9, 0, 10, 5, 1, 0, 'bash', 'sshd', 'systemd', '');
  const event = {
    kind: 'signal',
    timeNs: 100,
    task: task('sh'),
    uid: 0,
    exe: 'dash',
    signal: 9,
    code: 0,
    group: true,
    result: 0,
    targetPid: 77,
    isExiting: false,
    nsPid: 3,
    parents: [
      { pid: 10, comm: 'bash' },
      { pid: 5, comm: 'sshd' },
      { pid: 1, comm: 'systemd' },
    ],
  };
  t.strictSame(only([signal, sender]), event, 'in this order');
  t.strictSame(only([sender, signal]), event, 'in the other');
  t.strictSame(only([signal]), { ...event, parents: [] }, 'alone');
  t.strictSame(parseAll([sender]).events, [], 'parents alone say nothing');
  t.strictSame(parseAll([signal, signal, sender]).events, [{ ...event, parents: [] }, event], 'the same again before the parents came');
  t.match(only([line('signal', ...TASK, 0, 15, 4294967290, 0, 1, 77, NOBODY, 0, 3, 'sh', 'dash', '')]), { code: -6 }, 'si_code has a sign');
  const many = Array.from({ length: 3_000 }, (_, i) => line('signal', ...TASK, 0, 9, 0, 1, 0, 1_000 + i, NOBODY, 0, 3, 'sh', 'dash', ''));
  t.equal(parseAll(many).events.length, 3_000, 'too many that wait go out early');
  const orphans = Array.from({ length: 3_000 }, (_, i) => line('sender', 101, 12, 1_000 + i, 9, 0, 0, 0, 0, 0, '', '', '', ''));
  const parser = createLineParser({ stringLimitBytes: 200 });
  for (const orphan of orphans) parser.parse(orphan, createBatch());
  t.ok(parser.pending <= 1_024, 'and too many parents are forgotten');
});

t.test('a signal says who had logged in, on which terminal, and whether its sender was dying', async (t) => {
  const parents = line('sender', 101, 12, 77, 9, 0, 1, 0, 0, 0, 'systemd', '', '', '');
  const signal = line('signal', ...TASK, 0, 9, 128, 1, 0, 77, 1000, 4, 1, 'sudo', 'sudo', 'pts3');
  t.match(only([signal, parents]), { uid: 0, loginUid: 1000, tty: 'pts3', isExiting: true, nsPid: 1 });
});

t.test('the line of descent goes up to init, in whatever order its lines come', async (t) => {
  const signal = line('signal', ...TASK, 0, 9, 0, 1, 0, 77, NOBODY, 0, 3, 'sh', 'dash', '');
  const ancestors = (first: number, ...pids: number[]) => line('sender', 101, 12, 77, 9, first, ...pids, 'a', 'b', 'c', 'd');
  const lines = [signal, ancestors(0, 40, 39, 38, 37), ancestors(4, 36, 35, 34, 33), ancestors(8, 32, 31, 1, 0)];
  const descent = [40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 1];
  const pidsOf = (event: unknown) => (event as { parents: { pid: number }[] }).parents.map(({ pid }) => pid);
  for (const order of [lines, lines.toReversed(), [1, 3, 0, 2].map((at) => lines[at] ?? '')]) t.same(pidsOf(only(order)), descent);
  const upToInit = only([signal, ancestors(0, 40, 39, 38, 37), ancestors(4, 36, 35, 34, 1)]);
  t.same(pidsOf(upToInit), [40, 39, 38, 37, 36, 35, 34, 1], 'nothing is above init, and nothing is waited for');
  t.same(
    pidsOf(only([signal, ancestors(0, 40, 39, 38, 37), ancestors(8, 32, 31, 1, 0)])),
    [40, 39, 38, 37],
    'one was lost: no hole is hidden',
  );
});

t.test('bytes that are no UTF-8, quotes, escapes and control characters stay what they are', async (t) => {
  const named = (comm: string) => `{"type": "value", "data": ["oom",100,12,11,10,50,4711,77,0,0,4096,0,0,0,0,0,0,0,0,0,0,0,0,"${comm}"]}`;
  const cases: readonly [string, string][] = [
    [String.raw`a\nb\"c\\d\u001b[31m`, 'a\nb"c\\d\x1b[31m'],
    [String.raw`\uffffffc3\uffffffa4`, 'ä'],
    [String.raw`\uffffffff`, '\ufffd'],
    [String.raw`\\uffffffc3`, String.raw`\uffffffc3`],
    [String.raw`\\\uffffffc3\uffffffa4`, '\\ä'],
    ['\xc3\xa4', 'ä'],
    ['', ''],
  ];
  for (const [printed, comm] of cases)
    t.equal((only([named(printed)]) as { task: { comm: string } }).task.comm, comm, JSON.stringify(printed));
});

t.test('what bpftrace says about itself is no event', async (t) => {
  const quiet = [
    '',
    '\r',
    '{"type": "attached_probes", "count": 3, "data": {"probes": 3}}',
    '{"type": "map", "data": {"@watch": {"1": 1}}}',
  ];
  t.match(parseAll(quiet), { events: [], malformed: 0, lost: 0 });
  t.equal(parseAll(['{"type": "lost_events", "data": {"events": 5}}', '{"type": "lost_events", "count": 7}']).lost, 12);
});

t.test('garbage is counted and never thrown', async (t) => {
  const whole = line('fork', ...TASK, 21, 11, 90, 4712, 1, 0, 1000, ...NAMESPACES, 'sh');
  const bad = [
    'garbage',
    'WARNING: Addrspace mismatch',
    '{}',
    '[]',
    'null',
    '{"type": "value"}',
    '{"type": "value", "data": {}}',
    '{"type": "value", "data": []}',
    '{"type": "printf", "data": "x"}',
    '{"type": "lost_events", "data": {"events": "many"}}',
    '{"type": "lost_events"}',
    line('what', 1, 2),
    line('fork', 1, 2),
    line('rmdir', 100, '12x'),
    line('rmdir', 'soon', 1),
    line('rmdir', 100, -1.5, 3),
    line('oom', ...TASK, 77, 0, 0, 4096, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5),
    line('args', 100, 11, 50, 5, { '0': 115 }),
    whole.slice(0, -10),
    whole.slice(20),
  ];
  const { events, malformed, malformedSample } = parseAll(bad);
  t.equal(malformed, bad.length);
  t.same(events, []);
  t.equal(malformedSample, 'garbage');
  fc.assert(
    fc.property(fc.nat(whole.length), fc.nat(whole.length), fc.string(), (from, to, put) => {
      parseAll([whole.slice(0, from) + put + whole.slice(to)]);
    }),
  );
});

t.test('lines are the same however the stream is cut', async (t) => {
  const check = () =>
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary', maxLength: 30 }).map((text) => text.replaceAll('\n', ''))),
        fc.array(fc.integer({ min: 1, max: 20 })),
        (texts, cuts) => {
          const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(''));
          const splitter = createLineSplitter(1_000);
          const lines: string[] = [];
          let at = 0;
          for (const cut of cuts) {
            lines.push(...splitter.push(bytes.subarray(at, at + cut)));
            at += cut;
          }
          lines.push(...splitter.push(bytes.subarray(at)));
          return (
            JSON.stringify(lines.map((text) => Buffer.from(text, 'latin1').toString())) === JSON.stringify(texts) && splitter.dropped === 0
          );
        },
      ),
    );
  t.doesNotThrow(check);
});

t.test('a line that is too long is dropped, counted once, and the next one arrives', async (t) => {
  const inPieces = createLineSplitter(10);
  t.same(inPieces.push(Buffer.from('ok\n01234')), ['ok']);
  t.same(inPieces.push(Buffer.from('56789abc')), []);
  t.same(inPieces.push(Buffer.from('x'.repeat(100_000))), []);
  t.same(inPieces.push(Buffer.from('def\nnext\n')), ['next']);
  t.equal(inPieces.dropped, 1);
  const atOnce = createLineSplitter(10);
  t.same(atOnce.push(Buffer.from('0123456789a\n0123456789\n')), ['0123456789']);
  t.equal(atOnce.dropped, 1);
});
