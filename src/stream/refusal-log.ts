// Counts everything that is turned away, and tells the log of what came from elsewhere: once, and then at most once a minute with sums.
import { REFUSAL_REASONS, type RefusalReason } from './admission.ts';

export interface RefusalLog {
  /** `peer` is given for what came to a guarded door: that is worth a line in the log. */
  count(reason: RefusalReason, peer?: string): void;
  readonly totals: Readonly<Record<RefusalReason, number>>;
  stop(): void;
}

const EVERY_MS = 60_000;
const MAX_PEERS = 5;

interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export function createRefusalLog(log: Log): RefusalLog {
  const totals = Object.fromEntries(REFUSAL_REASONS.map((reason) => [reason, 0])) as Record<RefusalReason, number>;
  let reasons: Partial<Record<RefusalReason, number>> = {};
  const peers = new Set<string>();
  let timer: NodeJS.Timeout | undefined;

  function tell(): void {
    timer = undefined;
    if (Object.keys(reasons).length === 0) return;
    // A browser asks without a credential first, and then asks the person for one.
    const isOrdinary = Object.keys(reasons).every((reason) => reason === 'missing');
    log[isOrdinary ? 'info' : 'warn']({ reasons, peers: [...peers] }, 'connections from elsewhere were refused');
    reasons = {};
    peers.clear();
    timer = setTimeout(tell, EVERY_MS);
    timer.unref();
  }

  return {
    totals,
    count(reason, peer) {
      totals[reason] += 1;
      if (peer === undefined) return;
      reasons[reason] = (reasons[reason] ?? 0) + 1;
      if (peers.size < MAX_PEERS) peers.add(peer);
      // The first one is told at once: somebody may stand at the door and wonder.
      if (timer === undefined) tell();
    },
    stop: () => clearTimeout(timer),
  };
}
