// The page as a whole: head, the view that the address names, help, and what is said aloud.
import { useEffect, useRef, useState } from 'preact/hooks';
import { podLabel } from '../terminal/label.ts';
import { AlertsView } from './alerts-view.tsx';
import { Announcer } from './announcer.tsx';
import { EventsView } from './events-view.tsx';
import { Header } from './header.tsx';
import { HelpDialog } from './help.tsx';
import { PageProvider, useChoice, useRoute, useStore } from './hooks.ts';
import { useKeys } from './keys.ts';
import { Overview } from './overview.tsx';
import { PodView } from './pod-view.tsx';
import type { Route } from './route.ts';
import type { Store } from './store.ts';

export const THEMES = ['auto', 'light', 'dark'] as const;
export const ZONES = ['local', 'utc'] as const;

export function App({ store }: { readonly store: Store }) {
  useStore(store);
  const route = useRoute();
  const [theme, setTheme] = useChoice('theme', THEMES, 'auto');
  const [zone, setZone] = useChoice('zone', ZONES, 'local');
  const [isHelpOpen, setHelpOpen] = useState(false);
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  useTitle(store, route);
  const nextTheme = (): void => setTheme(THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'auto');
  useKeys(
    {
      '1': () => go('#/'),
      '2': () => go('#/events'),
      '3': () => go('#/alerts'),
      t: nextTheme,
      u: () => setZone(zone === 'utc' ? 'local' : 'utc'),
      '?': () => setHelpOpen(true),
      '/': () => document.querySelector<HTMLInputElement>('input[type=search]')?.focus(),
      Escape: () => (route.view === 'pods' ? undefined : go('#/')),
    },
    'page',
  );
  useArrival(route);
  return (
    <PageProvider value={{ store, zone }}>
      <button type="button" class="skip" onClick={() => document.getElementById('main')?.focus()}>
        to the content
      </button>
      <Header route={route} theme={theme} onTheme={nextTheme} zone={zone} onZone={setZone} onHelp={() => setHelpOpen(true)} />
      <main id="main" tabIndex={-1} class={`view-${route.view}`}>
        <View route={route} />
      </main>
      <HelpDialog isOpen={isHelpOpen} onClose={() => setHelpOpen(false)} />
      <Announcer />
    </PageProvider>
  );
}

function View({ route }: { readonly route: Route }) {
  switch (route.view) {
    case 'pods':
      return <Overview query={route.query} />;
    case 'pod':
      return <PodView key={route.uid} uid={route.uid ?? ''} query={route.query} />;
    case 'events':
      return <EventsView query={route.query} />;
    case 'alerts':
      return <AlertsView />;
  }
}

function go(hash: string): void {
  location.hash = hash;
}

/** Whoever walks with the keys, or hears the page, goes on at the top of what is shown now. The overview sees to itself. */
function useArrival({ view, uid }: Route): void {
  const isFirst = useRef(true);
  useEffect(() => {
    if (isFirst.current || view === 'pods') {
      isFirst.current = false;
      return;
    }
    window.scrollTo(0, 0);
    document.getElementById('main')?.focus({ preventScroll: true });
  }, [view, uid]);
}

function useTitle({ model }: Store, route: Route): void {
  const firing = [...model.alerts.values()].filter(({ type }) => type === 'alert.firing').length;
  const pod = route.view === 'pod' ? model.tree.pods.find(({ uid }) => uid === route.uid) : undefined;
  const what = pod === undefined ? model.tree.node : podLabel(pod).slice(0, 100);
  const title = `${firing === 0 ? '' : `(${firing}) `}${what === '' ? '' : `${what} · `}podtree`;
  useEffect(() => {
    document.title = title;
  }, [title]);
}
