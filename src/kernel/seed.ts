// Tells the running probes what to watch, by a harmless system call that one of them listens to. The ranges are those of probes/seed.bt.
import { getPriority } from 'node:os';
import type { CgroupId } from './identity.ts';

const GUEST = 0x40000000;
const CANARY = 0x60000000;
const FORGOTTEN_NAMESPACE = 0x70000000;
const ROOT = 0x80000000;
const NAMESPACE = 0xf0000000;
/** pid_max on 64-bit machines (include/linux/threads.h PID_MAX_LIMIT). */
const PID_LIMIT = 0x400000;
const ROOT_LIMIT = 0x60000000;
export const CANARY_LIMIT = 0x10000000;

/** @watch[pid]: a process of a pod, or with isGuest one that is only in a pod's namespace. False when it is no pid. */
export function seedProcess(pid: number, isGuest = false): boolean {
  return isIn(pid, 1, PID_LIMIT) && say(isGuest ? GUEST + pid : pid);
}

/** @root[id]. False when the id is too large for the call: it must then be in the program's BEGIN. */
export function seedRoot(id: CgroupId): boolean {
  const number = Number(id);
  return isIn(number, 1, ROOT_LIMIT) && say(ROOT + number);
}

/** @podns[inode]; with isGone the inode number is free for the host's namespaces again. */
export function seedNamespace(inode: number, isGone = false): boolean {
  if (!isIn(inode, NAMESPACE, 2 ** 32)) return false;
  return say(isGone ? FORGOTTEN_NAMESPACE + (inode - NAMESPACE) : inode);
}

/** The canary probes print this number. */
export function seedCanary(number: number): boolean {
  return isIn(number, 0, CANARY_LIMIT) && say(CANARY + number);
}

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
