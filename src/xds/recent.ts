// What was made lately, by key, in two generations: what is asked for again stays, and what nobody asks for goes.

/** The turns that several books keep: `turn` between two pieces of work, so that nothing goes that the one under way has used. */
export interface Recent {
  /** Once enough is new beside so many that are held, what neither this generation nor the one before was asked for goes. */
  turn(held: number): void;
  /** Rises with each generation. */
  generation(): number;
  book<T extends object>(): Book<T>;
}

export interface Book<T extends object> {
  /** The same object as long as it is asked for; else it is made, and made anew when it has gone. */
  of(key: string, make: () => T): T;
  size(): number;
}

/**
 * A generation ends at the first turn after so many things were made, or after a quarter of what is held where that is more: what
 * nobody asks for is then a part of what is in use, and not what many changes left.
 */
export function createRecent(least: number): Recent {
  let generation = 0;
  let made = 0;
  return {
    turn(held) {
      if (made < Math.max(least, held / 4)) return;
      made = 0;
      generation++;
    },
    generation: () => generation,
    book<T extends object>(): Book<T> {
      let at = generation;
      let young = new Map<string, T>();
      let old = new Map<string, T>();
      const age = (): void => {
        if (at === generation) return;
        old = at === generation - 1 ? young : new Map();
        young = new Map();
        at = generation;
      };
      return {
        of(key, make) {
          age();
          let one = young.get(key);
          if (one === undefined) {
            one = old.get(key);
            if (one === undefined) {
              one = make();
              made++;
            } else old.delete(key);
            young.set(key, one);
          }
          return one;
        },
        size() {
          age();
          return young.size + old.size;
        },
      };
    },
  };
}
