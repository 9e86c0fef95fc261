// Makes any text safe to print: nothing a process chose for its name or arguments can move the cursor, colour the screen or hide itself.

// Cc, Cf (bidi controls, zero width, tags), Cs (lone surrogates), Co, Cn; line and paragraph separators; spaces that are not U+0020;
// letters that draw nothing (Hangul fillers, variation selectors, braille blank); the backslash, so that an escape cannot be forged.
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\\]|(?! )\p{Zs}/gu;
// A few combining marks spell a language, a pile of them covers the lines above and below.
const MARK_PILE = /(\p{M}{2})(\p{M}+)/gu;
const MARK = /\p{M}/u;
const ASCII = /^[\x20-\x7e]*$/;
const NAMED: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\x1b': '\\e' };

/** Longest text that is looked at: what is behind it never reaches a terminal line anyway. */
const MAX_LENGTH = 16_384;

/** Text with every character that is not plainly visible written as an escape: `\n`, `\e`, `\x07`, `\u{202e}`. */
export function escapeText(text: string): string {
  const bounded = text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
  if (ASCII.test(bounded) && !bounded.includes('\\')) return bounded;
  return bounded
    .replace(UNSAFE, escapeCharacter)
    .replace(MARK_PILE, (_pile, kept: string, rest: string) => kept + Array.from(rest, escapeCharacter).join(''));
}

/** As escapeText, for text that was escaped before: its backslashes stay as they are. */
export function hideControls(text: string): string {
  return ASCII.test(text) ? text : text.replace(UNSAFE, (character) => (character === '\\' ? character : escapeCharacter(character)));
}

// What JSON.stringify leaves as it is although a terminal would obey it or not show it: everything of UNSAFE above ASCII.
const UNSAFE_IN_JSON = /(?=[^\x00-\x7e])[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** A value as JSON that is safe to print: the same value, with `\u202e` in place of the character. */
export function printableJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(UNSAFE_IN_JSON, (character) =>
    Array.from({ length: character.length }, (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`).join(''),
  );
}

/** A process' arguments on one line: an argument with a space or quote in it, or an empty one, is put in single quotes. */
export function escapeArgs(args: readonly string[]): string {
  return args.map((arg) => (/^[^\s'"]+$/.test(arg) ? escapeText(arg) : `'${escapeText(arg).replaceAll("'", "\\'")}'`)).join(' ');
}

/** Columns the text takes in a terminal. The text must have been escaped. */
export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** The text cut at its end to so many columns, with `…` where something is missing. The text must have been escaped. */
export function cutEnd(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  return width < 1 ? '' : `${takeColumns(Array.from(text), width - 1).join('')}…`;
}

/** The text cut in its middle, for names whose end tells them apart, such as those of a Deployment's pods. */
export function cutMiddle(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  if (width < 1) return '';
  const characters = Array.from(text);
  const tail = takeColumns(characters.toReversed(), Math.floor((width - 1) / 2)).toReversed();
  const head = takeColumns(characters, width - 1 - displayWidth(tail.join('')));
  return `${head.join('')}…${tail.join('')}`;
}

/** The text in parts of so many columns at most. The text must have been escaped. */
export function breakText(text: string, width: number): string[] {
  if (displayWidth(text) <= width) return [text];
  const parts: string[] = [];
  for (let rest = Array.from(text); rest.length > 0; ) {
    const part = takeColumns(rest, width);
    // A character that is wider than a line stands alone in it.
    if (part.length === 0) part.push(...rest.slice(0, 1));
    parts.push(part.join(''));
    rest = rest.slice(part.length);
  }
  return parts;
}

/** The text with spaces behind it up to so many columns. */
export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

function takeColumns(characters: readonly string[], width: number): string[] {
  let used = 0;
  const taken: string[] = [];
  for (const character of characters) {
    used += characterWidth(character);
    if (used > width) break;
    taken.push(character);
  }
  return taken;
}

function escapeCharacter(character: string): string {
  const named = NAMED[character];
  if (named !== undefined) return named;
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}

// East Asian Wide and Fullwidth, Unicode 16, joined where what is between is unassigned and so never printed.
const WIDE: readonly (readonly [from: number, to: number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x1b2fb],
  [0x20000, 0x3fffd],
];

function characterWidth(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (MARK.test(character)) return 0;
  if (/\p{Emoji_Presentation}/u.test(character)) return 2;
  return WIDE.some(([from, to]) => code >= from && code <= to) ? 2 : 1;
}
