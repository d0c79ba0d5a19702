// Bodies of an organisation's end: what would go, who said so, and until when it can be taken back.
import * as z from "#model/lazy-zod.ts";

/** Times are RFC 3339. `by` is the actor who said so; from `purgeAt` on nothing is left. */
export const ending = z.object(() => ({ at: z.string(), by: z.string(), purgeAt: z.string() }));

export const deletion = z.object(() => ({
  /** Null = it stands. */
  ending: z.nullable(ending),
  /** How long it can be restored, in days. */
  graceDays: z.int(),
  /** What goes with it; null where it is to be deleted already. `proxies.online`: with a stream that is open. */
  counts: z.nullable(
    z.object({
      meshes: z.int(),
      zones: z.int(),
      proxies: z.object({ total: z.int(), online: z.int() }),
      members: z.int(),
      tokens: z.int(),
      webhooks: z.int(),
    }),
  ),
  /** Relays that are online, as `zone/relay`, by name: without `force` they stand in the way. */
  relays: z.array(z.string()),
}));
export type DeletionBody = z.infer<typeof deletion>;

/** `name`: the organisation's, typed again. `now`: it cannot be taken back. */
export const endRequest = z.strictObject(() => ({
  name: z.string().check(z.maxLength(100)),
  force: z.exactOptional(z.boolean()),
  now: z.exactOptional(z.boolean()),
}));
