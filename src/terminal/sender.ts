// How the sender of a signal is written: his user and login, where he runs, and the chain of his parents.
import type { Ancestor, Sender } from '../cause/cause.ts';
import { loginBehind } from '../history/login.ts';
import { escapeText } from './escape.ts';
import { podLabel } from './label.ts';

/** The name of a user of the node, where it can be known. */
export type UserName = (uid: number) => string | undefined;

/** Of a chain of parents those next to the process and the one at its end tell most. */
const MAX_GROUPS = 6;
const MAX_PIDS = 3;

/** `alice (uid 1000)`; the number alone for who has no name that is sure. */
export function userText(uid: number, userName: UserName | undefined): string {
  const name = userName?.(uid) ?? (uid === 0 ? 'root' : undefined);
  return name === undefined ? `uid ${uid}` : `${escapeText(name)} (uid ${uid})`;
}

/** `pod default/web, container app`, or the systemd unit; '' when neither is known. */
export function placeText({ pod, container, unit }: Sender): string {
  if (pod) return `pod ${podLabel(pod)}${container ? `, container ${escapeText(container.name)}` : ''}`;
  return unit === undefined ? '' : escapeText(unit);
}

/** `sudo 4709 < bash 4600 < sshd 4590, 4580 < systemd 1`, the nearest first; what is left out is counted. */
export function chainText(parents: readonly Ancestor[], maxGroups = MAX_GROUPS): string {
  const groups: { readonly comm: string; readonly pids: number[] }[] = [];
  for (const { pid, comm } of parents) {
    const last = groups.at(-1);
    if (last?.comm === comm) last.pids.push(pid);
    else groups.push({ comm, pids: [pid] });
  }
  const shown = groups.map(groupText);
  const tooMany = groups.length - maxGroups;
  // In place of a single one nothing would be gained.
  if (tooMany > 1) {
    const hidden = groups.slice(maxGroups - 1, -1).reduce((sum, { pids }) => sum + pids.length, 0);
    shown.splice(maxGroups - 1, tooMany, `… ${hidden} more`);
  }
  return shown.join(' < ');
}

function groupText({ comm, pids }: { readonly comm: string; readonly pids: readonly number[] }): string {
  const [first, last] = [pids[0], pids.at(-1)];
  const numbers = pids.length > MAX_PIDS ? `${first} … ${last}` : pids.join(', ');
  return `${escapeText(comm)} ${numbers}`;
}

/** On one line: `bash (pid 4711, uid 0, logged in as uid 1000 on pts/3, session-3.scope, under sudo 4709 < bash 4600 < systemd 1)`. */
export function senderLabel(sender: Sender, chainLength = 3): string {
  const exe = sender.exe ?? '';
  const under = chainLength === 0 ? '' : chainText(sender.parents, chainLength);
  const facts = [
    `pid ${sender.pid}`,
    `uid ${sender.uid}`,
    loginBehind(sender, (uid) => `uid ${uid}`, escapeText),
    placeText(sender),
    exe === '' || exe.startsWith(sender.comm) ? '' : `exe ${escapeText(exe)}`,
    under === '' ? '' : `under ${under}`,
  ];
  return `${escapeText(sender.comm)} (${facts.filter((fact) => fact !== '').join(', ')})`;
}
