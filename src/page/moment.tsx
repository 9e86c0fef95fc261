// Points in time and spans as the page writes them.
import { formatAge, formatClock } from '../terminal/duration.ts';
import { usePage } from './hooks.ts';

export function Ago({ time, now }: { readonly time: string; readonly now: number }) {
  const ms = now - Date.parse(time);
  return <time dateTime={time}>{Number.isNaN(ms) ? 'at an unknown time' : ms < 1000 ? 'just now' : `${formatAge(ms)} ago`}</time>;
}

/** The time of day with milliseconds; the whole of it, in UTC, for whoever points at it. */
export function Clock({ time }: { readonly time: string }) {
  const { zone } = usePage();
  return (
    <time dateTime={time} title={time}>
      {formatClock(time, zone)}
    </time>
  );
}
