// Which part of a time line is shown, and how fingers, wheel and keys change it. What a person chose is in the address, and can be sent on.
import { useEffect, useRef, useState } from 'preact/hooks';
import { replaceHash } from './hooks.ts';
import { podRoute } from './route.ts';
import { padded, pan, type Range, within, zoom } from './time-scale.ts';

export interface RangeControl {
  readonly range: Range;
  readonly bounds: Range;
  /** Nobody has chosen a part: it follows what happens. */
  readonly isDefault: boolean;
  choose(range: Range | undefined): void;
  zoomBy(factor: number, at?: number): void;
  panBy(share: number): void;
}

const SETTLE_MS = 300;

export function useRange(uid: string, query: Readonly<Record<string, string>>, whole: Range, initial: Range): RangeControl {
  const bounds = padded(whole);
  const [chosen, setChosen] = useState<Range | undefined>(() => readRange(query));
  const timer = useRef(0);
  useEffect(() => () => window.clearTimeout(timer.current), []);

  function choose(next: Range | undefined): void {
    setChosen(next);
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => {
      const parameters = next === undefined ? {} : { from: new Date(next.from).toISOString(), to: new Date(next.to).toISOString() };
      replaceHash(podRoute(uid, parameters));
    }, SETTLE_MS);
  }

  const range = within(chosen ?? initial, bounds);
  return {
    range,
    bounds,
    isDefault: chosen === undefined,
    choose: (next) => choose(next === undefined ? undefined : within(next, bounds)),
    zoomBy: (factor, at = (range.from + range.to) / 2) => choose(zoom(range, factor, at, bounds)),
    panBy: (share) => choose(pan(range, (range.to - range.from) * share, bounds)),
  };
}

function readRange({ from, to }: Readonly<Record<string, string>>): Range | undefined {
  const range = { from: Date.parse(from ?? ''), to: Date.parse(to ?? '') };
  return range.from < range.to ? range : undefined;
}
