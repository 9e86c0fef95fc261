// Lets the event loop run in the middle of long synchronous work, so that kernel events and clients wait for milliseconds only.
import { setImmediate as nextTurn } from 'node:timers/promises';

export interface Pace {
  /** Gives way when the last time was too long ago; otherwise returns at once. */
  rest(): Promise<void> | undefined;
}

/** `sliceMs`: how long the work may keep the event loop. */
export function createPace(sliceMs = 5, now: () => number = () => performance.now()): Pace {
  let sliceEnds = now() + sliceMs;
  return {
    rest: () => {
      if (now() < sliceEnds) return undefined;
      return nextTurn().then(() => {
        sliceEnds = now() + sliceMs;
      });
    },
  };
}
