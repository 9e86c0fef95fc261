// The end of a sandbox in sentences, the same that `podtree why` begins with.
import type { Incident } from '../history/story.ts';
import type { Piece } from '../terminal/line.ts';
import type { WhyOptions } from '../terminal/why-layout.ts';
import { summary } from '../terminal/why-summary.ts';
import type { Pod } from '../tree/model.ts';
import { usePage } from './hooks.ts';
import type { StoryPast } from './pod-past.ts';
import { Pieces } from './text.tsx';

interface IncidentSummaryProps {
  readonly incident: Incident;
  /** All deaths up to this one: how often it has happened is told as well. Without them it is not. */
  readonly deaths?: readonly Incident[];
  readonly past: StoryPast;
  readonly live: Pod | undefined;
  readonly now: number;
}

export function IncidentSummary({ incident, deaths, past, live, now }: IncidentSummaryProps) {
  const { zone } = usePage();
  const options: WhyOptions = { width: Number.POSITIVE_INFINITY, paint: (_style, text) => text, zone, now, last: 1 };
  const paragraphs = summary({ node: '', ...past }, live, deaths ?? [incident], incident, options);
  // How often it happened stands last.
  const shown = deaths === undefined ? paragraphs.slice(0, -1) : paragraphs;
  return (
    <>
      {shown.map((pieces) => (
        <span key={textOf(pieces)}>
          <Pieces of={pieces} />{' '}
        </span>
      ))}
    </>
  );
}

function textOf(pieces: readonly Piece[]): string {
  return pieces.map(({ text }) => text).join('');
}
