// What is known of a pod's dead pauses: from the agent's memory when it was asked, else from the events that were seen while we looked.
import type { PodHistory } from '../../history/record.ts';
import { incidentsOf } from '../../history/story.ts';
import type { Pod } from '../../tree/model.ts';
import { escapeText } from '../escape.ts';
import { type Piece, piece, wrapLines } from '../line.ts';
import { summary } from '../why-summary.ts';
import type { TopState } from './state.ts';

/** A death is told first for so long. */
export const FRESH_MS = 10 * 60_000;

export function historyOf(state: TopState, pod: Pod): PodHistory | undefined {
  const past = state.pasts.get(pod.uid);
  if (past?.state === 'known') return past.history;
  const death = state.deaths.get(pod.uid);
  if (death === undefined) return undefined;
  const events = [death.exit, death.restart].flatMap((event) => event ?? []);
  return { node: state.tree?.node ?? '', pod, sandboxes: [], events };
}

/** Whose past has to be asked for now: of the pod that is looked at. */
export function wantedPast({ view, pasts }: TopState, pod: Pod | undefined): string | undefined {
  if (pod === undefined || (!view.isDetailOpen && view.overlay !== 'why') || pasts.has(pod.uid)) return undefined;
  return pod.uid;
}

/** Its pause died a short while ago, or is dead. */
export function isFreshDeath(state: TopState, pod: Pod, now: number): boolean {
  const death = state.deaths.get(pod.uid);
  const told = death?.exit ?? death?.restart;
  return told !== undefined && told.cause.kind !== 'planned-stop' && now - Date.parse(told.time) < FRESH_MS;
}

/** How the last pause that died came to its end, what it took down and what came back, in some sentences. */
export function deathLines(state: TopState, pod: Pod, context: { readonly width: number; readonly now: number }): Piece[][] {
  const head = [piece('last death of its pause', 'strong')];
  const say = (pieces: readonly Piece[]): Piece[][] => wrapLines([], pieces, context.width, 0);
  const history = historyOf(state, pod);
  if (history === undefined) return [head, ...say(pastText(state, pod.uid))];
  const incidents = incidentsOf(history);
  const deaths = incidents.filter(({ cause }) => cause.kind !== 'planned-stop');
  const told = deaths.at(-1) ?? incidents.at(-1);
  const zone = state.view.times === 'utc' ? 'utc' : 'local';
  const drawing = { width: context.width, now: context.now, zone, last: 1, paint: (_style: unknown, text: string) => text } as const;
  const text = summary(history, pod, deaths, told, drawing).flatMap(say);
  return told === undefined ? text : [head, ...text, [piece('w tells the whole story', 'muted')]];
}

/** Why nothing can be told. */
export function pastText({ pasts }: Pick<TopState, 'pasts'>, uid: string): Piece[] {
  const past = pasts.get(uid);
  if (past?.state === 'asked') return [piece('asking the agent …', 'muted')];
  if (past?.state === 'failed') return [piece(`the agent cannot say: ${escapeText(past.reason)}`, 'warn')];
  return [piece('none was seen', 'muted')];
}
