// Reads the certificates that a server is to be trusted by, each time anew: they are rotated.
import { readBoundedFile } from '../host/bounded-file.ts';

/** A distribution's whole bundle has a quarter of it. */
const MAX_BYTES = 1_048_576;

/** PEM; undefined for those of the system. Throws for a file that cannot be read or holds no certificate. */
export function readCertificates(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  const text = readBoundedFile(path, MAX_BYTES);
  // Node would take it for a list of none, and then trust nobody without saying why.
  if (!text.includes('-----BEGIN CERTIFICATE-----')) throw new Error(`caFile: ${path} holds no certificate in PEM`);
  return text;
}
