// What the control plane tells a watch while it waits: that something has changed, so that it looks at once.
import { setTimeout as sleep } from "node:timers/promises";
import { EVENT_STREAM } from "#api/event.ts";
import { createEventParser } from "#api/event-parser.ts";
import type { GlobalOptions, Invocation } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { Fault } from "#model/fault.ts";

export interface Hints {
  /** Whether all that changes is told; where not, only looking tells. */
  isLive(): boolean;
}

/** Milliseconds before it is tried again. */
const RETRY = 3_000;

/** Follows the stream of events until `signal`; one that is refused is left alone, and looking goes on without it. */
export function followHints<Options>(invocation: Invocation<Options>, signal: AbortSignal, tell: () => void): Hints {
  let live = false;
  const follow = async (): Promise<void> => {
    const { client, target } = connect({ ...invocation, options: invocation.options as GlobalOptions, signal });
    const parser = createEventParser();
    while (!signal.aborted) {
      const query = parser.lastId === "" ? {} : { since: parser.lastId };
      try {
        const params = { organisation: target.organisation };
        const parts = await client.download("events", EVENT_STREAM, { params, query, signal });
        parser.reset();
        for await (const part of parts) {
          live = true;
          if (parser.push(part).length > 0) tell();
        }
      } catch (thrown) {
        // Whoever may look and may not listen, or a control plane that tells nothing.
        if (!(thrown instanceof Fault) || (thrown.code !== "unavailable" && thrown.code !== "too-many")) return;
      } finally {
        live = false;
      }
      await sleep(parser.retry ?? RETRY, undefined, { signal });
    }
  };
  // It ends by the signal alone; without it nothing is missed, only seen later.
  follow().catch(() => undefined);
  return { isLive: () => live };
}
