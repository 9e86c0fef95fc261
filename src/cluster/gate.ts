// Lets so many acts run at a time; the others wait for their turn, in order.
export type Gate = <T>(act: () => Promise<T>) => Promise<T>;

export function createGate(most: number): Gate {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (act) => {
    // Whoever ends hands its place on, so that nobody who comes meanwhile can take it.
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await act();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
