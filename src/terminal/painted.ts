// Lines that have their colours in them already, broken to a width.
import { displayWidth } from './escape.ts';

// biome-ignore lint/complexity/useRegexLiterals: the escape byte is easier to read in a string
const SEQUENCE = new RegExp('(\x1b\\[[0-9;]*m)');

/** The line in parts of so many columns at most; a colour ends at the end of a part. Nothing but colours may be in it. */
export function breakPainted(line: string, width: number): string[] {
  const parts: string[] = [];
  let part = '';
  let used = 0;
  for (const [index, token] of line.split(SEQUENCE).entries()) {
    // Every other one is what stands between.
    if (index % 2 === 1) {
      part += token;
      continue;
    }
    for (const character of token) {
      const needed = displayWidth(character);
      if (used + needed > width && used > 0) {
        parts.push(part.includes('\x1b') ? `${part}\x1b[0m` : part);
        part = '';
        used = 0;
      }
      part += character;
      used += needed;
    }
  }
  return [...parts, part];
}
