// Pods that are gone but remembered: their story can still be read.

import { deathText } from './deaths.tsx';
import type { OverviewQuery } from './filters.tsx';
import { usePage } from './hooks.ts';
import { Ago } from './moment.tsx';
import { PodName } from './pod-name.tsx';
import { podRoute } from './route.ts';
import { Text } from './text.tsx';

const SHOWN = 50;

export function GoneList({ query, now }: { readonly query: OverviewQuery; readonly now: number }) {
  const { store } = usePage();
  if (query.state !== '') return null;
  const there = new Set(store.model.tree.pods.map(({ uid }) => uid));
  const words = query.text.toLowerCase().split(/\s+/);
  const gone = [...store.remembered.values()].filter(
    ({ uid, namespace, name, goneAt }) =>
      goneAt !== undefined &&
      !there.has(uid) &&
      (query.namespace === '' || namespace === query.namespace) &&
      words.every((word) => `${namespace ?? ''}/${name ?? ''} ${uid}`.toLowerCase().includes(word)),
  );
  if (gone.length === 0) return null;
  return (
    <details class="gone">
      <summary>
        Gone, but remembered: {gone.length} {gone.length === 1 ? 'pod' : 'pods'}
      </summary>
      <ul class="plain">
        {gone.slice(0, SHOWN).map((pod) => (
          <li key={pod.uid}>
            <a href={podRoute(pod.uid)} class="mono">
              <PodName pod={pod} />
            </a>
            <span class="soft">
              gone <Ago time={pod.goneAt ?? ''} now={now} />
              {pod.lastDeath === undefined ? null : (
                <>
                  {' · '}
                  <Text of={deathText(pod.lastDeath)} max={100} />
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
      {gone.length > SHOWN ? <p class="soft">and {gone.length - SHOWN} more: search for a name</p> : null}
    </details>
  );
}
