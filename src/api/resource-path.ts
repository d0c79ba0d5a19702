// Where a resource stands below its organisation.
import type { Kind } from "#model/kind.ts";

/** Path of a resource below an organisation's address: `meshes/default/dataplanes/web-1`, `zones/east`. */
export function resourcePath(kind: Pick<Kind, "scope" | "path">, mesh: string, name?: string): string {
  const tail = name === undefined ? kind.path : `${kind.path}/${encodeURIComponent(name)}`;
  return kind.scope === "Global" || mesh === "" ? tail : `meshes/${encodeURIComponent(mesh)}/${tail}`;
}
