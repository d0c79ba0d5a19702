// Random resources of a mesh and edits of it, for properties of matching.
import fc from "fast-check";
import { POLICIES } from "#model/kinds.ts";
import type { Resource } from "#model/resource.ts";
import type { View } from "#model/view.ts";
import type { ZonePlace } from "#model/zone-place.ts";
import { withZone, ZONES, zonePlace } from "#test/places.ts";
import { anyOlder, anyPolicy, anyTop, POLICY_NAMES } from "#test/policies.ts";
import { externalService, multiZoneService } from "#test/services.ts";
import { stored } from "#test/stored.ts";
import { policy, viewOf } from "./world.ts";

const tag = fc.constantFrom("a", "b", "c");
const tags = fc.record(
  { "kuma.io/service": tag, version: fc.constantFrom("1", "2") },
  { requiredKeys: ["kuma.io/service"] },
);
const port = fc.constantFrom(80, 81);

const inbound = fc.record(
  {
    port,
    tags: fc
      .tuple(tags, fc.constantFrom("tcp", "http", "grpc"))
      .map(([own, protocol]) => ({ ...own, "kuma.io/protocol": protocol })),
    name: fc.constantFrom("main", "admin"),
    state: fc.constantFrom("Ready", "NotReady", "Ignored"),
  },
  { requiredKeys: ["port", "tags"] },
);
export const outbound = fc.oneof(
  fc.record({ port: fc.constantFrom(10_001, 10_002), tags }),
  fc.record({
    port: fc.constantFrom(10_001, 10_002),
    tags: fc.record({ "kuma.io/service": tag, "kuma.io/zone": fc.constantFrom(...ZONES) }),
  }),
  fc.record({
    port: fc.constantFrom(10_001, 10_002),
    backendRef: fc.record({
      kind: fc.constantFrom("MeshService", "MeshService", "MeshExternalService", "MeshMultiZoneService"),
      name: tag,
      port,
    }),
  }),
);
const sidecar = fc.record({
  address: fc.constantFrom("10.0.0.1", "10.0.0.2"),
  inbound: fc.array(inbound, { maxLength: 2 }),
  outbound: fc.array(outbound, { maxLength: 3 }),
});
const gateway = fc.tuple(tags, fc.boolean(), fc.array(outbound, { maxLength: 2 })).map(([own, builtin, list]) => ({
  address: "10.0.0.3",
  gateway: { type: builtin ? "BUILTIN" : "DELEGATED", tags: own },
  ...(builtin ? {} : { outbound: list }),
}));
export const dataplane = fc
  .tuple(
    fc.constantFrom("d1", "d2", "d3", "d4"),
    fc.oneof({ weight: 4, arbitrary: sidecar }, gateway),
    fc.constantFrom(
      {},
      { app: "x" },
      { "kuma.io/zone": "west" },
      { app: "x", "kuma.io/zone": "north" },
      { "k8s.kuma.io/namespace": "shop" },
    ),
  )
  .map(([name, networking, labels]) => stored({ type: "Dataplane", mesh: "default", name, labels, networking }));
const meshGateway = fc
  .record({
    name: fc.constantFrom("g", "h"),
    match: fc.oneof(tags, fc.constant({ "kuma.io/service": "*" })),
    listeners: fc.constantFrom([{ port: "one" }], [{ port: "one" }, { port: "two", version: "1" }]),
  })
  .map(({ name, match, listeners }) =>
    stored({
      type: "MeshGateway",
      mesh: "default",
      name,
      selectors: [{ match }],
      conf: { listeners: listeners.map((own, at) => ({ port: 80 + at, protocol: "HTTP", tags: own })) },
    }),
  );

/** Of policies that speak of inbounds. */
const inboundTop = anyTop.filter(
  (top) => !("kind" in top && ["MeshGateway", "MeshHTTPRoute"].includes(String(top.kind))),
);
const timeouts = fc.record(
  { idleTimeout: fc.constantFrom("1s", "2s"), connectionTimeout: fc.constantFrom("1s", "2s") },
  { requiredKeys: ["idleTimeout"] },
);
const to = fc.record({
  targetRef: fc.oneof(
    fc.constant({ kind: "Mesh" }),
    fc.record(
      { kind: fc.constant("MeshService"), name: tag, sectionName: fc.constantFrom("80", "81") },
      { requiredKeys: ["kind", "name"] },
    ),
  ),
  default: timeouts,
});
export const timeout = fc
  .tuple(
    fc.constantFrom(...POLICY_NAMES),
    inboundTop,
    fc.array(to, { minLength: 1, maxLength: 2 }),
    timeouts,
    fc.constantFrom({}, {}, { "kuma.io/effect": "shadow" }),
  )
  .map(([name, targetRef, list, inside, labels]) =>
    policy(
      "MeshTimeout",
      name,
      { targetRef, to: list, from: [{ targetRef: { kind: "Mesh" }, default: inside }] },
      labels,
    ),
  );
export const permission = fc
  .tuple(
    fc.constantFrom(...POLICY_NAMES),
    inboundTop,
    fc.array(
      fc.record({
        targetRef: fc.oneof(fc.constant({ kind: "Mesh" }), fc.record({ kind: fc.constant("MeshSubset"), tags })),
        default: fc.record({ action: fc.constantFrom("Allow", "Deny") }),
      }),
      { minLength: 1, maxLength: 2 },
    ),
  )
  .map(([name, targetRef, from]) => policy("MeshTrafficPermission", name, { targetRef, from }));
const service = fc
  .tuple(
    tag,
    fc.constantFrom<object>(
      { dataplaneTags: { "kuma.io/service": "a" } },
      { dataplaneTags: { version: "1" } },
      { dataplaneLabels: { matchLabels: { app: "x" } } },
      { dataplaneRef: { name: "d1" } },
    ),
    fc.array(port, { minLength: 1, maxLength: 1 }),
    fc.constantFrom<object>({ team: "a" }, { team: "a", "kuma.io/zone": "west" }, { "kuma.io/display-name": "a" }),
  )
  .map(([name, selector, ports, labels]) =>
    stored({
      type: "MeshService",
      mesh: "default",
      name,
      labels,
      spec: { selector, ports: ports.map((one) => ({ port: one })) },
    }),
  );
const routing = fc.constantFrom<object>({}, {}, { localityAwareLoadBalancing: true }, { zoneEgress: true });
const mode = fc.constantFrom<object>({}, {}, { meshServices: { mode: "Exclusive" } });
export const anyMesh = fc.oneof(
  mode.map((services) => stored({ type: "Mesh", name: "default", ...services })),
  fc.tuple(fc.constantFrom("STRICT", "PERMISSIVE"), routing, mode).map(([tls, said, services]) => {
    const mtls = { enabledBackend: "ca", backends: [{ name: "ca", type: "builtin", mode: tls }] };
    return stored({ type: "Mesh", name: "default", mtls, routing: said, ...services });
  }),
);
export const meshZoneAddress = fc
  .record({ name: fc.constantFrom("x", "y"), zone: fc.constantFrom(...ZONES), port: fc.constantFrom(10_001, 10_003) })
  .map(({ name, zone, port: number }) =>
    stored({
      type: "MeshZoneAddress",
      mesh: "default",
      name,
      labels: { "kuma.io/zone": zone },
      spec: { address: "192.0.2.1", port: number },
    }),
  );

export const anyResource = fc.oneof(
  { weight: 5, arbitrary: dataplane },
  timeout,
  permission,
  { weight: 3, arbitrary: anyPolicy },
  anyOlder,
  meshGateway,
  service,
  externalService,
  multiZoneService,
  anyMesh,
  meshZoneAddress,
);
export type Edit =
  | { readonly put: Resource }
  | { readonly drop: string }
  | { readonly toggle: string }
  | { readonly zone: ZonePlace };
export const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ put: anyResource }) },
  fc.record({
    drop: fc.oneof(
      fc.constantFrom(
        "Dataplane/d1",
        "Dataplane/d2",
        "MeshGateway/g",
        "MeshService/a",
        "MeshExternalService/a",
        "MeshMultiZoneService/a",
        "MeshZoneAddress/x",
      ),
      fc.constantFrom(...POLICIES).map(({ type }) => `${type}/p1`),
    ),
  }),
  fc.record({ toggle: fc.constantFrom("d1", "d2") }),
  { weight: 3, arbitrary: fc.record({ zone: zonePlace }) },
);

/** A view that is being edited. */
export interface World {
  readonly resources: ReadonlyMap<string, Resource>;
  readonly departed: readonly string[];
  readonly zones: readonly ZonePlace[];
}

/** The world after one change. */
export function edited({ resources, departed, zones }: World, change: Edit): World {
  if ("zone" in change) return { resources, departed, zones: withZone(zones, change.zone) };
  if ("toggle" in change) {
    const gone = departed.includes(change.toggle);
    return {
      resources,
      zones,
      departed: gone ? departed.filter((name) => name !== change.toggle) : [...departed, change.toggle],
    };
  }
  const next = new Map(resources);
  if ("put" in change)
    next.set(change.put.type === "Mesh" ? "Mesh" : `${change.put.type}/${change.put.name}`, change.put);
  else next.delete(change.drop);
  return { resources: next, departed, zones };
}

export const EMPTY: World = {
  resources: new Map([["Mesh", stored({ type: "Mesh", name: "default" })]]),
  departed: [],
  zones: [],
};
export const viewOfWorld = ({ resources, departed, zones }: World): View =>
  viewOf([...resources.values()], departed, zones);
