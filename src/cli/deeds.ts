// What a command has asked a control plane to change: told when the command is stopped in between.
import { Failure } from "./failure.ts";

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface Deeds {
  /** As the one given; ends when the command is stopped. */
  readonly fetch: Fetch;
  /** The Failure of a command that was stopped now: whether something was changed, and where to see it. */
  stopped(): Failure;
}

/** Asked by POST, for their bodies; they change nothing that others see. */
const QUESTIONS = /\/v1\/(?:plan|lint)$/;
const SEE = "weft history and weft audit list show what was done";

/** Watches what goes through `fetch`. */
export function deedsOf(fetch: Fetch, signal: AbortSignal): Deeds {
  let done = 0;
  let open = 0;
  return {
    async fetch(url, init) {
      // The command's own signal is the only one: a combined one could be collected before it fires (api/within.ts).
      const watched = { ...init, signal };
      const { method = "GET" } = init;
      if (method === "GET" || QUESTIONS.test(new URL(url).pathname)) return fetch(url, watched);
      open++;
      try {
        const answer = await fetch(url, watched);
        open--;
        if (answer.ok) done++;
        return answer;
      } catch (error) {
        if (!signal.aborted) open--;
        throw error;
      }
    },
    stopped() {
      if (open > 0)
        return new Failure("interrupted", {
          what: "stopped",
          why: "a change was on its way: it is not known whether it was done",
          fix: SEE,
        });
      return new Failure("interrupted", {
        what: "stopped",
        ...(done > 0 ? { why: "what was changed before stands", fix: SEE } : { why: "nothing was changed" }),
      });
    },
  };
}
