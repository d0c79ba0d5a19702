// Secrets that all proxies of a mesh share, and that a change gives other content: told by name, never by what they hold.
import type { Hash } from "#model/json.ts";
import type { Snapshot } from "#snapshot/manifest.ts";
import { changedRows } from "./cell.ts";
import type { SecretEffect } from "./shape.ts";

/** By mesh and name. */
export function secretEffects(before: Snapshot | null, after: Snapshot): readonly SecretEffect[] {
  const found = [...changedRows<Hash>(before, after, "secrets")].map(
    ({ mesh, key, before: old, after: now }): SecretEffect => ({
      mesh,
      name: key,
      change: old === null ? "added" : now === null ? "removed" : "changed",
    }),
  );
  return found.sort((a, b) => (`${a.mesh} ${a.name}` < `${b.mesh} ${b.name}` ? -1 : 1));
}
