// Problems of what ends with time, of what Envoys refuse, and their order.
import { expect, test } from "vitest";
import type { Census } from "#control/overview/census.ts";
import { refusalProblems, rolloutProblems } from "#control/overview/delivery-problem.ts";
import { certificateProblems, tokenProblems, webhookProblems } from "#control/overview/ending-problem.ts";
import { MOST_PROBLEMS, orderedProblems, PROBLEM_KINDS, problem } from "#control/overview/problem.ts";
import { faultProblems, lintProblems } from "#control/overview/resource-problem.ts";
import { versionProblems } from "#control/overview/version-problem.ts";
import type { RevisionDelivery } from "#control/revision-delivery.ts";
import type { Lifetime } from "#control/webhook/certificate-sight.ts";
import type { RevisionDeliveryRow } from "#store/face/delivery.ts";

const DAY = 86_400_000;
const NOW = Date.parse("2026-03-04T05:06:07.000Z");
const iso = (days: number): string => new Date(NOW + days * DAY).toISOString();

test("certificates are told of from the last quarter of their life on, together where they are alike", () => {
  const leaf = (name: string, left: number): Lifetime => ({
    ...{ kind: "proxy", mesh: "default", name, zone: "east" },
    ...{ notBefore: NOW - (100 - left) * DAY, notAfter: NOW + left * DAY },
  });
  expect(certificateProblems([leaf("a", 26)], NOW)).toEqual([]);
  expect(certificateProblems([leaf("a", 25), leaf("b", 12), leaf("c", 60)], NOW)).toMatchObject([
    { kind: "certificate.expiring", count: 2, about: { name: "b", zone: "east" }, since: iso(-13), until: iso(12) },
  ]);
  expect(certificateProblems([leaf("a", 5)], NOW)).toMatchObject([{ kind: "certificate.ending" }]);
});

test("tokens that end soon or have ended lately are told of, and short ones or revoked ones are not", () => {
  const token = (created: number, expires: number | null, revoked = false) => ({
    ...{
      id: "t1",
      kind: "api" as const,
      name: "ci",
      secretHash: "",
      scopes: [],
      zone: null,
      usedBy: null,
      mintedBy: null,
      lastUsedAt: null,
    },
    ...{
      createdAt: iso(created),
      expiresAt: expires === null ? null : iso(expires),
      revokedAt: revoked ? iso(0) : null,
    },
  });
  const kinds = (...args: Parameters<typeof token>) => tokenProblems([token(...args)], NOW).map(({ kind }) => kind);
  expect(kinds(-90, 6)).toEqual(["token.expiring"]);
  expect(kinds(-90, 8)).toEqual([]);
  expect(kinds(-90, -1)).toEqual(["token.expired"]);
  expect(kinds(-90, -31)).toEqual([]);
  expect(kinds(-3, -2)).toEqual([]);
  expect(kinds(-90, -1, true)).toEqual([]);
  expect(kinds(-90, null)).toEqual([]);
});

const row = (revision: number, laggards: RevisionDeliveryRow["laggards"], relay = "r1"): RevisionDeliveryRow => ({
  ...{ epoch: 1, revision, zone: "east", relay, sequence: revision, answeredAt: 0, acked: 0, nacked: 0, pending: 0 },
  ...{ absent: 0, untouched: 0, laggards, at: iso(0) },
  ...{ pushed: { count: 0, max: 0, buckets: [] }, taken: { count: 0, max: 0, buckets: [] } },
});

test("proxies that refuse the same with the same words are one problem, as each relay told it last", () => {
  const nacked = (proxy: string, reason: string) => ({
    ...{ proxy, reason, state: "nacked" as const, since: 3 },
    refused: [{ kind: "listener", name: "l", writers: [{ kri: "kri_mt_default___t_", rule: "spec.to[0]" }] }],
  });
  const present = { zone: "east", relay: "r1", online: true, lastContact: null };
  const rows = [
    row(3, [nacked("default.a", "old words")]),
    row(4, [nacked("default.a", "no"), nacked("default.b", "no"), nacked("default.c", "other")]),
    row(4, [nacked("default.z", "no")], "gone"),
  ];
  const found = refusalProblems(rows, [present]);
  expect(found).toMatchObject([
    { words: "no", count: 2, about: { mesh: "default", name: "a", revision: 3, kri: "kri_mt_default___t_" } },
    { words: "other", count: 1, about: { name: "c" } },
  ]);
  expect(found[0]?.text).toBe("2 Envoys refuse what was sent: default.a, default.b");
  expect(refusalProblems(rows, [{ ...present, online: false }])).toEqual([]);
});

test("what is older than supported is told of once a mesh, and that Envoys differ", () => {
  const old = (part: "envoy" | "program", version: string, name: string, count: number) =>
    [`${part} ${version}`, { part, version, name, count }] as const;
  const versions = new Map([
    ["even", { envoys: new Map([["1.40.0", 5]]), old: new Map() }],
    [
      "default",
      {
        envoys: new Map([
          ["1.40.0", 3],
          ["1.9.4", 2],
          ["1.38.0", 1],
        ]),
        old: new Map([old("envoy", "1.38.0", "b", 1), old("envoy", "1.9.4", "a", 2), old("program", "2.9.0", "c", 1)]),
      },
    ],
    ["", { envoys: new Map([["1.38.0", 2]]), old: new Map([old("envoy", "1.38.0", "in", 2)]) }],
  ]);
  expect(versionProblems({ versions } as unknown as Census)).toMatchObject([
    {
      kind: "proxy.outdated",
      text: "An Envoy older than 1.40.0, the oldest that is supported, is run by 3 proxies of mesh default: 1.9.4, 1.38.0",
      count: 3,
      about: { mesh: "default", name: "a" },
    },
    { kind: "proxy.outdated", text: "A kuma-dp that is not supported runs 1 proxy of mesh default: 2.9.0", count: 1 },
    {
      kind: "proxy.versions",
      text: "The proxies of mesh default run 3 versions of Envoy: 1.9.4, 1.38.0, 1.40.0",
      count: 6,
    },
    {
      text: "An Envoy older than 1.40.0, the oldest that is supported, is run by 2 ingresses and egresses: 1.38.0",
      about: { name: "in" },
    },
  ]);
});

test("a rollout is told of once it takes long", () => {
  const delivery = { revision: 7, committedAt: iso(0), state: "underway", proxies: { pending: 2 }, relays: [] };
  const newest = delivery as unknown as RevisionDelivery;
  expect(rolloutProblems(newest, NOW + 29_000)).toEqual([]);
  expect(rolloutProblems(newest, NOW + 30_000)).toMatchObject([{ about: { revision: 7 }, count: 2, since: iso(0) }]);
  expect(rolloutProblems({ ...newest, state: "delivered" }, NOW + DAY)).toEqual([]);
  expect(rolloutProblems(undefined, NOW)).toEqual([]);
});

test("faults are told with their first words, but for what Envoys refuse; lint's warnings by rule", () => {
  const fault = (reason: string) => ({ field: "spec.to[0]", reason, zones: ["east"] });
  const kri = "kri_mt_default___slow_";
  expect(
    faultProblems(new Map([[kri, [fault("Envoy refuses listener l: no"), fault("must not be empty")]]])),
  ).toMatchObject([
    { words: "spec.to[0]: must not be empty", count: 1, about: { type: "MeshTimeout", mesh: "default", name: "slow" } },
  ]);
  const finding = { mesh: "default", kri, field: "", why: "w", fix: "f" };
  const found = lintProblems([
    { ...finding, code: "dangling-reference", severity: "error", what: "e" },
    { ...finding, code: "selects-nothing", severity: "warning", what: "one" },
    { ...finding, code: "selects-nothing", severity: "warning", what: "two" },
    { ...finding, code: "allow-all", severity: "info", what: "i" },
  ]);
  expect(found.map(({ kind, text, count }) => [kind, text, count])).toEqual([
    ["lint.error", "e", 1],
    ["lint.warning", "2 findings selects-nothing in mesh default, the first: one", 2],
  ]);
});

test("webhooks that are off are told of with their reason", () => {
  const webhook = { id: "w1", disabledAt: iso(-1), disabledWhy: "it failed for a day" };
  const told = webhookProblems([webhook, { ...webhook, disabledAt: null }] as never);
  expect(told).toMatchObject([{ kind: "webhook.disabled", words: "it failed for a day", since: iso(-1) }]);
});

test("the gravest come first, whatever the order in which they are found; what is left out is counted", () => {
  const kinds = Object.keys(PROBLEM_KINDS) as (keyof typeof PROBLEM_KINDS)[];
  const all = kinds.map((kind, at) => problem(kind, kind, { name: String(at) }));
  const ordered = orderedProblems(all.toReversed()).items;
  expect(ordered.map(({ kind }) => kind)).toEqual(kinds);
  const ranks = ordered.map(({ severity }) => ["error", "warning", "info"].indexOf(severity));
  expect(ranks).toEqual(ranks.toSorted());
  const many = Array.from({ length: MOST_PROBLEMS + 5 }, (_, at) => problem("zone.empty", "", { zone: `z${at}` }));
  const bounded = orderedProblems([...many, problem("zone.unknown", "", {})]);
  expect([bounded.total, bounded.items.length, bounded.items[0]?.kind]).toEqual([
    MOST_PROBLEMS + 6,
    MOST_PROBLEMS,
    "zone.unknown",
  ]);
  expect(bounded.bySeverity).toEqual({ error: 1, warning: 0, info: MOST_PROBLEMS + 5 });
});
