// What pages reckon out of the API's answers: the mesh to look at, filters, services, certificates, targets.
import { expect, test } from "vitest";
import { standingOf, upcoming } from "#console/data/certificate.ts";
import { filtersOf } from "#console/data/filter.ts";
import { chosenMesh } from "#console/data/mesh.ts";
import { membersHealth, serviceOf, taggedService } from "#console/data/services.ts";
import { REASONS } from "#console/part/reason.ts";
import { targetText } from "#console/part/target.ts";
import english from "#console/text/en.json" with { type: "json" };
import * as verdict from "#match/access/verdict.ts";

test.each([
  ["shop", "default", ["default"], "shop"],
  [undefined, "shop", ["default", "shop"], "shop"],
  [undefined, "gone", ["default", "shop"], "default"],
  [undefined, null, ["default"], "default"],
  [undefined, "gone", [], null],
] as const)("asked for %j, last %j, of %j: %j", (asked, last, names, mesh) => {
  expect(chosenMesh(asked, last, names)).toBe(mesh);
});

test("filters are the address's own as text: a number too, an empty or foreign one not", () => {
  expect(filtersOf("name", "port", "zone")({ name: "web", port: 80, zone: "", page: "2" })).toEqual({
    name: "web",
    port: "80",
  });
  expect(filtersOf("name")({ name: ["a"] })).toEqual({});
});

test("a service tells its ports, addresses and health", () => {
  const resource = {
    type: "MeshService",
    name: "backend",
    labels: { "kuma.io/zone": "east" },
    spec: {
      ports: [
        { name: "main", port: 80, appProtocol: "http" },
        { name: "81", port: 81 },
      ],
    },
    status: {
      addresses: [{ hostname: "a.mesh" }, { hostname: "a.mesh" }],
      vips: [{ ip: "241.0.0.1" }],
      dataplaneProxies: { healthy: 1, total: 2 },
    },
  };
  expect(serviceOf("meshservices", resource)).toEqual({
    kind: "meshservices",
    name: "backend",
    zones: ["east"],
    hostnames: ["a.mesh"],
    addresses: ["241.0.0.1"],
    ports: ["80/http main", "81"],
    proxies: { healthy: 1, total: 2 },
  });
});

test("a service outside tells where it is", () => {
  const resource = {
    type: "MeshExternalService",
    name: "payments",
    spec: {
      match: { port: 443, protocol: "tls" },
      endpoints: [{ address: "example.com", port: 443 }, { address: "unix://x" }],
    },
  };
  const { ports, addresses, proxies } = serviceOf("meshexternalservices", resource);
  expect({ ports, addresses, proxies }).toEqual({
    ports: ["443/tls"],
    addresses: ["example.com:443", "unix://x"],
    proxies: null,
  });
});

test("of an insight only what it says", () => {
  expect(taggedService({ name: "web" })).toMatchObject({ proxies: { healthy: 0, total: 0 }, zones: [], hostnames: [] });
});

test("a service across zones is as healthy as its members together, and unknown without one that is", () => {
  const healths = new Map([
    ["a", { healthy: 1, total: 2 }],
    ["b", { healthy: 3, total: 3 }],
    ["c", null],
  ]);
  expect(membersHealth([{ name: "a" }, { name: "b" }, { name: "c" }], healths)).toEqual({ healthy: 4, total: 5 });
  expect(membersHealth([{ name: "c" }, { name: "d" }], healths)).toBeNull();
});

test.each([
  [undefined, null],
  [{}, null],
  [{ targetRef: { kind: "Mesh" } }, null],
  [{ targetRef: { kind: "Dataplane", labels: { app: "web" } } }, "Dataplane app=web"],
  [{ targetRef: { kind: "MeshGateway", name: "edge", tags: { port: "http" } } }, "MeshGateway edge port=http"],
  [{ targetRef: { kind: "Dataplane", name: "web-1", sectionName: "main" } }, "Dataplane web-1:main"],
])("the target of %j is %j", (spec, text) => {
  expect(targetText(spec)).toBe(text);
});

const leaf = (name: string, notAfter: string) => ({
  ...{ mesh: "default", zone: "east", serial: `${name}${notAfter}`, issuer: "aa", tokenId: null },
  ...{ name, notAfter },
});

test("of each proxy its newest certificate, the next to end first, ended ones last, an issuer's not at all", () => {
  const found = upcoming(
    [
      leaf("web-1", "2026-01-03T00:00:00Z"),
      leaf("web-1", "2026-01-05T00:00:00Z"),
      leaf("gone", "2026-01-01T00:00:00Z"),
      leaf("api-1", "2026-01-04T00:00:00Z"),
      leaf("", "2026-01-03T00:00:00Z"),
    ],
    Date.parse("2026-01-02T00:00:00Z"),
  );
  expect(found.map(({ name, notAfter }) => [name, notAfter.slice(0, 10)])).toEqual([
    ["api-1", "2026-01-04"],
    ["web-1", "2026-01-05"],
    ["gone", "2026-01-01"],
  ]);
});

test.each([
  ["2026-01-01T00:00:00Z", "ended"],
  ["2026-01-02T03:00:00Z", "soon"],
  ["2026-01-02T20:00:00Z", "good"],
])("a certificate until %s is %s", (notAfter, standing) => {
  expect(standingOf(notAfter, Date.parse("2026-01-02T00:00:00Z"))).toBe(standing);
});

test("each reason of a verdict has a text, in English the control plane's own", () => {
  expect([...REASONS].sort()).toEqual(Object.keys(verdict.REASONS).sort());
  const texts: Readonly<Record<string, string>> = english;
  for (const [reason, text] of Object.entries(verdict.REASONS)) expect(texts[`access.reason.${reason}`]).toBe(text);
});
