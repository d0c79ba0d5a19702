// Rows of the route table. What changes, as it changes.

import type { Heads, ToldOf } from "#api/route.ts";
import * as z from "#model/lazy-zod.ts";
import { inspect, ORG } from "./base.ts";

export const EVENTS = {
  events: { ...inspect, path: `${ORG}/v1/events`, events: true },
} as const satisfies Heads;

/** Of each row what its callers and readers know it by. */
export function tellEvents() {
  return {
    events: {
      tag: "Organisation",
      summary: "Hints of what changes, as server-sent events; Last-Event-ID or since goes on behind an event",
      query: z.object({ since: z.exactOptional(z.string()) }),
      answer: "events",
      faults: ["too-many"],
    },
  } as const satisfies ToldOf<typeof EVENTS>;
}
