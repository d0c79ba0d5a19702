// Random worlds: an index that was carried along equals a fresh one, and nothing depends on order, names or luck.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { endpointOf, endpointSets, matchProxy, rulesOf, type ViewIndex } from "#match/match.ts";
import type { Resource } from "#model/resource.ts";
import type { View } from "#model/view.ts";
import { faultsOf, indexed, policy, stored, viewOf } from "./world.ts";

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
const outbound = fc.oneof(
  fc.record({ port: fc.constantFrom(10_001, 10_002), tags }),
  fc.record({
    port: fc.constantFrom(10_001, 10_002),
    backendRef: fc.record({ kind: fc.constant("MeshService"), name: tag, port }),
  }),
);
const dataplane = fc
  .tuple(
    fc.constantFrom("d1", "d2", "d3", "d4"),
    fc.record({
      address: fc.constantFrom("10.0.0.1", "10.0.0.2"),
      inbound: fc.array(inbound, { maxLength: 2 }),
      outbound: fc.array(outbound, { maxLength: 3 }),
    }),
    fc.constantFrom({}, { app: "x" }, { "kuma.io/zone": "west" }),
  )
  .map(([name, networking, labels]) => stored({ type: "Dataplane", mesh: "default", name, labels, networking }));

const top = fc.oneof(
  fc.constantFrom<object>(
    { kind: "Mesh" },
    { kind: "Mesh", proxyTypes: ["Sidecar"] },
    { kind: "Dataplane", labels: { app: "x" } },
  ),
  fc.record({ kind: fc.constant("Dataplane"), name: fc.constantFrom("d1", "d2") }),
  fc.record({ kind: fc.constant("MeshSubset"), tags: fc.record({ version: fc.constantFrom("1", "2") }) }),
  fc.record({ kind: fc.constant("MeshService"), name: tag }),
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
const POLICY_NAMES = ["p1", "p2", "p3"];
const timeout = fc
  .tuple(
    fc.constantFrom(...POLICY_NAMES),
    top,
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
const permission = fc
  .tuple(
    fc.constantFrom(...POLICY_NAMES),
    top,
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
  )
  .map(([name, selector, ports]) =>
    stored({
      type: "MeshService",
      mesh: "default",
      name,
      spec: { selector, ports: ports.map((one) => ({ port: one })) },
    }),
  );
const mesh = fc
  .constantFrom<object>(
    {},
    ...["STRICT", "PERMISSIVE"].map((mode) => ({
      mtls: { enabledBackend: "ca", backends: [{ name: "ca", type: "builtin", mode }] },
    })),
  )
  .map((spec) => stored({ type: "Mesh", name: "default", ...spec }));

const anyResource = fc.oneof({ weight: 5, arbitrary: dataplane }, timeout, permission, service, mesh);
type Edit = { readonly put: Resource } | { readonly drop: string } | { readonly toggle: string };
const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ put: anyResource }) },
  fc.record({ drop: fc.constantFrom("Dataplane/d1", "Dataplane/d2", "MeshTimeout/p1", "MeshService/a") }),
  fc.record({ toggle: fc.constantFrom("d1", "d2") }),
);

interface World {
  readonly resources: ReadonlyMap<string, Resource>;
  readonly departed: readonly string[];
}

function edited({ resources, departed }: World, change: Edit): World {
  if ("toggle" in change) {
    const gone = departed.includes(change.toggle);
    return {
      resources,
      departed: gone ? departed.filter((name) => name !== change.toggle) : [...departed, change.toggle],
    };
  }
  const next = new Map(resources);
  if ("put" in change)
    next.set(change.put.type === "Mesh" ? "Mesh" : `${change.put.type}/${change.put.name}`, change.put);
  else next.delete(change.drop);
  return { resources: next, departed };
}

const EMPTY: World = { resources: new Map([["Mesh", stored({ type: "Mesh", name: "default" })]]), departed: [] };
const viewOfWorld = ({ resources, departed }: World): View => viewOf([...resources.values()], departed);

/** All that an index says, as one value. */
function told(index: ViewIndex): unknown {
  return {
    proxies: index.dataplanes.map((one) => matchProxy(index, one)),
    sets: [...endpointSets(index)],
    faults: faultsOf(index),
    given: index.dataplanes.map((one) => endpointOf(index, one)),
  };
}

describe("matching any world", () => {
  it("carried along through any edits equals matching afresh", () => {
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 12 }), (edits) => {
        let world = EMPTY;
        let index: ViewIndex | undefined;
        for (const change of edits) {
          world = edited(world, change);
          const view = viewOfWorld(world);
          index = indexed(view, index);
          expect(told(index)).toEqual(told(indexed(view)));
        }
      }),
      { numRuns: 150 },
    );
  });

  it("does not depend on the order of policies, services or edits", () => {
    fc.assert(
      fc.property(fc.array(anyResource, { maxLength: 10 }), (resources) => {
        const world = resources.reduce<World>((before, put) => edited(before, { put }), EMPTY);
        const view = viewOfWorld(world);
        const reversed = {
          ...view,
          resources: Object.fromEntries(
            Object.entries(view.resources).map(([type, list]) => [type, [...list].reverse()]),
          ),
        };
        expect(told(indexed(reversed))).toEqual(told(indexed(view)));
      }),
    );
  });

  it("tells another origin and no other conf when a policy is renamed without changing places", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(dataplane, timeout, permission), { maxLength: 8 }), (resources) => {
        const world = resources.reduce<World>((before, put) => edited(before, { put }), EMPTY);
        // Appending the same letter to every name keeps their order.
        const renamed = new Map(
          [...world.resources].map(([key, one]) => [
            key,
            POLICY_NAMES.includes(one.name) ? { ...one, name: `${one.name}x` } : one,
          ]),
        );
        const before = told(indexed(viewOfWorld(world)));
        const after = told(indexed(viewOfWorld({ ...world, resources: renamed })));
        expect(without(after, "origins")).toEqual(without(before, "origins"));
        expect(JSON.stringify(after)).toBe(JSON.stringify(before).replaceAll(/___(p[123])_"/g, '___$1x_"'));
      }),
    );
  });

  it("gives a dataplane's own endpoints exactly where its sets hold them", () => {
    fc.assert(
      fc.property(fc.array(anyResource, { maxLength: 10 }), (resources) => {
        const index = indexed(viewOfWorld(resources.reduce<World>((before, put) => edited(before, { put }), EMPTY)));
        const given = index.dataplanes.flatMap((one) =>
          endpointOf(index, one).map(({ cluster, endpoint }) => [cluster, endpoint]),
        );
        const held = [...endpointSets(index).values()].flatMap(({ cluster, endpoints }) =>
          endpoints.map((one) => [cluster, one]),
        );
        const sorted = (list: unknown[]): string[] => list.map((one) => JSON.stringify(one)).sort();
        expect(sorted(given)).toEqual(sorted(held));
      }),
    );
  });

  it("tells rules of any proxy", () => {
    fc.assert(
      fc.property(fc.array(anyResource, { maxLength: 8 }), (resources) => {
        const index = indexed(viewOfWorld(resources.reduce<World>((before, put) => edited(before, { put }), EMPTY)));
        for (const one of index.dataplanes) {
          const matched = matchProxy(index, one);
          const types = rulesOf(index, one).map(({ type }) => type);
          for (const { policies } of [...matched.inbounds, ...matched.outbounds]) {
            for (const type of Object.keys(policies)) expect(types).toContain(type);
          }
        }
      }),
    );
  });
});

function without(value: unknown, member: string): unknown {
  return JSON.parse(JSON.stringify(value, (key, inside) => (key === member ? undefined : inside)));
}
