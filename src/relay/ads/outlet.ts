// The outlet: bounds what all streams together have written and the network has not yet taken.

export interface Outlet {
  /** True while more may be written; else `resume` is called once, later, in the order of asking. */
  open(resume: () => void): boolean;
  /** Bytes handed to the network; call what it returns when they are gone, once. */
  take(bytes: number): () => void;
  readonly waiting: number;
}

/** Bytes that the network has not taken after this long belong to a client that hangs; the others do not wait for it. */
const PATIENCE_MS = 2_000;

interface Hold {
  readonly bytes: number;
  readonly since: number;
}

/**
 * At most about `limit` bytes lie in buffers, whatever the number of streams: when a zone's Envoys all come back at once,
 * each wants its whole state, and Node would otherwise hold a copy for each. A stream writes nothing more while it has
 * bytes that were not taken, so one that hangs costs one round of answers.
 */
export function createOutlet(limit: number = 64 << 20, patienceMs: number = PATIENCE_MS): Outlet {
  const queue: (() => void)[] = [];
  const holds = new Set<Hold>();
  let pending = 0;
  let sweeping = false;

  const drop = (hold: Hold): void => {
    if (holds.delete(hold)) pending -= hold.bytes;
  };
  const release = (): void => {
    while (pending < limit) {
      const next = queue.shift();
      if (next === undefined) return;
      next();
    }
    sweep();
  };
  /** Only while somebody waits is it worth a timer. */
  const sweep = (): void => {
    if (sweeping || queue.length === 0) return;
    sweeping = true;
    const again = setTimeout(() => {
      sweeping = false;
      const hung = performance.now() - patienceMs;
      for (const hold of [...holds]) if (hold.since <= hung) drop(hold);
      release();
    }, patienceMs);
    again.unref();
  };

  return {
    get waiting() {
      return queue.length;
    },
    open(resume) {
      if (pending < limit) return true;
      queue.push(resume);
      sweep();
      return false;
    },
    take(bytes) {
      const hold = { bytes, since: performance.now() };
      holds.add(hold);
      pending += bytes;
      return () => {
        drop(hold);
        if (queue.length > 0) release();
      };
    },
  };
}
