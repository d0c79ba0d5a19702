// Shapes of what relays say to each other, for checking what one receives.
import * as z from "zod/mini";
import type { ReplicaMessage } from "./replica.ts";

const count = z.int().check(z.minimum(0));
const text = z.string().check(z.maxLength(253));
const life = { mesh: text, name: text, registration: text };
const numbered = { relay: text, number: count, ...life };

const event = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("life"),
    ...numbered,
    at: z.number(),
    owner: z.enum(["stream", "user"]),
    ready: z.boolean(),
    resource: z.looseObject({ mesh: z.string(), name: z.string(), labels: z.looseObject({}), spec: z.looseObject({}) }),
  }),
  z.object({ kind: z.literal("gone"), ...numbered, announced: z.boolean() }),
]);

const held = z.array(z.object({ ...life, at: z.number(), owner: z.enum(["stream", "user"]) }));

/** A later release may say more, and it is left aside. */
export const replicaMessage = z.object({
  run: text,
  heard: text,
  have: z.record(text, count),
  runs: z.array(z.object({ relay: text, after: count, upTo: count, events: z.array(event) })),
  lives: z.nullable(held),
  gone: held,
  streams: z.object({ owned: count, closed: count }),
}) satisfies z.ZodMiniType<ReplicaMessage>;
