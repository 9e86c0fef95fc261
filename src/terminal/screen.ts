// A picture on the terminal that is redrawn in place without flicker, on the alternate screen so that the scrollback stays as it was.

export interface ScreenOptions {
  readonly write: (text: string) => void;
  /** The terminal's size at the moment of each drawing. */
  readonly size: () => { readonly columns: number; readonly rows: number };
}

export interface Screen {
  /** Shows these lines, and writes only those that changed; when there are more than rows, the last row says how many are below. Lines must be cut
   * to the width already. */
  show(lines: readonly string[]): void;
  /** Draws everything at the next `show`: somebody else has written on the terminal. */
  forget(): void;
  /** Asks the terminal to report clicks and the wheel, or not to; while it does, it selects no text. */
  reportMouse(isWanted: boolean): void;
  /** Gives the terminal back as it was. Does nothing the second time. */
  close(): void;
}

// DEC private modes: 1049 alternate screen, 25 cursor, 7 wrap at the last column, 2004 bracketed paste, 2026 synchronised update, 1000 clicks and
// wheel, 1006 as numbers (xterm's ctlseqs). A terminal passes over a mode that it does not know.
const OPEN = '\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[?2004h\x1b[2J';
const CLOSE = '\x1b[0m\x1b[?2026l\x1b[?2004l\x1b[?7h\x1b[?25h\x1b[?1049l';
const MOUSE_ON = '\x1b[?1000h\x1b[?1006h';
const MOUSE_OFF = '\x1b[?1006l\x1b[?1000l';
const BEGIN = '\x1b[?2026h';
const END = '\x1b[?2026l';
const CLEAR_SCREEN = '\x1b[0m\x1b[2J';
// Before the line and not behind it: behind a full line the cursor still stands on its last column, and that would be erased.
const CLEAR_LINE = '\x1b[0m\x1b[K';

export function openScreen(options: ScreenOptions): Screen {
  let isOpen = true;
  let hasMouse = false;
  let shown: readonly string[] = [];
  let shape = '';
  options.write(OPEN);
  return {
    show(lines) {
      if (!isOpen) return;
      const { columns, rows } = options.size();
      const picture = fitRows(lines, rows);
      const isNew = shape !== `${columns}x${rows}`;
      shape = `${columns}x${rows}`;
      const before = isNew ? [] : shown;
      shown = picture;
      let changes = isNew ? CLEAR_SCREEN : '';
      for (let row = 0; row < Math.max(picture.length, before.length); row += 1) {
        const line = picture[row] ?? '';
        if (line !== (before[row] ?? '')) changes += `\x1b[${row + 1};1H${CLEAR_LINE}${line}`;
      }
      // One write, so that no half of a picture is ever seen.
      if (changes !== '') options.write(`${BEGIN}${changes}${END}`);
    },
    forget() {
      shape = '';
    },
    reportMouse(isWanted) {
      if (!isOpen || isWanted === hasMouse) return;
      hasMouse = isWanted;
      options.write(isWanted ? MOUSE_ON : MOUSE_OFF);
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      options.write(hasMouse ? `${MOUSE_OFF}${CLOSE}` : CLOSE);
    },
  };
}

/** At most `rows` lines, the last of them telling how many more there are. */
export function fitRows(lines: readonly string[], rows: number): string[] {
  if (lines.length <= rows) return [...lines];
  const kept = Math.max(0, rows - 1);
  return [...lines.slice(0, kept), `… ${lines.length - kept} more lines; make the window taller or name a pod`];
}
