// What is edited at the control plane and not here: one place says what holds, and a relay that is cut off invents nothing.
import { Fault } from "#model/fault.ts";
import { kindOfPath } from "#model/kinds.ts";

const WRITES = new Set(["PUT", "POST", "PATCH", "DELETE"]);

/**
 * The refusal of a write to a resource's path, as `/meshes/default/meshtimeouts/slow` or `/zones/east`; null for any other
 * request. `reached` tells whether the control plane answers at the moment.
 */
export function centralRefusal(method: string, path: string, controlPlane: string, reached: boolean): Fault | null {
  const [first, , third] = path.split("/").slice(1);
  const kind = kindOfPath((first === "meshes" ? third : undefined) ?? first ?? "");
  if (!WRITES.has(method) || kind === undefined) return null;
  const when = reached ? "" : " It is out of reach at the moment, and what it said last holds until it is back.";
  return new Fault(
    "read-only",
    `A ${kind.type} is edited at the control plane, ${controlPlane}, and not at a zone's relay.${when} ` +
      "What a relay takes is proxies, each by its token: PUT and DELETE /meshes/{mesh}/dataplanes/{name}, /zoneingresses/{name} " +
      "and /zoneegresses/{name}, and POST /bootstrap.",
  );
}
