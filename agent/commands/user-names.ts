// The names of a node's users, when this very process runs on that node and sees its files: a name of another machine would accuse the wrong one.
import { readFileSync, readlinkSync } from 'node:fs';

/** Inodes of the initial user and mount namespaces. That of the first is a constant (include/linux/proc_ns.h). That of the second became one
 * (MNT_NS_INIT_INO, seen on 6.18); before, it was the first number or the second that the kernel gave out. */
const INITIAL_USER = 'user:[4026531837]';
const INITIAL_MOUNT: ReadonlySet<string> = new Set(['mnt:[4026531832]', 'mnt:[4026531840]', 'mnt:[4026531841]']);

export interface UserFiles {
  read(path: string): string;
  link(path: string): string;
}

const REAL: UserFiles = { read: (path) => readFileSync(path, 'utf8'), link: (path) => readlinkSync(path) };

/** `bootIds`: of boots that the node is known to have had. An agent behind a tunnel, a host name that two machines share, a
 * container's own /etc/passwd: no names, undefined. */
export function userNamesOf(bootIds: readonly string[], files = REAL): ((uid: number) => string | undefined) | undefined {
  try {
    const isHere = bootIds.includes(files.read('/proc/sys/kernel/random/boot_id').trim());
    const isHost = files.link('/proc/self/ns/user') === INITIAL_USER && INITIAL_MOUNT.has(files.link('/proc/self/ns/mnt'));
    if (!isHere || !isHost) return undefined;
    const names = parsePasswd(files.read('/etc/passwd'));
    return (uid) => names.get(uid);
  } catch {
    // No /proc, no passwd: no Linux machine with users of its own.
    return undefined;
  }
}

/** passwd(5). The first of several lines for one uid counts, as for getpwuid(3). */
function parsePasswd(text: string): Map<number, string> {
  const names = new Map<number, string>();
  for (const line of text.split('\n')) {
    const [name = '', , uid = ''] = line.split(':');
    if (name !== '' && /^\d{1,10}$/.test(uid) && !names.has(Number(uid))) names.set(Number(uid), name);
  }
  return names;
}
