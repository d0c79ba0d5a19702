// The tenants' tables, as the queries see them. The migrations make them; a test compares the two.
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { Spread } from "#model/spread.ts";
import type { RevisionDeliveryRow } from "./store.ts";

/** First in every key. */
const tenantId = () => text("tenant_id").notNull();

/** Always empty: an INSERT into it breaks the constraint named for its reason and so aborts a batch. The one table without a key. */
export const guard = sqliteTable("guard", { reason: text("reason").notNull() });

export const heads = sqliteTable("heads", {
  tenantId: text("tenant_id").notNull().primaryKey(),
  epoch: integer("epoch").notNull(),
  revision: integer("revision").notNull(),
  sequence: integer("sequence").notNull(),
});

export const resource = sqliteTable(
  "resource",
  {
    tenantId: tenantId(),
    type: text("type").notNull(),
    mesh: text("mesh").notNull(),
    name: text("name").notNull(),
    labels: text("labels").notNull(),
    spec: text("spec").notNull(),
    status: text("status"),
    etag: text("etag").notNull(),
    revision: integer("revision").notNull(),
    born: integer("born").notNull(),
    creationTime: text("creation_time").notNull(),
    modificationTime: text("modification_time").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.type, t.mesh, t.name] }),
    index("resource_mesh").on(t.tenantId, t.mesh, t.type, t.name),
  ],
);

export const revision = sqliteTable(
  "revision",
  {
    tenantId: tenantId(),
    revision: integer("revision").notNull(),
    epoch: integer("epoch").notNull(),
    sequence: integer("sequence").notNull(),
    writeId: text("write_id").notNull(),
    actor: text("actor").notNull(),
    reason: text("reason").notNull(),
    time: text("time").notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.revision] }), uniqueIndex("revision_write").on(t.tenantId, t.writeId)],
);

export const revisionChange = sqliteTable(
  "revision_change",
  {
    tenantId: tenantId(),
    revision: integer("revision").notNull(),
    type: text("type").notNull(),
    mesh: text("mesh").notNull(),
    name: text("name").notNull(),
    before: text("before"),
    after: text("after"),
    stream: integer("stream", { mode: "boolean" }).notNull().default(false),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.revision, t.type, t.mesh, t.name] }),
    index("revision_change_resource").on(t.tenantId, t.mesh, t.type, t.name, t.revision),
  ],
);

export const step = sqliteTable(
  "step",
  {
    tenantId: tenantId(),
    sequence: integer("sequence").notNull(),
    epoch: integer("epoch").notNull(),
    revision: integer("revision").notNull(),
    writeId: text("write_id").notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.sequence] }), uniqueIndex("step_write").on(t.tenantId, t.writeId)],
);

export const registration = sqliteTable(
  "registration",
  {
    tenantId: tenantId(),
    mesh: text("mesh").notNull(),
    name: text("name").notNull(),
    id: text("id").notNull(),
    zone: text("zone").notNull(),
    relay: text("relay").notNull(),
    owner: text("owner", { enum: ["stream", "user"] }).notNull(),
    online: integer("online", { mode: "boolean" }).notNull(),
    since: text("since").notNull(),
    tokenId: text("token_id"),
    ready: integer("ready", { mode: "boolean" }).notNull().default(true),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.mesh, t.name] }), index("registration_zone").on(t.tenantId, t.zone)],
);

export const credential = sqliteTable(
  "credential",
  {
    tenantId: tenantId(),
    id: text("id").notNull(),
    kind: text("kind", { enum: ["api", "enrolment"] }).notNull(),
    name: text("name").notNull(),
    secretHash: text("secret_hash").notNull(),
    scopes: text("scopes", { mode: "json" }).$type<readonly string[]>().notNull(),
    createdAt: text("created_at").notNull(),
    expiresAt: text("expires_at"),
    revokedAt: text("revoked_at"),
    zone: text("zone"),
    usedBy: text("used_by"),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

export const zoneHead = sqliteTable(
  "zone_head",
  {
    tenantId: tenantId(),
    zone: text("zone").notNull(),
    relay: text("relay").notNull(),
    signingKey: text("signing_key").notNull(),
    encryptionKey: text("encryption_key").notNull(),
    revoked: integer("revoked", { mode: "boolean" }).notNull(),
    epoch: integer("epoch").notNull(),
    sequence: integer("sequence").notNull(),
    version: text("version").notNull(),
    envelope: text("envelope").notNull(),
    lastEvent: integer("last_event").notNull(),
    enrolledAt: text("enrolled_at").notNull(),
    address: text("address").notNull().default(""),
    ca: text("ca").notNull().default(""),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.zone, t.relay] })],
);

export const relayContact = sqliteTable(
  "relay_contact",
  {
    tenantId: tenantId(),
    zone: text("zone").notNull(),
    relay: text("relay").notNull(),
    connectedAt: text("connected_at").notNull(),
    seenAt: text("seen_at").notNull(),
    leftAt: text("left_at"),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.zone, t.relay] })],
);

export const manifest = sqliteTable(
  "manifest",
  {
    tenantId: tenantId(),
    zone: text("zone").notNull(),
    version: text("version").notNull(),
    epoch: integer("epoch").notNull(),
    sequence: integer("sequence").notNull(),
    storedAt: integer("stored_at").notNull(),
    body: text("body").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.zone, t.version] }),
    index("manifest_order").on(t.tenantId, t.zone, t.epoch, t.sequence),
  ],
);

export const blob = sqliteTable(
  "blob",
  { tenantId: tenantId(), hash: text("hash").notNull(), body: text("body").notNull() },
  (t) => [primaryKey({ columns: [t.tenantId, t.hash] })],
);

export const issuer = sqliteTable(
  "issuer",
  {
    tenantId: tenantId(),
    mesh: text("mesh").notNull(),
    keyId: text("key_id").notNull(),
    zone: text("zone").notNull(),
    relay: text("relay").notNull(),
    root: text("root").notNull(),
    certificatePem: text("certificate_pem").notNull(),
    notAfter: text("not_after").notNull(),
    sealedKey: text("sealed_key"),
    revokedAt: text("revoked_at"),
    revokedBy: text("revoked_by"),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.mesh, t.keyId] })],
);

export const signingKey = sqliteTable(
  "signing_key",
  {
    tenantId: tenantId(),
    purpose: text("purpose").notNull(),
    mesh: text("mesh").notNull(),
    kid: text("kid").notNull(),
    publicJwk: text("public_jwk").notNull(),
    sealedKey: text("sealed_key").notNull(),
    createdAt: text("created_at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.purpose, t.mesh, t.kid] })],
);

export const proof = sqliteTable(
  "proof",
  {
    tenantId: tenantId(),
    id: text("id").notNull(),
    expiresAt: integer("expires_at").notNull(),
    status: integer("status").notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] }), index("proof_expiry").on(t.tenantId, t.expiresAt)],
);

export const delivery = sqliteTable(
  "delivery",
  {
    tenantId: tenantId(),
    zone: text("zone").notNull(),
    relay: text("relay").notNull(),
    epoch: integer("epoch").notNull(),
    sequence: integer("sequence").notNull(),
    acked: integer("acked").notNull(),
    nacked: integer("nacked").notNull(),
    pending: integer("pending").notNull(),
    laggards: text("laggards", { mode: "json" })
      .$type<readonly { readonly proxy: string; readonly reason: string; readonly connected?: false }[]>()
      .notNull(),
    at: text("at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.zone, t.relay, t.epoch, t.sequence] })],
);

export const revisionDelivery = sqliteTable(
  "revision_delivery",
  {
    tenantId: tenantId(),
    epoch: integer("epoch").notNull(),
    revision: integer("revision").notNull(),
    zone: text("zone").notNull(),
    relay: text("relay").notNull(),
    sequence: integer("sequence").notNull(),
    answeredAt: integer("answered_at"),
    acked: integer("acked").notNull(),
    nacked: integer("nacked").notNull(),
    pending: integer("pending").notNull(),
    absent: integer("absent").notNull(),
    untouched: integer("untouched").notNull(),
    pushed: text("pushed", { mode: "json" }).$type<Spread>().notNull(),
    taken: text("taken", { mode: "json" }).$type<Spread>().notNull(),
    laggards: text("laggards", { mode: "json" }).$type<RevisionDeliveryRow["laggards"]>().notNull(),
    at: text("at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.epoch, t.revision, t.zone, t.relay] })],
);

export const certificate = sqliteTable(
  "certificate",
  {
    tenantId: tenantId(),
    issuer: text("issuer").notNull(),
    serial: text("serial").notNull(),
    mesh: text("mesh").notNull(),
    name: text("name").notNull(),
    zone: text("zone").notNull(),
    notAfter: text("not_after").notNull(),
    tokenId: text("token_id"),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.issuer, t.serial] }),
    index("certificate_expiry").on(t.tenantId, t.notAfter),
  ],
);

export const reveal = sqliteTable(
  "reveal",
  {
    tenantId: tenantId(),
    time: text("time").notNull(),
    actor: text("actor").notNull(),
    type: text("type").notNull(),
    mesh: text("mesh").notNull(),
    name: text("name").notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.time, t.actor, t.type, t.mesh, t.name] })],
);

export const audit = sqliteTable(
  "audit",
  {
    tenantId: tenantId(),
    number: integer("number").notNull(),
    time: text("time").notNull(),
    actor: text("actor").notNull(),
    token: text("token"),
    action: text("action").notNull(),
    subject: text("subject").notNull(),
    revision: integer("revision"),
    details: text("details").notNull(),
    previous: text("previous").notNull(),
    hash: text("hash").notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.number] }), index("audit_time").on(t.tenantId, t.time)],
);

export const auditSeal = sqliteTable(
  "audit_seal",
  {
    tenantId: tenantId(),
    number: integer("number").notNull(),
    kind: text("kind", { enum: ["checkpoint", "anchor"] }).notNull(),
    time: text("time").notNull(),
    hash: text("hash").notNull(),
    jws: text("jws").notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.kind, t.number] })],
);

export const auditSetting = sqliteTable("audit_setting", {
  tenantId: text("tenant_id").notNull().primaryKey(),
  retentionDays: integer("retention_days").notNull(),
});

export const webhook = sqliteTable(
  "webhook",
  {
    tenantId: tenantId(),
    id: text("id").notNull(),
    url: text("url").notNull(),
    events: text("events", { mode: "json" }).$type<readonly string[]>().notNull(),
    description: text("description").notNull(),
    secret: text("secret").notNull(),
    olderSecret: text("older_secret"),
    olderUntil: text("older_until"),
    createdAt: text("created_at").notNull(),
    disabledAt: text("disabled_at"),
    disabledWhy: text("disabled_why"),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

export const webhookEvent = sqliteTable(
  "webhook_event",
  {
    tenantId: tenantId(),
    id: text("id").notNull(),
    type: text("type").notNull(),
    time: text("time").notNull(),
    payload: text("payload").notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] }), index("webhook_event_time").on(t.tenantId, t.time)],
);

export const webhookDelivery = sqliteTable(
  "webhook_delivery",
  {
    tenantId: tenantId(),
    webhook: text("webhook").notNull(),
    event: text("event").notNull(),
    time: text("time").notNull(),
    state: text("state", { enum: ["pending", "delivered", "dead", "dropped"] }).notNull(),
    attempts: integer("attempts").notNull(),
    due: integer("due").notNull(),
    triedAt: text("tried_at"),
    status: integer("status"),
    problem: text("problem"),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.webhook, t.event] }),
    index("webhook_delivery_due").on(t.tenantId, t.webhook, t.state, t.due),
    index("webhook_delivery_state").on(t.tenantId, t.state, t.due),
    index("webhook_delivery_time").on(t.tenantId, t.webhook, t.time),
  ],
);

export const webhookMark = sqliteTable(
  "webhook_mark",
  { tenantId: tenantId(), name: text("name").notNull(), value: text("value").notNull() },
  (t) => [primaryKey({ columns: [t.tenantId, t.name] })],
);

export const virtualAddress = sqliteTable(
  "virtual_address",
  {
    tenantId: tenantId(),
    mesh: text("mesh").notNull(),
    address: text("address").notNull(),
    name: text("name").notNull(),
    givenAt: integer("given_at").notNull(),
    goneAt: integer("gone_at"),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.mesh, t.address] })],
);

export const plan = sqliteTable(
  "plan",
  {
    tenantId: tenantId(),
    id: text("id").notNull(),
    epoch: integer("epoch").notNull(),
    revision: integer("revision").notNull(),
    actor: text("actor").notNull(),
    reason: text("reason").notNull(),
    createdAt: text("created_at").notNull(),
    expiresAt: text("expires_at").notNull(),
    body: text("body").notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] }), index("plan_order").on(t.tenantId, t.createdAt)],
);

export const planApproval = sqliteTable(
  "plan_approval",
  {
    tenantId: tenantId(),
    plan: text("plan").notNull(),
    actor: text("actor").notNull(),
    time: text("time").notNull(),
    reason: text("reason").notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.plan, t.actor] })],
);

export const planPart = sqliteTable(
  "plan_part",
  {
    tenantId: tenantId(),
    plan: text("plan").notNull(),
    part: integer("part").notNull(),
    sealed: text("sealed").notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.plan, t.part] })],
);

export const revisionEffect = sqliteTable(
  "revision_effect",
  {
    tenantId: tenantId(),
    revision: integer("revision").notNull(),
    zone: text("zone").notNull(),
    first: integer("first").notNull(),
    body: text("body").notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.revision, t.zone] })],
);
