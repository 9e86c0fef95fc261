// The head of the page: where one is, where one can go, whether what is shown is live.
import { useEffect, useState } from 'preact/hooks';
import { usePage } from './hooks.ts';
import type { LinkState } from './link.ts';
import type { Route } from './route.ts';
import { Hidden, Text } from './text.tsx';

interface HeaderProps {
  readonly route: Route;
  readonly theme: string;
  readonly zone: 'local' | 'utc';
  onTheme(): void;
  onZone(zone: 'local' | 'utc'): void;
  onHelp(): void;
}

export function Header({ route, theme, zone, onTheme, onZone, onHelp }: HeaderProps) {
  const { store } = usePage();
  const { model } = store;
  const firing = [...model.alerts.values()].filter(({ type }) => type === 'alert.firing').length;
  const at = route.view === 'pod' ? 'pods' : route.view;
  return (
    <header class="head">
      <a class="brand" href="#/" aria-label="podtree: all pods">
        <Mark />
        podtree
      </a>
      <span class="head-node">
        <Hidden>node </Hidden>
        <Text of={model.tree.node} max={40} />
      </span>
      <nav aria-label="views">
        <Tab href="#/" name="Pods" count={model.hasTree ? model.tree.pods.length : undefined} isHere={at === 'pods'} />
        <Tab href="#/events" name="Events" isHere={at === 'events'} />
        <Tab href="#/alerts" name="Alerts" count={firing === 0 ? undefined : firing} isHere={at === 'alerts'} isLoud={firing > 0} />
      </nav>
      <Connection state={store.link} isOutdated={model.isOutdated} onRetry={() => store.retry()} />
      <div class="head-tools">
        <button
          type="button"
          class="tool"
          onClick={() => onZone(zone === 'utc' ? 'local' : 'utc')}
          title="times: this browser's or UTC (u)"
        >
          {zone === 'utc' ? 'UTC' : 'local'}
          <Hidden> time; change</Hidden>
        </button>
        <button type="button" class="tool" onClick={onTheme} title="light, dark, or as the system (t)">
          {theme}
          <Hidden> colours; change</Hidden>
        </button>
        <button type="button" class="tool" onClick={onHelp} title="keys and signs (?)">
          ?<Hidden> help</Hidden>
        </button>
      </div>
    </header>
  );
}

export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
      <path class="mark-pause" d="M4 2v16M8.5 2v16" />
      <path class="mark-rail" d="M8.5 6H14M8.5 14H14" />
      <circle class="mark-dot" cx="15.5" cy="6" r="2.2" />
      <circle class="mark-dot" cx="15.5" cy="14" r="2.2" />
    </svg>
  );
}

interface TabProps {
  readonly href: string;
  readonly name: string;
  readonly count?: number | undefined;
  readonly isHere: boolean;
  readonly isLoud?: boolean;
}

function Tab({ href, name, count, isHere, isLoud = false }: TabProps) {
  return (
    <a href={href} class="tab" aria-current={isHere ? 'page' : undefined}>
      {name}
      {count === undefined ? null : <span class={isLoud ? 'tab-count is-loud' : 'tab-count'}>{count}</span>}
      {isLoud ? <Hidden> firing</Hidden> : null}
    </a>
  );
}

function Connection({ state, isOutdated, onRetry }: { readonly state: LinkState; readonly isOutdated: boolean; onRetry(): void }) {
  if (state.kind === 'live' && isOutdated) {
    return (
      <div class="link is-waiting" role="status">
        <button type="button" class="tool" onClick={() => location.reload()}>
          the agent is of another version now: reload
        </button>
      </div>
    );
  }
  return (
    <div class={`link is-${state.kind}`} role="status" data-link={state.kind}>
      <span class="link-sign" aria-hidden="true" />
      {state.kind === 'live' ? 'live' : null}
      {state.kind === 'connecting' ? 'connecting' : null}
      {state.kind === 'waiting' ? (
        <>
          <span class="link-why">
            not live: <Text of={state.reason} max={120} />
          </span>
          <Countdown toMs={state.retryAtMs} />
          <button type="button" class="tool" onClick={onRetry}>
            retry now
          </button>
        </>
      ) : null}
    </div>
  );
}

function Countdown({ toMs }: { readonly toMs: number }) {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = window.setInterval(() => tick((count) => count + 1), 250);
    return () => window.clearInterval(timer);
  }, []);
  // Not read out: it changes four times a second.
  return <span aria-hidden="true"> {Math.max(0, Math.ceil((toMs - Date.now()) / 1000))} s</span>;
}
