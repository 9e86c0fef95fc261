// Decides whether output is coloured, and names the few styles that the tree and the events are drawn in.
import { styleText } from 'node:util';

export const COLOR_MODES = ['auto', 'always', 'never'] as const;
export type ColorMode = (typeof COLOR_MODES)[number];

/** What a piece of text is, not how it looks. */
export type Style = 'plain' | 'title' | 'muted' | 'strong' | 'accent' | 'good' | 'warn' | 'bad' | 'alarm' | 'cursor';

/** Turns a text into what is printed: with escape sequences of the terminal, or as it is. */
export type Paint = (style: Style, text: string) => string;

type Format = Parameters<typeof styleText>[0];

const FORMAT: Readonly<Record<Exclude<Style, 'plain'>, Format>> = {
  title: ['bold'],
  muted: ['gray'],
  strong: ['bold'],
  accent: ['cyan'],
  good: ['green'],
  warn: ['yellow'],
  bad: ['red'],
  alarm: ['bold', 'red'],
  cursor: ['inverse'],
};

/** `auto` is colour on a terminal unless NO_COLOR is set or TERM is dumb; FORCE_COLOR asks for it everywhere (`0` for nowhere). */
export function isColored(mode: ColorMode, isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  if (mode !== 'auto') return mode === 'always';
  const forced = env.FORCE_COLOR;
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false';
  if ((env.NO_COLOR ?? '') !== '') return false;
  return isTerminal && env.TERM !== 'dumb';
}

/** Text as it is. */
export const plainPaint: Paint = (_style, text) => text;

/** Text in the sixteen colours that every terminal lets its user choose. */
export const colorPaint: Paint = (style, text) =>
  style === 'plain' || text === '' ? text : styleText(FORMAT[style], text, { validateStream: false });

export function paintFor(mode: ColorMode, isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): Paint {
  return isColored(mode, isTerminal, env) ? colorPaint : plainPaint;
}
