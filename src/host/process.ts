// One process as /proc tells it: stat, status, namespaces, cgroup, arguments. Never opens a namespace file, which would keep it alive.
import { NAMESPACE_TYPES, type NamespaceSet } from '../kernel/identity.ts';
import { parseCgroupPath } from './cgroup-line.ts';
import type { CgroupHierarchy } from './hierarchy.ts';
import type { HostProcess } from './level.ts';
import { readLink, readSmallFile } from './small-file.ts';

/** USER_HZ, in which /proc/PID/stat gives times: 100 on every architecture Kubernetes runs on (include/asm-generic/param.h). */
const NS_PER_TICK = 10_000_000;
const MAX_ARGS_BYTES = 4_096;

export interface ProcessStat {
  readonly pid: number;
  readonly comm: string;
  /** One letter of proc_pid_stat(5). */
  readonly state: string;
  readonly ppid: number;
  readonly threads: number;
  readonly startNs: number;
  /** PF_* of include/linux/sched.h. */
  readonly flags: number;
}

/** Undefined when the text is no stat line. The comm may hold spaces, parentheses and, escaped by the kernel, newlines. */
export function parseStat(text: string): ProcessStat | undefined {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  const fields = text.slice(close + 2).split(' ');
  const [state = '', ppid] = fields;
  // Fields are numbered from 1, and pid and comm are cut off: field N is at N - 3.
  const numbers = [text.slice(0, open), ppid, fields[6], fields[17], fields[19]].map((field) =>
    field === undefined ? Number.NaN : Number(field),
  );
  const [pid = 0, parent = 0, flags = 0, threads = 0, ticks = 0] = numbers;
  if (open < 1 || close < open || numbers.some(Number.isNaN)) return undefined;
  return { pid, comm: unescapeComm(text.slice(open + 1, close)), state, ppid: parent, threads, startNs: ticks * NS_PER_TICK, flags };
}

// fs/proc/array.c proc_task_name: newline and backslash are written as \n and \\.
function unescapeComm(comm: string): string {
  return comm.replace(/\\(n|\\)/g, (_, letter: string) => (letter === 'n' ? '\n' : '\\'));
}

/** Real uid, and the pid in the innermost pid namespace (0 where the kernel has no NSpid). */
export function parseStatus(text: string): { readonly uid: number; readonly nsPid: number } {
  const nsPids = /^NSpid:\s*(.*)$/m.exec(text)?.[1]?.split(/\s+/) ?? [];
  return { uid: Number(/^Uid:\s*(\d+)/m.exec(text)?.[1] ?? 0), nsPid: Number(nsPids.at(-1) ?? 0) };
}

/** Inodes by readlink of `PROC/PID/ns/*`; 0 for each that cannot be read (a zombie has none, another user's process needs CAP_SYS_PTRACE). */
export function readNamespaces(pid: number | 'self', proc = '/proc'): NamespaceSet {
  const inode = (type: string) => parseNamespaceLink(readLink(`${proc}/${pid}/ns/${type}`) ?? '')?.inode ?? 0;
  const [net, pids, ipc, uts, mnt, user, cgroup] = NAMESPACE_TYPES;
  return [inode(net), inode(pids), inode(ipc), inode(uts), inode(mnt), inode(user), inode(cgroup)];
}

/** `net:[4026531833]`, as in the links of /proc/PID/ns and in the root field of an nsfs mount. */
export function parseNamespaceLink(link: string): { readonly type: string; readonly inode: number } | undefined {
  const match = /^(\w+):\[(\d{1,10})\]$/.exec(link);
  return match === null ? undefined : { type: match[1] ?? '', inode: Number(match[2]) };
}

export interface ReadProcessOptions {
  readonly hierarchy: CgroupHierarchy;
  /** Arguments hold secrets: only when asked for. */
  readonly withArgs?: boolean | undefined;
  /** Where proc is mounted. Default /proc. */
  readonly proc?: string | undefined;
}

/** Undefined when there is no such process, when it has ended and waits to be reaped, or when another took its pid while it was read. */
export function readProcess(pid: number, options: ReadProcessOptions): HostProcess | undefined {
  const { proc = '/proc' } = options;
  return completeProcess(
    pid,
    parseCgroupPath(readSmallFile(`${proc}/${pid}/cgroup`) ?? '', options.hierarchy),
    readNamespaces(pid, proc),
    options,
  );
}

/** As readProcess, with what was read of it before. */
export function completeProcess(
  pid: number,
  cgroupPath: string,
  namespaces: NamespaceSet,
  { withArgs = false, proc = '/proc' }: ReadProcessOptions,
): HostProcess | undefined {
  const directory = `${proc}/${pid}`;
  const stat = parseStat(readSmallFile(`${directory}/stat`) ?? '');
  if (stat === undefined || hasEnded(stat)) return undefined;
  const { uid, nsPid } = parseStatus(readSmallFile(`${directory}/status`) ?? '');
  const args = withArgs ? parseArgs(readSmallFile(`${directory}/cmdline`, MAX_ARGS_BYTES) ?? '') : [];
  if (parseStat(readSmallFile(`${directory}/stat`) ?? '')?.startNs !== stat.startNs) return undefined;
  return { pid, ppid: stat.ppid, startNs: stat.startNs, comm: stat.comm, args, uid, nsPid, namespaces, cgroupPath };
}

// A leader that has ended while its other threads live is a zombie too, but the process is not over.
function hasEnded({ state, threads }: ProcessStat): boolean {
  return (state === 'Z' || state === 'X') && threads <= 1;
}

function parseArgs(cmdline: string): readonly string[] {
  return cmdline === '' ? [] : cmdline.replace(/\0$/, '').split('\0');
}
