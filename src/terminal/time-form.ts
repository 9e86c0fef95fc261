// How points in time are shown: as spans up to now, or as date and time in one of two zones.
import { formatAge, formatDateTime } from './duration.ts';

export const TIME_FORMS = ['relative', 'local', 'utc'] as const;
export type TimeForm = (typeof TIME_FORMS)[number];

/** `3m12s`, `2026-11-22 18:26:33` or `2026-11-22T18:26:33Z`; '' for what is not known. `time` and `now` are wall time in ms. */
export function formatSince(time: number | undefined, form: TimeForm, now: number): string {
  if (time === undefined) return '';
  return form === 'relative' ? formatAge(now - time) : formatMoment(time, form);
}

/** The same for what has happened once: `3m12s ago`. */
export function formatAgo(time: number | undefined, form: TimeForm, now: number): string {
  const text = formatSince(time, form, now);
  return form === 'relative' ? `${text} ago` : text;
}

/** Date and time of day to the second; the zone is told by the form: with a T and a Z it is UTC. */
export function formatMoment(time: number, zone: 'local' | 'utc'): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return '';
  const text = date.toISOString();
  return zone === 'utc' ? `${text.slice(0, 19)}Z` : formatDateTime(text, zone);
}
