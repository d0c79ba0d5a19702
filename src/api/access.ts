// Shapes of access: who may call whom, by which rule and over which path.
import * as z from "#model/lazy-zod.ts";
import { may } from "#model/shape.ts";

const rule = z.object(() => ({
  kri: z.string(),
  type: z.string(),
  name: z.string(),
  /** Where it stands in the resource: `spec.rules[0].default.allow[1]`. */
  field: z.string(),
}));
export type WireRule = z.infer<typeof rule>;

const condition = z.object(() => ({
  action: z.enum(["allow", "deny"]),
  /** Conditions as MeshTrafficPermission writes them: methods, path, headers, claims. */
  match: z.looseObject({}),
  rule,
}));

const plain = {
  outcome: z.enum(["allowed", "denied", "open", "requests", "mixed", "none"]),
  reason: z.string(),
  /** The reason as a sentence. */
  text: z.string(),
  rule: may(rule),
  /** Rules that speak of the client too, and do not decide. */
  shadowed: may(z.array(rule)),
  requests: may(z.array(condition)),
  otherwise: may(z.enum(["allowed", "denied"])),
  /** Whoever connects in plaintext gets in. */
  plaintext: may(z.literal(true)),
} as const;

/**
 * `open`: nobody asks who calls. `requests`: it depends on the request. `mixed`: the `parts` hold for some proxies or ways each.
 * `none`: there is no way.
 */
export const verdict = z.object(() => ({ ...plain, parts: may(z.array(z.object(plain))) }));
export type WireVerdict = z.infer<typeof verdict>;

const pair = { mesh: z.string(), from: z.string(), to: z.string(), port: may(z.string()) } as const;

/** A client service and what it calls; `from` `*` is whoever has no certificate of the mesh. */
export const accessItem = z.object({ ...pair, verdict });
export type WireAccess = z.infer<typeof accessItem>;

/** What a client service gained or lost. */
export const accessChange = z.object({ ...pair, before: verdict, after: verdict });
export type WireAccessChange = z.infer<typeof accessChange>;

export const accessQuery = z.object(() => ({
  mesh: may(z.string()),
  from: may(z.string()),
  to: may(z.string()),
  outcome: may(z.string()),
  size: may(z.string()),
  offset: may(z.string()),
}));

const some = z.object(() => ({ count: z.int(), names: z.array(z.string()) }));
const party = z.object(() => ({ kind: z.string(), name: z.string(), proxies: some }));
const socket = z.object(() => ({ address: z.string(), port: z.int() }));

const path = z.object(() => ({
  from: z.object({ zone: z.string(), proxies: some }),
  outbound: z.extend(socket, { hostnames: z.array(z.string()), redirected: z.boolean() }),
  cluster: z.string(),
  /** The rule of a route that sends it there. */
  route: may(
    z.object({
      type: z.string(),
      kri: z.string(),
      name: z.string(),
      rule: z.int(),
      matches: z.array(z.looseObject({})),
      mirror: may(z.literal(true)),
    }),
  ),
  /** Places on the way; any of each. */
  via: z.object({ egress: may(z.array(socket)), ingress: may(z.array(socket)) }),
  to: z.object({
    service: z.string(),
    zone: z.string(),
    outside: z.boolean(),
    protocol: z.string(),
    tls: z.string(),
    ports: z.array(z.int()),
    proxies: some,
  }),
  verdict,
  /** The rule of a MeshJWT that asks requests for a token too. */
  token: may(rule),
}));
export type WirePath = z.infer<typeof path>;

export const reach = z.object(() => ({
  mesh: z.string(),
  from: party,
  to: party,
  request: z.object({ method: may(z.string()), path: may(z.string()) }),
  verdict,
  paths: z.array(path),
  /** There where no path is: what permissions would say. */
  permission: may(verdict),
}));
export type WireReach = z.infer<typeof reach>;

/** `from` and `to`: a service, `Type/name`, a dataplane, a KRI or a SPIFFE ID; `mesh` is `default` unless said. */
export const reachQuery = z.object(() => ({
  from: z.string(),
  to: z.string(),
  mesh: may(z.string()),
  port: may(z.string()),
  method: may(z.string()),
  path: may(z.string()),
}));

const stateMembers = {
  holds: z.boolean(),
  verdict: may(verdict),
  /** Whom nobody knows, as a sentence; there is no verdict then. */
  nobody: may(z.string()),
} as const;
const testState = z.object(stateMembers);
export type WireTestState = z.infer<typeof testState>;

const test = {
  mesh: z.string(),
  name: z.string(),
  expect: z.enum(["allow", "deny"]),
  from: z.string(),
  to: z.string(),
  port: may(z.string()),
  method: may(z.string()),
  path: may(z.string()),
  reason: may(z.string()),
} as const;

/** An access test, and how it stands now. */
export const accessTestItem = z.object({ ...test, ...stateMembers });
export type WireAccessTest = z.infer<typeof accessTestItem>;

const turns = z.array(z.object({ ...test, before: testState, after: testState }));

/** What a change does to access tests. `failing`: they hold neither before nor after, and hold nothing back. */
export const testTurns = z.object({ broken: turns, mended: turns, failing: turns });
export type WireTestTurns = z.infer<typeof testTurns>;

export const accessTestQuery = z.object(() => ({
  mesh: may(z.string()),
  size: may(z.string()),
  offset: may(z.string()),
}));

/**
 * Who may call whom in one mesh, each verdict once: `cells[i]` has for each of `to` the index in `verdicts` of what `from[i]` may do
 * there; -1 = there is no way.
 */
export const accessMatrix = z.object(() => ({
  mesh: z.string(),
  from: z.array(z.string()),
  to: z.array(z.object({ service: z.string(), port: may(z.string()) })),
  verdicts: z.array(verdict),
  cells: z.array(z.array(z.int())),
}));
export type WireAccessMatrix = z.infer<typeof accessMatrix>;

export const accessMatrixQuery = z.object({ mesh: z.string() });

/** A permission that leads to what is wanted, not written. */
export const accessDraft = z.object(() => ({
  /** In wire form. */
  resource: z.looseObject({ type: z.string(), mesh: z.string(), name: z.string() }),
  /** A policy that stands already, with something added or taken away. */
  extends: z.boolean(),
  /** How many other pairs of services gain or lose access by it. */
  others: z.int(),
}));
export type WireAccessDraft = z.infer<typeof accessDraft>;

/** `want` is `allow` or `deny`; the rest as of a question. */
export const accessDraftQuery = z.object(() => ({
  want: z.string(),
  from: z.string(),
  to: z.string(),
  mesh: may(z.string()),
  port: may(z.string()),
  method: may(z.string()),
  path: may(z.string()),
}));
