// Turns the lines that bpftrace prints into kernel events. Every line is taken for hostile; joins the lines of a signal.
import type { ArgsEvent, ExitEvent, ForkEvent, KernelEvent, OomEvent, SignalEvent, TaskRef, UnshareEvent } from './event.ts';
import type { NamespaceIds, NamespaceSet } from './identity.ts';
import { createSignalLines } from './signal-lines.ts';
import { bytesOf, cgroupId, decode, id, isRecord, Malformed, num, string, text, undoByteEscapes } from './value.ts';

export interface Canary {
  /** 'hatch' from canary.bt, the first probe of the program; 'canary' from seed.bt, the last. */
  readonly end: 'hatch' | 'canary';
  readonly timeNs: number;
  readonly number: number;
}

/** What a run of lines came to. */
export interface Batch {
  readonly events: KernelEvent[];
  readonly canaries: Canary[];
  /** Events that bpftrace says it lost. */
  lost: number;
  /** Lines that are not what our probes print. */
  malformed: number;
  /** The first of them, cut, for the log; attacker-controlled. */
  malformedSample: string | undefined;
}

export function createBatch(): Batch {
  return { events: [], canaries: [], lost: 0, malformed: 0, malformedSample: undefined };
}

export interface LineParser {
  /** Never throws. `line` has one character per byte, as a LineSplitter gives it. */
  parse(line: string, into: Batch): void;
  /** Signals of which a line is missing. */
  readonly pending: number;
  /** Gives out the signals that wait, with as many of the sender's ancestors as are known. */
  flush(into: Batch): void;
}

export interface LineParserOptions {
  /** Bytes that bpftrace keeps of a string: a path that fills them was cut. */
  readonly stringLimitBytes: number;
}

/** ethtool_drvinfo.driver, see processes.bt: 32 bytes with the NUL. */
const EXE_LIMIT = 31;
const CLONE_PARENT = 0x8000;
/** tty_struct.name with its NUL. */
const TTY_LIMIT = 63;
/** include/linux/audit.h: -1 until somebody logs in. */
const NO_LOGIN_UID = 0xffffffff;
const VALUE_START = '{"type": "value", "data": [';

export function createLineParser(options: LineParserOptions): LineParser {
  const signals = createSignalLines();

  const readTuple = (d: readonly unknown[], into: Batch): void => {
    switch (d[0]) {
      case 'fork':
        into.events.push(readFork(d));
        return;
      case 'exec':
        expectLength(d, 25);
        into.events.push({
          kind: 'exec',
          timeNs: num(d[1]),
          task: readTask(d, 23),
          uid: num(d[7]),
          nsPid: num(d[8]),
          namespaces: readNamespaces(d, 9),
          namespaceIds: readNamespaceIds(d, 16),
          exe: text(d[24]).slice(0, EXE_LIMIT),
        });
        return;
      case 'exit':
        into.events.push(readExit(d));
        return;
      case 'args':
        into.events.push(readArgs(d));
        return;
      case 'hostname':
        expectLength(d, 5);
        into.events.push({ kind: 'hostname', timeNs: num(d[1]), pid: num(d[2]), startNs: num(d[3]), hostname: text(d[4]).slice(0, 64) });
        return;
      case 'setns':
        {
          expectLength(d, 28);
          const ancestors = [num(d[23]), num(d[24]), num(d[25]), num(d[26])].filter((pid) => pid > 0);
          into.events.push({ kind: 'setns', ...readMove(d), ancestors });
        }
        return;
      case 'unshare':
        expectLength(d, 24);
        into.events.push({ kind: 'unshare', ...readMove(d) });
        return;
      case 'signal': {
        into.events.push(...signals.addSignal(readSignal(d)));
        return;
      }
      case 'sender': {
        expectLength(d, 14);
        const parents: { pid: number; comm: string }[] = [];
        for (let i = 0; i < 4; i++) {
          const pid = num(d[6 + i]);
          if (pid === 0) break;
          parents.push({ pid, comm: text(d[10 + i]) });
        }
        const line = { tid: num(d[2]), targetPid: num(d[3]), signal: num(d[4]), first: num(d[5]), parents };
        into.events.push(...signals.addAncestors(line));
        return;
      }
      case 'oom':
        into.events.push(readOom(d));
        return;
      case 'mkdir': {
        expectLength(d, 5);
        const raw = string(d[4]);
        const isCut = raw.length === 0 || raw.length >= options.stringLimitBytes - 1;
        // bpftrace marks what it cut with two dots since 0.22.
        const path = decode(isCut ? raw.slice(0, options.stringLimitBytes - 1).replace(/\.\.$/, '') : raw);
        into.events.push({ kind: 'cgroup-mkdir', timeNs: num(d[1]), cgroupId: cgroupId(d[2]), level: num(d[3]), path, truncated: isCut });
        return;
      }
      case 'rmdir':
        expectLength(d, 3);
        into.events.push({ kind: 'cgroup-rmdir', timeNs: num(d[1]), cgroupId: cgroupId(d[2]) });
        return;
      case 'attach':
        expectLength(d, 10);
        into.events.push({
          kind: 'cgroup-attach',
          timeNs: num(d[1]),
          task: readTask(d, 9),
          targetPid: num(d[7]),
          cgroupId: cgroupId(d[8]),
        });
        return;
      case 'hatch':
      case 'canary':
        expectLength(d, 3);
        into.canaries.push({ end: d[0], timeNs: num(d[1]), number: num(d[2]) });
        return;
      default:
        throw new Malformed();
    }
  };

  const readLine = (line: string, into: Batch): void => {
    const plain = line.includes('\\uffffff') ? undoByteEscapes(line) : line;
    if (plain.startsWith(VALUE_START) && plain.endsWith('}')) {
      readTuple(JSON.parse(plain.slice(VALUE_START.length - 1, -1)) as unknown[], into);
      return;
    }
    const record: unknown = JSON.parse(plain);
    if (!isRecord(record)) throw new Malformed();
    switch (record.type) {
      case 'value':
        if (!Array.isArray(record.data)) throw new Malformed();
        readTuple(record.data, into);
        return;
      case 'lost_events':
        into.lost += lostEvents(record);
        return;
      // Said at the start and at the end; the canary and the child's exit tell better.
      case 'attached_probes':
      case 'map':
      case 'helper_error':
        return;
      default:
        throw new Malformed();
    }
  };

  return {
    parse(line, into) {
      if (line === '' || line === '\r') return;
      try {
        readLine(line, into);
      } catch (error) {
        if (!(error instanceof Malformed) && !(error instanceof SyntaxError)) throw error;
        into.malformed++;
        into.malformedSample ??= line.slice(0, 200);
      }
    },
    get pending() {
      return signals.pending;
    },
    flush(into) {
      into.events.push(...signals.flush());
    },
  };
}

function readFork(d: readonly unknown[]): ForkEvent {
  expectLength(d, 22);
  const task = readTask(d, 21);
  const flags = num(d[12]);
  return {
    kind: 'fork',
    timeNs: num(d[1]),
    task,
    pid: num(d[7]),
    ppid: num(d[8]) || (flags & CLONE_PARENT ? task.ppid : task.pid),
    startNs: num(d[9]),
    cgroupId: cgroupId(d[10]),
    nsPid: num(d[11]),
    flags,
    uid: num(d[13]),
    namespaces: readNamespaces(d, 14),
  };
}

function readExit(d: readonly unknown[]): ExitEvent {
  expectLength(d, 17);
  // As in wait(2): the low seven bits are the signal, then a bit for the core dump, then the status.
  const status = num(d[7]);
  const signal = status & 0x7f;
  return {
    kind: 'exit',
    timeNs: num(d[1]),
    task: readTask(d, 16),
    code: signal === 0 ? (status >> 8) & 0xff : undefined,
    signal,
    coreDumped: (status & 0x80) !== 0,
    nsPid: num(d[8]),
    namespaces: readNamespaces(d, 9),
  };
}

function readSignal(d: readonly unknown[]): Omit<SignalEvent, 'parents'> {
  expectLength(d, 19);
  const loginUid = num(d[13]);
  const tty = text(d[18]);
  return {
    kind: 'signal',
    timeNs: num(d[1]),
    task: readTask(d, 16),
    uid: num(d[7]),
    exe: text(d[17]).slice(0, EXE_LIMIT),
    signal: num(d[8]),
    code: num(d[9]) | 0,
    group: num(d[10]) !== 0,
    result: num(d[11]),
    targetPid: num(d[12]),
    ...(loginUid !== NO_LOGIN_UID && { loginUid }),
    isExiting: num(d[14]) !== 0,
    nsPid: num(d[15]),
    ...(tty !== '' && { tty: tty.slice(0, TTY_LIMIT) }),
  };
}

function readOom(d: readonly unknown[]): OomEvent {
  expectLength(d, 24);
  const memoryLevel = num(d[9]);
  const pageBytes = num(d[10]);
  const memory: OomEvent['memory'][number][] = [];
  for (let up = 0; up < 6 && up <= memoryLevel; up++) {
    const usageBytes = num(d[11 + 2 * up]) * pageBytes;
    const limitBytes = num(d[12 + 2 * up]) * pageBytes;
    if (usageBytes === 0 && limitBytes === 0) break;
    // Without a limit it is the largest number of pages there could be (mm/page_counter.h PAGE_COUNTER_MAX).
    memory.push({ usageBytes, ...(Number.isSafeInteger(limitBytes) && { limitBytes }) });
  }
  return { kind: 'oom', timeNs: num(d[1]), task: readTask(d, 23), victimPid: num(d[7]), level: num(d[8]), memoryLevel, memory };
}

function readMove(d: readonly unknown[]): Omit<UnshareEvent, 'kind'> {
  return {
    timeNs: num(d[1]),
    task: readTask(d, d.length - 1),
    uid: num(d[7]),
    flags: num(d[8]),
    before: readNamespaces(d, 9),
    after: readNamespaces(d, 16),
  };
}

function readArgs(d: readonly unknown[]): ArgsEvent {
  expectLength(d, 6);
  const bytes = bytesOf(d[5]);
  const lengthBytes = num(d[4]);
  const args = bytes.toString('utf8').split('\0');
  if (bytes.at(-1) === 0) args.pop();
  return { kind: 'args', timeNs: num(d[1]), pid: num(d[2]), startNs: num(d[3]), args, truncated: bytes.length < lengthBytes };
}

/** Positions 2 to 6 are the same in all tuples that have a task. */
function readTask(d: readonly unknown[], commAt: number): TaskRef {
  return { tid: num(d[2]), pid: num(d[3]), ppid: num(d[4]), startNs: num(d[5]), cgroupId: cgroupId(d[6]), comm: text(d[commAt]) };
}

function readNamespaces(d: readonly unknown[], at: number): NamespaceSet {
  return [num(d[at]), num(d[at + 1]), num(d[at + 2]), num(d[at + 3]), num(d[at + 4]), num(d[at + 5]), num(d[at + 6])];
}

function readNamespaceIds(d: readonly unknown[], at: number): NamespaceIds {
  return [id(d[at]), id(d[at + 1]), id(d[at + 2]), id(d[at + 3]), id(d[at + 4]), id(d[at + 5]), id(d[at + 6])];
}

function expectLength(d: readonly unknown[], length: number): void {
  if (d.length !== length) throw new Malformed();
}

function lostEvents(record: Record<string, unknown>): number {
  // 0.24 and later say it beside data, as for attached_probes.
  const inner = isRecord(record.data) ? record.data.events : undefined;
  const lost = inner ?? record.count;
  return Math.max(0, num(lost));
}
