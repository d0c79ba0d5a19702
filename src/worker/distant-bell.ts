// The bell as the API worker sees it: a relay's connection goes on to the organisation's own Durable Object.
import type { BellDoor } from "#app/call.ts";
import { Fault } from "#model/fault.ts";
import type { ApiEnvironment } from "./environment.ts";
import { type Outcome, settle } from "./outcome.ts";

type Places = Pick<ApiEnvironment, "WRITER" | "WRITER_LOCATION">;

/** Of any tenant; the relay has proved itself. */
export function openDistantBell({ WRITER, WRITER_LOCATION }: Places): BellDoor {
  return {
    async open({ tenant, zone, relay }) {
      const options = WRITER_LOCATION === undefined ? {} : { locationHint: WRITER_LOCATION };
      const query = new URLSearchParams({ tenant, zone, relay });
      const writer = WRITER.get(WRITER.idFromName(tenant), options);
      const answer = await writer.fetch(`https://writer/bell?${query}`, { headers: { upgrade: "websocket" } });
      if (answer.webSocket === null) {
        settle((await answer.json()) as Outcome);
        throw new Fault("unavailable", "The bell gave no connection", { retryAfter: 1 });
      }
      // An answer of its own: that of the object takes no more headers.
      return new Response(null, { status: 101, webSocket: answer.webSocket });
    },
  };
}
