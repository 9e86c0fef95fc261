// Text from the node on the page: always as text, every character that would not plainly be seen written out, and never endless.
import type { ComponentChildren } from 'preact';
import { cutMiddle, escapeText } from '../terminal/escape.ts';
import type { Piece } from '../terminal/line.ts';

const MAX_SHOWN = 200;

/** At most `max` columns, cut in the middle. Isolated: letters that are written from right to left move nothing else. */
export function Text({ of, max = MAX_SHOWN }: { readonly of: string; readonly max?: number }) {
  const escaped = escapeText(of);
  const shown = cutMiddle(escaped, max);
  return <bdi title={shown === escaped ? undefined : escaped}>{shown}</bdi>;
}

/** A name of which at most `room` characters are seen, cut in its middle: the ends of pods' names tell them apart. It is heard whole. */
export function Name({ of, room }: { readonly of: string; readonly room: number }) {
  const whole = cutMiddle(escapeText(of), MAX_SHOWN);
  const shown = cutMiddle(whole, room);
  if (shown === whole) return <bdi class="name">{whole}</bdi>;
  return (
    <>
      <bdi class="name" title={whole} aria-hidden="true">
        {shown}
      </bdi>
      <Hidden>{whole}</Hidden>
    </>
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
