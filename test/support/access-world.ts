// Worlds of one mesh for properties of access: proxies, services, permissions of all sorts, routes and TLS.
import fc from "fast-check";
import { inspectView } from "#compile/inspect.ts";
import { inspectProxy } from "#compile/inspect-proxy.ts";
import { namesOf } from "#match/access/named.ts";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { Resource } from "#model/resource.ts";
import { hashSni } from "#model/sni.ts";
import { resourcesOf, type View } from "#model/view.ts";
import { digest as sha256 } from "#test/digest.ts";
import type { Asked, Peer } from "#test/envoy-path.ts";
import { viewOf } from "#test/match/world.ts";
import { stored, ZONE } from "#test/stored.ts";

export const service = fc.constantFrom("a", "b", "c");
const version = fc.constantFrom("1", "2");

const outbound = fc.oneof(
  service.map((name) => ({ tags: { "kuma.io/service": name } })),
  fc.tuple(service, version).map(([name, v]) => ({ tags: { "kuma.io/service": name, version: v } })),
  service.map((name) => ({ backendRef: { kind: "MeshService", name, port: 80 } })),
  fc.constant({ backendRef: { kind: "MeshMultiZoneService", name: "all", port: 80 } }),
);

/** Addresses are their own, so that an endpoint says whose it is. */
export const dataplane = fc
  .record({
    at: fc.integer({ min: 1, max: 4 }),
    kind: fc.constantFrom("sidecar", "sidecar", "sidecar", "gateway"),
    inbounds: fc.uniqueArray(
      fc.record({
        port: fc.constantFrom(80, 81),
        service,
        version,
        protocol: fc.constantFrom("http", "tcp", "grpc"),
      }),
      { maxLength: 2, selector: ({ port }) => port },
    ),
    outbounds: fc.array(outbound, { maxLength: 3 }),
  })
  .map(({ at, kind, inbounds, outbounds }) =>
    stored({
      type: "Dataplane",
      mesh: "default",
      name: `d${at}`,
      labels: { app: at % 2 === 0 ? "x" : "y" },
      networking: {
        address: `10.0.0.${at}`,
        ...(kind === "gateway"
          ? { gateway: { type: "DELEGATED", tags: { "kuma.io/service": "edge" } } }
          : {
              inbound: inbounds.map((one) => ({
                port: one.port,
                tags: { "kuma.io/service": one.service, "kuma.io/protocol": one.protocol, version: one.version },
              })),
            }),
        outbound: outbounds.map((one, index) => ({ port: 10_001 + index, ...one })),
      },
    }),
  );

const top = fc.oneof(
  fc.constantFrom<object>({ kind: "Mesh" }, { kind: "Dataplane", labels: { app: "x" } }),
  fc.constantFrom<object>({ kind: "Dataplane", labels: { app: "y" }, sectionName: "80" }),
  service.map((name) => ({ kind: "MeshService", name })),
  version.map((v) => ({ kind: "MeshSubset", tags: { version: v } })),
);
const names = fc.constantFrom("p1", "p2", "p3");
const action = fc.constantFrom("Allow", "Deny", "AllowWithShadowDeny");
const clients = fc.oneof(
  fc.constant({ kind: "Mesh" }),
  service.map((name) => ({ kind: "MeshService", name })),
  fc.tuple(service, version).map(([name, v]) => ({ kind: "MeshServiceSubset", name, tags: { version: v } })),
);
const fromPolicy = fc
  .record({
    targetRef: top,
    from: fc.array(fc.record({ targetRef: clients, default: fc.record({ action }) }), { minLength: 1, maxLength: 3 }),
  })
  .map((spec) => ({ type: "MeshTrafficPermission", spec }));
const spiffeID = fc.oneof(
  service.map((name) => ({ type: "Exact", value: `spiffe://default/${name}` })),
  fc.constantFrom(
    { type: "Prefix", value: "spiffe://default" },
    { type: "Prefix", value: "spiffe://default/e" },
    { type: "Exact", value: "spiffe://other/a" },
  ),
);
const path = fc.constantFrom(
  { type: "Exact", value: "/x" },
  { type: "Exact", value: "/x/" },
  { type: "PathPrefix", value: "/x" },
  { type: "PathPrefix", value: "/" },
  { type: "PathPrefix", value: "/admin/%c3%a4" },
);
const permitted = fc.record(
  {
    spiffeID,
    sni: fc.constantFrom(
      { type: "Exact", value: hashSni("msvc", "default", "a", 80) },
      { type: "Exact", value: "b.example" },
    ),
    methods: fc.constantFrom(["GET"], ["POST", "PUT"]),
    path,
  },
  { requiredKeys: [] },
);
const list = fc.array(permitted, { maxLength: 2 });
const rulesPolicy = fc
  .record({
    targetRef: fc.constantFrom<object>(
      { kind: "Mesh" },
      { kind: "Dataplane", labels: { app: "x" } },
      { kind: "Dataplane", labels: { app: "y" }, sectionName: "80" },
    ),
    rules: fc.array(
      fc.record({
        default: fc
          .record({ deny: list, allow: list, allowWithShadowDeny: list }, { requiredKeys: [] })
          .filter((lists) => Object.values(lists).some((one) => one.length > 0)),
      }),
      { minLength: 1, maxLength: 2 },
    ),
  })
  .map((spec) => ({ type: "MeshTrafficPermission", spec }));
const tlsPolicy = fc
  .record({
    targetRef: fc.constantFrom<object>({ kind: "Mesh" }, { kind: "Dataplane", labels: { app: "x" } }),
    mode: fc.constantFrom("Strict", "Permissive"),
  })
  .map(({ targetRef, mode }) => ({ type: "MeshTLS", spec: { targetRef, rules: [{ default: { mode } }] } }));
const backendRefs = fc.array(
  fc.oneof(
    service.map((name) => ({ kind: "MeshService", name })),
    fc.tuple(service, version).map(([name, v]) => ({ kind: "MeshServiceSubset", name, tags: { version: v } })),
    service.map((name) => ({ kind: "MeshService", name, port: 80 })),
  ),
  { minLength: 1, maxLength: 2 },
);
const matches = fc.array(
  fc.record(
    {
      path: fc.constantFrom(
        { type: "PathPrefix", value: "/" },
        { type: "PathPrefix", value: "/x" },
        { type: "Exact", value: "/y" },
      ),
      method: fc.constantFrom("GET", "POST"),
    },
    { requiredKeys: [] },
  ),
  { minLength: 1, maxLength: 2 },
);
const httpRoute = fc
  .record({
    name: service,
    rules: fc.array(fc.record({ matches, default: fc.record({ backendRefs }, { requiredKeys: [] }) }), {
      minLength: 1,
      maxLength: 2,
    }),
  })
  .map(({ name, rules }) => ({
    type: "MeshHTTPRoute",
    spec: { targetRef: { kind: "Mesh" }, to: [{ targetRef: { kind: "MeshService", name }, rules }] },
  }));
const tcpRoute = fc.record({ name: service, refs: backendRefs }).map(({ name, refs }) => ({
  type: "MeshTCPRoute",
  spec: {
    targetRef: { kind: "Mesh" },
    to: [{ targetRef: { kind: "MeshService", name }, rules: [{ default: { backendRefs: refs } }] }],
  },
}));
export const targetRefPolicy = fc
  .tuple(
    names,
    fc.oneof(
      { weight: 3, arbitrary: fromPolicy },
      { weight: 5, arbitrary: rulesPolicy },
      tlsPolicy,
      httpRoute,
      tcpRoute,
    ),
  )
  .map(([name, { type, spec }]) => stored({ type, mesh: "default", name, spec }));
const selector = fc.oneof(
  fc.constant({ match: { "kuma.io/service": "*" } }),
  service.map((name) => ({ match: { "kuma.io/service": name } })),
  fc.tuple(service, version).map(([name, v]) => ({ match: { "kuma.io/service": name, version: v } })),
);
export const older = fc
  .tuple(names, fc.array(selector, { minLength: 1, maxLength: 2 }), fc.array(selector, { minLength: 1, maxLength: 2 }))
  .map(([name, sources, destinations]) =>
    stored({ type: "TrafficPermission", mesh: "default", name, sources, destinations }),
  );
export const meshService = fc.tuple(service, fc.constantFrom({}, { version: "1" })).map(([name, more]) =>
  stored({
    type: "MeshService",
    mesh: "default",
    name,
    labels: { team: name === "a" ? "one" : "two" },
    spec: {
      selector: { dataplaneTags: { "kuma.io/service": name, ...more } },
      ports: [{ port: 80, targetPort: 80, appProtocol: "http" }],
    },
  }),
);
const multiService = fc.constantFrom("one", "two").map((team) =>
  stored({
    type: "MeshMultiZoneService",
    mesh: "default",
    name: "all",
    spec: { selector: { meshService: { matchLabels: { team } } }, ports: [{ port: 80, appProtocol: "http" }] },
  }),
);
const mesh = fc.constantFrom("STRICT", "STRICT", "STRICT", "PERMISSIVE", "off").map((mode) =>
  stored({
    type: "Mesh",
    name: "default",
    ...(mode !== "off" && { mtls: { enabledBackend: "ca", backends: [{ name: "ca", type: "builtin", mode }] } }),
  }),
);
const other = fc.oneof({ weight: 4, arbitrary: targetRefPolicy }, older, meshService, multiService);
export const anyResource = fc.oneof({ weight: 4, arbitrary: dataplane }, { weight: 5, arbitrary: other }, mesh);
/** Somebody to call and to be called, and what holds for them. */
export const anyWorld = fc
  .tuple(fc.array(dataplane, { minLength: 5, maxLength: 8 }), mesh, fc.array(other, { minLength: 1, maxLength: 7 }))
  .map(([dataplanes, one, others]) => [...dataplanes, one, ...others]);

/** Each calls each, so that permissions decide. */
export const everybody: readonly Resource[] = ["a", "b", "c"].map((name, at) =>
  stored({
    type: "Dataplane",
    mesh: "default",
    name: `e${at + 1}`,
    labels: { app: at === 1 ? "x" : "y", team: name },
    networking: {
      address: `10.0.1.${at + 1}`,
      inbound: [{ port: 80, tags: { "kuma.io/service": name, "kuma.io/protocol": "http", version: "1" } }],
      outbound: ["a", "b", "c"].map((to, index) => ({ port: 10_001 + index, tags: { "kuma.io/service": to } })),
    },
  }),
);

/** One of each type and name: the last. */
export function worldOf(resources: readonly Resource[]): View {
  const found = new Map<string, Resource>([["Mesh", stored({ type: "Mesh", name: "default" })]]);
  for (const one of resources) found.set(one.type === "Mesh" ? "Mesh" : `${one.type}/${one.name}`, one);
  return { ...viewOf([...found.values()]), bundle: ["a certificate"] };
}

export const request: fc.Arbitrary<Asked> = fc.record({
  method: fc.constantFrom("GET", "POST", "DELETE"),
  path: fc.constantFrom("/", "/x", "/x/", "/x/1", "/xy", "/y", "/admin/%C3%A4"),
});

/** Every dataplane with the Envoy config that its zone compiles for it. */
export function peersOf(view: View): readonly Peer[] {
  const inspection = inspectView(view, { zone: ZONE, digest: sha256 });
  return resourcesOf(view, "Dataplane").map((one) => ({
    name: one.name,
    config: inspectProxy(inspection, one).config(false),
    uris: [...namesOf(inspection.index, one).uris],
    listens: (one.spec.networking?.inbound ?? []).map(({ port }) => placeOf(one, port ?? 0)),
  }));
}

/** Where an inbound listens. */
export function placeOf({ spec }: Resource<DataplaneSpec>, port: number): string {
  return `${spec.networking?.address}:${port}`;
}
