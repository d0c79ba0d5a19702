// Events as the API worker sees them: they come line by line from the organisation's own Durable Object, whose writer writes.
import type { HintEvent } from "#api/event.ts";
import type { Events } from "#control/event/hub.ts";
import { Fault } from "#model/fault.ts";
import { type Outcome, settle } from "./outcome.ts";
import { reached } from "./reached.ts";
import type { WriterOf } from "./writer-object.ts";

/** Streams of any tenant. */
export function openDistantEvents(writerOf: WriterOf): Events {
  return {
    async listen(tenant, since, listener) {
      const query = new URLSearchParams({ tenant, ...(since === null ? {} : { since }) });
      const { object } = await writerOf(tenant);
      const answer = await reached(object.fetch(`https://writer/events?${query}`));
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
