// What the event lines of a pause's death and of its restart say: the cause, what was found, what it took down, and what came back.
import type { Cascade } from '../cause/cascade.ts';
import type { Cause } from '../cause/cause.ts';
import { byImportance } from '../history/finding-guide.ts';
import { type HitPod, limitText } from '../history/memory-limit.ts';
import type { TreeEvent } from '../tree/change.ts';
import { formatOutage } from './duration.ts';
import { escapeText } from './escape.ts';
import { count, formatExit } from './label.ts';
import { type Piece, piece } from './line.ts';
import { senderLabel } from './sender.ts';

type PauseExit = Extract<TreeEvent, { type: 'pause.exited' }>;
type PauseRestart = Extract<TreeEvent, { type: 'pause.restarted' }>;

const MAX_RETURNED = 8;

export function exitPieces(event: PauseExit): Piece[] {
  const { pod, sandbox, cause, cascade, process, exit } = event;
  const hit = { podUid: pod?.uid, sandboxId: sandbox?.id, containers: cascade?.containers ?? [] };
  return [
    ...causePieces(cause, formatExit(exit), hit),
    piece(process === undefined ? '' : `  pause was pid ${process.pid}`, 'muted'),
    ...cascadePieces(cascade),
    ...findingPieces(cause),
  ];
}

/** What was found and who stood behind the sender is told with the exit: here only how the pod came back, and the cause once more. */
export function restartPieces(event: PauseRestart): Piece[] {
  const { oldSandbox, newSandbox, ipBefore, ipAfter, sandboxOutageMs, outageMs, complete, cause } = event;
  const pieces = [piece(`attempt ${oldSandbox.attempt} → ${newSandbox.attempt}`, 'strong')];
  if (ipBefore !== undefined || ipAfter !== undefined) {
    const same = ipBefore === ipAfter;
    pieces.push(
      piece(same ? `  ip ${escapeText(ipAfter ?? '')}` : `  ip ${escapeText(ipBefore ?? 'none')} → ${escapeText(ipAfter ?? 'none')}`),
    );
  }
  if (sandboxOutageMs !== undefined) pieces.push(piece(`  no sandbox for ${formatOutage(sandboxOutageMs)}`));
  if (outageMs !== undefined) pieces.push(piece(`  all back after ${formatOutage(outageMs)}`, 'good'));
  pieces.push(returnedPiece(event));
  if (complete === false) pieces.push(piece('  not all are back', 'bad'));
  const hit = { podUid: event.pod?.uid, sandboxId: oldSandbox.id, containers: [] };
  return [...pieces, piece('  '), ...causePieces(cause, 'exit unknown', hit, 0)];
}

function returnedPiece({ returned, containersRestarted }: PauseRestart): Piece {
  if (returned.length === 0)
    return piece(containersRestarted === undefined ? '' : `  ${count(containersRestarted, 'container')} restarted`);
  const each = returned
    .slice(0, MAX_RETURNED)
    .map(({ name, afterMs }) => `${escapeText(name)}${afterMs === undefined ? '' : ` ${formatOutage(afterMs)}`}`);
  const more = returned.length > MAX_RETURNED ? [`${returned.length - MAX_RETURNED} more`] : [];
  return piece(`  restarted: ${[...each, ...more].join(', ')}`);
}

function causePieces(cause: Cause, exit: string, hit: HitPod, chainLength?: number): Piece[] {
  const who = cause.sender === undefined ? '' : ` by ${senderLabel(cause.sender, chainLength)}`;
  const signal = cause.signal === undefined ? exit : escapeText(cause.signal);
  switch (cause.kind) {
    case 'planned-stop':
      return [piece('planned stop', 'muted'), piece(`  ${signal}${who}`)];
    case 'signal':
      return [piece(`${signal}${who}`, 'bad')];
    case 'oom': {
      const { oom } = cause;
      const limit = oom && limitText(oom, hit, escapeText);
      const allocator = oom === undefined ? '' : `, when ${escapeText(oom.allocatorComm)} (pid ${oom.allocatorPid}) asked for more`;
      return [piece(`killed by the OOM killer${limit === undefined ? '' : `: ${limit}`}${allocator}`, 'bad')];
    }
    case 'exit':
      return [piece(`ended by itself, ${exit}`, 'bad')];
    case 'agent-down':
      return [piece('died while podtree was not running', 'bad')];
    default:
      return [piece(`${exit}, cause unknown${who}`, 'bad')];
  }
}

function cascadePieces(cascade: Cascade | undefined): Piece[] {
  if (!cascade || cascade.containerCount === 0) return [...leakPieces(cascade)];
  const together = cascade.containers.filter(({ fate }) => fate === 'with-pause').length;
  const orphans = cascade.containers.filter(({ fate }) => fate === 'orphaned');
  const ended = orphans.filter(({ endedAfterMs }) => endedAfterMs !== undefined).length;
  const alive = orphans.length - ended;
  return [
    piece(together === 0 ? '' : `  ${count(together, 'container')} died with it`, 'bad'),
    piece(alive === 0 ? '' : `  ${alive === 1 ? '1 container lives' : `${alive} containers live`} on without it`, 'warn'),
    piece(ended === 0 ? '' : `  ${count(ended, 'container')} ended after it`, 'warn'),
    ...leakPieces(cascade),
  ];
}

function leakPieces(cascade: Cascade | undefined): Piece[] {
  const leaked = cascade?.leaked.length ?? 0;
  return leaked === 0 ? [] : [piece(`  ${count(leaked, 'namespace')} left behind`, 'bad')];
}

function findingPieces(cause: Cause): Piece[] {
  return byImportance(cause).map(({ text }) => piece(`  ${escapeText(text)}`, 'warn'));
}
