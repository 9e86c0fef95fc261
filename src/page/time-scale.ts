// The part of a time line that is looked at: zooming, moving, and where the ticks of its axis stand.

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Nothing shorter can be looked at: the events themselves are exact to a fraction of it. */
const MIN_SPAN_MS = 1;

/** The range made `factor` times as long around `at`, and kept within the bounds. */
export function zoom(range: Range, factor: number, at: number, bounds: Range): Range {
  const span = Math.min(Math.max((range.to - range.from) * factor, MIN_SPAN_MS), bounds.to - bounds.from);
  const share = (at - range.from) / (range.to - range.from);
  return within({ from: at - span * share, to: at + span * (1 - share) }, bounds);
}

export function pan(range: Range, byMs: number, bounds: Range): Range {
  return within({ from: range.from + byMs, to: range.to + byMs }, bounds);
}

/** The range moved, and if it must be shortened, so that it is nowhere outside of the bounds. */
export function within(range: Range, bounds: Range): Range {
  const span = Math.min(range.to - range.from, bounds.to - bounds.from);
  const from = Math.min(Math.max(range.from, bounds.from), bounds.to - span);
  return { from, to: from + span };
}

/** Bounds with some room at both ends, so that what stands there can be seen. */
export function padded({ from, to }: Range, share = 0.03): Range {
  const room = Math.max((to - from) * share, 1);
  return { from: from - room, to: to + room };
}

const STEPS_MS = [
  0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000,
  1_800_000, 3_600_000, 7_200_000, 10_800_000, 21_600_000, 43_200_000, 86_400_000, 172_800_000, 604_800_000,
];

export interface Tick {
  readonly at: number;
  readonly label: string;
}

/** At most about `count` ticks, at round times of the zone. */
export function ticks({ from, to }: Range, count: number, zone: 'local' | 'utc'): readonly Tick[] {
  const wanted = (to - from) / Math.max(1, count);
  const step = STEPS_MS.find((each) => each >= wanted) ?? 604_800_000;
  // Days begin at the zone's midnight.
  const shift = zone === 'utc' || step < 900_000 ? 0 : new Date(from).getTimezoneOffset() * 60_000;
  const list: Tick[] = [];
  for (let index = Math.ceil((from - shift) / step); index * step + shift <= to && list.length < 100; index += 1) {
    const at = index * step + shift;
    list.push({ at, label: label(at, step, zone) });
  }
  return list;
}

function label(at: number, step: number, zone: 'local' | 'utc'): string {
  // Rounded: a tick at a tenth of a millisecond is not exactly there.
  const date = new Date(Math.round(at * 10) / 10 - (zone === 'utc' ? 0 : new Date(at).getTimezoneOffset() * 60_000));
  const iso = date.toISOString();
  if (step >= 86_400_000) return iso.slice(5, 10);
  if (step >= 60_000) return iso.slice(11, 16);
  if (step >= 1000) return iso.slice(11, 19);
  return `${iso.slice(17, 19)}.${iso.slice(20, 23)}`;
}
