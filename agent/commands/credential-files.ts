// Reads the files that a command shows an agent: token, certificate and key, and the CA by which it trusts that agent.
import { messageOf } from '../../src/error.ts';
import { readBoundedFile } from '../../src/host/bounded-file.ts';
import type { Credentials, ReadCredentials } from '../../src/stream/credentials.ts';
import { UsageError } from './failure.ts';
import type { SourceOptions } from './option.ts';

const MAX_BYTES = 1_048_576;

/** Read with each connection. Throws UsageError at once for a file that is not what it should be. */
export function credentialsOf(
  options: Pick<SourceOptions, 'tokenFile' | 'caFile' | 'certFile' | 'keyFile' | 'tlsServerName'>,
): ReadCredentials | undefined {
  const { tokenFile, caFile, certFile, keyFile, tlsServerName: serverName } = options;
  if ((certFile === undefined) !== (keyFile === undefined)) {
    const [given, missing] = certFile === undefined ? ['--key-file', '--cert-file'] : ['--cert-file', '--key-file'];
    throw new UsageError(`${given} needs ${missing} besides: a certificate and its key`);
  }
  if ([tokenFile, caFile, certFile, serverName].every((each) => each === undefined)) return undefined;
  const read = (): Credentials => ({
    ...(tokenFile !== undefined && { token: readToken(tokenFile) }),
    ...(caFile !== undefined && { ca: readPem('--ca-file', caFile, 'CERTIFICATE') }),
    ...(certFile !== undefined && { cert: readPem('--cert-file', certFile, 'CERTIFICATE') }),
    ...(serverName !== undefined && { serverName }),
    ...(keyFile !== undefined && { key: readPem('--key-file', keyFile, 'PRIVATE KEY') }),
  });
  read();
  return read;
}

function readToken(path: string): string {
  const text = readFile('--token-file', path).trim();
  if (!/^[\x21-\x7e]{1,16384}$/.test(text)) throw new UsageError(`--token-file ${path}: expected one line of printable ASCII`);
  return text;
}

function readPem(flag: string, path: string, what: string): string {
  const text = readFile(flag, path);
  if (!text.includes(`${what}-----`)) throw new UsageError(`${flag} ${path}: expected a ${what.toLowerCase()} in PEM`);
  return text;
}

function readFile(flag: string, path: string): string {
  try {
    return readBoundedFile(path, MAX_BYTES);
  } catch (error) {
    throw new UsageError(`${flag}: ${messageOf(error)}`);
  }
}
