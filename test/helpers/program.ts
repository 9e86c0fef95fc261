// Programs that tests start: whether they are there, and how they are ended.
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';

/** root's programs count as there, also where PATH is that of a user. */
export function isInPath(name: string): boolean {
  return (process.env.PATH ?? '')
    .split(':')
    .concat('/usr/sbin')
    .some((folder) => existsSync(`${folder}/${name}`));
}

/** Asks it to end, makes it after `graceMs`, and resolves when it has. */
export async function endProgram(child: ChildProcess, graceMs: number): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await exited;
  clearTimeout(timer);
}
