// What an event in one zone changes in another: the sets of what it is about, and nothing else.
import { describe, expect, it } from "vitest";
import { endpointSets, matchProxy, type ViewIndex } from "#match/match.ts";
import type { Resource } from "#model/resource.ts";
import type { ZonePlace } from "#model/zone-place.ts";
import { stored } from "#test/stored.ts";
import { dataplane, indexed, viewOf } from "./world.ts";

const inWest = (name: string, service: string): Resource =>
  dataplane(
    name,
    { tags: { "kuma.io/service": service } },
    { address: `10.1.0.${name.length}` },
    { "kuma.io/zone": "west" },
  );

const calls = ["api", "backend", "db"].map((service, at) => ({
  port: 10_001 + at,
  tags: { "kuma.io/service": service },
}));
const CLIENT = dataplane("web-1", { tags: { "kuma.io/service": "web" } }, { outbound: calls });
const OWN = dataplane("db-1", { tags: { "kuma.io/service": "db" } });
const FAR = [inWest("api-1", "api"), inWest("backend-1", "backend")];

const mesh = (mode: string): Resource =>
  stored({
    type: "Mesh",
    name: "default",
    mtls: { enabledBackend: "ca", backends: [{ name: "ca", type: "builtin", mode }] },
  });
const STRICT = mesh("STRICT");

const place = (name: string, port: number) => ({ name, address: "192.0.2.1", port });
const zones = (west: Partial<ZonePlace> = {}): readonly ZonePlace[] => [
  { name: "east", enabled: true, ingresses: [], egresses: [] },
  { name: "west", enabled: true, ingresses: [place("zi-1", 1)], egresses: [], ...west },
];
const before = indexed(viewOf([STRICT, CLIENT, OWN, ...FAR], [], zones()));

/** Names of the sets that are other objects than before. */
function changed(now: ViewIndex, then: ViewIndex = before): readonly string[] {
  const old = endpointSets(then);
  return [...endpointSets(now)].filter(([name, set]) => old.get(name) !== set).map(([name]) => name);
}

describe("an event in another zone", () => {
  it("changes the one set of a service that gets an instance there", () => {
    const more = inWest("backend-22", "backend");
    const now = indexed(viewOf([STRICT, CLIENT, OWN, ...FAR, more], [], zones()), before);
    expect(changed(now)).toEqual(["backend"]);
    expect(
      endpointSets(now)
        .get("backend")
        ?.endpoints.map(({ weight }) => weight),
    ).toEqual([2]);
    expect(matchProxy(now, CLIENT)).toBe(matchProxy(before, CLIENT));
  });

  it("changes nothing where a service comes that nobody calls", () => {
    const now = indexed(viewOf([STRICT, CLIENT, OWN, ...FAR, inWest("other-1", "other")], [], zones()), before);
    expect(changed(now)).toEqual([]);
    expect(endpointSets(now)).toBe(endpointSets(before));
  });

  it("changes the sets that lead there when an ingress comes, goes, or its zone is disabled", () => {
    const view = viewOf([STRICT, CLIENT, OWN, ...FAR], [], zones({ ingresses: [place("zi-1", 1), place("zi-2", 2)] }));
    const two = indexed(view, before);
    expect(changed(two)).toEqual(["api", "backend"]);
    expect(matchProxy(two, CLIENT)).toBe(matchProxy(before, CLIENT));
    for (const gone of [zones({ ingresses: [] }), zones({ enabled: false })]) {
      const none = indexed(viewOf([STRICT, CLIENT, OWN, ...FAR], [], gone), before);
      expect(changed(none)).toEqual(["api", "backend"]);
      expect(endpointSets(none).get("api")?.endpoints).toEqual([]);
    }
  });

  it("changes no cluster while a backend is PERMISSIVE, whichever instances there are", () => {
    const loose = mesh("PERMISSIVE");
    const then = indexed(viewOf([loose, CLIENT, OWN, ...FAR], [], zones()));
    const now = indexed(viewOf([loose, CLIENT, OWN], [], zones()), then);
    expect(changed(now, then)).toEqual(["api", "backend"]);
    // What a service speaks is told by its instances alone, so only that may be another.
    const security = (index: ViewIndex) =>
      matchProxy(index, CLIENT).outbounds.map(({ destination: { tls, acrossZones } }) => ({ tls, acrossZones }));
    expect(security(now)).toEqual(security(then));
    expect(security(then).map(({ acrossZones }) => acrossZones?.zones)).toEqual([["west"], ["west"], ["west"]]);
  });

  it("an address that several ingresses share is one way in", () => {
    const shared = zones({ ingresses: [place("zi-1", 1), place("zi-2", 1)] });
    const now = indexed(viewOf([STRICT, CLIENT, OWN, ...FAR], [], shared), before);
    expect(changed(now)).toEqual([]);
  });
});
