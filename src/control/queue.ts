// Work one after the other: each begins when all before it have ended, well or not.

export interface Queue {
  /** Resolves or rejects as the work does. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  /** Nothing is under way or waits. */
  isQuiet(): boolean;
  /** Resolves when that is so, also for what is put behind meanwhile. Never rejects. */
  settled(): Promise<void>;
}

export function openQueue(): Queue {
  let last: Promise<unknown> = Promise.resolve();
  let open = 0;
  return {
    inTurn(work) {
      open++;
      const mine = last.then(work).finally(() => open--);
      last = mine.catch(() => undefined);
      return mine;
    },
    isQuiet: () => open === 0,
    async settled() {
      for (let seen: unknown = null; seen !== last; ) {
        seen = last;
        await last;
      }
    },
  };
}
