// The kernel's boot clock, and the one place where its nanoseconds become wall time.
import type { BootNs } from '../kernel/identity.ts';
import { readSmallFile } from './small-file.ts';

const NS_PER_SECOND = 1_000_000_000n;
/** /proc/uptime has two decimals: below this the machine never slept, and boot and monotonic clock are the same. */
const UPTIME_RESOLUTION_NS = 20_000_000n;

/** Fixed once calibrated: one boot time is always the same wall time, because `pid@startTime` is an identity. When the wall clock is set
 * or slewed later, times keep their distances and drift() says how far they are off. */
export interface Clock {
  /** CLOCK_BOOTTIME now, ns. */
  bootNow(): BootNs;
  /** RFC 3339 UTC with nine digits. */
  wallTime(bootNs: BootNs): string;
  /** From now on `bootNs` is `wallNs` (ns since 1970): for a replay, or to keep a former run's times. */
  calibrate(bootNs: BootNs, wallNs: bigint): void;
  /** Wall minus boot time, ns: calibrate(0, offset) makes another clock say the same. */
  wallOffsetNs(): bigint;
  /** How many ns the wall clock is ahead of what wallTime says of now. */
  driftNs(): bigint;
}

export function createClock(proc = '/proc'): Clock {
  const bootNowNs = createBootTime(proc);
  let offset = measureWallOffset(bootNowNs);
  // In two numbers: a wall time in ns is beyond 2^53, and a bigint costs more than all the rest of an event's time.
  let offsetSeconds = 0;
  let offsetNs = 0;
  const setOffset = (ns: bigint): void => {
    offset = ns;
    offsetNs = Number(((ns % NS_PER_SECOND) + NS_PER_SECOND) % NS_PER_SECOND);
    offsetSeconds = Number((ns - BigInt(offsetNs)) / NS_PER_SECOND);
  };
  setOffset(offset);
  // Formatting a date costs even more, and events of one second come together.
  let cachedSecond = Number.NaN;
  let cachedText = '';
  return {
    bootNow: () => Number(bootNowNs()),
    wallTime: (bootNs) => {
      const whole = Math.trunc(bootNs);
      const bootSecond = Math.floor(whole / 1e9);
      const ns = whole - bootSecond * 1e9 + offsetNs;
      const carry = ns >= 1e9 ? 1 : 0;
      const second = bootSecond + offsetSeconds + carry;
      if (second !== cachedSecond) {
        cachedSecond = second;
        cachedText = new Date(second * 1_000).toISOString().slice(0, 20);
      }
      // A leading one keeps the zeros. V8 keeps a long sum of texts as what it was made of: as two parts here, and not as four.
      const rest = `${String(ns - carry * 1e9 + 1e9).slice(1)}Z`;
      return cachedText + rest;
    },
    calibrate: (bootNs, wallNs) => {
      setOffset(wallNs - BigInt(Math.trunc(bootNs)));
    },
    wallOffsetNs: () => offset,
    driftNs: () => measureWallOffset(bootNowNs) - offset,
  };
}

// Node has only CLOCK_MONOTONIC, which stands still while the machine sleeps; /proc/uptime is CLOCK_BOOTTIME, but in hundredths of a
// second. Their difference is asked for once a second; rounding makes it too small only, so the largest is the truth.
function createBootTime(proc: string): () => bigint {
  let sleptNs = 0n;
  let askAgainNs = 0n;
  return () => {
    const now = process.hrtime.bigint();
    if (now < askAgainNs) return now + sleptNs;
    askAgainNs = now + NS_PER_SECOND;
    const uptime = /^(\d+)\.(\d\d)/.exec(readSmallFile(`${proc}/uptime`, 64) ?? '');
    const ahead = uptime === null ? 0n : (BigInt(uptime[1] ?? 0) * 100n + BigInt(uptime[2] ?? 0)) * 10_000_000n - now;
    if (ahead > UPTIME_RESOLUTION_NS && ahead > sleptNs) sleptNs = ahead;
    return now + sleptNs;
  };
}

// Date.now counts milliseconds: at the moment it changes, the wall clock is known to the microsecond. Whatever comes between the change
// and our reading of the boot clock makes the offset too small, so the largest of three is the best.
function measureWallOffset(bootNowNs: () => bigint): bigint {
  let best: bigint | undefined;
  bootNowNs();
  for (let sample = 0; sample < 3; sample++) {
    const before = Date.now();
    let now = before;
    let boot = 0n;
    while (now === before) {
      now = Date.now();
      boot = bootNowNs();
    }
    const offset = BigInt(now) * 1_000_000n - boot;
    if (best === undefined || offset > best) best = offset;
  }
  return best ?? 0n;
}
