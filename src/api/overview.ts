// Bodies of the organisation's overview.
import * as z from "#model/lazy-zod.ts";
import { proxyTally } from "./proxy-tally.ts";

const may = z.exactOptional;

export const overviewSeverity = z.enum(["error", "warning", "info"]);

/** What a problem concerns; members that are left out it does not. */
const about = z.object(() => ({
  type: may(z.string()),
  mesh: may(z.string()),
  name: may(z.string()),
  kri: may(z.string()),
  zone: may(z.string()),
  relay: may(z.string()),
  /** Of a proxy that refuses: the revision with which that began. */
  revision: may(z.int()),
  plan: may(z.string()),
  token: may(z.string()),
  webhook: may(z.string()),
}));

export const overviewProblem = z.object(() => ({
  /** As `zone.unknown`, `proxy.rejected`, `certificate.expiring`, `plan.waiting`, `lint.error`. */
  kind: z.string(),
  severity: overviewSeverity,
  text: z.string(),
  /** As an Envoy, the compiler or lint said it; may be empty. */
  words: z.string(),
  /** How many are alike; `about` names the first. */
  count: z.int(),
  about,
  since: z.nullable(z.string()),
  /** When it gets worse. */
  until: z.nullable(z.string()),
}));
export type OverviewProblem = z.infer<typeof overviewProblem>;

export const overview = z.object(() => ({
  revision: z.int(),
  sequence: z.int(),
  at: z.string(),
  counts: z.object({
    meshes: z.int(),
    services: z.int(),
    proxies: proxyTally,
    /** Zones' ingresses and egresses. */
    gates: proxyTally,
    zones: z.object({ total: z.int(), online: z.int(), unknown: z.int(), empty: z.int() }),
    relays: z.object({ total: z.int(), online: z.int() }),
  }),
  /** The first hundred by name. */
  meshes: z.array(z.object({ name: z.string(), services: z.int(), proxies: proxyTally })),
  /** The first hundred by name. `unknown`: none of its relays is heard of; `empty`: it has none. */
  zones: z.array(
    z.object({
      name: z.string(),
      state: z.enum(["online", "unknown", "empty"]),
      enabled: z.boolean(),
      relays: z.object({ total: z.int(), online: z.int() }),
      lastContact: z.nullable(z.string()),
      proxies: proxyTally,
    }),
  ),
  /** The gravest first; the first hundred of all that are counted. */
  problems: z.object({
    total: z.int(),
    bySeverity: z.object({ error: z.int(), warning: z.int(), info: z.int() }),
    items: z.array(overviewProblem),
  }),
  /** The newest first. */
  revisions: z.array(
    z.object({
      revision: z.int(),
      actor: z.string(),
      reason: z.string(),
      committedAt: z.string(),
      state: z.enum(["rejected", "delivered", "underway"]),
      proxies: z.object({ acked: z.int(), nacked: z.int(), pending: z.int(), absent: z.int(), untouched: z.int() }),
      /** Zones none of whose relays is there. */
      offline: z.array(z.string()),
    }),
  ),
}));
export type OverviewBody = z.infer<typeof overview>;
