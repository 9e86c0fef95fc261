// Whose a client certificate is, and whether it is still good: by its dates and by the CA as it is now, which may be another one than when the
// connection was made.
import type { X509Certificate } from 'node:crypto';
import type { ShownCertificate } from './shown.ts';
import type { Verdict } from './verdict.ts';

export interface CertificateRule {
  /** The CAs that are trusted now. */
  readonly authorities: readonly X509Certificate[];
  /** Another one after each change of them. */
  readonly generation: number;
  /** Names of which a certificate must have one; empty: every certificate of these CAs. */
  readonly names: readonly string[];
}

/** Nothing is said of revocation lists: none is read. */
export function judgeCertificate(shown: ShownCertificate, rule: CertificateRule, nowMs: number): Verdict {
  try {
    return judge(shown, rule, nowMs);
  } catch {
    // Signed by a key of a kind that Node cannot use, or with dates that are none: nobody can say that it is good.
    return { refused: 'wrong' };
  }
}

function judge({ x509, wasTrusted, generation }: ShownCertificate, rule: CertificateRule, nowMs: number): Verdict {
  // First: what anybody can make and send is not looked into.
  if (!wasTrusted) return { refused: 'wrong' };
  const untilMs = x509.validToDate.getTime();
  if (nowMs >= untilMs || nowMs < x509.validFromDate.getTime()) return { refused: 'wrong' };
  // OpenSSL has checked the whole chain, and keeps nothing but its end. When the CAs have changed since, only what one of them signed itself can be
  // told to be good; who has an intermediate one's connects again.
  const isTrusted = generation === rule.generation || rule.authorities.some((authority) => isSignedBy(x509, authority));
  if (!isTrusted) return { refused: 'wrong' };
  const names = namesOf(x509);
  const isNamed = rule.names.length === 0 || names.some((name) => rule.names.includes(name));
  return isNamed ? { identity: { name: names[0] ?? 'unnamed', way: 'certificate', untilMs } } : { refused: 'denied' };
}

function isSignedBy(certificate: X509Certificate, authority: X509Certificate): boolean {
  return certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
}

/** Its common name, then its alternative names of the kinds that name a client. Lower case, as tls.clientNames are. */
export function namesOf(x509: X509Certificate): readonly string[] {
  const common: unknown = x509.toLegacyObject().subject?.CN;
  const alternative = [...(x509.subjectAltName ?? '').matchAll(/(?:^|, )(?:DNS|URI|email):(?:"((?:[^"\\]|\\.)*)"|([^,"]*))/g)];
  const names = [...[common].flat(), ...alternative.map(([, quoted, plain]) => quoted ?? plain)];
  return names.filter((name): name is string => typeof name === 'string' && name !== '').map((name) => name.toLowerCase().slice(0, 253));
}
