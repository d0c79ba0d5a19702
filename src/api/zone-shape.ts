// Shapes of the zone protocol's bodies, for checking what relays and control planes receive.

import { isHostName, isIPv6 } from "#model/address.ts";
import * as z from "#model/lazy-zod.ts";
import { MOST_DEPENDENCIES, MOST_VERSION_TEXT, PROGRAM_NAMES } from "#model/proxy-version.ts";
import { LAST_BUCKET } from "#model/spread.ts";
import type {
  CertificatesRequest,
  CertificatesResponse,
  EnrolRequest,
  EnrolResponse,
  IssuerRequest,
  IssuerResponse,
  Join,
  RelayEvent,
  ReportedCall,
  ReportedLoads,
  ReportedRevision,
  ReportRequest,
  ReportResponse,
  SecretsRequest,
  SecretsResponse,
  SnapshotResponse,
  ViewResponse,
} from "./zone.ts";

/** Joins of one call, so that signing them stays within a second of CPU. */
export const MOST_JOINS = 200;
/** Events of one report. */
export const MOST_EVENTS = 1000;
/** Destinations of one mesh whose requests a relay tells of. */
export const MOST_DESTINATIONS = 50;
/** First calls that one report may tell of. */
export const MOST_CALLS = 200;
/** Revisions of which a relay tells in one report. */
export const MOST_REVISIONS = 16;
/** Lives that a relay names in one report. */
export const MOST_LIVES = 100_000;

const may = z.exactOptional;
/** Meshes in which one egress can ask for a leaf at once. */
export const MOST_CSRS = 100;

const count = z.int().check(z.minimum(0));
const text = z.string().check(z.maxLength(1024));
const name = z.string().check(z.minLength(1), z.maxLength(253));
const meshName = z.string().check(z.minLength(1), z.maxLength(63));
/** Of a proxy: a zone's ingress and egress are of no mesh. */
const ownMesh = z.string().check(z.maxLength(63));
const registration = z.string().check(z.minLength(1), z.maxLength(64));

/** Public members of an EC or RSA key; private ones (`d`, `p`, …) are refused, so that nobody sends one by accident. */
export const publicJwk = z.record(z.string(), z.string().check(z.maxLength(1024))).check(
  z.refine((jwk) => ["d", "p", "q", "dp", "dq", "qi", "k"].every((member) => !(member in jwk)), {
    message: "must be a public key: it has private members",
  }),
);

const p256 = publicJwk.check(
  z.refine((jwk) => jwk.kty === "EC" && jwk.crv === "P-256" && jwk.x?.length === 43 && jwk.y?.length === 43, {
    message: "must be the JWK of a public P-256 key (kty EC, crv P-256, x, y)",
  }),
);

export const enrolRequest = z.strictObject(() => ({
  token: z.string().check(z.minLength(1), z.maxLength(512)),
  signingKey: p256,
  encryptionKey: p256,
  meant: may(z.strictObject({ organisation: may(name), zone: may(name) })),
})) satisfies z.ZodMiniType<EnrolRequest>;

export const enrolResponse = z.object(() => ({
  controlPlane: z.string(),
  tenant: z.string(),
  organisation: z.string(),
  zone: z.string(),
  relay: z.string(),
  jwks: z.object({ keys: z.array(publicJwk) }),
  bell: z.nullable(z.string()),
})) satisfies z.ZodMiniType<EnrolResponse>;

export const snapshotResponse = z.object(() => ({
  envelope: z.string(),
  base: z.nullable(z.string()),
  sections: z.record(z.string(), z.nullable(z.string())),
  blobs: z.record(z.string(), z.string()),
  answeredAt: may(count),
  heldMs: may(count),
})) satisfies z.ZodMiniType<SnapshotResponse>;

/** The resources in views are checked by whoever compiles them: the control plane checked them on write. */
export const viewResponse = z.object(() => ({
  epoch: count,
  sequence: count,
  views: z.array(
    z.object({
      mesh: z.looseObject({ name: z.string() }),
      resources: z.record(z.string(), z.array(z.looseObject({ name: z.string() }))),
      bundle: z.array(z.string()),
      departed: z.array(z.string()),
      zones: may(z.array(z.looseObject({ name: z.string() }))),
      addresses: may(z.array(z.looseObject({ name: z.string(), address: z.string() }))),
    }),
  ),
  zoneProxies: may(z.array(z.looseObject({ type: z.string(), name: z.string() }))),
})) as unknown as z.ZodMiniType<ViewResponse>;

const word = z.string().check(z.maxLength(MOST_VERSION_TEXT));

const versions = z.strictObject(() => ({
  program: z.strictObject({
    name: z.enum(PROGRAM_NAMES),
    version: word,
    gitTag: word,
    gitCommit: word,
    buildDate: word,
  }),
  envoy: z.strictObject({ version: word, build: word }),
  dependencies: z
    .record(word, word)
    .check(
      z.refine(
        (all) => Object.keys(all).length <= MOST_DEPENDENCIES,
        `must name at most ${MOST_DEPENDENCIES} dependencies`,
      ),
    ),
}));

export const join = z.strictObject(() => ({
  type: may(z.enum(["Dataplane", "ZoneIngress", "ZoneEgress"])),
  event: may(count),
  mesh: ownMesh,
  name,
  registration,
  owner: z.enum(["stream", "user"]),
  age: may(count),
  dataplane: may(z.unknown()),
  token: may(z.string().check(z.maxLength(16_384))),
  csr: may(z.string().check(z.maxLength(16_384))),
  csrs: may(
    z
      .record(meshName, z.string().check(z.maxLength(16_384)))
      .check(z.refine((all) => Object.keys(all).length <= MOST_CSRS, `must name at most ${MOST_CSRS} meshes`)),
  ),
  ready: may(z.boolean()),
  versions: may(versions),
})) satisfies z.ZodMiniType<Join>;

const meshLeaf = z.union([
  z.object(() => ({ chain: z.array(z.string()), expiresAt: z.nullable(z.string()) })),
  z.object({ refused: z.string() }),
]);

export const issuerRequest = z.strictObject(() => ({
  mesh: meshName,
  csr: z.string().check(z.minLength(1), z.maxLength(16_384)),
})) satisfies z.ZodMiniType<IssuerRequest>;

export const issuerResponse = z.object(() => ({
  chain: z.array(z.string()),
  expiresAt: z.string(),
})) satisfies z.ZodMiniType<IssuerResponse>;

/** Secrets of one call. */
export const MOST_SECRETS = 100;

export const secretsRequest = z.strictObject(() => ({
  names: z.array(text.check(z.minLength(1))).check(z.minLength(1), z.maxLength(MOST_SECRETS)),
})) satisfies z.ZodMiniType<SecretsRequest>;

export const secretsResponse = z.object(() => ({
  secrets: z.array(
    z.union([z.object({ name: z.string(), sealed: z.string() }), z.object({ name: z.string(), refused: z.string() })]),
  ),
})) satisfies z.ZodMiniType<SecretsResponse>;

const numbered = { number: count, mesh: ownMesh, name };

export const relayEvent = z.discriminatedUnion("kind", [
  z.strictObject(() => ({ kind: z.literal("gone"), ...numbered, registration })),
  z.strictObject(() => ({ kind: z.literal("joined"), number: count, join })),
  z.strictObject(() => ({ kind: z.literal("refused"), ...numbered, reason: text })),
  z.strictObject(() => ({
    kind: z.literal("health"),
    ...numbered,
    registration,
    ready: z.array(z.boolean()).check(z.maxLength(1024)),
  })),
  z.strictObject(() => ({ kind: z.literal("version"), ...numbered, registration, versions })),
  z.strictObject(() => ({
    kind: z.literal("issued"),
    ...numbered,
    serial: text,
    notAfter: z.iso.datetime({ offset: true }),
    issuer: text,
    tokenId: text,
  })),
  z.strictObject(() => ({
    kind: z.literal("named"),
    number: count,
    mesh: meshName,
    virtual: text,
    address: z.string().check(z.maxLength(15)),
    age: may(count),
  })),
]) satisfies z.ZodMiniType<RelayEvent>;

const refusedJoin = z.object(() => ({ registration: z.string(), reason: z.string() }));

export const certificatesRequest = z.strictObject(() => ({
  joins: z.array(join).check(z.minLength(1), z.maxLength(MOST_JOINS)),
  events: may(z.array(relayEvent).check(z.maxLength(MOST_EVENTS))),
})) satisfies z.ZodMiniType<CertificatesRequest>;

export const certificatesResponse = z.object(() => ({
  answers: z.array(
    z.union([
      z.object({
        registration: z.string(),
        chain: z.array(z.string()),
        expiresAt: z.nullable(z.string()),
        chains: may(z.record(z.string(), meshLeaf)),
      }),
      z.object({ registration: z.string(), refused: z.string() }),
    ]),
  ),
  lastEvent: may(count),
  refused: may(z.array(refusedJoin)),
})) satisfies z.ZodMiniType<CertificatesResponse>;

/** `host:port`; what is not a name or an address there nobody could call, and no Envoy would take it in a bootstrap. */
const reachAddress = z.string().check(
  z.maxLength(300),
  z.refine((text) => {
    const [, bracketed, host = "", port] = /^(?:\[([^\]]*)\]|([^:[\]]*)):([1-9]\d{0,4})$/.exec(text) ?? [];
    return Number(port) <= 65_535 && (bracketed === undefined ? isHostName(host) : isIPv6(bracketed));
  }, "must be host:port"),
);

const reach = z.strictObject(() => ({
  address: reachAddress,
  ca: z.string().check(z.maxLength(16_384), z.startsWith("-----BEGIN CERTIFICATE-----")),
}));

const laggard = {
  proxy: text,
  reason: z.string().check(z.maxLength(4096)),
  connected: may(z.literal(false)),
  refused: may(z.array(z.strictObject({ kind: text, name: text })).check(z.maxLength(20))),
};
const revisionLaggard = z.strictObject(() => ({
  ...laggard,
  state: z.enum(["fetched", "pushed", "nacked", "absent"]),
  since: may(count),
}));
const MOST_LAGGARDS = 20;

const spread = z.strictObject(() => ({
  count,
  max: count,
  buckets: z
    .array(z.tuple([z.int().check(z.minimum(0), z.maximum(LAST_BUCKET)), count]))
    .check(z.maxLength(LAST_BUCKET + 1)),
}));

const reportedRevision = z.strictObject(() => ({
  epoch: count,
  revision: count,
  sequence: count,
  answeredAt: may(count),
  acked: count,
  nacked: count,
  pending: count,
  absent: count,
  untouched: count,
  pushed: spread,
  taken: spread,
  laggards: z.array(revisionLaggard).check(z.maxLength(MOST_LAGGARDS)),
})) satisfies z.ZodMiniType<ReportedRevision>;

const load = z.strictObject({ total: count, errors: count });

const reportedLoads = z.strictObject(() => ({
  epoch: count,
  revision: count,
  meshes: z
    .array(
      z.strictObject({
        mesh: meshName,
        destinations: z
          .array(z.strictObject({ name: text, before: load, since: load }))
          .check(z.maxLength(MOST_DESTINATIONS)),
      }),
    )
    .check(z.maxLength(100)),
})) satisfies z.ZodMiniType<ReportedLoads>;

const reportedCall = z.strictObject(() => ({
  mesh: meshName,
  proxy: name,
  way: z.enum(["sent", "failed", "received", "broken"]),
  to: text,
})) satisfies z.ZodMiniType<ReportedCall>;

export const reportRequest = z.strictObject(() => ({
  presence: may(z.enum(["here", "leaving"])),
  way: may(z.enum(["bell", "held", "plain"])),
  reach: may(reach),
  events: z.array(relayEvent).check(z.maxLength(MOST_EVENTS)),
  lives: may(z.array(registration).check(z.maxLength(MOST_LIVES))),
  delivery: may(
    z.strictObject({
      epoch: count,
      sequence: count,
      acked: count,
      nacked: count,
      pending: count,
      laggards: z.array(z.strictObject(laggard)).check(z.maxLength(MOST_LAGGARDS)),
    }),
  ),
  revisions: may(z.array(reportedRevision).check(z.maxLength(MOST_REVISIONS))),
  loads: may(z.array(reportedLoads).check(z.maxLength(MOST_REVISIONS))),
  calls: may(z.array(reportedCall).check(z.maxLength(MOST_CALLS))),
})) satisfies z.ZodMiniType<ReportRequest>;

export const reportResponse = z.object(() => ({
  lastEvent: count,
  epoch: count,
  sequence: count,
  refused: may(z.array(refusedJoin)),
  lives: may(
    z.object({
      missing: z.array(z.string()),
      ended: z.array(z.string()),
      extra: z.array(z.object({ mesh: z.string(), name: z.string(), registration: z.string() })),
    }),
  ),
})) satisfies z.ZodMiniType<ReportResponse>;
