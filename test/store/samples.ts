// Samples for the store's tests: small whole values, each with what a test wants to say about it.
import type { AuditDraft } from "#model/audit/entry.ts";
import type { Resource, ResourceKey } from "#model/resource.ts";
import type { IssuerRow } from "#store/face/certificate.ts";
import type { Commit, Write } from "#store/face/commit.ts";
import type { CredentialRow } from "#store/face/credential.ts";
import type { Registration } from "#store/face/registration.ts";
import type { ZoneHead } from "#store/face/relay.ts";
import type { PublishedSnapshot } from "#store/face/snapshot.ts";
import type { WebhookRow } from "#store/face/webhook.ts";

/** A key of MeshTimeout in mesh `default`. */
export function keyOf(name: string, over: Partial<ResourceKey> = {}): ResourceKey {
  return { type: "MeshTimeout", mesh: "default", name, ...over };
}

export function aResource(key: ResourceKey, over: Partial<Resource> = {}): Resource {
  return { ...key, labels: {}, spec: { of: key.name }, creationTime: "", modificationTime: "", ...over };
}

/** Puts a resource whatever stands there. */
export function put(key: ResourceKey, over: Partial<Resource> = {}, expect: Write["expect"] = "any"): Write {
  return { key, expect, after: aResource(key, over) };
}

export function remove(key: ResourceKey, expect: Write["expect"] = "any"): Write {
  return { key, expect, after: null };
}

let writes = 0;

/** A revision with these writes, under a write id of its own. */
export function aCommit(writesOf: readonly Write[], over: Partial<Commit> = {}): Commit {
  writes += 1;
  return { writeId: `write-${writes}`, kind: "revision", actor: "token:t1", reason: "test", writes: writesOf, ...over };
}

export function aStep(over: Partial<Commit> = {}): Commit {
  return aCommit([], { kind: "step", ...over });
}

export function aRegistration(name: string, id: string, over: Partial<Registration> = {}): Registration {
  return {
    mesh: "default",
    name,
    id,
    zone: "east",
    relay: "r1",
    owner: "stream",
    online: true,
    since: "2026-01-01T00:00:00.000Z",
    tokenId: null,
    ready: true,
    ...over,
  };
}

export function anApiToken(id: string, over: Partial<CredentialRow> = {}): CredentialRow {
  return anEnrolment(id, { kind: "api", scopes: ["admin"], expiresAt: null, zone: null, ...over });
}

export function anEnrolment(id: string, over: Partial<CredentialRow> = {}): CredentialRow {
  return {
    id,
    kind: "enrolment",
    name: id,
    secretHash: "hash",
    scopes: ["enrol"],
    createdAt: "2026-01-01T00:00:00.000Z",
    expiresAt: "2026-01-08T00:00:00.000Z",
    revokedAt: null,
    zone: "east",
    usedBy: null,
    mintedBy: null,
    lastUsedAt: null,
    ...over,
  };
}

export function aHead(relay: string, over: Partial<ZoneHead> = {}): ZoneHead {
  return {
    zone: "east",
    relay,
    signingKey: `{"kid":"s-${relay}"}`,
    encryptionKey: `{"kid":"e-${relay}"}`,
    revoked: false,
    epoch: 0,
    sequence: 0,
    version: "",
    lastEvent: 0,
    enrolledAt: "2026-01-01T00:00:00.000Z",
    address: "",
    ca: "",
    ...over,
  };
}

export function aSnapshot(sequence: number, over: Partial<PublishedSnapshot> = {}): PublishedSnapshot {
  return {
    zone: "east",
    epoch: 1,
    sequence,
    version: `version-${sequence}`,
    manifest: `{"sequence":${sequence}}`,
    blobs: new Map([[`blob-${sequence}`, `{"of":${sequence}}`]]),
    envelope: `envelope-${sequence}`,
    ...over,
  };
}

export function anIssuer(keyId: string, over: Partial<IssuerRow> = {}): IssuerRow {
  return {
    mesh: "m",
    keyId,
    zone: "east",
    relay: "r1",
    root: "root",
    certificatePem: "pem",
    notAfter: "2026-01-08T00:00:00.000Z",
    sealedKey: null,
    revokedAt: null,
    revokedBy: null,
    ...over,
  };
}

export function aDeed(subject = "token t2", over: Partial<AuditDraft> = {}): AuditDraft {
  const time = "2026-01-02T00:00:00.000Z";
  return { time, actor: "token:t1", token: "t1", action: "token.create", subject, details: {}, ...over };
}

export function aWebhook(id: string, over: Partial<WebhookRow> = {}): WebhookRow {
  return {
    id,
    url: "https://example.com/",
    events: ["audit.entry"],
    description: "",
    secret: "sealed",
    olderSecret: null,
    olderUntil: null,
    createdAt: "2026-01-01T00:00:00.000Z",
    disabledAt: null,
    disabledWhy: null,
    ...over,
  };
}
