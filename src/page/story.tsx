// Why the pauses of a pod died, told: what happened in a sentence, who, what it took down, what came back, and what to look at next.
import type { CascadeContainer } from '../cause/cascade.ts';
import type { Cause, Sender } from '../cause/cause.ts';
import type { PodHistory } from '../history/record.ts';
import { type Incident, incidentsOf, spanMs } from '../history/story.ts';
import { headline, outcome } from '../terminal/draw-why.ts';
import { formatAge, formatOutage } from '../terminal/duration.ts';
import { formatExit } from '../terminal/label.ts';
import { nextSteps } from '../terminal/why-next.ts';
import type { TreeEvent } from '../tree/change.ts';
import { CopyButton } from './copy-button.tsx';
import { usePage } from './hooks.ts';
import { Clock } from './moment.tsx';
import { PodName } from './pod-name.tsx';
import { Pieces, Text } from './text.tsx';

export interface StoryProps {
  readonly past: Pick<PodHistory, 'pod' | 'sandboxes' | 'events'>;
  readonly now: number;
  /** The sandbox whose end is told in a sentence somewhere else on the page. */
  readonly toldAbove?: string | undefined;
}

export function Story({ past, now, toldAbove }: StoryProps) {
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
          {incidents.map((incident, index) => (
            <li key={incident.sandbox.id}>
              <IncidentStory incident={incident} past={past} now={now} isLast={index === 0} toldAbove={toldAbove} />
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

interface IncidentProps extends StoryProps {
  readonly incident: Incident;
  readonly isLast: boolean;
}

/** The headline and how it went on, as `podtree why` says them. */
export function IncidentSentence({ incident, now }: { readonly incident: Incident; readonly now: number }) {
  const { zone } = usePage();
  const options = { width: Number.POSITIVE_INFINITY, paint: (_style: string, text: string) => text, zone, now, last: 1 } as const;
  const ago = `${formatAge(now - Date.parse(incident.time))} ago`;
  return (
    <>
      <Pieces of={headline(incident, ago, options)} /> <Pieces of={outcome(incident)} />
    </>
  );
}

function IncidentStory({ incident, past, now, isLast, toldAbove }: IncidentProps) {
  const { cause, exit, restart, time, isTimed, before, after } = incident;
  const rows = [...before, ...(restart === undefined ? after : [...after, restart])].sort((left, right) =>
    left.time < right.time ? -1 : 1,
  );
  const steps = isLast
    ? nextSteps(
        incident,
        past,
        cause.evidence.some((sentence) => sentence.startsWith('The node was rebooted')),
      )
    : [];
  const offset = (at: string): string => (isTimed ? signed(spanMs(time, at)) : '');
  const early = rows.filter((event) => event.time < time);
  const late = rows.filter((event) => event.time >= time);
  return (
    <article class={cause.kind === 'planned-stop' ? 'incident is-planned' : 'incident'}>
      {incident.sandbox.id === toldAbove ? null : (
        <p class="prose">
          <IncidentSentence incident={incident} now={now} />
        </p>
      )}
      <Who cause={cause} />
      {cause.findings.length === 0 ? null : (
        <ul class="findings">
          {cause.findings.map(({ code, text }) => (
            <li key={code}>
              <Text of={text} max={400} />
            </li>
          ))}
        </ul>
      )}
      <ol class="moments plain">
        {early.map((event) => (
          <Moment key={event.id} offset={offset(event.time)} event={event} />
        ))}
        <li class="moment is-death">
          <span class="moment-at">
            <Clock time={time} />
          </span>
          <span>
            <strong>
              {cause.kind === 'planned-stop' ? 'pause stopped' : isTimed ? 'pause died' : exit ? 'found dead' : 'pause replaced'}
            </strong>{' '}
            {exit?.exit === undefined ? null : formatExit(exit.exit)}
            {exit?.process === undefined ? null : <span class="soft"> pid {exit.process.pid}</span>}
          </span>
        </li>
        {exit?.cascade?.containers.map((container) => (
          <Fate
            key={container.id}
            container={container}
            offset={container.endedAfterMs === undefined ? '' : signed(container.endedAfterMs)}
          />
        ))}
        {late
          .filter((event) => !isTold(event, exit?.cascade?.containers))
          .map((event) => (
            <Moment key={event.id} offset={offset(event.time)} event={event} />
          ))}
        {restart?.outageMs === undefined ? null : (
          <li class="moment is-good">
            <span class="moment-at">{signed(restart.outageMs)}</span>
            <strong>whole again</strong>
          </li>
        )}
      </ol>
      {cause.evidence.length === 0 ? null : (
        <details>
          <summary>What was seen</summary>
          <ul class="evidence">
            {cause.evidence.map((sentence) => (
              <li key={sentence}>
                <Text of={sentence} max={400} />
              </li>
            ))}
          </ul>
        </details>
      )}
      {steps.length === 0 ? null : (
        <div class="next">
          <h3>What to look at next</h3>
          {steps.map(({ command, why }) => (
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
      )}
    </article>
  );
}

/** What the cascade tells is not told again, event by event. */
function isTold(event: TreeEvent, told: readonly CascadeContainer[] | undefined): boolean {
  return (
    event.type === 'container.exited' &&
    told?.some(({ id, endedAfterMs }) => id === event.container?.id && endedAfterMs !== undefined) === true
  );
}

function Who({ cause: { sender, oom } }: { readonly cause: Cause }) {
  if (oom !== undefined && sender === undefined) {
    return (
      <dl class="who">
        <dt>limit</dt>
        <dd>
          {oom.scope === 'node' ? 'the whole node had no memory left' : <Text of={oom.cgroup ?? 'a memory cgroup'} max={300} />}
          {oom.limitBytes === undefined ? null : `, limit ${mebibytes(oom.limitBytes)}`}
          {oom.usageBytes === undefined ? null : `, in use ${mebibytes(oom.usageBytes)}`}
        </dd>
        <dt>asked</dt>
        <dd class="mono">
          <Text of={oom.allocatorComm} max={40} /> {oom.allocatorPid}
        </dd>
      </dl>
    );
  }
  return sender === undefined ? null : <SenderFacts sender={sender} />;
}

function SenderFacts({ sender: { comm, pid, uid, exe, unit, pod, container, tty, loginUid, parents } }: { readonly sender: Sender }) {
  return (
    <dl class="who">
      <dt>who</dt>
      <dd class="mono">
        <strong>
          <Text of={comm} max={64} />
        </strong>{' '}
        pid {pid}, uid {uid}
        {exe === undefined || exe === comm ? null : (
          <>
            , <Text of={exe} max={120} />
          </>
        )}
      </dd>
      {pod === undefined && unit === undefined ? null : (
        <>
          <dt>where</dt>
          <dd class="mono">
            {pod === undefined ? <Text of={unit ?? ''} max={120} /> : <PodName pod={pod} />}
            {container === undefined ? null : (
              <>
                {' '}
                container <Text of={container.name} max={64} />
              </>
            )}
          </dd>
        </>
      )}
      {loginUid === undefined && tty === undefined ? null : (
        <>
          <dt>login</dt>
          <dd class="mono">
            {loginUid === undefined ? null : `uid ${loginUid} logged in`}
            {tty === undefined ? null : ` on ${tty.slice(0, 20)}`}
          </dd>
        </>
      )}
      {parents.length === 0 ? null : (
        <>
          <dt>started by</dt>
          <dd class="mono">
            {parents.map((parent, index) => (
              <span key={parent.pid}>
                {index === 0 ? null : <span class="soft"> ← </span>}
                <Text of={parent.comm} max={40} /> {parent.pid}
              </span>
            ))}
          </dd>
        </>
      )}
    </dl>
  );
}

function Fate({
  container: { name, fate, exit, endedAfterMs, endedBy },
  offset,
}: {
  readonly container: CascadeContainer;
  readonly offset: string;
}) {
  const how =
    fate === 'with-pause'
      ? 'died with the pause'
      : endedAfterMs === undefined
        ? 'runs on without it'
        : `ran on for ${formatOutage(endedAfterMs)} without it`;
  return (
    <li class="moment">
      <span class="moment-at">{offset}</span>
      <span>
        <strong class="mono">
          <Text of={name} max={64} />
        </strong>{' '}
        {how}
        {exit === undefined ? null : `, ${formatExit(exit)}`}
        {endedBy === undefined ? null : (
          <span class="soft">
            {' '}
            from <Text of={endedBy.comm} max={40} /> {endedBy.pid}
          </span>
        )}
      </span>
    </li>
  );
}

function Moment({ offset, event }: { readonly offset: string; readonly event: TreeEvent }) {
  return (
    <li class={`moment${event.type === 'alert.firing' || event.type === 'namespace.joined' ? ' is-bad-sign' : ''}`}>
      <span class="moment-at">{offset}</span>
      <MomentText event={event} />
    </li>
  );
}

function MomentText({ event }: { readonly event: TreeEvent }) {
  const name = event.container === undefined ? undefined : <Text of={event.container.name} max={64} />;
  switch (event.type) {
    case 'container.exited':
      return (
        <span>
          <strong class="mono">{name}</strong> ended, {formatExit(event.exit)}
        </span>
      );
    case 'container.started':
      return (
        <span>
          <strong class="mono">{name}</strong> <span class="is-good">runs again</span>
        </span>
      );
    case 'pause.restarted':
      return (
        <span>
          <strong>new pause</strong> sandbox {event.newSandbox.attempt}
          {event.process === undefined ? null : <span class="soft"> pid {event.process.pid}</span>}
          {event.ipAfter === undefined ? null : (
            <span class="mono">
              {' '}
              <Text of={event.ipAfter} max={60} />
            </span>
          )}
        </span>
      );
    case 'namespace.joined':
      return (
        <span>
          <strong class="mono">
            <Text of={event.process?.comm ?? 'somebody'} max={40} />
          </strong>{' '}
          {event.by === 'foreign' ? 'from outside ' : ''}entered {event.namespaces.map(({ type }) => type).join(', ')}
        </span>
      );
    case 'alert.firing':
      return (
        <span>
          alert <Text of={event.alert.name} max={60} />
        </span>
      );
    case 'pod.removed':
      return <span>pod removed</span>;
    default:
      return <span>{event.type}</span>;
  }
}

function signed(ms: number): string {
  const size = Math.abs(ms);
  return `${ms < 0 ? '−' : '+'}${size < 10 ? `${size.toFixed(1)} ms` : formatOutage(size)}`;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(bytes < 104_857_600 ? 1 : 0)} MiB`;
}
