// Puts a text into the clipboard, and says whether it is there: a page that is not served securely may not.
import { useEffect, useState } from 'preact/hooks';
import { Hidden } from './text.tsx';

const SAID_MS = 1500;

/** `text` may be made only when it is wanted. */
export function CopyButton({
  text,
  what,
  label = 'copy',
}: {
  readonly text: string | (() => string);
  readonly what: string;
  readonly label?: string;
}) {
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (said === '') return undefined;
    const timer = window.setTimeout(() => setSaid(''), SAID_MS);
    return () => window.clearTimeout(timer);
  }, [said]);
  const copy = (): void => {
    copyText(typeof text === 'string' ? text : text()).then(
      () => setSaid('copied'),
      () => setSaid('select it and copy it by hand'),
    );
  };
  return (
    <button type="button" class="tool" onClick={copy}>
      {said === '' ? label : said}
      <Hidden> {what}</Hidden>
    </button>
  );
}

export async function copyText(text: string): Promise<void> {
  // Only on loopback or over TLS.
  if (navigator.clipboard === undefined) throw new Error('there is no clipboard here');
  await navigator.clipboard.writeText(text);
}
