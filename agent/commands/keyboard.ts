// The keys of the terminal, each as it is pressed: from standard input, or from the terminal itself when standard input is something else.
import { openSync } from 'node:fs';
import { ReadStream } from 'node:tty';

export interface Keyboard {
  /** Text as the terminal sends it, in any parts. */
  onText(listener: (text: string) => void): void;
  /** The terminal is gone. */
  onEnd(listener: () => void): void;
  /** Gives the terminal its own editing of lines back, until `renew`. */
  release(): void;
  /** Takes the keys anew: whoever had the terminal meanwhile has changed how it gives them. */
  renew(): void;
  /** For good. Does nothing the second time. */
  close(): void;
}

/** Undefined when this process has no terminal. From now on Ctrl-C is a key and no signal. */
export function openKeyboard(): Keyboard | undefined {
  const stream = openTerminal();
  if (stream === undefined) return undefined;
  let isOpen = true;
  const endListeners = new Set<() => void>();
  const ended = (): void => {
    for (const listener of endListeners) listener();
  };
  stream.setEncoding('utf8');
  // EIO when the other end of the terminal is closed.
  stream.on('error', ended);
  stream.on('end', ended);
  setRaw(stream, true);
  stream.resume();
  return {
    onText: (listener) => {
      stream.on('data', (text: string) => listener(text));
    },
    onEnd: (listener) => {
      endListeners.add(listener);
    },
    release: () => {
      if (isOpen) setRaw(stream, false);
    },
    renew: () => {
      if (!isOpen) return;
      // libuv remembers the mode and would do nothing.
      setRaw(stream, false);
      setRaw(stream, true);
    },
    close: () => {
      if (!isOpen) return;
      isOpen = false;
      setRaw(stream, false);
      stream.removeAllListeners('data');
      stream.pause();
      if (stream !== process.stdin) stream.destroy();
    },
  };
}

function openTerminal(): ReadStream | undefined {
  if (process.stdin.isTTY) return process.stdin;
  try {
    return new ReadStream(openSync('/dev/tty', 'r'));
  } catch {
    // ENXIO: no controlling terminal, as in a pipeline of cron.
    return undefined;
  }
}

function setRaw(stream: ReadStream, isRaw: boolean): void {
  try {
    stream.setRawMode(isRaw);
  } catch {
    // EIO: the terminal is gone, and with it what would have to be given back.
  }
}
