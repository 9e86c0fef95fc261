// Who may connect from elsewhere: the certificate that is served and the credentials that are taken, read again whenever their files change.
import { statSync } from 'node:fs';
import { messageOf } from '../error.ts';
import { judgeCertificate } from './client-certificate.ts';
import type { Reviewer, ReviewStats } from './reviewer.ts';
import type { Shown } from './shown.ts';
import { expiryWarning, readTlsFiles, type TlsMaterial, type TlsPaths } from './tls-files.ts';
import { digestOf, findToken, readTokenFile, type TokenFile } from './token-file.ts';
import type { Verdict } from './verdict.ts';

export interface AccessLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface AccessOptions {
  readonly tls: TlsPaths;
  readonly tokensFile: string | undefined;
  /** Asked for with each certificate: they can be changed live. In lower case; empty for every certificate of the CA. */
  clientNames(): readonly string[];
  /** Absent: the cluster is not asked. */
  readonly reviewer?: Reviewer | undefined;
  readonly log: AccessLog;
  /** How often the files are looked at. */
  readonly lookMs?: number;
  /** Wall time in ms. */
  readonly wallNow?: () => number;
}

export interface AccessStats {
  /** Wall time in ms. */
  readonly certificateExpiresAtMs: number;
  /** Whether a file is broken or gone, and what was read before is still in use. */
  readonly isStale: boolean;
  readonly reviews: ReviewStats | undefined;
}

export interface Access {
  /** What is served now. */
  tls(): TlsMaterial;
  /** Counts the changes of the client CAs: what a connection was made under. */
  generation(): number;
  /** The ways that are open, for the answer to who shows nothing. */
  readonly takes: { readonly tokens: boolean; readonly certificates: boolean };
  /** Who shows this. `isFresh`: asked again about somebody who was let in before. Never rejects. */
  judge(shown: Shown, isFresh?: boolean): Promise<Verdict>;
  /** Told after each change of what is served or taken. */
  onChange(listener: () => void): void;
  /** Reads the files again now, changed or not. */
  reload(): void;
  stats(): AccessStats;
  stop(): void;
}

/** Thrown when it cannot begin: one sentence for each thing that is wrong, with the name of its setting first. */
export class AccessProblems extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('; '));
    this.problems = problems;
  }
}

const LOOK_MS = 5000;
const REPEAT_MS = 60_000;
const EXPIRY_REPEAT_MS = 12 * 3_600_000;

/** What the files hold, checked as strictly as at a start. Throws AccessProblems with all that is wrong. */
export function readAccessFiles({ tls, tokensFile }: Pick<AccessOptions, 'tls' | 'tokensFile'>): {
  readonly material: TlsMaterial;
  readonly tokens: TokenFile;
} {
  const problems: string[] = [];
  let material: TlsMaterial | undefined;
  let tokens: TokenFile = { entries: [], problems: [] };
  try {
    material = readTlsFiles(tls);
  } catch (error) {
    problems.push(messageOf(error));
  }
  if (tokensFile !== undefined) {
    try {
      tokens = readTokenFile(tokensFile);
      problems.push(...tokens.problems.map((problem) => `auth.tokensFile: ${tokensFile}: ${problem}`));
      if (tokens.entries.length === 0 && tokens.problems.length === 0) problems.push(`auth.tokensFile: ${tokensFile} holds no token`);
    } catch (error) {
      problems.push(`auth.tokensFile: ${messageOf(error)}`);
    }
  }
  if (material === undefined || problems.length > 0) throw new AccessProblems(problems);
  return { material, tokens };
}

/** Throws AccessProblems when the files are not as they should be at a start. */
export function openAccess(options: AccessOptions): Access {
  const { tls: paths, tokensFile, reviewer, log, wallNow = Date.now } = options;
  const first = readAccessFiles(options);
  let material = first.material;
  let tokens = first.tokens;
  let generation = 0;
  const listeners: (() => void)[] = [];
  const tlsPaths = [paths.certFile, paths.keyFile, ...(paths.clientCaFile === undefined ? [] : [paths.clientCaFile])];
  const warned = new Map<string, number>();

  for (const warning of material.warnings) log.warn({}, warning);

  /** At once, and again only after a while or when it is another one. */
  function warn(message: string, repeatMs: number): void {
    const last = warned.get(message);
    if (last !== undefined && wallNow() - last < repeatMs) return;
    warned.set(message, wallNow());
    log.warn({}, message);
  }

  const tlsPart = part(tlsPaths, () => {
    const next = readTlsFiles(paths);
    const isSame = next.cert === material.cert && next.key === material.key && next.ca === material.ca;
    if (next.ca !== material.ca) generation += 1;
    material = next;
    if (isSame) return false;
    log.info({ expires: next.served.validToDate.toISOString() }, 'certificate, key and client CA were read again and are in use');
    return true;
  });
  const tokenPart =
    tokensFile === undefined
      ? undefined
      : part([tokensFile], () => {
          const next = readTokenFile(tokensFile);
          // A line with a typing error opens nothing; that it should keep open what was taken away is out of the question.
          for (const problem of next.problems) warn(`auth.tokensFile: ${tokensFile}: ${problem}: the line counts for nothing`, REPEAT_MS);
          const isSame = sameTokens(next, tokens);
          tokens = next;
          if (isSame) return false;
          log.info({ tokens: next.entries.length }, 'the tokens were read again and are in use');
          return true;
        });

  /** Files that belong together, and what is done when one of them changes. What is broken changes nothing, and is tried again at each look. */
  function part(files: readonly string[], read: () => boolean): { look(isForced: boolean): boolean; readonly isStale: boolean } {
    let print = fingerprint(files);
    let isStale = false;
    return {
      look(isForced) {
        const now = fingerprint(files);
        if (!isForced && !isStale && now === print) return false;
        print = now;
        try {
          const hasChanged = read();
          isStale = false;
          return hasChanged;
        } catch (error) {
          isStale = true;
          warn(`${messageOf(error)}. What was read before stays in use; mend the file, and it is read again by itself`, REPEAT_MS);
          return false;
        }
      },
      get isStale() {
        return isStale;
      },
    };
  }

  function look(isForced: boolean): void {
    const changes = [tlsPart.look(isForced), tokenPart?.look(isForced) ?? false];
    const expiry = expiryWarning(material, wallNow());
    if (expiry !== undefined) warn(expiry, EXPIRY_REPEAT_MS);
    if (warned.size > 100) warned.clear();
    if (changes.includes(true)) for (const listener of listeners) listener();
  }

  const timer = setInterval(() => look(false), options.lookMs ?? LOOK_MS);
  timer.unref();
  look(false);

  return {
    tls: () => material,
    generation: () => generation,
    takes: { tokens: tokensFile !== undefined || reviewer !== undefined, certificates: paths.clientCaFile !== undefined },
    async judge({ token, certificate, isMalformed }, isFresh = false) {
      const rule = { authorities: material.authorities, generation, names: options.clientNames() };
      const byCertificate = certificate && judgeCertificate(certificate, rule, wallNow());
      if (byCertificate !== undefined && 'identity' in byCertificate) return byCertificate;
      if (token !== undefined) {
        const digest = digestOf(token);
        const name = findToken(tokens.entries, digest);
        if (name !== undefined) return { identity: { name, way: 'token' } };
        if (reviewer !== undefined) return reviewer.review(token, digest.toString('hex'), isFresh);
        return { refused: 'wrong' };
      }
      if (isMalformed) return { refused: 'wrong' };
      return byCertificate ?? { refused: 'missing' };
    },
    onChange: (listener) => void listeners.push(listener),
    reload: () => look(true),
    stats: () => ({
      certificateExpiresAtMs: material.served.validToDate.getTime(),
      isStale: tlsPart.isStale || (tokenPart?.isStale ?? false),
      reviews: reviewer?.stats(),
    }),
    stop: () => clearInterval(timer),
  };
}

/** Of the files that the paths lead to now: a link that is turned to another one, as the kubelet does, is a change. */
function fingerprint(files: readonly string[]): string {
  return files
    .map((path) => {
      try {
        const { dev, ino, size, mtimeMs, ctimeMs } = statSync(path);
        return `${dev}.${ino}.${size}.${mtimeMs}.${ctimeMs}`;
      } catch (error) {
        // Reading it says what is wrong.
        return messageOf(error);
      }
    })
    .join(' ');
}

function sameTokens(left: TokenFile, right: TokenFile): boolean {
  const text = ({ entries }: TokenFile): string => entries.map(({ name, digest }) => `${name} ${digest.toString('hex')}`).join('\n');
  return text(left) === text(right);
}
