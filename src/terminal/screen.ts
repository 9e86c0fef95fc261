// A picture on the terminal that is redrawn in place without flicker, on the alternate screen so that the scrollback stays as it was.

export interface ScreenOptions {
  readonly write: (text: string) => void;
  /** The terminal's size at the moment of each drawing. */
  readonly size: () => { readonly columns: number; readonly rows: number };
}

export interface Screen {
  /** Shows these lines; when there are more than rows, the last row says how many are below. Lines must be cut to the width already. */
  show(lines: readonly string[]): void;
  /** Gives the terminal back as it was. Does nothing the second time. */
  close(): void;
}

// DEC private modes: 1049 alternate screen, 25 cursor, 2026 synchronised update (unknown modes are ignored by terminals).
const OPEN = '\x1b[?1049h\x1b[?25l\x1b[2J';
const CLOSE = '\x1b[?25h\x1b[?1049l';
const BEGIN = '\x1b[?2026h\x1b[H';
const END = '\x1b[0m\x1b[J\x1b[?2026l';
const CLEAR_LINE = '\x1b[0m\x1b[K';

export function openScreen(options: ScreenOptions): Screen {
  let isOpen = true;
  let shown: string | undefined;
  options.write(OPEN);
  return {
    show(lines) {
      if (!isOpen) return;
      const picture = fitRows(lines, options.size().rows).join(`${CLEAR_LINE}\r\n`);
      if (picture === shown) return;
      shown = picture;
      // One write, nothing erased before it is overwritten: that is what keeps it from flickering.
      options.write(`${BEGIN}${picture}${CLEAR_LINE}${END}`);
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      options.write(CLOSE);
    },
  };
}

/** At most `rows` lines, the last of them telling how many more there are. */
export function fitRows(lines: readonly string[], rows: number): string[] {
  if (lines.length <= rows) return [...lines];
  const kept = Math.max(0, rows - 1);
  return [...lines.slice(0, kept), `… ${lines.length - kept} more lines; make the window taller or name a pod`];
}
