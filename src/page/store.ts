// Puts stream, model and browser together: frames are taken once per drawn picture, and whoever draws is told when there is something new.
import type { PodSummary } from '../history/record.ts';
import type { Frame } from '../stream/frame.ts';
import { fetchAlerts, fetchPods } from './http.ts';
import { type LinkState, openLink } from './link.ts';
import { createModel, type Model } from './model.ts';

export interface Store {
  readonly base: string;
  readonly model: Model;
  readonly link: LinkState;
  /** What the agent remembers of pods, by uid: also of those that are gone. */
  readonly remembered: ReadonlyMap<string, PodSummary>;
  /** Wall time on the node, ms. */
  now(): number;
  retry(): void;
  /** Returns what ends it. */
  subscribe(listener: () => void): () => void;
}

/** Frames that may wait to be drawn: a page in the background is drawn once a minute, or never. */
const MAX_WAITING = 64;
/** A difference below this is the rounding of the Date header. */
const SKEW_MS = 2000;
const REFRESH_MS = 1000;
/** What is told of pods and alerts by events changes what the agent remembers of them. */
const REFRESHING = /^(?:pause|pod\.removed)/;

export function createStore(base: string): Store {
  const model = createModel();
  const listeners = new Set<() => void>();
  let link: LinkState = { kind: 'connecting' };
  let remembered: ReadonlyMap<string, PodSummary> = new Map();
  let skewMs = 0;
  let waiting: Frame[] = [];
  let isPlanned = false;
  let refreshTimer = 0;

  const notify = (): void => {
    for (const listener of listeners) listener();
  };

  function flush(): void {
    isPlanned = false;
    if (waiting.length === 0) return;
    const frames = waiting;
    waiting = [];
    model.take(frames, Date.now());
    if (frames.some(isWorthRefresh)) planRefresh(REFRESH_MS);
    notify();
  }

  function onFrame(frame: Frame): void {
    waiting.push(frame);
    if (waiting.length >= MAX_WAITING) flush();
    else if (!isPlanned) {
      isPlanned = true;
      if (document.visibilityState === 'visible') requestAnimationFrame(flush);
      else window.setTimeout(flush, 0);
    }
    // A first tree that was not resumed: what the agent remembers may be new as well.
    if ('hello' in frame && !frame.hello.resumed) planRefresh(0);
  }

  function planRefresh(delayMs: number): void {
    window.clearTimeout(refreshTimer);
    refreshTimer = window.setTimeout(() => void refresh(), delayMs);
  }

  async function refresh(): Promise<void> {
    const [pods, alerts] = await Promise.allSettled([fetchPods(base), fetchAlerts(base)]);
    // What cannot be asked now is asked again with the next connection; the stream says what is wrong.
    if (pods.status === 'fulfilled') {
      remembered = new Map(pods.value.pods.map((pod) => [pod.uid, pod]));
      const skew = pods.value.skewMs ?? 0;
      skewMs = Math.abs(skew) > SKEW_MS ? skew : 0;
    }
    if (alerts.status === 'fulfilled') model.addAlerts(alerts.value);
    notify();
  }

  // The browser may stop drawing between the plan and the picture.
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'visible') flush();
  });
  const connection = openLink({
    base,
    onFrame,
    onState(state) {
      link = state;
      notify();
    },
  });

  return {
    base,
    model,
    get link() {
      return link;
    },
    get remembered() {
      return remembered;
    },
    now: () => Date.now() + skewMs,
    retry: () => connection.retry(),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function isWorthRefresh(frame: Frame): boolean {
  return 'updates' in frame && frame.updates.some(({ event }) => event !== undefined && REFRESHING.test(event.type));
}
