// The page's side of the editor's worker: one work after the other; what takes too long is given up, and the rest goes on.
import { BEGUN } from "./begun.ts";
import type { Result, Work, WorkName } from "./work.ts";

/** So long a work may take, from when the worker's code has come. Milliseconds. */
const PATIENCE = 4_000;
/** After which a text that is read is given up for a newer one. Milliseconds. */
const HASTE = 300;

export class TooLong extends Error {
  override readonly name = "TooLong";
}

export interface Reader {
  /** TooLong where it takes more time than anybody waits for, or a newer text is to be read in its place. */
  ask<N extends WorkName>(name: N, work: Work<N>): Promise<Result<N>>;
  close(): void;
}

interface Order {
  readonly id: number;
  readonly name: WorkName;
  readonly work: unknown;
  resolve(result: never): void;
  reject(error: Error): void;
}

interface Clock {
  readonly since: number;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** What of a worker is used. */
export interface Hand {
  postMessage(message: unknown): void;
  terminate(): void;
  onmessage: ((event: { readonly data: { id: number; result: never; error?: string } }) => void) | null;
  onerror: ((event: { readonly message: string }) => void) | null;
}

const hire = (): Hand => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }) as unknown as Hand;

export function createReader(start: () => Hand = hire, now: () => number = Date.now): Reader {
  let worker: Hand | null = null;
  let last = 0;
  /** Whether the worker's code has come: on a slow line that takes longer than any text, and is no text's fault. */
  let isHere = false;
  let running: { readonly order: Order; readonly clock: Clock | null } | null = null;
  let queue: Order[] = [];

  function begin(): void {
    if (!isHere || running === null || running.clock !== null) return;
    const timer = setTimeout(() => giveUp(new TooLong()), PATIENCE);
    running = { order: running.order, clock: { since: now(), timer } };
  }

  function next(): void {
    const [order, ...rest] = queue;
    if (running !== null || order === undefined) return;
    queue = rest;
    worker ??= started();
    running = { order, clock: null };
    begin();
    worker.postMessage({ id: order.id, name: order.name, work: order.work });
  }

  /** Ends what runs, with the worker that does it. */
  function giveUp(error: Error): void {
    worker?.terminate();
    worker = null;
    isHere = false;
    if (running !== null) {
      clearTimeout(running.clock?.timer);
      running.order.reject(error);
    }
    running = null;
    next();
  }

  function started(): Hand {
    const made = start();
    made.onmessage = ({ data }) => {
      if (data.id === BEGUN) {
        isHere = true;
        begin();
      }
      if (running === null || data.id !== running.order.id) return;
      const { order, clock } = running;
      clearTimeout(clock?.timer);
      running = null;
      if (data.error === undefined) order.resolve(data.result);
      else order.reject(new Error(data.error));
      next();
    };
    made.onerror = ({ message }) => giveUp(new Error(message));
    return made;
  }

  function supersede(): void {
    for (const order of queue) if (order.name === "read") order.reject(new TooLong());
    queue = queue.filter(({ name }) => name !== "read");
    const since = running?.clock?.since ?? now();
    if (running?.order.name === "read" && now() - since > HASTE) giveUp(new TooLong());
  }

  return {
    ask(name, work) {
      if (name === "read") supersede();
      last += 1;
      const id = last;
      return new Promise((resolve, reject) => {
        queue.push({ id, name, work, resolve: resolve as Order["resolve"], reject });
        next();
      });
    },
    close() {
      for (const order of queue) order.reject(new Error("The editor was closed"));
      queue = [];
      giveUp(new Error("The editor was closed"));
    },
  };
}
