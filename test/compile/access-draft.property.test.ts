// Drafted permissions in random meshes: written as they are, they lead to the answer that was asked for, in the Envoys' own configs.
import fc from "fast-check";
import { expect, test } from "vitest";
import { accessDelta, accessOf } from "#compile/access.ts";
import { draftAccess } from "#compile/access-draft.ts";
import { namesOf } from "#match/access/named.ts";
import { KINDS } from "#model/kinds.ts";
import type { Resource } from "#model/resource.ts";
import { resourcesOf, type View } from "#model/view.ts";
import { fromWire, toWire } from "#model/wire.ts";
import { anyWorld, everybody, peersOf, placeOf, request, worldOf } from "#test/access-world.ts";
import { digest as sha256 } from "#test/digest.ts";
import { reachedBy } from "#test/envoy-path.ts";
import { stored } from "#test/stored.ts";

const SERVICES = ["a", "b", "c", "edge"];

/** As a person would write it: through the wire, by the rules of its kind. */
function written(view: View, resource: Resource): View {
  const body = toWire(resource);
  const { mesh, name } = resource;
  const kind = KINDS[resource.type as "MeshTrafficPermission"];
  const { violations } = fromWire(kind as never, body, { mesh, name });
  expect(violations).toBeUndefined();
  const { kri: _, creationTime: __, modificationTime: ___, ...plain } = body;
  const others = Object.values(view.resources)
    .flat()
    .filter((one) => one.type !== resource.type || one.name !== name);
  return worldOf([view.mesh, ...others, stored(plain as never)]);
}

test("the draft leads to the answer, and changes as much beside it as it says", () => {
  const counts = { allow: 0, deny: 0, extends: 0, alone: 0, given: 0 };
  let unable = 0;
  fc.assert(
    fc.property(
      anyWorld,
      fc.constantFrom(...SERVICES),
      fc.constantFrom(...SERVICES),
      fc.constantFrom(...SERVICES.slice(0, 3)),
      fc.option(request, { nil: undefined }),
      request,
      (world, first, second, to, asked, other) => {
        let view = worldOf([...everybody, ...world]);
        // One after the other: the second draft may extend what the first has made, and the last takes it back.
        const steps = [
          [first, "allow"],
          [second, "allow"],
          [first, "deny"],
        ] as const;
        for (const [from, want] of steps) {
          const accesses = accessOf([view], { digest: sha256 });
          const access = accesses.get("default")!;
          const question = { from, to, ...(asked && { request: asked }) };
          const draft = draftAccess(view, access, { question, want }, sha256);
          if ("reason" in draft) {
            if (draft.reason.startsWith("no single")) unable += 1;
            continue;
          }
          const later = written(view, draft.resource);
          const index = [...access.zones.values()][0]!;
          const servers = resourcesOf(later, "Dataplane").flatMap((one) =>
            (one.spec.networking?.inbound ?? []).flatMap(({ port = 0, tags }) =>
              tags?.["kuma.io/service"] === to ? [placeOf(one, port)] : [],
            ),
          );
          const peers = peersOf(later);
          for (const client of peers) {
            const dataplane = resourcesOf(view, "Dataplane").find(({ name }) => name === client.name)!;
            if (!namesOf(index, dataplane).from.includes(from)) continue;
            for (const [place, all] of reachedBy(client, peers, asked ?? other))
              if (servers.includes(place)) {
                expect([...all], `${want} ${from} → ${to} at ${place}`).toEqual([want === "allow"]);
                counts.given += 1;
              }
          }
          const delta = accessDelta(accesses, accessOf([later], { digest: sha256 }));
          const beside = delta.filter((one) => one.from !== from || one.to !== to);
          expect(draft.others).toBeLessThanOrEqual(beside.length);
          view = later;
          counts[want] += 1;
          counts[draft.extends ? "extends" : "alone"] += 1;
        }
      },
    ),
    { numRuns: 120 },
  );
  // Otherwise it has shown nothing.
  for (const [what, count] of Object.entries(counts)) expect(count, what).toBeGreaterThan(10);
  expect(unable).toBeLessThan((counts.allow + counts.deny) / 10);
});
