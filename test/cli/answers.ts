// Answers of a control plane, one of each list, for what a command makes of them: the types are those of the routes.

import type { WireAccess } from "#api/access.ts";
import type { AuditEntryBody } from "#api/audit.ts";
import type { RevisionBody } from "#api/history.ts";
import type { PlanListBody } from "#api/plan.ts";
import type { WebhookBody, WebhookDeliveryBody } from "#api/webhook.ts";
import type {
  ApiToken,
  CertificateBody,
  DeliveryBody,
  IssuerBody,
  RelayBody,
  RevisionDeliveryBody,
} from "#api/weft.ts";

/** When they are looked at. */
export const NOW = Date.parse("2026-03-04T12:00:00Z");

const ago = (minutes: number): string => new Date(NOW - minutes * 60_000).toISOString();
const LONG = "the retries of checkout were too eager, and backend was asked four times for each request that failed";

const token: ApiToken = {
  ...{ id: "k3v7pq2mzx4abcde", name: "ci", scopes: ["read", "write"] },
  ...{ createdAt: ago(90), expiresAt: null, revokedAt: null, mintedBy: null, lastUsedAt: ago(7) },
};
const tokens: readonly ApiToken[] = [
  token,
  { ...token, id: "b7c2kq5mtr3wxyza", name: "gone", scopes: ["admin"], revokedAt: ago(3), expiresAt: ago(-600) },
];

const webhooks: readonly WebhookBody[] = [
  {
    ...{ id: "h3v7pq2mzx4abcde", url: "https://hooks.example.com/weft", events: ["zone.offline", "proxy.nack"] },
    ...{ description: "to the people on call", createdAt: ago(3_000), olderUntil: ago(-60) },
    ...{ disabledAt: ago(2), disabledWhy: "nothing was taken for 3 days" },
  },
];

const sent: readonly WebhookDeliveryBody[] = [
  {
    ...{ event: "msg_r12a3b4", type: "zone.offline", time: ago(12), state: "pending", attempts: 3 },
    ...{ nextAt: ago(-5), triedAt: ago(1), status: 503, problem: "it answered 503" },
  },
];

const plans: PlanListBody["items"] = [
  {
    ...{ id: "4tq2mzk7hw3n5xya", revision: 12, actor: "token:k3v7pq2mzx4abcde", reason: LONG, createdAt: ago(5) },
    ...{ expiresAt: ago(-1435), committed: null, changes: 2, proxies: 40, access: 1, newFaults: 0 },
    ...{ stale: null, approval: { required: 2, given: 1 }, ready: false, approvers: ["ops"] },
  },
];

const made = { actor: "token:k3v7pq2mzx4abcde", token: { id: "k3v7pq2mzx4abcde", name: "ci" }, time: ago(70) };
const change = { type: "MeshRetry", mesh: "shop", name: "checkout", before: null, after: null };
const revisions: readonly RevisionBody[] = [
  { revision: 12, ...made, reason: LONG, changes: [change, { ...change, type: "MeshTimeout" }] },
  { revision: 11, ...made, token: null, actor: "control-plane", reason: "", changes: [{ ...change, mesh: "" }] },
];

const counts = { acked: 39, nacked: 0, pending: 1, absent: 2, untouched: 30 };
const quantiles = { count: 39, p50: 41.2, p99: 1_203, max: 1_310 };
const times = { fetched: { ...quantiles, count: 1 }, pushed: quantiles, acked: quantiles };
const delivery: RevisionDeliveryBody = {
  ...{ revision: 12, actor: made.actor, reason: LONG, committedAt: ago(70), state: "underway" },
  ...{ proxies: counts, times, offline: ["west"] },
  relays: [
    {
      ...{ zone: "east", relay: "r2mzx4abcdek3v7p", online: true, lastContact: null, state: "pushed", fetchedMs: 31 },
      ...{ proxies: counts, times, laggards: [{ proxy: "shop.web-1", state: "pushed", reason: "" }] },
    },
  ],
};

const relay: RelayBody = {
  ...{ id: "r2mzx4abcdek3v7p", zone: "east", revoked: false, enrolledAt: ago(9_000), epoch: 1, sequence: 41 },
  ...{ version: "0f3a9c1d2b4e5f60", lastEvent: 88, revision: 7, address: "10.0.0.5:5678" },
  ...{ online: true, lastContact: ago(0.2), leftAt: null, way: null },
};
const reported: DeliveryBody = {
  ...{ zone: "east", relay: relay.id, epoch: 1, sequence: 40, acked: 39, nacked: 0, pending: 1 },
  ...{ laggards: [], at: ago(4) },
};
const issuer: IssuerBody = {
  ...{ mesh: "shop", zone: "east", relay: relay.id, keyId: "5b1f0c7d9e8a4b3c2d1e0f9a8b7c6d5e4f3a2b1c" },
  ...{ holder: "relay", notAfter: ago(-8_640), revokedAt: null, revokedBy: null },
};
const certificate: CertificateBody = {
  ...{ mesh: "shop", name: "web-1", zone: "east", serial: "7f3a9c1d2b4e5f60", issuer: issuer.keyId },
  ...{ notAfter: ago(-1_200), tokenId: "k3v7pq2mzx4abcde" },
};

const entry: AuditEntryBody = {
  ...{ organisation: "abcdefghijkl", number: 88, time: ago(70), actor: made.actor, token: made.token.id },
  ...{ action: "resources.change", subject: "MeshRetry shop/checkout, MeshTimeout shop/checkout", revision: 12 },
  ...{ details: { reason: LONG }, previous: "a".repeat(64), hash: "b".repeat(64) },
};

const rule = {
  kri: "kri_mtp_shop___to-backend_",
  type: "MeshTrafficPermission",
  name: "to-backend",
  field: "spec.rules[0]",
};
const access: readonly WireAccess[] = [
  { mesh: "shop", from: "web", to: "backend", verdict: { outcome: "allowed", reason: "rule", text: "a rule", rule } },
  {
    ...{ mesh: "shop", from: "*", to: "backend", port: "8080" },
    verdict: {
      outcome: "denied",
      reason: "default",
      text: "no rule lets anybody in who has no certificate of the mesh",
    },
  },
];

const dataplane = {
  ...{ type: "Dataplane", mesh: "shop", name: "web-1", kri: "kri_dp_shop_east__web-1_" },
  ...{ creationTime: ago(9_000), modificationTime: ago(200) },
  labels: { "kuma.io/zone": "east", "kuma.io/origin": "zone", app: "web", team: "shop" },
  networking: {
    address: "10.0.0.1",
    inbound: [{ port: 8080, servicePort: 80, tags: { "kuma.io/service": "web", "kuma.io/protocol": "http" } }],
  },
};
const overview = {
  ...{ mesh: "shop", name: "web-1" },
  dataplaneInsight: {
    subscriptions: [{ connectTime: ago(50), version: { kumaDp: { version: "2.14.0" }, envoy: { version: "1.40.0" } } }],
    mTLS: { certificateExpirationTime: ago(-1_200) },
  },
};
const retry = {
  ...{ type: "MeshRetry", mesh: "shop", name: "checkout", creationTime: ago(70), modificationTime: ago(70) },
  ...{ kri: "kri_mr_shop___checkout_", labels: { "kuma.io/effect": "shadow", "kuma.io/origin": "global" } },
  spec: {
    targetRef: { kind: "Dataplane", labels: { app: "web" } },
    to: [{ targetRef: { kind: "MeshService", name: "backend" }, default: {} }],
  },
};

const page = (items: readonly unknown[]): object => ({ total: items.length, items, next: null });
const list = (items: readonly unknown[]): object => ({ items, next: null });

/** By the end of the path. */
export const ANSWERS: readonly (readonly [path: RegExp, body: object])[] = [
  [/\/v1\/tokens$/, page(tokens)],
  [/\/v1\/webhooks$/, page(webhooks)],
  [/\/v1\/webhooks\/[^/]+\/deliveries$/, list(sent)],
  [/\/v1\/plans$/, { items: plans }],
  [/\/v1\/revisions$/, list(revisions)],
  [/\/v1\/revisions\/\d+\/delivery$/, delivery],
  [/\/v1\/deliveries$/, { items: [delivery] }],
  [/\/v1\/relays$/, page([relay])],
  [/\/zones\/[^/]+\/deliveries$/, page([reported])],
  [/\/v1\/issuers$/, page([issuer])],
  [/\/v1\/certificates$/, page([certificate])],
  [/\/v1\/audit$/, list([entry])],
  [/\/v1\/access$/, page(access)],
  [
    /\/zones$/,
    page([{ type: "Zone", name: "east", enabled: true, creationTime: ago(9_000), modificationTime: ago(9_000) }]),
  ],
  [/\/dataplanes\/_overview$|\/dataplanes\+insights$/, page([overview])],
  [/\/dataplanes$/, page([dataplane])],
  [/\/meshretries$/, page([retry])],
];
