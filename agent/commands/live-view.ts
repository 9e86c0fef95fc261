// The tree as it changes: redrawn in place on a terminal, printed anew after each change into a pipe.

import { applyChanges } from '../../src/stream/apply.ts';
import type { Frame } from '../../src/stream/frame.ts';
import type { Paint } from '../../src/terminal/color.ts';
import { drawEvent, drawGap } from '../../src/terminal/draw-event.ts';
import { piece, renderLine } from '../../src/terminal/line.ts';
import { fitRows, openScreen } from '../../src/terminal/screen.ts';
import type { Tree } from '../../src/tree/model.ts';
import type { Session } from './session.ts';

export interface LiveOptions {
  readonly paint: Paint;
  readonly zone: 'local' | 'utc';
  /** Event lines below the tree; 0 shows the tree alone. */
  readonly events: number;
  /** The tree as lines, cut to `width` columns. */
  readonly draw: (tree: Tree, width: number) => readonly string[];
  /** The tree for a program: printed anew after each change, also on a terminal, in place of `draw`. */
  readonly print?: ((tree: Tree) => string) | undefined;
  /** Picks the part of the tree that is shown. */
  readonly select: (tree: Tree) => Tree;
  /** Lines that stand below everything on a terminal, and are printed once into a pipe. Asked for at each drawing. */
  readonly footer?: () => readonly string[];
  /** What is wrong with the connection at the moment, if anything is. Shown on a terminal. */
  readonly notice?: () => string | undefined;
}

/** Shortest time between two drawings: changes come in bursts, and an eye sees no more than this. */
const DRAW_EVERY_MS = 80;
/** Into a pipe each drawing is a whole tree: fewer of them say more. */
const PRINT_EVERY_MS = 250;
const LEAST_EVENTS = 4;
/** Ages on the screen go on when nothing happens. */
const TICK_MS = 1000;

/** Whether the picture is redrawn in place: nothing else may be written to the terminal then. */
export function hasScreen({ print }: Pick<LiveOptions, 'print'>, session: Session): boolean {
  return session.out.isTerminal && print === undefined;
}

/** Shows frames until they end or the session is stopped. */
export async function showLive(frames: AsyncIterable<Frame>, options: LiveOptions, session: Session): Promise<void> {
  const view = hasScreen(options, session) ? screenView(options, session) : pipeView(options, session);
  try {
    let tree: Tree | undefined;
    for await (const frame of frames) {
      if (session.stop.aborted) return;
      const before = tree;
      if ('snapshot' in frame) tree = frame.snapshot.tree;
      if ('updates' in frame && tree !== undefined) {
        const last = frame.updates.at(-1);
        tree = applyChanges(
          tree,
          frame.updates.flatMap((update) => update.changes),
        );
        if (last !== undefined) tree = { ...tree, token: last.token };
      }
      await view.put(frame, tree !== undefined && tree !== before ? options.select(tree) : undefined);
    }
  } finally {
    await view.close();
  }
}

interface View {
  /** `tree` is absent when the frame did not change it. */
  put(frame: Frame, tree: Tree | undefined): Promise<void>;
  close(): Promise<void>;
}

function screenView(options: LiveOptions, session: Session): View {
  const { out } = session;
  const screen = openScreen({ write: (text) => out.writeNow(text), size: () => out.size() });
  // Should the program end by a bug, the terminal is given back all the same.
  const leave = (): void => screen.close();
  process.once('exit', leave);
  const recent: string[] = [];
  let tree: Tree | undefined;
  let pending: NodeJS.Timeout | undefined;
  let drawnAt = 0;
  const picture = (): string[] => {
    const { columns, rows } = out.size();
    const above = tree === undefined ? ['waiting for the first snapshot …'] : options.draw(tree, columns);
    const notice = options.notice?.();
    const footer = [
      ...(notice === undefined ? [] : [renderLine([piece(notice, 'alarm')], columns, options.paint)]),
      ...(options.footer === undefined ? [] : ['', ...options.footer()]),
    ];
    if (options.events === 0) return [...fitRows(above, Math.max(1, rows - footer.length)), ...footer];
    // The tree comes first; a few events have their place even on a small screen.
    const room = Math.max(LEAST_EVENTS, Math.min(options.events, rows - above.length - footer.length - 1));
    const events = ['', ...recent.slice(-room)];
    return [...fitRows(above, Math.max(1, rows - events.length - footer.length)), ...events, ...footer];
  };
  const draw = (): void => {
    clearTimeout(pending);
    pending = undefined;
    drawnAt = Date.now();
    screen.show(picture());
  };
  const soon = (): void => {
    pending ??= setTimeout(draw, Math.max(0, drawnAt + DRAW_EVERY_MS - Date.now()));
  };
  const ticking = setInterval(soon, TICK_MS);
  const unlisten = out.onResize(soon);
  draw();
  return {
    put: async (frame, changed) => {
      tree = changed ?? tree;
      recent.push(...eventLines(frame, options, out.size().columns));
      recent.splice(0, Math.max(0, recent.length - options.events));
      soon();
    },
    close: async () => {
      clearTimeout(pending);
      clearInterval(ticking);
      unlisten();
      process.removeListener('exit', leave);
      const last = tree;
      screen.close();
      // What was on the screen last stays in the scrollback, as with any other command.
      if (last !== undefined) {
        out.writeNow(`${options.draw(last, out.size().columns).join('\n')}\n`);
      }
    },
  };
}

function pipeView(options: LiveOptions, session: Session): View {
  const { out } = session;
  let tree: Tree | undefined;
  let printed: string | undefined;
  let pending: NodeJS.Timeout | undefined;
  const print = async (): Promise<void> => {
    clearTimeout(pending);
    pending = undefined;
    if (tree === undefined) return;
    const text = options.print?.(tree) ?? options.draw(tree, out.size().columns).join('\n');
    if (text === printed) return;
    const gap = options.print === undefined && printed !== undefined ? '\n' : '';
    printed = text;
    await out.write(`${gap}${text}\n`);
  };
  return {
    put: async (frame, changed) => {
      const isFirst = tree === undefined && changed !== undefined;
      tree = changed ?? tree;
      if (isFirst) {
        await print();
        if (options.footer !== undefined) await out.write(`\n${options.footer().join('\n')}\n\n`);
      }
      const lines = eventLines(frame, options, Number.POSITIVE_INFINITY);
      if (lines.length > 0) await out.write(`${lines.join('\n')}\n`);
      if (changed !== undefined && !isFirst) pending ??= setTimeout(() => void print(), PRINT_EVERY_MS);
    },
    close: async () => {
      if (pending !== undefined) await print();
    },
  };
}

function eventLines(frame: Frame, options: LiveOptions, width: number): string[] {
  if (options.events === 0) return [];
  const drawing = { width, paint: options.paint, zone: options.zone };
  if ('gap' in frame) return [drawGap(frame.gap, drawing)];
  if (!('updates' in frame)) return [];
  return frame.updates.flatMap(({ event }) => (event === undefined ? [] : drawEvent(event, drawing).split('\n')));
}
