// Endpoints of every zone's clients in any world of several zones, beside a plain reading of the raw resources.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { endpointOf, endpointSets, matchProxy, policyFaults } from "#match/match.ts";
import { isRemote } from "#model/endpoint.ts";
import type { DataplaneSpec, Inbound, Outbound } from "#model/kind/dataplane.ts";
import type { SpecOf } from "#model/kinds.ts";
import type { Resource } from "#model/resource.ts";
import type { View } from "#model/view.ts";
import { ZONES, zonePlaces } from "#test/places.ts";
import { stored } from "#test/stored.ts";
import { anyMesh, dataplane, meshZoneAddress, outbound } from "./arbitrary.ts";
import { indexed, viewOf } from "./world.ts";

type Dataplane = Resource<DataplaneSpec>;
type Service = Resource<SpecOf<"MeshService">>;
type Multi = Resource<SpecOf<"MeshMultiZoneService">>;
type Tags = Readonly<Record<string, string>>;

/** An endpoint as the oracle says it. */
interface Expected {
  readonly at: string;
  readonly zone: string;
  readonly priority: number;
  readonly weight: number;
}

const name = fc.constantFrom("a", "b", "c");
const port = fc.constantFrom(80, 81);
const service = fc
  .record({
    name,
    port,
    selector: fc.constantFrom<object>(
      { dataplaneTags: { "kuma.io/service": "a" } },
      { dataplaneTags: { version: "1" } },
      { dataplaneLabels: { matchLabels: { app: "x" } } },
      { dataplaneRef: { name: "d1" } },
    ),
    labels: fc.constantFrom<object>({ team: "a" }, { team: "a", "kuma.io/zone": "west" }, {}),
  })
  .map(({ name: own, port: number, selector, labels }) =>
    stored({ type: "MeshService", mesh: "default", name: own, labels, spec: { selector, ports: [{ port: number }] } }),
  );
const multi = fc.record({ name, port }).map(({ name: own, port: number }) => {
  const spec = { selector: { meshService: { matchLabels: { team: "a" } } }, ports: [{ port: number }] };
  return stored({ type: "MeshMultiZoneService", mesh: "default", name: own, spec });
});

/** One of each zone and more, all of which offer something and call something. */
const dataplanes = fc.tuple(
  ...["d1", "d2", "d3", "d4", "d5", "d6"].map((own, at) =>
    fc
      .record({
        tags: fc.record({ "kuma.io/service": name, version: fc.constantFrom("1", "2") }),
        port,
        state: fc.constantFrom("Ready", "Ready", "Ready", "NotReady", "Ignored"),
        zone: at < 3 ? fc.constant(ZONES[at] as string) : fc.constantFrom(...ZONES),
        app: fc.constantFrom("x", "y"),
        calls: fc.tuple(
          fc.record({ port: fc.constant(10_001), tags: fc.record({ "kuma.io/service": name }) }),
          outbound,
          outbound,
        ),
      })
      .map(({ tags, port: number, state, zone, app, calls }) =>
        stored({
          type: "Dataplane",
          mesh: "default",
          name: own,
          labels: { app, "kuma.io/zone": zone },
          networking: { address: `10.0.0.${at + 1}`, inbound: [{ port: number, tags, state }], outbound: calls },
        }),
      ),
  ),
);

const world: fc.Arbitrary<View> = fc
  .record({
    dataplanes,
    mesh: anyMesh,
    resources: fc.array(fc.oneof({ weight: 2, arbitrary: service }, multi, meshZoneAddress, dataplane), {
      minLength: 2,
      maxLength: 6,
    }),
    departed: fc.subarray(["d1", "d2"]),
    zones: zonePlaces,
  })
  .map(({ mesh, dataplanes: own, resources, departed, zones }) => {
    const each = new Map([mesh, ...own, ...resources].map((one) => [`${one.type}/${one.name}`, one]));
    return viewOf([...each.values()], departed, zones);
  });

const listOf = <T>(view: View, type: string): readonly T[] => (view.resources[type] ?? []) as readonly T[];
const zoneOf = ({ labels }: Dataplane): string => labels["kuma.io/zone"] ?? "";
const holds = (tags: Tags = {}, wanted: Tags = {}): boolean =>
  Object.keys(wanted).every((key) => tags[key] === wanted[key]);

interface Instance {
  readonly dataplane: Dataplane;
  readonly inbound: Inbound;
}

/** Every inbound that takes traffic, wherever it is. */
function ready(view: View): readonly Instance[] {
  return listOf<Dataplane>(view, "Dataplane").flatMap((one) =>
    view.departed.includes(one.name)
      ? []
      : (one.spec.networking?.inbound ?? [])
          .filter(({ state = "Ready" }) => state === "Ready")
          .map((inbound) => ({ dataplane: one, inbound })),
  );
}

function offers({ spec, labels }: Service, { dataplane: one, inbound }: Instance, number: number): boolean {
  if (inbound.port !== number || (labels["kuma.io/zone"] ?? zoneOf(one)) !== zoneOf(one)) return false;
  const { dataplaneTags, dataplaneLabels, dataplaneRef } = spec.selector ?? {};
  if (dataplaneTags !== undefined) return holds(inbound.tags, dataplaneTags);
  if (dataplaneLabels !== undefined) return holds(one.labels, dataplaneLabels.matchLabels);
  return dataplaneRef?.name === one.name;
}

/** Who is behind an outbound; null where it refers to nothing. */
function behind(view: View, { tags, backendRef }: Outbound): readonly Instance[] | null {
  const all = ready(view);
  if (backendRef === undefined) return all.filter(({ inbound }) => holds(inbound.tags, tags));
  const { kind, name: wanted, port: number = 0 } = backendRef;
  const services = listOf<Service>(view, "MeshService");
  const has = ({ spec }: Service | Multi): boolean => spec.ports?.some((one) => one.port === number) === true;
  if (kind === "MeshService") {
    const found = services.find((one) => one.name === wanted && has(one));
    return found === undefined ? null : all.filter((one) => offers(found, one, number));
  }
  const found = listOf<Multi>(view, "MeshMultiZoneService").find((one) => one.name === wanted && has(one));
  if (kind !== "MeshMultiZoneService" || found === undefined) return null;
  const gathered = services.filter((one) => one.labels.team === "a" && has(one));
  return all.filter((one) => gathered.some((each) => offers(each, one, number)));
}

/** `address:port` of the ways into another zone, each once. */
function waysInto(view: View, zone: string, from: string, isTag: boolean): readonly string[] {
  const { mtls, routing, meshServices } = view.mesh.spec;
  const zones = view.zones ?? [];
  const place = zones.find((one) => one.name === zone);
  if (!mtls?.enabledBackend || zone === from || place === undefined || !place.enabled) return [];
  const addresses = listOf<Resource<SpecOf<"MeshZoneAddress">>>(view, "MeshZoneAddress")
    .filter(({ labels }) => meshServices?.mode === "Exclusive" && labels["kuma.io/zone"] === zone)
    .map(({ spec }) => spec);
  const open = [...place.ingresses, ...addresses];
  const egresses = zones.find((one) => one.name === from)?.egresses ?? [];
  const ways = isTag && routing?.zoneEgress && open.length > 0 ? egresses : open;
  return [...new Set(ways.map(({ address, port: number }) => `${address}:${number}`))];
}

/** What a client of a zone should have for an outbound. */
function expectedOf(view: View, outbound: Outbound, from: string): readonly Expected[] | null {
  const found = behind(view, outbound);
  if (found === null) return null;
  const isTag = outbound.backendRef === undefined;
  const far = isTag && !view.mesh.spec.routing?.localityAwareLoadBalancing ? 0 : 1;
  const remote = ZONES.flatMap((zone) => {
    const count = found.filter((one) => zoneOf(one.dataplane) === zone).length;
    const ways = count === 0 ? [] : waysInto(view, zone, from, isTag);
    return ways.map((at) => ({ at, zone, priority: far, weight: isTag ? count : 1 }));
  });
  const weight = isTag ? Math.max(1, new Set(remote.map(({ at }) => at)).size) : 1;
  const own = found.filter((one) => zoneOf(one.dataplane) === from);
  const local = own.map(({ dataplane: one, inbound }) => {
    const at = `${inbound.address ?? one.spec.networking?.address}:${inbound.port}`;
    return { at, zone: from, priority: 0, weight };
  });
  return [...local, ...remote];
}

const sorted = (list: readonly Expected[]): readonly string[] => list.map((one) => JSON.stringify(one)).sort();

/** What clients really get, outbound by outbound, beside what the oracle says. */
function compared(view: View, zone: string): readonly (readonly [readonly string[], readonly string[]])[] {
  const index = indexed(view, undefined, zone);
  return index.dataplanes.flatMap((one) => {
    const { outbounds } = matchProxy(index, one);
    const wanted = (one.spec.networking?.outbound ?? []).flatMap((outbound) => {
      const expected = expectedOf(view, outbound, zone);
      return expected === null ? [] : [sorted(expected)];
    });
    const got = outbounds.map(({ destination: { cluster } }) =>
      sorted(
        (endpointSets(index).get(cluster)?.endpoints ?? []).map((endpoint) => ({
          at: `${endpoint.address}:${endpoint.port}`,
          zone: endpoint.zone,
          priority: endpoint.priority,
          weight: endpoint.weight,
        })),
      ),
    );
    expect(got.length).toBe(wanted.length);
    return got.map((list, at) => [list, wanted[at] as readonly string[]] as const);
  });
}

describe("services of several zones", () => {
  it("are reached by the clients of each zone as the raw resources say", () => {
    const seen = { remote: 0, weighed: 0, behind: 0 };
    fc.assert(
      fc.property(world, (view) => {
        for (const zone of ZONES) {
          for (const [got, wanted] of compared(view, zone)) {
            expect(got).toEqual(wanted);
            if (wanted.some((one) => !one.includes(`"zone":"${zone}"`))) seen.remote++;
            if (wanted.some((one) => one.includes(`"zone":"${zone}"`) && !one.includes('"weight":1'))) seen.weighed++;
            if (wanted.some((one) => one.includes('"priority":1'))) seen.behind++;
          }
        }
      }),
      { numRuns: 300 },
    );
    // Worlds in which nothing is reached would prove nothing.
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(2);
  });

  it("get the endpoints of a dataplane as its own part says, whatever leads to other zones", () => {
    fc.assert(
      fc.property(world, (view) => {
        const index = indexed({ ...view, departed: [] });
        const held = [...endpointSets(index).values()].flatMap(({ cluster, endpoints }) =>
          endpoints.filter((one) => !isRemote(one)).map((endpoint) => ({ cluster, endpoint })),
        );
        const given = index.dataplanes.flatMap((one) => endpointOf(index, one));
        const text = (list: readonly object[]): readonly string[] => list.map((one) => JSON.stringify(one)).sort();
        expect(text(given)).toEqual(text(held));
      }),
      { numRuns: 300 },
    );
  });

  it("are never reached in plaintext, and one fault says what is lacking", () => {
    fc.assert(
      fc.property(world, (view) => {
        for (const zone of ZONES) {
          const index = indexed(view, undefined, zone);
          for (const one of index.dataplanes) {
            for (const { destination } of matchProxy(index, one).outbounds) {
              const { endpoints } = endpointSets(index).get(destination.cluster) ?? { endpoints: [] };
              const zones = endpoints.filter(isRemote).map((endpoint) => endpoint.zone);
              const secured = destination.tls !== null ? zones : (destination.acrossZones?.zones ?? []);
              for (const other of zones) expect(secured).toContain(other);
              for (const endpoint of endpoints.filter(isRemote)) {
                expect(endpoint.tags["kuma.io/zone"]).toBe(endpoint.zone);
              }
            }
          }
          const told = policyFaults(index).filter(({ reason }) => reason.includes("cross-zone traffic"));
          expect(told.length).toBeLessThanOrEqual(1);
          const off = view.mesh.spec.mtls?.enabledBackend ? view : withMtls(view);
          const could = compared(off, zone).some(([, wanted]) => wanted.some((one) => !one.includes(`"${zone}"`)));
          if (off !== view) expect(told.map(({ field }) => field)).toEqual(could ? ["mtls.enabledBackend"] : []);
        }
      }),
    );
  });
});

/** The same world with mTLS on: what would be reached then. */
function withMtls(view: View): View {
  const mtls = { enabledBackend: "ca", backends: [{ name: "ca", type: "builtin" }] };
  return { ...view, mesh: { ...view.mesh, spec: { ...view.mesh.spec, mtls } } } as View;
}
