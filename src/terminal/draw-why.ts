// Draws why a pod's pauses died: in some sentences, as a timeline, how the pod is now, and what to look at next.
import type { PodHistory } from '../history/record.ts';
import { type Incident, incidentsOf } from '../history/story.ts';
import type { Pod } from '../tree/model.ts';
import { formatDate } from './duration.ts';
import { escapeText } from './escape.ts';
import { controllerLabel, count, podLabel } from './label.ts';
import { joinPieces, piece, wrapPieces } from './line.ts';
import { line, paragraph, type WhyOptions } from './why-layout.ts';
import { nextSteps } from './why-next.ts';
import { drawState } from './why-state.ts';
import { summary } from './why-summary.ts';
import { drawIncident } from './why-timeline.ts';

const WHY_INDENT = 6;

/** `live` is the pod as it is now, undefined when it is gone. */
export function drawWhy(history: PodHistory, live: Pod | undefined, options: WhyOptions): string[] {
  const incidents = incidentsOf(history);
  const deaths = incidents.filter(({ cause }) => cause.kind !== 'planned-stop');
  const told = deaths.at(-1) ?? incidents.at(-1);
  return [
    title(history, options),
    ...controller(history, options),
    '',
    ...summary(history, live, deaths, told, options).map((text) => paragraph(text, options)),
    '',
    ...timeline(incidents, history, options),
    drawState(history, live, told, options),
    ...(told ? drawNext(told, history, options) : []),
  ];
}

function title({ node, pod }: PodHistory, options: WhyOptions): string {
  const facts = [
    piece(podLabel(pod), 'title'),
    piece(`on ${escapeText(node)}`, 'muted'),
    piece(pod.name === undefined ? '' : escapeText(pod.uid), 'muted'),
  ];
  return line(joinPieces(facts, '   '), options);
}

function controller({ pod }: PodHistory, options: WhyOptions): string[] {
  if (pod.controller === undefined) return [];
  return [line([piece(`controlled by ${controllerLabel(pod.controller)}`, 'muted')], options)];
}

function timeline(incidents: readonly Incident[], history: PodHistory, options: WhyOptions): string[] {
  const shown = incidents.slice(-options.last);
  const hidden = incidents.length - shown.length;
  const lines: string[] = [];
  if (hidden > 0) lines.push(line([piece(`… ${count(hidden, 'earlier death')}: --last ${incidents.length} shows all`, 'muted')], options));
  let day = '';
  for (const incident of shown) {
    const today = formatDate(incident.time, options.zone);
    if (today !== day) lines.push(line([piece(today, 'strong'), piece(options.zone === 'utc' ? '  UTC' : '', 'muted')], options));
    day = today;
    lines.push(...drawIncident(incident, history, options), '');
  }
  return lines;
}

function drawNext(told: Incident, history: PodHistory, options: WhyOptions): string[] {
  const steps = nextSteps(told, history).flatMap(({ command, why }) => [
    // A command that is cut or broken cannot be copied: it is as long as it is.
    line([piece('  '), piece(escapeText(command), 'accent')], { ...options, width: Number.POSITIVE_INFINITY }),
    wrapPieces([piece(' '.repeat(WHY_INDENT))], [piece(escapeText(why), 'muted')], { ...options, indent: WHY_INDENT }),
  ]);
  return ['', line([piece('next', 'title')], options), ...steps];
}
