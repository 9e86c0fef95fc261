// Looks again at the credentials of clients that stay: one that was taken away, has expired or may no longer ends its stream.
import type { WebSocket } from 'ws';
import type { Access } from '../access/access.ts';
import type { Guest } from './entrance.ts';

export interface Recheck {
  /** Looks after a client until its socket closes. */
  watch(socket: WebSocket, guest: Guest): void;
  /** Looks at all of them now. */
  now(): void;
  /** Clients whose stream was ended for it. */
  readonly ended: number;
}

export interface RecheckOptions {
  readonly access: Access;
  readonly everyMs: number;
  readonly wallNow: () => number;
  readonly onEnd: (guest: Guest, reason: string) => void;
}

/** As long as nobody can tell, who was let in stays, for so many looks: an API server may be away for minutes. */
const PATIENCE = 5;
/** The beginning of the reason that a stream ends for: clients know it by that. */
export const CREDENTIAL_ENDED = 'credential';

export function createRecheck({ access, everyMs, wallNow, onEnd }: RecheckOptions): Recheck {
  const checks = new Set<() => void>();
  let ended = 0;

  function watch(socket: WebSocket, guest: Guest): void {
    let timer: NodeJS.Timeout | undefined;
    let unanswered = 0;
    const { untilMs } = guest.identity;

    function plan(): void {
      clearTimeout(timer);
      const dueMs = untilMs === undefined ? everyMs : Math.min(everyMs, Math.max(0, untilMs - wallNow()));
      timer = setTimeout(() => void check(), dueMs);
      timer.unref();
    }

    function end(code: 1008 | 1013, reason: string): void {
      ended += 1;
      onEnd(guest, reason);
      socket.close(code, reason);
    }

    async function check(): Promise<void> {
      const verdict = await access.judge(guest.shown, true);
      if (socket.readyState !== socket.OPEN) return;
      if ('identity' in verdict) unanswered = 0;
      else if (verdict.refused === 'denied') return end(1008, `${CREDENTIAL_ENDED}: its holder may no longer read here`);
      else if (verdict.refused !== 'unavailable') return end(1008, `${CREDENTIAL_ENDED}: it has expired or was taken away`);
      else if (++unanswered >= PATIENCE) return end(1013, 'credentials can no longer be checked: try again later');
      plan();
    }

    const onCheck = (): void => void check();
    checks.add(onCheck);
    socket.once('close', () => {
      clearTimeout(timer);
      checks.delete(onCheck);
    });
    plan();
  }

  return {
    watch,
    now: () => {
      for (const check of checks) check();
    },
    get ended() {
      return ended;
    },
  };
}
