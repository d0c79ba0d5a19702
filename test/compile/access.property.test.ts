// Access in random meshes: what is told of each client and server is what their Envoys' configs do, and what is carried along is what is made afresh.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accessDelta, accessOf, reachOf, type Sight, sightOf } from "#compile/access.ts";
import { compile } from "#compile/compile.ts";
import { inspectView } from "#compile/inspect.ts";
import { letsIn } from "#match/access/verdict.ts";
import { createWays } from "#match/access/way.ts";
import type { Resource } from "#model/resource.ts";
import { resourcesOf } from "#model/view.ts";
import { anyResource, anyWorld, peersOf, placeOf, request, targetRefPolicy, worldOf } from "#test/access-world.ts";
import { reachedBy } from "#test/envoy-path.ts";
import { ZONE } from "#test/stored.ts";
import { sha256 } from "./plan.ts";

describe("access in any mesh", () => {
  it("is what the Envoys' configs do with a client's request", () => {
    let reached = 0;
    let refused = 0;
    fc.assert(
      fc.property(anyWorld, request, (resources, asked) => {
        const view = worldOf(resources);
        const peers = peersOf(view);
        const { index } = inspectView(view, { zone: ZONE, digest: sha256 });
        const waysOf = createWays(index, new Map([[ZONE, index]]), asked);
        for (const client of peers) {
          const dataplane = resourcesOf(view, "Dataplane").find(({ name }) => name === client.name)!;
          const told = new Map<string, Set<boolean>>();
          for (const { landing, verdict } of waysOf(dataplane, () => true)) {
            for (const member of landing.members) {
              const place = placeOf(member.dataplane, member.port);
              expect(["allowed", "denied", "open", "none"]).toContain(verdict.outcome);
              told.set(place, (told.get(place) ?? new Set()).add(letsIn(verdict)));
            }
          }
          const real = reachedBy(client, peers, asked);
          const sorted = (map: ReadonlyMap<string, ReadonlySet<boolean>>): unknown =>
            [...map].map(([place, all]) => [place, [...all].sort()]).sort();
          expect(sorted(told)).toEqual(sorted(real));
          for (const all of real.values()) for (const one of all) one ? reached++ : refused++;
        }
      }),
      { numRuns: 150 },
    );
    // Worlds in which nobody calls anybody prove nothing.
    expect(reached).toBeGreaterThan(50);
    expect(refused).toBeGreaterThan(50);
  });

  it("carried along from view to view, and with a compile's indexes, equals access made afresh", () => {
    fc.assert(
      fc.property(fc.array(fc.array(anyResource, { maxLength: 4 }), { minLength: 2, maxLength: 5 }), (steps) => {
        let all: Resource[] = [];
        let before = accessOf([], { digest: sha256 });
        let compiled: ReturnType<typeof compile> | undefined;
        for (const step of steps) {
          all = [...all, ...step];
          const view = worldOf(all);
          compiled = compile({ zone: ZONE, views: [view] }, sha256, compiled?.memo);
          const fresh = accessOf([view], { digest: sha256 });
          const carried = accessOf([view], { digest: sha256 }, before);
          const shared = accessOf([view], { digest: sha256, compiled: new Map([[ZONE, compiled.memo]]) }, before);
          expect(told(carried)).toEqual(told(fresh));
          expect(told(shared)).toEqual(told(fresh));
          expect(accessDelta(before, carried)).toEqual(
            accessDelta(
              accessOf(
                [...before.values()].map(({ zones }) => [...zones.values()][0]!.view),
                { digest: sha256 },
              ),
              fresh,
            ),
          );
          expect(accessDelta(carried, fresh)).toEqual([]);
          before = carried;
        }
      }),
      { numRuns: 80 },
    );
  });

  it("asked about many pairs, and carried along, tells what is told of each alone", () => {
    const WORDS = ["a", "b", "c", "d1", "Dataplane/d2", "MeshService/a", "all", "edge", "spiffe://default/a", "nobody"];
    let answers = 0;
    fc.assert(
      fc.property(
        anyWorld,
        fc.array(fc.array(fc.oneof({ weight: 3, arbitrary: targetRefPolicy }, anyResource), { maxLength: 2 }), {
          maxLength: 4,
        }),
        request,
        (world, steps, asked) => {
          let all: readonly Resource[] = world;
          let before: Sight | undefined;
          for (const step of [[], ...steps]) {
            all = [...all, ...step];
            const view = worldOf(all);
            const sight = sightOf(view, { digest: sha256 }, before);
            const access = accessOf([view], { digest: sha256 }).get("default")!;
            for (const from of WORDS)
              for (const to of WORDS)
                for (const more of [{}, { request: asked }, { port: "81" }]) {
                  const answer = reachOf(access, { from, to, ...more });
                  expect(sight.ask({ from, to, ...more })).toEqual("verdict" in answer ? answer.verdict : answer);
                  if ("verdict" in answer && answer.verdict.outcome !== "none") answers += 1;
                }
            before = sight;
          }
        },
      ),
      { numRuns: 25 },
    );
    expect(answers).toBeGreaterThan(200);
  });
});

/** Rows are maps: their order says nothing. */
function told(access: ReturnType<typeof accessOf>): unknown {
  const sorted = <T>(map: ReadonlyMap<string, T>): readonly (readonly [string, T])[] =>
    [...map].sort(([a], [b]) => (a < b ? -1 : 1));
  return [...access].map(([name, { rows }]) => [name, sorted(rows).map(([from, row]) => [from, sorted(row)])]);
}
