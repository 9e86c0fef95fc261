// Reads secrets where the configuration says they are, each time anew, and keeps them out of what is said about a failure.
import { messageOf } from '../error.ts';
import { readBoundedFile } from '../host/bounded-file.ts';
import type { Secret } from './sink-settings.ts';

export type ReadSecret = (secret: Secret) => string;

const MAX_SECRET_BYTES = 65_536;

/** Throws an Error that names the file or the variable, never what is in it. */
export function createSecretReader(env: Readonly<Record<string, string | undefined>>): ReadSecret {
  return (secret) => {
    const value = 'env' in secret ? (env[secret.env] ?? '') : readFile(secret.file);
    const text = value.trim();
    const name = 'env' in secret ? `the variable ${secret.env}` : secret.file;
    if (text === '') throw new Error(`secret: ${name} is empty`);
    if (/[\r\n\0]/.test(text)) throw new Error(`secret: ${name} holds more than one line`);
    return text;
  };
}

function readFile(path: string): string {
  try {
    return readBoundedFile(path, MAX_SECRET_BYTES);
  } catch (error) {
    throw new Error(`secret: ${messageOf(error)}`, { cause: error });
  }
}
