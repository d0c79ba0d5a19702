// Random worlds: an index that was carried along equals a fresh one, and nothing depends on order, names or luck.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { endpointOf, endpointSets, matchProxy, rulesOf, type ViewIndex } from "#match/match.ts";
import { isRemote } from "#model/endpoint.ts";
import { kindOfType, POLICIES } from "#model/kinds.ts";
import { zonePlaces } from "#test/places.ts";
import { anyPolicy, POLICY_NAMES } from "#test/policies.ts";
import {
  anyResource,
  dataplane,
  EMPTY,
  edit,
  edited,
  permission,
  timeout,
  viewOfWorld,
  type World,
} from "./arbitrary.ts";
import { faultsOf, indexed } from "./world.ts";

/** All that an index says, as one value. */
function told(index: ViewIndex): unknown {
  return {
    proxies: index.dataplanes.map((one) => matchProxy(index, one)),
    sets: [...endpointSets(index)],
    faults: faultsOf(index),
    given: index.dataplanes.map((one) => endpointOf(index, one)),
  };
}

/** Policies that name no policy: a reference by name would break. */
const nameless = anyPolicy.filter(
  (one) => one.type !== "MeshHTTPRoute" && !JSON.stringify(one.spec).includes("MeshHTTPRoute"),
);

/** Kuma's rules know nothing of older policies. */
const newer = anyResource.filter(({ type }) => kindOfType(type)?.older === undefined);

const BOTH_ENDS = POLICIES.filter(({ policy }) => policy.bothEnds).map(({ type }) => type);

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
      fc.property(fc.array(fc.oneof(dataplane, timeout, permission, nameless), { maxLength: 8 }), (resources) => {
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
        expect(without(after, ["origins", "kri"])).toEqual(without(before, ["origins", "kri"]));
        expect(JSON.stringify(after)).toBe(
          JSON.stringify(before).replaceAll(/(kri_[a-z]+_default_[^_"]*_[^_"]*_p[123])_"/g, '$1x_"'),
        );
      }),
    );
  });

  it("gives a dataplane's own endpoints exactly where its sets hold them", () => {
    fc.assert(
      fc.property(fc.array(anyResource, { maxLength: 10 }), zonePlaces, (resources, zones) => {
        const world = resources.reduce<World>((before, put) => edited(before, { put }), { ...EMPTY, zones });
        const index = indexed(viewOfWorld(world));
        const given = index.dataplanes.flatMap((one) =>
          endpointOf(index, one).map(({ cluster, endpoint }) => [cluster, endpoint]),
        );
        const held = [...endpointSets(index).values()].flatMap(({ cluster, endpoints }) =>
          endpoints.filter((one) => !isRemote(one)).map((one) => [cluster, one]),
        );
        const sorted = (list: unknown[]): string[] => list.map((one) => JSON.stringify(one)).sort();
        expect(sorted(given)).toEqual(sorted(held));
      }),
    );
  });

  it("tells rules of any proxy", () => {
    fc.assert(
      fc.property(fc.array(newer, { maxLength: 8 }), (resources) => {
        const index = indexed(viewOfWorld(resources.reduce<World>((before, put) => edited(before, { put }), EMPTY)));
        for (const one of index.dataplanes) {
          const matched = matchProxy(index, one);
          // A policy that holds for both ends of a call is told at the end that takes it.
          const types = [...rulesOf(index, one).map(({ type }) => type), ...BOTH_ENDS];
          // Of an Exclusive mesh Kuma tells no rules by tag, though they hold for who calls by tags all the same.
          const isExclusive = index.view.mesh.spec.meshServices?.mode === "Exclusive";
          const outbounds = matched.outbounds.filter(
            ({ destination: { tags } }) => !isExclusive || tags["kuma.io/service"] === undefined,
          );
          for (const { policies } of [...matched.inbounds, ...outbounds]) {
            for (const type of Object.keys(policies)) expect(types).toContain(type);
          }
        }
      }),
    );
  });
});

function without(value: unknown, members: readonly string[]): unknown {
  return JSON.parse(JSON.stringify(value, (key, inside) => (members.includes(key) ? undefined : inside)));
}
