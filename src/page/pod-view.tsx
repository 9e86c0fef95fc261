// One pod: what it is, how it is put together, what happened to it and when.
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { PodHistory } from '../history/record.ts';
import { type Incident, incidentsOf } from '../history/story.ts';
import { formatAge } from '../terminal/duration.ts';
import type { Pod } from '../tree/model.ts';
import { Anatomy } from './anatomy.tsx';
import { useNow, usePage } from './hooks.ts';
import { fetchHistory } from './http.ts';
import { IncidentSummary } from './incident-summary.tsx';
import { Ago } from './moment.tsx';
import { shutDown, startUp } from './order.ts';
import { ownerOf } from './owner.ts';
import { type PodPast, pastOf, type StoryPast, storyOf } from './pod-past.ts';
import { bornMs, podState } from './pod-state.ts';
import { formatRoute } from './route.ts';
import { Sequence } from './sequence.tsx';
import { Story } from './story.tsx';
import { Text } from './text.tsx';
import { timeModel } from './time-model.ts';
import { Timeline } from './timeline.tsx';
import { totalUse, useText } from './usage.ts';

interface PodViewProps {
  readonly uid: string;
  readonly query: Readonly<Record<string, string>>;
}

export function PodView({ uid, query }: PodViewProps) {
  const { store } = usePage();
  const { model } = store;
  const now = useNow();
  const { history, isAsked } = useHistory(uid);
  const pod = model.tree.pods.find((each) => each.uid === uid);
  const live = model.eventsOf(uid);
  const past = useMemo(() => pastOf(history, live, pod), [history, live, pod]);
  // A time line that moves on each second is enough, and one that jumps with each event is too much.
  const time = useMemo(() => timeModel(past, pod, now), [past, pod, Math.floor(now / 1000)]);
  const story = useMemo(() => storyOf(uid, past, history, pod), [uid, past, history, pod]);
  const deaths = useMemo(() => incidentsOf(story).filter(({ cause }) => cause.kind !== 'planned-stop'), [story]);
  if (pod === undefined && history === undefined && live.length === 0) return <Unknown uid={uid} isSure={model.hasTree && isAsked} />;
  return (
    <>
      <PodHead uid={uid} pod={pod} history={history} story={story} deaths={deaths} now={now} />
      <div class="pod-body">
        <div class="pod-main">
          {pod === undefined ? null : <Anatomy pod={pod} events={past.events} />}
          <Timeline uid={uid} query={query} model={time} />
          <Orders pod={pod} past={past} />
        </div>
        <Story past={story} live={pod} now={now} toldAbove={deaths.at(-1)?.sandbox.id} />
      </div>
    </>
  );
}

/** Asked for anew with each connection that could not go on where the last one ended. */
function useHistory(uid: string): { readonly history: PodHistory | undefined; readonly isAsked: boolean } {
  const { store } = usePage();
  const [history, setHistory] = useState<PodHistory | undefined>(undefined);
  const [isAsked, setAsked] = useState(false);
  const { hello } = store.model;
  useEffect(() => {
    const ended = new AbortController();
    fetchHistory(store.base, uid, ended.signal)
      .then((found) => {
        if (ended.signal.aborted) return;
        setHistory(found);
        setAsked(true);
      })
      // What is told live stands there all the same; the next connection asks again.
      .catch(() => setAsked(true));
    return () => ended.abort();
  }, [uid, hello?.epoch, hello?.resumed]);
  return { history, isAsked };
}

interface HeadProps {
  readonly uid: string;
  readonly pod: Pod | undefined;
  readonly history: PodHistory | undefined;
  readonly story: StoryPast;
  /** Oldest first. */
  readonly deaths: readonly Incident[];
  readonly now: number;
}

function PodHead({ uid, pod, history, story, deaths, now }: HeadProps) {
  const { store } = usePage();
  const known = story.pod;
  const incident = deaths.at(-1);
  const born = pod === undefined ? undefined : bornMs(pod);
  const state = pod === undefined ? undefined : podState(pod, pod.sandbox && store.model.deathOf(pod.sandbox.id));
  const owner = pod === undefined ? undefined : ownerOf(pod);
  const use = pod === undefined ? undefined : totalUse(pod);
  return (
    <div class="pod-head">
      <p class="crumbs">
        <a href="#/">pods</a>
        {known.namespace === undefined ? null : (
          <>
            {' / '}
            <a href={formatRoute({ view: 'pods', query: { ns: known.namespace } })}>
              <Text of={known.namespace} max={80} />
            </a>
          </>
        )}
      </p>
      <h1>
        <Text of={known.name ?? uid} max={300} />
      </h1>
      <p class="pod-facts">
        {state === undefined ? (
          <span class="is-warn">gone {history?.pod.goneAt === undefined ? null : <Ago time={history.pod.goneAt} now={now} />}</span>
        ) : (
          <span class={`state is-${state.condition}`}>{state.words}</span>
        )}
        {born === undefined ? null : <span>{formatAge(now - born)} old</span>}
        {owner === undefined ? null : (
          <span>
            <Text of={owner} max={120} />
          </span>
        )}
        {pod?.deletedAt === undefined ? null : (
          <span class="is-warn">
            deleted <Ago time={pod.deletedAt} now={now} />
          </span>
        )}
        {pod?.qos === undefined ? null : <span>{pod.qos}</span>}
        {pod?.hostNetwork === true ? <span class="is-warn">node's network</span> : null}
        {use === undefined ? null : <span>{useText(use)}</span>}
        <span class="mono soft">
          <Text of={uid} max={64} />
        </span>
        <a href={formatRoute({ view: 'events', query: { pod: uid } })}>its events</a>
      </p>
      {pod === undefined ? null : <Labels labels={pod.labels} />}
      {incident === undefined ? null : (
        <p class="last-death prose">
          <span class="death-sign" aria-hidden="true">
            ✕
          </span>{' '}
          <IncidentSummary incident={incident} deaths={deaths} past={story} live={pod} now={now} />
        </p>
      )}
    </div>
  );
}

const MAX_LABELS = 24;

function Labels({ labels }: { readonly labels: Readonly<Record<string, string>> }) {
  const entries = Object.entries(labels);
  if (entries.length === 0) return null;
  return (
    <ul class="labels plain" aria-label="labels">
      {entries.slice(0, MAX_LABELS).map(([key, value]) => (
        <li key={key}>
          <a href={formatRoute({ view: 'pods', query: { q: `${key}=${value}` } })}>
            <Text of={`${key}=${value}`} max={100} />
          </a>
        </li>
      ))}
      {entries.length > MAX_LABELS ? <li class="soft">and {entries.length - MAX_LABELS} more</li> : null}
    </ul>
  );
}

/** How the current sandbox came up, and how the last one that ended went down. */
function Orders({ pod, past }: { readonly pod: Pod | undefined; readonly past: PodPast }) {
  const kinds = new Map((pod?.sandbox?.containers ?? []).map(({ id, kind }) => [id, kind as string]));
  const current = past.sandboxes.find(({ id }) => id === pod?.sandbox?.id) ?? past.sandboxes.at(-1);
  const ended = past.events.findLast((event) => event.type === 'pause.exited')?.sandbox;
  const up = current === undefined ? [] : startUp(current, past.events, kinds);
  const down = ended === undefined ? [] : shutDown(ended.id, past.events);
  return (
    <div class="orders">
      <Sequence id="start-up" title="Start-up" steps={up} note={`of sandbox ${current?.attempt ?? 0}`} />
      <Sequence id="shut-down" title="Shut-down" steps={down} note={`of sandbox ${ended?.attempt ?? 0}`} />
    </div>
  );
}

function Unknown({ uid, isSure }: { readonly uid: string; readonly isSure: boolean }) {
  return (
    <div class="blank" role="status">
      {isSure ? (
        <>
          <h1>No such pod</h1>
          <p>
            The node has no pod with the uid <Text of={uid} max={80} />, and podtree does not remember one.
          </p>
          <p>
            <a href="#/">All pods</a>
          </p>
        </>
      ) : (
        <h1>Asking for the pod</h1>
      )}
    </div>
  );
}
