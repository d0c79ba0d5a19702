// Progress of what takes long: a line that goes away on a screen, plain lines now and then in a pipe or in CI.
import type { Terminal } from "./terminal.ts";

/** Says what is being done from now on: `reading files: 120 of 900`. */
export type Tell = (what: string) => void;

/** A person wonders soon; a log should not have a line for each slow call. Milliseconds. */
const SCREEN = { first: 300, every: 200 } as const;
const LOG = { first: 5_000, every: 10_000 } as const;

/**
 * Runs `work`, and tells on stderr what is being done where it takes long; nothing of it is left on a screen, and on a
 * screen errors and data take the line away before they are written. Without colours.
 */
export async function progress<T>(
  terminal: Terminal,
  what: string,
  work: Promise<T> | ((tell: Tell) => Promise<T>),
): Promise<T> {
  // Who watches sees when the last look was.
  if (terminal.shown !== undefined) return typeof work === "function" ? work(() => {}) : work;
  const began = performance.now();
  const { status } = terminal;
  const { first, every } = status === undefined ? LOG : SCREEN;
  let now = what;
  let timer = setTimeout(function show() {
    const seconds = Math.floor((performance.now() - began) / 1000);
    const line = `${now} …${seconds === 0 ? "" : ` (${seconds} s)`}`;
    if (status === undefined) terminal.err(`${line}\n`);
    else status(line);
    timer = setTimeout(show, every);
  }, first);
  try {
    return await (typeof work === "function" ? work((text) => (now = text)) : work);
  } finally {
    clearTimeout(timer);
    status?.("");
  }
}

/** `1,234`, as people read it. */
export function countText(count: number): string {
  return count.toLocaleString("en-US");
}

/** `1 organisation`, `1,234 organisations`; `many` where an s is not all. */
export function numberOf(count: number, one: string, many = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : many}`;
}
