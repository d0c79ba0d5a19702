// Rows of the route table. What changes, as it changes.

import { route } from "#api/route.ts";
import * as z from "#model/lazy-zod.ts";
import { inspect, ORG } from "./base.ts";

export const EVENTS = {
  events: route({ ...inspect, path: `${ORG}/v1/events` }, () => ({
    tag: "Organisation",
    summary: "Hints of what changes, as server-sent events; Last-Event-ID or since goes on behind an event",
    query: z.object({ since: z.exactOptional(z.string()) }),
    answer: "events",
    faults: ["too-many"],
  })),
} as const;
