// Bodies of Weft's own routes: organisations, tokens, enrolment, relays, revisions, changes, deliveries.
import * as z from "#model/lazy-zod.ts";
import { LIMITS } from "#model/limit/limit.ts";
import { ending } from "./ending.ts";

const may = z.exactOptional;
const label63 = z
  .string()
  .check(
    z.maxLength(63),
    z.regex(
      /^[a-z]([-a-z0-9]*[a-z0-9])?$/,
      "must be lower-case letters, digits and '-', begin with a letter and end with a letter or digit",
    ),
  );
const title = z.string().check(z.minLength(1), z.maxLength(100));
const goDuration = z.string().check(z.maxLength(100));

export const organisation = z.object(() => ({
  id: z.string(),
  name: z.string(),
  createdAt: z.string(),
  /** It is to be deleted. */
  ending: may(ending),
}));

export const newOrganisation = z.strictObject(() => ({ name: label63, region: z.exactOptional(z.string()) }));

/** One of the databases that organisations are spread over. */
export const database = z.object(() => ({
  name: z.string(),
  engine: z.enum(["libsql-file", "libsql-http", "d1"]),
  region: z.nullable(z.string()),
  closed: z.boolean(),
  organisations: z.int(),
}));

/** Shown once: the token's text is not stored. */
export const mintedToken = z.object(() => ({ id: z.string(), token: z.string(), expiresAt: z.nullable(z.string()) }));

/** With a first admin token where the operator made it; a person who makes one is its owner. */
export const createdOrganisation = z.object({ organisation, token: z.exactOptional(mintedToken) });

export const apiToken = z.object(() => ({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.string()),
  createdAt: z.string(),
  expiresAt: z.nullable(z.string()),
  revokedAt: z.nullable(z.string()),
  /** The token that made it, or `user:<id>` for a member; null = it came with the organisation. */
  mintedBy: z.nullable(z.string()),
  /** When it was last used, up to five minutes coarse; null = never. */
  lastUsedAt: z.nullable(z.string()),
}));
export type ApiToken = z.infer<typeof apiToken>;

/** `expiresAt` or `validFor`, not both; neither = until it is revoked. */
export const newApiToken = z
  .strictObject(() => ({
    name: title,
    scopes: z.array(z.string().check(z.maxLength(128))).check(z.minLength(1), z.maxLength(32)),
    expiresAt: may(z.nullable(z.iso.datetime({ offset: true }))),
    validFor: may(goDuration),
  }))
  .check(
    z.refine((body) => !(typeof body.expiresAt === "string" && body.validFor !== undefined), {
      message: "expiresAt and validFor exclude each other",
      path: ["validFor"],
    }),
  );

/** Go duration, at most 168h; one hour unless given. */
export const newEnrolment = z.strictObject({ validFor: may(goDuration) });

/** What a relay has told that it has. */
const held = z.object(() => ({ revision: z.int(), sequence: z.int() }));
export type HeldBody = z.infer<typeof held>;

export const relay = z.object(() => ({
  id: z.string(),
  zone: z.string(),
  revoked: z.boolean(),
  enrolledAt: z.string(),
  epoch: z.int(),
  sequence: z.int(),
  version: z.string(),
  lastEvent: z.int(),
  /** `host:port` where its zone's proxies and other relays reach it; empty until it has said so. */
  address: z.string(),
  /** Whether it is heard of; one that has stopped, or that cannot reach the control plane, is not. */
  online: z.boolean(),
  /** When it was last heard of: to the minute at least while it is online. */
  lastContact: z.string(),
  /** When it said that it stops; null = it has not, or is back. */
  leftAt: z.nullable(z.string()),
  /** By which way it hears what is new: rung for, by held polls, or by plain ones; null where it is offline, or has not said so. */
  way: z.nullable(z.enum(["bell", "held", "plain"])),
  /** Of what the control plane has for it, which is at `sequence`; 0 = nothing yet. */
  revision: z.int(),
  /** Where one zone is asked for. Null = it has told of none of the ten newest revisions. */
  holds: z.exactOptional(z.nullable(held)),
}));
export type RelayBody = z.infer<typeof relay>;

const key = { type: z.string(), mesh: z.string(), name: z.string() };

/** The most resources of one change: as many as one batch of the store takes in a blink. */
export const MOST_CHANGES = LIMITS["change-resources"].most.free;

const etag = z.string().check(z.minLength(1), z.maxLength(200));

/**
 * Out of history: the users' resources as they stood after revision `to`, or revision `undo` alone taken back. `created` says
 * what becomes of meshes and zones that were made since.
 */
export const rollback = z
  .strictObject(() => ({
    to: may(z.int().check(z.minimum(1))),
    undo: may(z.int().check(z.minimum(1))),
    created: may(z.enum(["keep", "delete"])),
  }))
  .check(
    z.refine(({ to, undo }) => (to === undefined) !== (undo === undefined), {
      message: "needs either to or undo, a revision's number",
    }),
  );

/**
 * A selection that the change manages as a whole: what is in it and not among `put` is deleted. By labels, by meshes, or both;
 * `types` are those that are put, but for Mesh, Zone and secrets, which are selected only by name. Nothing put deletes all that
 * is selected: that takes `empty`.
 */
export const prune = z.strictObject(() => ({
  labels: may(z.record(z.string().check(z.maxLength(253)), z.string().check(z.maxLength(253)))),
  meshes: may(z.array(z.string()).check(z.maxLength(100))),
  types: may(z.array(z.string()).check(z.maxLength(100))),
  empty: may(z.boolean()),
}));

/** Several resources, all or none. `ifMatch` is an ETag without its quotes, or `*` = must exist. */
export const change = z.strictObject(() => ({
  put: may(
    z
      .array(
        z.strictObject({
          resource: z.looseObject({ type: z.string(), name: z.string(), mesh: may(z.string()) }),
          ifMatch: may(etag),
        }),
      )
      .check(z.maxLength(MOST_CHANGES)),
  ),
  delete: may(
    z
      .array(z.strictObject({ type: z.string(), name: z.string(), mesh: may(z.string()), ifMatch: may(etag) }))
      .check(z.maxLength(MOST_CHANGES)),
  ),
  reason: may(z.string().check(z.maxLength(1000))),
  rollback: may(rollback),
  prune: may(prune),
  /** Commits this plan as it was shown, or is refused. What else is given must be what was planned. */
  planId: may(z.string().check(z.minLength(1), z.maxLength(64))),
}));
export type ChangeBody = z.infer<typeof change>;

export const applied = z.object(() => ({
  revision: z.int(),
  sequence: z.int(),
  results: z.array(z.object({ created: z.boolean(), etag: z.string(), warnings: z.array(z.string()) })),
  /** What was written, what came with it included. */
  changes: z.array(z.object({ ...key, change: z.enum(["created", "updated", "deleted"]) })),
  /** Of a rollback: what differs from the past and stays as it is. */
  left: may(z.array(z.object({ ...key, why: z.string() }))),
}));

export const zoneRevocation = z.object({ relays: z.array(z.string()) });

export const issuer = z.object(() => ({
  mesh: z.string(),
  zone: z.string(),
  relay: z.string(),
  /** Hex. */
  keyId: z.string(),
  /** Who holds its key. */
  holder: z.enum(["relay", "control-plane"]),
  notAfter: z.string(),
  revokedAt: z.nullable(z.string()),
  revokedBy: z.nullable(z.string()),
}));
export type IssuerBody = z.infer<typeof issuer>;

export const certificate = z.object(() => ({
  mesh: z.string(),
  /** Of the dataplane; empty for an issuer's. */
  name: z.string(),
  zone: z.string(),
  serial: z.string(),
  /** Key id of what signed it, hex. */
  issuer: z.string(),
  notAfter: z.string(),
  tokenId: z.nullable(z.string()),
}));
export type CertificateBody = z.infer<typeof certificate>;

export const certificateQuery = z.object(() => ({
  size: may(z.string()),
  offset: may(z.string()),
  name: may(z.string()),
  mesh: may(z.string()),
  zone: may(z.string()),
}));

export const delivery = z.object(() => ({
  zone: z.string(),
  relay: z.string(),
  epoch: z.int(),
  sequence: z.int(),
  acked: z.int(),
  nacked: z.int(),
  pending: z.int(),
  /** `connected` is false of a proxy that is registered and whose Envoy has no stream, and else absent. */
  laggards: z.array(z.object({ proxy: z.string(), reason: z.string(), connected: may(z.literal(false)) })),
  at: z.string(),
}));
export type DeliveryBody = z.infer<typeof delivery>;

const proxyCounts = z.object(() => ({
  acked: z.int(),
  /** Refuse it, or have refused it until a later revision mended that. */
  nacked: z.int(),
  pending: z.int(),
  /** Registered, and not connected: they get it when they come. */
  absent: z.int(),
  /** Of those that have it: nothing was sent to them for it. */
  untouched: z.int(),
}));

const quantiles = z.object(() => ({ count: z.int(), p50: z.number(), p99: z.number(), max: z.number() }));

/** Milliseconds since the commit; null where nothing was measured. */
const deliveryTimes = z.object(() => ({
  /** Until the relays' polls were answered. */
  fetched: z.nullable(quantiles),
  /** Until proxies were sent the first of it. */
  pushed: z.nullable(quantiles),
  /** Until their last ACKs. */
  acked: z.nullable(quantiles),
}));

const revisionLaggard = z.object(() => ({
  proxy: z.string(),
  state: z.enum(["fetched", "pushed", "nacked", "absent"]),
  /** Envoy's words where it refuses. */
  reason: z.string(),
  connected: may(z.literal(false)),
  /** The revision that was served when it began to refuse. */
  since: may(z.int()),
  refused: may(
    z.array(
      z.object({
        kind: z.string(),
        name: z.string(),
        /** Whose it is: KRI and field of the policies' rules that wrote it. */
        writers: z.array(z.object({ kri: z.string(), rule: z.string() })),
      }),
    ),
  ),
}));
export type RevisionLaggardBody = z.infer<typeof revisionLaggard>;

export const revisionDelivery = z.object(() => ({
  revision: z.int(),
  actor: z.string(),
  reason: z.string(),
  committedAt: z.string(),
  /** `delivered`: all proxies that are connected to relays which are there have it, or a later one. */
  state: z.enum(["rejected", "delivered", "underway"]),
  proxies: proxyCounts,
  times: deliveryTimes,
  /** Zones none of whose relays is there: nobody waits for them. */
  offline: z.array(z.string()),
  relays: z.array(
    z.object({
      zone: z.string(),
      relay: z.string(),
      online: z.boolean(),
      /** Null while it is online. */
      lastContact: z.nullable(z.string()),
      state: z.enum(["waiting", "fetched", "pushed", "acked", "nacked"]),
      fetchedMs: z.nullable(z.number()),
      proxies: proxyCounts,
      times: deliveryTimes,
      laggards: z.array(revisionLaggard),
    }),
  ),
}));
export type RevisionDeliveryBody = z.infer<typeof revisionDelivery>;

export const sizeQuery = z.object({ size: may(z.string()) });

/** Newest first. */
export const revisionDeliveries = z.object({ items: z.array(revisionDelivery) });
