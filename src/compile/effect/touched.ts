// Destinations that a change may bear on: whose clusters, endpoints or clients' routes differ, or whose instances take requests otherwise.
import { type Compiled, meshesOf } from "#compile/compile.ts";
import { NO_MESH } from "#compile/zone-part.ts";
import { membersBehind } from "#match/destination.ts";
import type { EndpointSet } from "#model/endpoint.ts";
import type { Hash } from "#model/json.ts";
import type { Snapshot } from "#snapshot/manifest.ts";
import { cellsOf, changedRows } from "./cell.ts";
import { createResourceDiffer } from "./resource-diff.ts";
import { secretEffects } from "./secrets.ts";
import { createTouch, type Touch } from "./touch.ts";

/** Names of clusters, as clients call them, by mesh; null = all of the mesh. */
export type Touched = ReadonlyMap<string, ReadonlySet<string> | null>;

/** Compiles by zone, of the same views. */
type Zones = ReadonlyMap<string, Compiled>;

/**
 * What differs between two moments, as requests would feel it. Rather too much than too little: what cannot be laid at a
 * destination's door is laid at those of the proxy, or of the mesh. Costs what differs.
 */
export function touchedBy(before: Zones, after: Zones): Touched {
  const touch = createTouch();
  for (const [zone, { snapshot }] of after) touchedIn(before.get(zone)?.snapshot ?? null, snapshot, touch);
  const found = new Map<string, Set<string>>();
  for (const [mesh, names] of touch.clusters) found.set(mesh, new Set(names));
  if (touch.instances.size + touch.serverNames.size > 0) {
    for (const { memo } of after.values()) {
      for (const [mesh, { index }] of meshesOf(memo)) {
        for (const { destination, target } of index.slots.values()) {
          const { cluster, tls, acrossZones } = destination;
          const sni = (tls ?? acrossZones)?.sni.toLowerCase() ?? "";
          const at = touch.instances.get(mesh);
          const isTouched =
            touch.serverNames.has(sni) ||
            (at !== undefined && membersBehind(target, index.members).some(({ dataplane }) => at.has(dataplane.name)));
          if (isTouched) found.set(mesh, (found.get(mesh) ?? new Set()).add(cluster));
        }
      }
    }
  }
  const whole = touch.all ? [...after.values()].flatMap(({ memo }) => [...meshesOf(memo).keys()]) : touch.meshes;
  return new Map([...found, ...[...whole].map((mesh) => [mesh, null] as const)]);
}

function touchedIn(before: Snapshot | null, after: Snapshot, touch: Touch): void {
  for (const { mesh } of secretEffects(before, after)) touch.mesh(mesh);
  for (const { mesh, key, ...row } of changedRows<Hash>(before, after, "endpoints")) {
    const sets = [setOf(before, row.before), setOf(after, row.after)];
    if (mesh !== NO_MESH) touch.cluster(mesh, sets.find((set) => set?.of !== undefined)?.of ?? key);
    else for (const { dataplane } of sets.flatMap((set) => set?.endpoints ?? [])) touch.member(dataplane);
  }
  const differ = createResourceDiffer(before, after);
  const read = touch.reading(before, after);
  for (const cell of cellsOf(before, after)) {
    const found = differ(cell);
    if (found.length > 0)
      read(
        cell,
        found.map(({ effect }) => effect),
      );
  }
}

function setOf(snapshot: Snapshot | null, hash: Hash | null): EndpointSet | null {
  const text = hash === null ? undefined : snapshot?.blobs.get(hash);
  return text === undefined ? null : (JSON.parse(text) as EndpointSet);
}
