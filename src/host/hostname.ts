// The host name that a container was given, read from its own /etc: what names a pod when no runtime does and it was there before the probes.
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { isHostname } from '../kernel/hostname.ts';

/** utsname.nodename holds 64 bytes. */
const MAX_BYTES = 64;

/** Undefined when there is none, or what stands there is no host name. The container is hostile: its file may be a pipe that never ends, a device,
 * or a link to somewhere else, and none of these is followed or waited for. */
export function readContainerHostname(pid: number, proc = '/proc'): string | undefined {
  let fd: number | undefined;
  try {
    fd = openSync(`${proc}/${pid}/root/etc/hostname`, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if (!fstatSync(fd).isFile()) return undefined;
    const bytes = Buffer.alloc(MAX_BYTES + 2);
    const text = bytes.toString('latin1', 0, readSync(fd, bytes)).trim();
    return isHostname(text) ? text : undefined;
  } catch {
    // Gone, or without that file: it has no name then.
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
