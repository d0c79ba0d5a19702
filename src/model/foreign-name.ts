// A proxy's name that another zone has: why it is refused, and what to do.
import type { Violation } from "./violation.ts";

/** Says whose the name is; `noun` is `dataplane`, `zone ingress` or `zone egress`, and the mesh of the last two is empty. */
export function foreignName(
  noun: string,
  { mesh, name }: { readonly mesh: string; readonly name: string },
  { held, zone }: { readonly held: string; readonly zone: string },
): Violation {
  const place = mesh === "" ? "" : ` of the mesh ${mesh}`;
  const reason =
    `the ${noun} ${name}${place} lives in the zone ${JSON.stringify(held)}, and this relay is in the zone ${JSON.stringify(zone)}: ` +
    `a name is one zone's; start it under a name that no other zone has, such as ${JSON.stringify(`${name}-${zone}`)} or its host's, ` +
    "or end that one first if it moves here";
  return { field: "name", reason };
}
