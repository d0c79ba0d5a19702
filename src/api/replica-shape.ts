// Shapes of what relays say to each other, for checking what one receives.
import * as z from "#model/lazy-zod.ts";
import type { HolderAnswer, HolderQuestion, ReplicaMessage } from "./replica.ts";

const count = z.int().check(z.minimum(0));
const text = z.string().check(z.maxLength(253));
const life = { mesh: text, name: text, registration: text };
const numbered = { relay: text, number: count, ...life };
const named = { relay: text, number: count, mesh: text };
/** A moment that a clock can show: turns are counted on from it. */
const at = z.int().check(z.minimum(0), z.maximum(8_640_000_000_000_000));
const owner = z.enum(["stream", "user"]);

const tagged = z.looseObject(() => ({ tags: z.optional(z.record(z.string(), z.string())) }));
/** As far as it is read before it is compiled. */
const resource = z.looseObject(() => ({
  type: z.enum(["Dataplane", "ZoneIngress", "ZoneEgress"]),
  mesh: z.string(),
  name: z.string(),
  labels: z.record(z.string(), z.string()),
  spec: z.looseObject({
    networking: z.optional(
      z.looseObject({
        inbound: z.optional(z.array(tagged)),
        gateway: z.optional(tagged),
        outbound: z.optional(z.array(z.looseObject({}))),
        listeners: z.optional(z.array(z.looseObject({}))),
      }),
    ),
  }),
}));

/** One event, checked by itself: one that cannot be read keeps no other from being taken. */
export const replicaEvent = z.discriminatedUnion("kind", [
  z
    .object(() => ({ kind: z.literal("life"), ...numbered, at, owner, ready: z.boolean(), resource }))
    .check(z.refine((one) => one.resource.mesh === one.mesh && one.resource.name === one.name)),
  z.object(() => ({ kind: z.literal("gone"), ...numbered, announced: z.boolean() })),
  z.object(() => ({
    kind: z.literal("named"),
    ...named,
    virtual: z.string().check(z.maxLength(512)),
    address: z.string().check(z.maxLength(64)),
  })),
]);

const held = z.array(z.object({ ...life, at, owner }));

/** A later release may say more, and it is left aside; events are still to be checked. */
export const replicaMessage = z.object(() => ({
  run: text,
  heard: text,
  have: z.record(text, count),
  runs: z.array(z.object({ relay: text, after: count, upTo: count, events: z.array(z.unknown()) })),
  lives: z.nullable(held),
  gone: held,
  streams: z.object({ owned: count, closed: count }),
})) as unknown as z.ZodMiniType<ReplicaMessage>;

export const holderQuestion = z.object(() => ({
  mesh: text,
  name: text,
  from: z.nullable(text),
  instance: text,
  place: z.nullable(z.string().check(z.maxLength(100_000))),
})) as unknown as z.ZodMiniType<HolderQuestion>;

export const holderAnswer = z.object(() => ({
  rival: z.nullable(z.object({ address: z.string().check(z.maxLength(300)), from: text, since: at })),
})) as unknown as z.ZodMiniType<HolderAnswer>;
