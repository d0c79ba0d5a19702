// Sealing all secrets again as it crosses the wire: steps of bounded time, each from where the one before has ended.
import * as z from "#model/lazy-zod.ts";

const count = z.int().check(z.minimum(0));

const place = z.strictObject(() => ({
  /** Id of the organisation; what is behind it follows. "" with a table = the directory's people, who come last. */
  organisation: z.string(),
  /** "" = its beginning. */
  table: z.string(),
  after: z.array(z.union([z.string(), z.number()])),
}));

/** `check` counts alone; `end` says that a whole pass has found nothing under another key. */
export const resealStep = z.strictObject(() => ({
  step: z.enum(["seal", "check", "end"]),
  /** Absent = from the beginning. */
  from: z.exactOptional(place),
}));

export type ResealStep = z.infer<typeof resealStep>;

/** What was found since the step before, by kind. */
export const resealed = z.object(() => ({
  /** Id of the key that seals, and of those that open beside it. */
  key: z.string(),
  older: z.array(z.string()),
  /** Id of the account key, under which second factors and providers' tokens lie; null = nobody signs in here. */
  accountKey: z.nullable(z.string()),
  /** The organisation where it has come to; null = none was looked at. */
  organisation: z.nullable(z.string()),
  kinds: z.array(
    z.object({
      kind: z.string(),
      /** It lies under the account key, and not under the key-encryption key. */
      account: z.boolean(),
      /** Were under the key already. */
      current: count,
      resealed: count,
      /** Are under another: it is `older` and opens, or `missing` here, or the text is `damaged` and does not open. */
      left: z.array(
        z.object({ key: z.string(), why: z.enum(["older", "missing", "damaged"]), count, first: z.string() }),
      ),
    }),
  ),
  /** The organisation is on its way to another database: the same again in a moment. */
  waits: z.boolean(),
  /** Where the next step goes on; null = that was the end. */
  next: z.nullable(place),
}));

export type Resealed = z.infer<typeof resealed>;
