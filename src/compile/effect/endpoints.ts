// Endpoint sets that a change fills otherwise: what comes, goes or weighs something else, and how many proxies call it.
import type { Compiled } from "#compile/compile.ts";
import type { Endpoint, EndpointSet } from "#model/endpoint.ts";
import type { Hash } from "#model/json.ts";
import { sameJson } from "#model/same.ts";
import type { Snapshot } from "#snapshot/manifest.ts";
import { changedRows } from "./cell.ts";
import type { EndpointEffect, EndpointPlace } from "./shape.ts";
import { usersOf } from "./users.ts";

/** By mesh and cluster. */
export function endpointEffects(before: Snapshot | null, { snapshot, memo }: Compiled): readonly EndpointEffect[] {
  const found = [...changedRows<Hash>(before, snapshot, "endpoints")].map(({ mesh, key, before: old, after: now }) => ({
    mesh,
    cluster: key,
    ...difference(setOf(before, old), setOf(snapshot, now)),
  }));
  const users = usersOf(
    memo,
    found.map(({ mesh, cluster }) => ({ mesh, cluster })),
  );
  return found
    .map((one, index) => ({ ...one, proxies: users[index] as number }))
    .filter(({ added, removed, changed, proxies }) => proxies + added.length + removed.length + changed.length > 0)
    .sort((a, b) => (`${a.mesh} ${a.cluster}` < `${b.mesh} ${b.cluster}` ? -1 : 1));
}

function setOf(snapshot: Snapshot | null, hash: Hash | null): EndpointSet | null {
  const text = hash === null ? undefined : snapshot?.blobs.get(hash);
  return text === undefined ? null : (JSON.parse(text) as EndpointSet);
}

function difference(
  before: EndpointSet | null,
  after: EndpointSet | null,
): Pick<EndpointEffect, "added" | "removed" | "changed"> {
  const old = byPlace(before);
  const now = byPlace(after);
  return {
    added: [...now].flatMap(([key, one]) => (old.has(key) ? [] : [placeOf(one)])),
    removed: [...old].flatMap(([key, one]) => (now.has(key) ? [] : [placeOf(one)])),
    changed: [...now].flatMap(([key, one]) => {
      const was = old.get(key);
      return was === undefined || sameJson(was, one) ? [] : [placeOf(one)];
    }),
  };
}

function byPlace(set: EndpointSet | null): ReadonlyMap<string, Endpoint> {
  return new Map((set?.endpoints ?? []).map((one) => [`${one.dataplane} ${one.address} ${one.port} ${one.zone}`, one]));
}

function placeOf({ dataplane, address, port, zone, weight, priority }: Endpoint): EndpointPlace {
  return { dataplane, address, port, zone, weight, priority };
}
