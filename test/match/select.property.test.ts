// Selection against an oracle: the index finds what asking each policy finds, and each answers as the rules of selection say.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { IndexedPolicy } from "#match/indexed-policy.ts";
import { proxyOf, selectedInbounds } from "#match/select.ts";
import { shapeOf } from "#match/shape.ts";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { MeshGatewaySpec } from "#model/kind/mesh-gateway-shape.ts";
import type { Resource } from "#model/resource.ts";
import type { TargetRef } from "#model/target-ref.ts";
import { anyPolicy, SEEDS } from "#test/policies.ts";
import { anyResource, EMPTY, edited, viewOfWorld, type World } from "./arbitrary.ts";
import { indexed } from "./world.ts";

const manyPolicies = fc
  .tuple(fc.array(anyPolicy, { maxLength: 20 }), fc.array(anyResource, { maxLength: 10 }))
  .map(([policies, others]) => [...policies, ...others].reduce<World>((before, put) => edited(before, { put }), EMPTY));

type Strings = Readonly<Record<string, string>>;
const within = (wanted: Strings, own: Strings): boolean =>
  Object.entries(wanted).every(([key, value]) => own[key] === value);

/** Section 2.2 of the reference, said again and slowly: the positions of a policy's inbounds, or null. */
function oracle(
  policy: IndexedPolicy,
  dataplane: Resource<DataplaneSpec>,
  gateway: Resource<MeshGatewaySpec> | null,
): readonly number[] | null {
  const { labels } = policy.resource;
  const role = labels["kuma.io/policy-role"] ?? "system";
  if (
    role !== "producer" &&
    labels["kuma.io/origin"] === "zone" &&
    labels["kuma.io/zone"] !== dataplane.labels["kuma.io/zone"]
  )
    return null;
  if (role === "consumer" || role === "workload-owner")
    if (labels["k8s.kuma.io/namespace"] !== dataplane.labels["k8s.kuma.io/namespace"]) return null;
  const { networking } = dataplane.spec;
  const inbounds = (networking?.inbound ?? []).filter(({ state }) => state !== "Ignored");
  const all = inbounds.map((_, at) => at);
  const top: TargetRef = policy.resource.spec.targetRef ?? { kind: "Mesh" };
  const type = networking?.gateway === undefined ? "Sidecar" : "Gateway";
  if (top.proxyTypes !== undefined && !top.proxyTypes.includes(type)) return null;
  const builtin = networking?.gateway?.type === "BUILTIN";
  if (top.kind === "Mesh") return all;
  if (top.kind === "Dataplane") {
    if (builtin || (top.name !== undefined && top.name !== dataplane.name)) return null;
    if (!within(top.labels ?? {}, { ...dataplane.labels, "kuma.io/display-name": dataplane.name })) return null;
    if (top.sectionName === undefined) return all;
    const found = all.filter((at) => [inbounds[at]?.name, String(inbounds[at]?.port)].includes(top.sectionName));
    return found.length === 0 ? null : found;
  }
  const listeners = gateway?.spec.conf?.listeners ?? [];
  if (top.kind === "MeshGateway") {
    if (gateway?.name !== top.name) return null;
    return listeners.some(({ tags = {} }) => within(top.tags ?? {}, tags)) ? [] : null;
  }
  const wanted = { ...top.tags, ...(top.name && { "kuma.io/service": top.name }) };
  const own = networking?.gateway?.tags ?? {};
  if (builtin)
    return listeners.some(({ tags }) => within(wanted, { ...own, ...gateway?.spec.tags, ...tags })) ? [] : null;
  if (type === "Gateway") return within(wanted, own) ? [] : null;
  const found = all.filter((at) => within(wanted, inbounds[at]?.tags ?? {}));
  return found.length === 0 ? null : found;
}

describe("selection in any world", () => {
  it("finds by its index what asking every policy finds", () => {
    fc.assert(
      fc.property(manyPolicies, (world) => {
        const index = indexed(viewOfWorld(world));
        for (const dataplane of index.dataplanes) {
          const proxy = proxyOf(dataplane, index.policies.gateways);
          const asked = index.policies.all.filter((policy) => selectedInbounds(policy, proxy) !== null);
          expect(shapeOf(index, proxy).policies).toEqual(asked);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("answers as the rules of selection say", () => {
    fc.assert(
      fc.property(manyPolicies, (world) => {
        const index = indexed(viewOfWorld(world));
        for (const dataplane of index.dataplanes) {
          const proxy = proxyOf(dataplane, index.policies.gateways);
          for (const policy of index.policies.all) {
            if (policy.top.kind === "MeshHTTPRoute" || policy.older !== undefined) continue;
            expect(selectedInbounds(policy, proxy)).toEqual(oracle(policy, dataplane, proxy.serves));
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it("of a policy attached to a route is the selection of that route", () => {
    fc.assert(
      fc.property(manyPolicies, (world) => {
        const index = indexed(viewOfWorld(world));
        // An older TrafficRoute acts as one, but is none that a policy could stand on.
        const routes = index.policies.all.filter(({ type, older }) => type === "MeshHTTPRoute" && older === undefined);
        for (const dataplane of index.dataplanes) {
          const proxy = proxyOf(dataplane, index.policies.gateways);
          for (const policy of index.policies.all) {
            if (policy.top.kind !== "MeshHTTPRoute") continue;
            const route = routes.find(({ resource }) => resource.name === policy.top.name);
            const expected =
              route === undefined ||
              oracle({ ...policy, resource: { ...policy.resource, spec: {} } }, dataplane, null) === null
                ? null
                : oracle(route, dataplane, proxy.serves);
            expect(selectedInbounds(policy, proxy)).toEqual(expected);
          }
        }
      }),
    );
  });

  it("is tried with policies of cases", () => {
    expect(new Set(SEEDS.map(({ type }) => type)).size).toBeGreaterThanOrEqual(4);
  });
});
