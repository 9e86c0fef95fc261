// The line of `podtree why` that says how the pod is now.
import type { PodHistory } from '../history/record.ts';
import type { Incident } from '../history/story.ts';
import type { Container, Pod, Sandbox } from '../tree/model.ts';
import { pauseStanding } from '../tree/pause-standing.ts';
import { formatAge, formatDateTime } from './duration.ts';
import { escapeText, padEnd } from './escape.ts';
import { count, formatExit, shortId } from './label.ts';
import { joinPieces, type Piece, piece, wrapPieces } from './line.ts';
import type { WhyOptions } from './why-layout.ts';

const LABEL_WIDTH = 5;

/** `live` is the pod as it is now, undefined when it is gone; `told` the death that is told of. */
export function drawState(history: PodHistory, live: Pod | undefined, told: Incident | undefined, options: WhyOptions): string {
  const pieces = live ? [...deletion(live, options), ...stateOf(live, told, options.now)] : goneState(history, options);
  return wrapPieces([piece(padEnd('now', LABEL_WIDTH), 'title')], pieces, { ...options, indent: LABEL_WIDTH });
}

function goneState({ pod, sandboxes }: PodHistory, { zone, now }: WhyOptions): Piece[] {
  const { goneAt, deletedAt } = pod;
  const gone = goneAt === undefined ? '' : ` since ${formatDateTime(goneAt, zone)} (${formatAge(now - Date.parse(goneAt))})`;
  const deleted = deletedAt === undefined ? '' : `, deleted at ${formatDateTime(deletedAt, zone)}`;
  return [piece(`the pod is gone${gone}${deleted}`, 'warn'), piece(`; it had ${count(sandboxes.length, 'sandbox', 'sandboxes')}.`)];
}

function deletion({ deletedAt }: Pod, { zone, now }: WhyOptions): Piece[] {
  if (deletedAt === undefined) return [];
  return [piece(`deleted at ${formatDateTime(deletedAt, zone)} (${formatAge(now - Date.parse(deletedAt))} ago)`, 'warn'), piece('; ')];
}

function stateOf({ sandbox }: Pod, told: Incident | undefined, now: number): Piece[] {
  if (!sandbox) return [piece('the pod has no sandbox.', 'bad')];
  const containers = sandbox.containers.filter(({ kind, state }) => kind !== 'init' || state !== 'exited');
  const running = containers.filter(({ state }) => state === 'running');
  const span = told ? ` for ${formatAge(now - Date.parse(told.time))}` : '';
  const standing = pauseStanding(sandbox, told?.sandbox.id === sandbox.id ? told.cause.kind : undefined);
  if (standing === 'stopped') return [piece(`the pod has been stopped${span}`, 'muted'), piece('; no container of it runs.')];
  if (sandbox.kind === 'process' && sandbox.pause === undefined) {
    const still = running.map(({ name }) => escapeText(name)).join(', ');
    const orphans = running.length === 0 ? 'no container of it runs.' : `still running in the namespaces of the dead one: ${still}.`;
    return [piece(`the pod has no pause${span}`, 'alarm'), piece(`; ${orphans}`)];
  }
  return [...sandboxState(sandbox, containers, running.length, now), missing(containers)];
}

function sandboxState(sandbox: Sandbox, containers: readonly Container[], running: number, now: number): Piece[] {
  const since = sandbox.createdAt === undefined ? '' : ` for ${formatAge(now - Date.parse(sandbox.createdAt))}`;
  const facts = [
    piece(
      `sandbox ${sandbox.attempt} ${shortId(sandbox.id)} ${escapeText(sandbox.state)}${since}`,
      sandbox.state === 'ready' ? 'good' : 'warn',
    ),
    piece(sandbox.pause ? `pause pid ${sandbox.pause.pid}` : ''),
    piece(sandbox.ips.length === 0 ? '' : `ip ${sandbox.ips.map(escapeText).join(', ')}`),
    piece(`${running} of ${count(containers.length, 'container')} run`, running === containers.length ? 'plain' : 'bad'),
  ];
  return joinPieces(facts, ', ');
}

function missing(containers: readonly Container[]): Piece {
  const absent = containers
    .filter(({ state }) => state !== 'running')
    .map(({ name, state, lastExit }) => `${escapeText(name)} ${state}${lastExit ? ` (${formatExit(lastExit)})` : ''}`);
  return piece(absent.length === 0 ? '' : `: ${absent.join(', ')}`, 'bad');
}
