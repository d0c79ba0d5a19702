// What is said where a zone or a mesh is named that there is none of: which there are.
import type { TenantState } from "#control/state.ts";
import { storedOf } from "#control/state.ts";

const MOST = 20;

/** Whether there is a Zone of this name. */
export function isZone(state: TenantState, name: string): boolean {
  return storedOf(state, "Zone", "").some((zone) => zone.name === name);
}

/** `there is no zone "est"; there are: east, west`. */
export function noSuchZone(state: TenantState, name: string): string {
  const zones = storedOf(state, "Zone", "");
  return noSuch(
    "zone",
    name,
    zones.map((zone) => zone.name),
  );
}

/** The same of a mesh. */
function noSuchMesh({ meshes }: TenantState, name: string): string {
  return noSuch("mesh", name, [...meshes.keys()]);
}

/** Why there is no such zone or mesh; null where there is, or none is named. */
export function noSuchPlace(state: TenantState, zone: string | undefined, mesh: string | undefined): string | null {
  if (zone !== undefined && !isZone(state, zone)) return noSuchZone(state, zone);
  return mesh !== undefined && !state.meshes.has(mesh) ? noSuchMesh(state, mesh) : null;
}

function noSuch(what: string, name: string, all: readonly string[]): string {
  const names = [...all].sort();
  const some = names.length > MOST ? `${names.slice(0, MOST).join(", ")}, …` : names.join(", ");
  return `there is no ${what} ${JSON.stringify(name)}; ${names.length === 0 ? "there is none yet" : `there are: ${some}`}`;
}
