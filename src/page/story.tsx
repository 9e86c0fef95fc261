// Why the pauses of a pod died, told: each end of a sandbox with who and what else was found, moment by moment, and what to look at next.
import { type Incident, incidentsOf } from '../history/story.ts';
import { nextSteps } from '../terminal/why-next.ts';
import type { Pod } from '../tree/model.ts';
import { CopyButton } from './copy-button.tsx';
import { Findings, IncidentFacts } from './incident-facts.tsx';
import { IncidentSummary } from './incident-summary.tsx';
import { Moments } from './moments.tsx';
import type { StoryPast } from './pod-past.ts';
import { Text } from './text.tsx';

interface StoryProps {
  readonly past: StoryPast;
  readonly live: Pod | undefined;
  readonly now: number;
  /** The sandbox whose end is told in sentences somewhere else on the page. */
  readonly toldAbove?: string | undefined;
}

/** Of more of them, the last. */
const SHOWN = 20;

export function Story({ past, live, now, toldAbove }: StoryProps) {
  const incidents = incidentsOf(past).toReversed();
  return (
    <section class="story" aria-labelledby="story-title">
      <div class="section-head">
        <h2 id="story-title">Story</h2>
        {incidents.length < 2 ? null : <span class="soft">{incidents.length} ends of a sandbox, the last one first</span>}
      </div>
      {incidents.length === 0 ? (
        <p class="soft">
          No pause of this pod has died as far as podtree remembers. If one does, it stands here: who did it, what it took down, and how
          long the pod was gone.
        </p>
      ) : (
        <ol class="plain">
          {incidents.slice(0, SHOWN).map((incident, index) => (
            <li key={incident.sandbox.id}>
              <article class="incident">
                {incident.sandbox.id === toldAbove ? null : (
                  <p class="prose">
                    <IncidentSummary incident={incident} past={past} live={live} now={now} />
                  </p>
                )}
                <IncidentFacts cause={incident.cause} />
                <Findings cause={incident.cause} />
                <Moments incident={incident} />
                <Evidence sentences={incident.cause.evidence} />
                {index === 0 ? <Next incident={incident} past={past} /> : null}
              </article>
            </li>
          ))}
        </ol>
      )}
      {incidents.length > SHOWN ? <p class="soft">… and {incidents.length - SHOWN} earlier ones.</p> : null}
    </section>
  );
}

function Evidence({ sentences }: { readonly sentences: readonly string[] }) {
  if (sentences.length === 0) return null;
  return (
    <details>
      <summary>what was seen</summary>
      <ul class="evidence">
        {sentences.map((sentence) => (
          <li key={sentence}>
            <Text of={sentence} max={400} />
          </li>
        ))}
      </ul>
    </details>
  );
}

function Next({ incident, past }: { readonly incident: Incident; readonly past: StoryPast }) {
  return (
    <div class="next">
      <h3>What to look at next</h3>
      {nextSteps(incident, past).map(({ command, why }) => (
        <div key={command} class="next-step">
          <code>
            <Text of={command} max={1000} />
          </code>
          <CopyButton text={command} what="the command" />
          <p class="soft">
            <Text of={why} max={200} />
          </p>
        </div>
      ))}
    </div>
  );
}
