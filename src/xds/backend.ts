// Where backendRefs lead: clusters with weights, and the share of those that lead to nothing.
import { backendKey, type RouteBackendRef } from "#model/backend-ref.ts";
import { isHttp } from "#model/protocol.ts";
import type { OutboundParts } from "./policy.ts";

export interface Backend {
  readonly cluster: string;
  readonly weight: number;
  /** Outside the mesh. */
  readonly external: boolean;
}

export interface Split {
  /** Those with a weight that lead somewhere, in the order of the references. */
  readonly backends: readonly Backend[];
  /** The part of all weights that leads to nothing: 0 to 1. */
  readonly missing: number;
}

/** What goes there: connections go anywhere, requests only where HTTP is spoken. */
export type Cargo = "requests" | "connections";

/** Without references the destination itself; where all weights are zero, all of them lead to nothing. */
export function splitOf(refs: readonly RouteBackendRef[], cargo: Cargo, parts: OutboundParts): Split {
  if (refs.length === 0) {
    return { backends: [{ cluster: parts.cluster, weight: 1, external: parts.external }], missing: 0 };
  }
  const total = refs.reduce((sum, { weight = 1 }) => sum + weight, 0);
  const backends = refs.flatMap((ref) => {
    const { weight = 1 } = ref;
    const found = weight === 0 ? null : backendOf(ref, cargo, parts);
    return found === null ? [] : [{ ...found, weight }];
  });
  const found = backends.reduce((sum, { weight }) => sum + weight, 0);
  return { backends, missing: total === 0 ? 1 : (total - found) / total };
}

/** The cluster of one reference, or null where it leads to nothing that takes the cargo. */
export function backendOf(
  ref: RouteBackendRef,
  cargo: Cargo,
  { backends }: Pick<OutboundParts, "backends">,
): Omit<Backend, "weight"> | null {
  const found = backends.get(backendKey(ref));
  if (found === undefined || (cargo === "requests" && !isHttp(found.destination.protocol))) return null;
  const { cluster, external } = found.destination;
  return { cluster, external: external !== undefined };
}
