// The bell as the API worker sees it: a relay's connection goes on to the organisation's own Durable Object.
import type { BellDoor } from "#app/call.ts";
import { Fault } from "#model/fault.ts";
import { type Outcome, settle } from "./outcome.ts";
import { reached } from "./reached.ts";
import type { WriterOf } from "./writer-object.ts";

/** Of any tenant; the relay has proved itself. */
export function openDistantBell(writerOf: WriterOf): BellDoor {
  return {
    async open({ tenant, zone, relay }) {
      const query = new URLSearchParams({ tenant, zone, relay });
      const { object } = await writerOf(tenant);
      const answer = await reached(object.fetch(`https://writer/bell?${query}`, { headers: { upgrade: "websocket" } }));
      if (answer.webSocket === null) {
        settle((await answer.json()) as Outcome);
        throw new Fault("unavailable", "The bell gave no connection", { retryAfter: 1 });
      }
      // An answer of its own: that of the object takes no more headers.
      return new Response(null, { status: 101, webSocket: answer.webSocket });
    },
  };
}
