// Bodies of history: revisions, what differs between two of them, and a resource's own past.
import * as z from "#model/lazy-zod.ts";
import { outcome } from "./effect-shape.ts";

const may = z.exactOptional;
const key = { type: z.string(), mesh: z.string(), name: z.string() };
const wire = z.looseObject(() => ({ type: z.string(), name: z.string() }));

/** Who made a revision, when and why. `token` is the API token that the actor is, null where it is none; `user` the person. */
const made = {
  revision: z.int(),
  actor: z.string(),
  token: z.nullable(z.object(() => ({ id: z.string(), name: z.string() }))),
  user: may(z.object(() => ({ id: z.string(), name: z.string() }))),
  reason: z.string(),
  time: z.string(),
};

export const revision = z.object(() => ({
  ...made,
  changes: z.array(z.object({ ...key, before: z.nullable(wire), after: z.nullable(wire) })),
}));
export type RevisionBody = z.infer<typeof revision>;

/**
 * A revision with what it did. Revisions that were published at once share one effect, and `covers` says which; where the
 * effect was never observed (no relay yet, a crash between commit and publication) it is null.
 */
export const revisionWithEffect = z.object(() => ({
  ...made,
  changes: z.array(z.object({ ...key, before: z.nullable(wire), after: z.nullable(wire) })),
  covers: z.nullable(z.object({ from: z.int(), to: z.int() })),
  effect: z.nullable(outcome.effect),
  access: z.nullable(outcome.access),
  faults: z.nullable(outcome.faults),
  cut: outcome.cut,
}));

export type RevisionWithEffectBody = z.infer<typeof revisionWithEffect>;

/** `next` is the query of the following page, towards the past. */
export const revisions = z.object(() => ({ items: z.array(revision), next: z.nullable(z.string()) }));

/** Those that wrote what type, mesh and name describe; `actor` is one, or the id or name of a token; `since` a time. */
export const revisionQuery = z.object(() => ({
  before: may(z.string()),
  size: may(z.string()),
  type: may(z.string()),
  mesh: may(z.string()),
  name: may(z.string()),
  actor: may(z.string()),
  since: may(z.string()),
}));

/** A step of RFC 6902; what goes or is replaced is tested before. */
const step = z.object(() => ({
  op: z.enum(["test", "add", "replace", "remove"]),
  path: z.string(),
  value: may(z.unknown()),
}));

/** How one resource differs. Of what is secret only that it does: `withheld`. */
export const difference = {
  change: z.enum(["created", "updated", "deleted"]),
  before: z.nullable(wire),
  after: z.nullable(wire),
  patch: z.array(step),
  withheld: may(z.literal(true)),
};

/** What stood after revision `from` and what after `to`; `next` is the query of the following page. */
export const diff = z.object(() => ({
  from: z.int(),
  to: z.int(),
  items: z.array(z.object({ ...key, ...difference })),
  next: z.nullable(z.string()),
}));
export type DiffBody = z.infer<typeof diff>;
export type DifferenceBody = DiffBody["items"][number];

/** `to` is the newest revision unless given. */
export const diffQuery = z.object(() => ({
  from: z.string(),
  to: may(z.string()),
  type: may(z.string()),
  mesh: may(z.string()),
  name: may(z.string()),
  size: may(z.string()),
  offset: may(z.string()),
}));

/** The revisions that wrote a resource, newest first. */
export const resourceHistory = z.object(() => ({
  items: z.array(z.object({ ...made, ...difference })),
  next: z.nullable(z.string()),
}));
export type ResourceHistoryBody = z.infer<typeof resourceHistory>;

export const resourceHistoryQuery = z.object(() => ({ before: may(z.string()), size: may(z.string()) }));

/**
 * Each field of a resource, by its JSON Pointer (RFC 6901), and the last revision in which its value changed. Where that is
 * null, `reason` says why none is known.
 */
export const blame = z.object(() => ({
  fields: z.array(
    z.object({
      path: z.string(),
      value: may(z.unknown()),
      withheld: may(z.literal(true)),
      revision: z.nullable(z.int()),
      actor: z.nullable(z.string()),
      token: made.token,
      user: made.user,
      time: z.nullable(z.string()),
      reason: z.string(),
    }),
  ),
}));
export type BlameBody = z.infer<typeof blame>;
