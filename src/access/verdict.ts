// What comes of a credential: who it is, or why it opens nothing.

/** By which a client may show who it is. */
export const WAYS = ['token', 'certificate', 'kubernetes'] as const;
export type Way = (typeof WAYS)[number];

export interface Identity {
  /** Of the token, the certificate or the user of the cluster: for the log. Hostile text unless it is a token's. */
  readonly name: string;
  readonly way: Way;
  /** Wall time in ms from which on the credential is worth nothing; absent where only asking again can tell. */
  readonly untilMs?: number;
}

/** missing: none was shown. wrong: nobody's, or no longer. denied: somebody's who may not. unavailable: nobody can tell now. */
export type RefusedFor = 'missing' | 'wrong' | 'denied' | 'unavailable';

export type Verdict = { readonly identity: Identity } | { readonly refused: RefusedFor };
