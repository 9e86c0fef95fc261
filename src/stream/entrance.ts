// Who may come in at a guarded door: the credential of each request, before anything else of it is looked at. A refusal says nothing of what is inside.
import type { IncomingMessage } from 'node:http';
import type { Access } from '../access/access.ts';
import { type Shown, shownBy } from '../access/shown.ts';
import type { Identity, RefusedFor } from '../access/verdict.ts';
import type { Refusal } from './admission.ts';
import type { Gate } from './gate.ts';

/** Somebody who was let in, with what he showed: it is looked at again while he stays. */
export interface Guest {
  readonly identity: Identity;
  readonly shown: Shown;
}

/** The guest, or what to answer. Never rejects. */
export async function enter(request: IncomingMessage, access: Access, gate: Gate): Promise<Guest | Refusal> {
  if (!gate.look(request.socket)) return throttled(1, 'a request before the answer to the last one');
  const shown = shownBy(request, gate.generationOf(request.socket));
  const waitSeconds = gate.waitSeconds(request.socket);
  // A certificate cannot be guessed: whoever has one is not made to wait for what somebody else of his address did.
  const isGuess = shown.token !== undefined || shown.isMalformed === true;
  if (waitSeconds > 0 && isGuess) return throttled(waitSeconds, 'too many wrong credentials came from this address');
  const verdict = await access.judge(shown);
  if ('identity' in verdict) {
    gate.prove(request.socket);
    return { identity: verdict.identity, shown };
  }
  if (verdict.refused === 'wrong') gate.fail(request.socket);
  return refusalFor(verdict.refused, access.takes);
}

function throttled(seconds: number, why: string): Refusal {
  const message = `${why}: try again in ${seconds} s`;
  return { reason: 'throttled', status: 429, code: 'THROTTLED', message, headers: { 'Retry-After': String(seconds) } };
}

// RFC 7617 2.1: without the charset browsers send what they like.
const CHALLENGES = { 'WWW-Authenticate': ['Bearer', 'Basic realm="podtree", charset="UTF-8"'] } as const;

function refusalFor(why: RefusedFor, takes: Access['takes']): Refusal {
  const kinds = [
    ...(takes.tokens ? ['a bearer token (or Basic with it as the password)'] : []),
    ...(takes.certificates ? ['a client certificate'] : []),
  ];
  switch (why) {
    case 'missing':
    case 'wrong': {
      // Without a way for a password a browser must not ask for one.
      const rest = takes.tokens ? { status: 401, headers: CHALLENGES } : { status: 403 };
      const what = why === 'missing' ? 'a credential is needed' : 'this credential is not valid, or no longer';
      return { reason: why, code: 'UNAUTHORIZED', message: `${what}: what is taken is ${kinds.join(' or ')}`, ...rest };
    }
    case 'denied': {
      const message = 'this credential is valid, but its holder may not read here: in a cluster that takes the right to get nodes/podtree';
      return { reason: 'denied', status: 403, code: 'DENIED', message };
    }
    case 'unavailable': {
      const message = 'credentials cannot be checked at the moment: try again soon';
      return { reason: 'unavailable', status: 503, code: 'UNAVAILABLE', message, headers: { 'Retry-After': '5' } };
    }
    default:
      return why satisfies never;
  }
}
