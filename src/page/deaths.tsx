// What happened to pauses lately, on top of everything: which, when, by whom, and whether the pod is whole again.
import { useMemo } from 'preact/hooks';
import type { PodSummary } from '../history/record.ts';
import { formatClock, formatOutage } from '../terminal/duration.ts';
import { usePage } from './hooks.ts';
import type { Model } from './model.ts';
import { Ago } from './moment.tsx';
import { PodName } from './pod-name.tsx';
import { podState } from './pod-state.ts';
import { podRoute } from './route.ts';
import { Text } from './text.tsx';

const LATELY_MS = 3_600_000;
const SHOWN = 4;

export interface Death {
  readonly pod: Pick<PodSummary, 'uid' | 'namespace' | 'name'>;
  readonly time: string;
  readonly what: string;
  /** How it went on. */
  readonly outcome: string;
}

export function Deaths({ now }: { readonly now: number }) {
  const { store, zone } = usePage();
  const { model, remembered } = store;
  // Once a second is enough: most updates have nothing to do with it.
  const deaths = useMemo(() => recentDeaths(model, remembered, now), [model.happenings, remembered, Math.floor(now / 1000)]);
  if (deaths.length === 0) return null;
  return (
    <section class="deaths" aria-label="pauses that died in the last hour">
      <ol class="plain">
        {deaths.slice(0, SHOWN).map(({ pod, time, what, outcome }) => (
          <li key={pod.uid}>
            <a href={podRoute(pod.uid)}>
              <span class="death-sign" aria-hidden="true">
                ✕
              </span>
              <time class="mono" dateTime={time}>
                {formatClock(time, zone).slice(0, 8)}
              </time>
              <strong class="mono">
                <PodName pod={pod} />
              </strong>
              <span>
                <Text of={what} max={120} />
                <span class="soft">
                  {outcome === '' ? null : ` · ${outcome}`} · <Ago time={time} now={now} />
                </span>
              </span>
            </a>
          </li>
        ))}
      </ol>
      {deaths.length > SHOWN ? (
        <p class="soft">
          and {deaths.length - SHOWN} more in the last hour: <a href="#/?order=deaths&state=restarted">all of them</a>
        </p>
      ) : null}
    </section>
  );
}

/** The latest first, one for each pod. */
export function recentDeaths(model: Model, remembered: ReadonlyMap<string, PodSummary>, now: number): readonly Death[] {
  const deaths = new Map<string, Death>();
  for (const pod of remembered.values()) {
    const { lastDeath } = pod;
    if (lastDeath === undefined || now - Date.parse(lastDeath.time) > LATELY_MS) continue;
    const live = model.tree.pods.find(({ uid }) => uid === pod.uid);
    const outcome = live === undefined ? 'the pod is gone' : `now ${podState(live).words}`;
    deaths.set(pod.uid, { pod, time: lastDeath.time, what: deathText(lastDeath), outcome });
  }
  for (const uid of model.uidsWithEvents()) {
    const death = liveDeath(model, uid, now);
    if (death !== undefined && (deaths.get(uid)?.time ?? '') <= death.time) deaths.set(uid, death);
  }
  return [...deaths.values()].sort((left, right) => (left.time < right.time ? 1 : -1));
}

function liveDeath(model: Model, uid: string, now: number): Death | undefined {
  const events = model.eventsOf(uid);
  const exit = events.findLast((event) => event.type === 'pause.exited' && event.cause.kind !== 'planned-stop');
  if (exit?.type !== 'pause.exited' || now - Date.parse(exit.time) > LATELY_MS) return undefined;
  const { sender, kind, signal } = exit.cause;
  const restart = events.findLast((event) => event.type === 'pause.restarted' && event.oldSandbox.id === exit.sandbox?.id);
  return {
    pod: exit.pod ?? { uid },
    time: exit.time,
    what: deathText({ kind, ...(signal !== undefined && { signal }), ...(sender && { by: `${sender.comm} (pid ${sender.pid})` }) }),
    outcome: restart?.type === 'pause.restarted' ? restartText(restart) : 'no new pause yet',
  };
}

function restartText({ sandboxOutageMs, outageMs, complete }: { sandboxOutageMs?: number; outageMs?: number; complete?: boolean }): string {
  if (complete === false) return 'not all of its containers came back';
  if (outageMs !== undefined) return `whole again after ${formatOutage(outageMs)}`;
  return sandboxOutageMs === undefined ? 'a new pause runs' : `a new pause after ${formatOutage(sandboxOutageMs)}`;
}

/** `pause killed: SIGKILL from bash (pid 4711)`. */
export function deathText({ kind, signal, by }: Omit<NonNullable<PodSummary['lastDeath']>, 'time'>): string {
  switch (kind) {
    case 'signal':
      return `pause killed: ${signal ?? 'a signal'}${by === undefined ? '' : ` from ${by}`}`;
    case 'oom':
      return 'pause killed by the OOM killer';
    case 'exit':
      return 'pause ended by itself';
    case 'agent-down':
      return 'pause died while podtree was not running';
    case 'planned-stop':
      return 'pause stopped as planned';
    default:
      return 'pause died, cause unknown';
  }
}
