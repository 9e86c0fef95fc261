// How the time of an event is written in front of it.
import { spanMs } from '../history/story.ts';
import { formatClock, formatOffset } from './duration.ts';

export const EVENT_TIMES = ['local', 'utc', 'relative', 'full'] as const;
export type EventTimes = (typeof EVENT_TIMES)[number];

/** Gives each event's time as text, always in as many columns as `width` says. */
export interface Stamp {
  readonly width: number;
  text(time: string): string;
}

/** `local` and `utc` are times of day with milliseconds, `full` has the day as well and is UTC, `relative` counts from the event before: the first has its
 * time of day. */
export function createStamp(times: EventTimes): Stamp {
  if (times === 'full') return { width: 24, text: fullTime };
  if (times !== 'relative') return { width: 12, text: (time) => formatClock(time, times) };
  let before: string | undefined;
  return {
    width: 12,
    text: (time) => {
      const text = before === undefined ? formatClock(time, 'local') : formatOffset(spanMs(before, time)).padStart(12);
      before = time;
      return text;
    },
  };
}

function fullTime(time: string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? '-'.repeat(24) : date.toISOString();
}
