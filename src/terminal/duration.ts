// How points in time and spans of time are written for people.

/** A span as its two largest units: `12s`, `3m12s`, `5h04m`, `2d03h`. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m${two(seconds % 60)}s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours}h${two(minutes % 60)}m`;
  return `${Math.floor(hours / 24)}d${two(hours % 24)}h`;
}

/** A measured span with the digits that matter: `8 ms`, `5.69 s`, `3m12s`. */
export function formatOutage(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return ms < 60_000 ? `${(ms / 1000).toFixed(2)} s` : formatAge(ms);
}

/** The time of day with milliseconds; `--:--:--.---` for what is no time at all. */
export function formatClock(time: string, zone: 'local' | 'utc'): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return '--:--:--.---';
  if (zone === 'utc') return date.toISOString().slice(11, 23);
  const ms = String(date.getMilliseconds()).padStart(3, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${ms}`;
}

/** From one moment to another, with its sign: `+0.4 ms`, `+5.69 s`, `-1.20 s`. */
export function formatOffset(ms: number): string {
  const size = Math.abs(ms);
  return `${ms < 0 ? '-' : '+'}${size < 10 ? `${size.toFixed(1)} ms` : formatOutage(size)}`;
}

/** The day, `2026-11-22`. */
export function formatDate(time: string, zone: 'local' | 'utc'): string {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return '----------';
  if (zone === 'utc') return at.toISOString().slice(0, 10);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** Day and time of day, to the second. */
export function formatDateTime(time: string, zone: 'local' | 'utc'): string {
  return `${formatDate(time, zone)} ${formatClock(time, zone).slice(0, 8)}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
