// What a picture on the terminal says of its connection to the agent: nothing while it stands, else what broke it and when it is tried again.
import type { Frame } from '../../src/stream/frame.ts';
import { hideControls } from '../../src/terminal/escape.ts';
import { lossOf, type OnRetry } from './frame-source.ts';

export interface Link {
  readonly onRetry: OnRetry;
  /** The same frames; the first one after a loss says that the connection stands again. */
  watch(frames: AsyncIterable<Frame>): AsyncIterable<Frame>;
  readonly notice: () => string | undefined;
}

export function watchLink(): Link {
  let lost: { readonly reason: string; readonly attempt: number; readonly retryAt: number } | undefined;
  return {
    onRetry: ({ error, attempt, delayMs }) => {
      lost = { reason: hideControls(lossOf(error)), attempt, retryAt: Date.now() + delayMs };
    },
    watch: async function* watch(frames) {
      for await (const frame of frames) {
        lost = undefined;
        yield frame;
      }
    },
    notice: () => {
      if (lost === undefined) return undefined;
      const seconds = Math.ceil((lost.retryAt - Date.now()) / 1000);
      return `no connection, trying again${seconds > 0 ? ` in ${seconds} s` : ''}: ${lost.reason}`;
    },
  };
}
