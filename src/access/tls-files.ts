// Certificate, key and client CA from their files: read, and checked to be what they should be before anything is served with them.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { statSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { messageOf } from '../error.ts';
import { readBoundedFile } from '../host/bounded-file.ts';
import { isVolume } from './token-file.ts';

export interface TlsPaths {
  readonly certFile: string;
  readonly keyFile: string;
  readonly clientCaFile: string | undefined;
}

export interface TlsMaterial {
  readonly cert: string;
  readonly key: string;
  /** PEM of the client CAs; undefined: no client certificate is asked for. */
  readonly ca: string | undefined;
  readonly served: X509Certificate;
  readonly authorities: readonly X509Certificate[];
  /** Suspicious, but no reason not to serve. */
  readonly warnings: readonly string[];
}

/** A chain of many certificates with large keys has a tenth of it; bundles of CAs may be long. */
const MAX_BYTES = 1_048_576;
const PEM = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/** Throws an Error that names the setting, what is wrong with its file and what to do, and repeats nothing of a key. */
export function readTlsFiles({ certFile, keyFile, clientCaFile }: TlsPaths): TlsMaterial {
  const cert = read('tls.certFile', certFile);
  const key = read('tls.keyFile', keyFile);
  const [served] = certificatesIn('tls.certFile', certFile, cert);
  if (served === undefined) throw new Error(`tls.certFile: ${certFile} holds no certificate in PEM`);
  checkKey(served, certFile, key, keyFile);
  const ca = clientCaFile === undefined ? undefined : read('tls.clientCaFile', clientCaFile);
  const authorities = ca === undefined ? [] : certificatesIn('tls.clientCaFile', clientCaFile ?? '', ca);
  const foreign = authorities.find((each) => !each.ca);
  if (foreign !== undefined) {
    throw new Error(
      `tls.clientCaFile: ${clientCaFile} holds a certificate that is no CA's (${oneLine(foreign.subject)}): give the one it was signed by`,
    );
  }
  try {
    createSecureContext({ cert, key, ...(ca !== undefined && { ca }) });
  } catch (error) {
    throw new Error(`tls: ${certFile} and ${keyFile} cannot be served: ${messageOf(error)}`, { cause: error });
  }
  return { cert, key, ca, served, authorities, warnings: exposed(keyFile) };
}

function checkKey(served: X509Certificate, certFile: string, key: string, keyFile: string): void {
  let isPair: boolean;
  try {
    isPair = served.checkPrivateKey(createPrivateKey(key));
  } catch (error) {
    const advice = key.includes('ENCRYPTED')
      ? 'it is encrypted, and nobody is there to type the passphrase: write it without one'
      : messageOf(error);
    throw new Error(`tls.keyFile: ${keyFile} is no private key in PEM that can be used: ${advice}`, { cause: error });
  }
  if (!isPair) throw new Error(`tls.keyFile: ${keyFile} does not belong to the first certificate of ${certFile}`);
}

function read(setting: string, path: string): string {
  try {
    return readBoundedFile(path, MAX_BYTES);
  } catch (error) {
    throw new Error(`${setting}: ${messageOf(error)}`, { cause: error });
  }
}

function certificatesIn(setting: string, path: string, text: string): readonly X509Certificate[] {
  try {
    const found = [...text.matchAll(PEM)].map(([pem]) => new X509Certificate(pem));
    if (found.length > 0) return found;
  } catch (error) {
    throw new Error(`${setting}: ${path} holds a certificate that is damaged: ${messageOf(error)}`, { cause: error });
  }
  throw new Error(`${setting}: ${path} holds no certificate in PEM`);
}

function exposed(keyFile: string): readonly string[] {
  const { mode } = statSync(keyFile);
  const isExposed = (mode & 0o006) !== 0 && !isVolume(keyFile);
  return isExposed ? [`tls.keyFile: ${keyFile} may be read by everybody (mode ${(mode & 0o777).toString(8)}): chmod 600`] : [];
}

function oneLine(subject: string): string {
  return subject.replace(/\n/g, ', ').slice(0, 200);
}

/** What is wrong with the dates of a served certificate, or will be soon; undefined when nothing is. */
export function expiryWarning({ served }: Pick<TlsMaterial, 'served'>, nowMs: number): string | undefined {
  const days = Math.floor((served.validToDate.getTime() - nowMs) / 86_400_000);
  const advice = 'replace the files of tls.certFile and tls.keyFile: they are read again by themselves';
  if (nowMs < served.validFromDate.getTime())
    return `the served certificate is not valid before ${served.validFromDate.toISOString()}: ${advice}`;
  if (days < 0) return `the served certificate expired at ${served.validToDate.toISOString()}, and clients refuse it: ${advice}`;
  return days < 14
    ? `the served certificate expires in ${days} day${days === 1 ? '' : 's'}, at ${served.validToDate.toISOString()}: ${advice}`
    : undefined;
}
