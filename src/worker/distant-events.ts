// Events as the API worker sees them: they come line by line from the organisation's own Durable Object, whose writer writes.
import type { HintEvent } from "#api/event.ts";
import type { Events } from "#control/event/hub.ts";
import { Fault } from "#model/fault.ts";
import type { ApiEnvironment } from "./environment.ts";
import { type Outcome, settle } from "./outcome.ts";

type Places = Pick<ApiEnvironment, "WRITER" | "WRITER_LOCATION">;

/** Streams of any tenant. */
export function openDistantEvents({ WRITER, WRITER_LOCATION }: Places): Events {
  return {
    async listen(tenant, since, listener) {
      const options = WRITER_LOCATION === undefined ? {} : { locationHint: WRITER_LOCATION };
      const query = new URLSearchParams({ tenant, ...(since === null ? {} : { since }) });
      const answer = await WRITER.get(WRITER.idFromName(tenant), options).fetch(`https://writer/events?${query}`);
      if (answer.status !== 200) settle((await answer.json()) as Outcome);
      if (answer.body === null) throw new Fault("unavailable", "The stream of events did not begin", { retryAfter: 1 });
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let left = false;
      const read = async (): Promise<void> => {
        let rest = "";
        for (;;) {
          const { done, value } = await reader.read();
          if (done || left) return;
          const lines = (rest + value).split("\n");
          rest = lines.pop() ?? "";
          for (const line of lines) if (!left && line !== "") listener.take(JSON.parse(line) as HintEvent);
        }
      };
      const end = (): void => {
        if (!left) listener.end();
      };
      read().then(end, end);
      return () => {
        left = true;
        // It may have broken off already.
        reader.cancel().catch(() => undefined);
      };
    },
  };
}
