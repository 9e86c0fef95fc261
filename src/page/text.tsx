// Text from the node on the page: always as text, every character that would not plainly be seen written out, and never endless.
import type { ComponentChildren } from 'preact';
import { cutMiddle, escapeText } from '../terminal/escape.ts';
import type { Piece } from '../terminal/line.ts';

const MAX_SHOWN = 200;
const TAIL = 7;

/** At most `max` columns, cut in the middle. Isolated: letters that are written from right to left move nothing else. */
export function Text({ of, max = MAX_SHOWN }: { readonly of: string; readonly max?: number }) {
  const escaped = escapeText(of);
  const shown = cutMiddle(escaped, max);
  return <bdi title={shown === escaped ? undefined : escaped}>{shown}</bdi>;
}

/** A name that is cut in its middle where there is no room: the ends of pods' names tell them apart. */
export function Name({ of }: { readonly of: string }) {
  const shown = cutMiddle(escapeText(of), MAX_SHOWN);
  const characters = Array.from(shown);
  const split = characters.length > 2 * TAIL ? characters.length - TAIL : characters.length;
  return (
    <bdi class="name" title={shown}>
      <span class="name-head">{characters.slice(0, split).join('')}</span>
      <span>{characters.slice(split).join('')}</span>
    </bdi>
  );
}

/** What the terminal would print, in the page's own styles. The pieces are escaped already. */
export function Pieces({ of }: { readonly of: readonly Piece[] }) {
  return (
    <>{of.map(({ text, style }) => (text === '' ? null : <span class={style === 'plain' ? undefined : `is-${style}`}>{text}</span>))}</>
  );
}

/** For those who hear the page. */
export function Hidden({ children }: { readonly children: ComponentChildren }) {
  return <span class="visually-hidden">{children}</span>;
}
