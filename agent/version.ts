// The version of this podtree.
import { readFileSync } from 'node:fs';

/** From package.json, which lies beside agent/ in a checkout and one level further up when compiled into dist/. */
export function version(): string {
  for (const path of ['../package.json', '../../package.json']) {
    try {
      const text: unknown = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
      if (typeof text === 'object' && text !== null && 'version' in text && typeof text.version === 'string') return text.version;
    } catch {
      // The next place is tried; without any the version is unknown, which is no reason to fail.
    }
  }
  return 'unknown';
}
