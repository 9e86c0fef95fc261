// Takes the whole terminal and gives it back as it was, however the program ends: by itself, by a signal, or by a bug.
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { createKeyReader, type Key } from '../../src/terminal/key.ts';
import { openScreen } from '../../src/terminal/screen.ts';
import { UsageError } from './failure.ts';
import type { Keyboard } from './keyboard.ts';
import type { Output, Session } from './session.ts';

export interface FullScreen {
  show(lines: readonly string[]): void;
  /** Draws everything anew at the next show. */
  forget(): void;
  reportMouse(isWanted: boolean): void;
  /** Hands the terminal to the shell until it is told to go on. */
  suspend(): Promise<void>;
  /** Does nothing the second time. */
  close(): void;
}

export interface ScreenListener {
  onKeys(keys: readonly Key[]): void;
  /** The size is another one, or somebody else had the terminal: time to draw. */
  onChange(): void;
  /** The terminal is gone. */
  onEnd(): void;
}

/** An escape that nothing follows for so long was the escape key. Over a slow line the rest of a sequence comes in the same packet all the same. */
const ESCAPE_MS = 60;
/** A shell without job control, or none at all, never stops us. */
const STOP_MS = 100;

/** Throws UsageError when there is no terminal that a picture can be drawn on. */
export function openFullScreen(session: Session, listener: ScreenListener, advice: string): FullScreen {
  const { out, env } = session;
  if (!out.isTerminal) throw new UsageError(`standard output is no terminal: ${advice}`);
  if (env.TERM === 'dumb') throw new UsageError(`this terminal cannot move its cursor (TERM=dumb): ${advice}`);
  const keyboard = session.openKeyboard();
  if (keyboard === undefined) throw new UsageError(`there is no terminal to read keys from: ${advice}`);
  return hold(out, keyboard, listener);
}

function hold(out: Output, keyboard: Keyboard, listener: ScreenListener): FullScreen {
  const open = (): ReturnType<typeof openScreen> => openScreen({ write: (text) => out.writeNow(text), size: () => out.size() });
  let screen = open();
  let hasMouse = false;
  const leave = (): void => {
    screen.close();
    keyboard.close();
  };
  const onContinue = (): void => {
    keyboard.renew();
    screen.forget();
    listener.onChange();
  };
  process.once('exit', leave);
  process.on('SIGCONT', onContinue);
  const unlisten = out.onResize(() => listener.onChange());
  readKeys(keyboard, listener);
  return {
    show: (lines) => screen.show(lines),
    forget: () => screen.forget(),
    reportMouse: (isWanted) => {
      hasMouse = isWanted;
      screen.reportMouse(isWanted);
    },
    suspend: async () => {
      screen.close();
      keyboard.release();
      const isContinued = once(process, 'SIGCONT');
      // To the whole process group, as the terminal does it: a launcher in front of us has to stop as well.
      process.kill(0, 'SIGTSTP');
      await Promise.race([isContinued, delay(STOP_MS)]);
      screen = open();
      screen.reportMouse(hasMouse);
      onContinue();
    },
    close: () => {
      process.removeListener('exit', leave);
      process.removeListener('SIGCONT', onContinue);
      unlisten();
      leave();
    },
  };
}

function readKeys(keyboard: Keyboard, listener: ScreenListener): void {
  const reader = createKeyReader();
  let late: NodeJS.Timeout | undefined;
  keyboard.onText((text) => {
    clearTimeout(late);
    const keys = reader.read(text);
    if (keys.length > 0) listener.onKeys(keys);
    if (!reader.isPending) return;
    late = setTimeout(() => {
      const rest = reader.flush();
      if (rest.length > 0) listener.onKeys(rest);
    }, ESCAPE_MS);
  });
  keyboard.onEnd(() => {
    clearTimeout(late);
    listener.onEnd();
  });
}
