// One end of a sandbox moment by moment: what led to it, the death, what it took down, and what came back.
import type { CascadeContainer } from '../cause/cascade.ts';
import { type AftermathStep, aftermathOf } from '../history/aftermath.ts';
import { type Incident, spanMs } from '../history/story.ts';
import { formatOffset } from '../terminal/duration.ts';
import { formatExit } from '../terminal/label.ts';
import type { TreeEvent } from '../tree/change.ts';
import { Clock } from './moment.tsx';
import { Text } from './text.tsx';

/** A container that ends so soon after the pause has ended with it. */
const AT_ONCE_MS = 50;

export function Moments({ incident }: { readonly incident: Incident }) {
  const { cause, exit, restart, time, isTimed, before } = incident;
  const isPlanned = cause.kind === 'planned-stop';
  return (
    <ol class="moments plain">
      {before.map((event) => (
        <li key={event.id} class="moment">
          <When afterMs={isTimed ? spanMs(time, event.time) : undefined} time={event.time} />
          <EventText event={event} />
        </li>
      ))}
      <li class={isPlanned ? 'moment is-stop' : 'moment is-death'}>
        <When time={time} />
        <span>
          <strong>{isPlanned ? 'pause stopped' : isTimed ? 'pause died' : exit ? 'found dead' : 'pause replaced'}</strong>{' '}
          {exit?.exit === undefined ? null : formatExit(exit.exit)}
          {exit?.process === undefined ? null : <span class="soft"> pid {exit.process.pid}</span>}
        </span>
      </li>
      {aftermathOf(incident).map((step) => (
        <li key={keyOf(step)} class="moment">
          <When afterMs={step.afterMs} time={step.time} />
          <StepText step={step} isOver={restart !== undefined} />
        </li>
      ))}
      {exit?.cascade?.leaked.slice(0, MAX_LEAKS).map((path) => (
        <li key={path} class="moment is-bad-sign">
          <span />
          <span>
            <strong>left behind</strong> the mount <Text of={path} max={200} />
          </span>
        </li>
      ))}
      {restart?.outageMs === undefined || !isTimed ? null : (
        <li class="moment is-whole">
          <When afterMs={restart.outageMs} />
          <strong>whole again</strong>
        </li>
      )}
    </ol>
  );
}

const MAX_LEAKS = 4;

function keyOf(step: AftermathStep): string {
  switch (step.kind) {
    case 'event':
      return step.event.id;
    case 'lives-on':
      return `lives on ${step.container.id}`;
    default:
      return `${step.kind} ${step.name} ${step.time ?? ''} ${step.afterMs ?? ''}`;
  }
}

function When({ afterMs, time }: { readonly afterMs?: number | undefined; readonly time?: string | undefined }) {
  return <span class="moment-at">{afterMs !== undefined ? formatOffset(afterMs) : time === undefined ? null : <Clock time={time} />}</span>;
}

function StepText({ step, isOver }: { readonly step: AftermathStep; readonly isOver: boolean }) {
  switch (step.kind) {
    case 'ended':
      return <Ended step={step} />;
    case 'lives-on':
      return (
        <span>
          <ContainerName name={step.container.name} />{' '}
          {isOver ? <span class="soft">its end was not seen</span> : <span class="is-bad">runs on in the dead sandbox</span>}
          <Processes of={step.container} />
        </span>
      );
    case 'returned':
      return (
        <span>
          <ContainerName name={step.name} /> <span class="is-good">runs again</span>
          {step.pid === undefined ? null : <span class="soft"> pid {step.pid}</span>}
        </span>
      );
    default:
      return <EventText event={step.event} />;
  }
}

function Ended({ step: { name, exit, container, afterMs = 0 } }: { readonly step: Extract<AftermathStep, { kind: 'ended' }> }) {
  const isTogether = container?.fate === 'with-pause';
  return (
    <span>
      <ContainerName name={name} /> {isTogether ? <span class="is-bad">ended with the pause</span> : 'ended'}
      {container?.endedBy === undefined || isTogether ? null : (
        <>
          {' by '}
          <Text of={container.endedBy.comm} max={40} /> pid {container.endedBy.pid}
        </>
      )}
      {isTogether && exit === undefined ? null : `, ${formatExit(exit)}`}
      {!isTogether && afterMs > AT_ONCE_MS ? <span class="is-warn"> had lived on without its pause</span> : null}
      <Processes of={container} />
    </span>
  );
}

function Processes({ of }: { readonly of: CascadeContainer | undefined }) {
  return of === undefined || of.processes < 2 ? null : <span class="soft"> {of.processes} processes</span>;
}

function ContainerName({ name }: { readonly name: string }) {
  return (
    <strong class="mono">
      <Text of={name} max={64} />
    </strong>
  );
}

function EventText({ event }: { readonly event: TreeEvent }) {
  switch (event.type) {
    case 'container.exited':
      return (
        <span>
          <ContainerName name={event.container?.name ?? ''} /> ended, {formatExit(event.exit)}
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
          <strong class="mono is-warn">
            <Text of={event.process?.comm ?? 'somebody'} max={40} />
          </strong>
          {event.process === undefined ? null : ` pid ${event.process.pid}`}
          {event.by === 'foreign' ? ' from outside' : ''} entered {event.namespaces.map(({ type }) => type).join(', ')}
        </span>
      );
    case 'alert.firing':
      return (
        <span>
          alert <Text of={event.alert.name} max={60} />
          {event.alert.memberCount > 1 ? <span class="is-bad"> one of {event.alert.memberCount} pods</span> : null}
        </span>
      );
    case 'pod.removed':
      return <span class="is-warn">pod removed</span>;
    default:
      return <span>{event.type}</span>;
  }
}
