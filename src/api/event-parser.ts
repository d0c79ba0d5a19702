// Reads a stream of events (WHATWG HTML §9.2.6) as it comes, in parts that may end anywhere.
import type { Hint } from "./event.ts";

export interface EventParser {
  /** The hints that are whole by now. */
  push(part: Uint8Array): readonly Hint[];
  /** What to send to go on; empty before the first. */
  readonly lastId: string;
  /** What the server wants of who comes back, milliseconds; null = it has not said. */
  readonly retry: number | null;
  /** A new connection: what was not whole is lost. */
  reset(): void;
}

/** A parser of one client; it outlives connections. */
export function createEventParser(): EventParser {
  let decoder = new TextDecoder();
  let [rest, lastId] = ["", ""];
  let retry: number | null = null;
  return {
    get lastId() {
      return lastId;
    },
    get retry() {
      return retry;
    },
    reset() {
      decoder = new TextDecoder();
      rest = "";
    },
    push(part) {
      const blocks = (rest + decoder.decode(part, { stream: true })).split("\n\n");
      rest = blocks.pop() ?? "";
      return blocks.flatMap((block): readonly Hint[] => {
        let data: string | null = null;
        for (const line of block.split("\n")) {
          const [, field, value = ""] = /^(\w+): ?(.*)$/.exec(line) ?? [];
          if (field === "id") lastId = value;
          else if (field === "retry" && /^\d{1,9}$/.test(value)) retry = Number(value);
          else if (field === "data") data = value;
        }
        return data === null ? [] : [JSON.parse(data) as Hint];
      });
    },
  };
}
