// Tells the running probes what to watch, by a harmless system call that one of them listens to. The ranges are those of probes/seed.bt.
import { getPriority } from 'node:os';
import type { CgroupId } from './identity.ts';

const GUEST = 0x40000000;
const RUNTIME = 0x50000000;
const CANARY = 0x60000000;
const FORGOTTEN_NAMESPACE = 0x70000000;
const ROOT = 0x80000000;
const NAMESPACE = 0xf0000000;
/** pid_max on 64-bit machines (include/linux/threads.h PID_MAX_LIMIT). */
const PID_LIMIT = 0x400000;
const ROOT_LIMIT = 0x60000000;
export const CANARY_LIMIT = 0x10000000;

/** pod: in a pod's cgroup. guest: only in a namespace of one. runtime: a shim or the runtime's daemon, whose death and whose killer matter. */
export type WatchedAs = 'pod' | 'guest' | 'runtime';
const WATCHED_AS: Readonly<Record<WatchedAs, number>> = { pod: 0, guest: GUEST, runtime: RUNTIME };

export interface Seeder {
  /** @watch[pid]. False when it is no pid. */
  process(pid: number, as: WatchedAs): boolean;
  /** @root[id]. False when the id is too large for the call: it must then be in the program's BEGIN. */
  root(id: CgroupId): boolean;
  /** @podns[inode]; with isGone the number is free for the host's namespaces again. False for what no namespace is given. */
  namespace(inode: number, isGone?: boolean): boolean;
  /** The canary probes print this number. */
  canary(number: number): boolean;
}

export const systemSeeder: Seeder = {
  process: (pid, as) => isIn(pid, 1, PID_LIMIT) && say(WATCHED_AS[as] + pid),
  root: (id) => isIn(Number(id), 1, ROOT_LIMIT) && say(ROOT + Number(id)),
  namespace: (inode, isGone = false) => isIn(inode, NAMESPACE, 2 ** 32) && say(isGone ? FORGOTTEN_NAMESPACE + (inode - NAMESPACE) : inode),
  canary: (number) => isIn(number, 0, CANARY_LIMIT) && say(CANARY + number),
};

function isIn(value: number, from: number, to: number): boolean {
  return Number.isSafeInteger(value) && value >= from && value < to;
}

function say(unsigned: number): true {
  try {
    getPriority(unsigned | 0);
  } catch {
    // ESRCH: there is no such process. The kernel was asked all the same, and that is all it takes.
  }
  return true;
}
