// References of policies to resources that do not exist: no mistake in the policy's form, so told as a fault.
import { kindOfType } from "#model/kinds.ts";
import type { Meta } from "#model/resource.ts";
import type { TargetRef } from "#model/target-ref.ts";
import type { View } from "#model/view.ts";
import type { MatchFault } from "./fault.ts";
import type { IndexedPolicy } from "./indexed-policy.ts";
import { isReferred } from "./refer.ts";

/** A reference to a resource of another kind. */
export interface DistantRef {
  readonly kri: string;
  readonly field: string;
  readonly ref: TargetRef;
}

/** Kinds that can only mean a resource; a MeshService may also be a service that dataplanes offer by a tag. */
const DISTANT = new Set(["MeshGateway", "MeshHTTPRoute", "MeshExternalService", "MeshMultiZoneService"]);

/** The references of a policy that may lead to nothing. */
export function distantRefs({ kri, top, resource }: IndexedPolicy): readonly DistantRef[] {
  const found: DistantRef[] = DISTANT.has(top.kind) ? [{ kri, field: "spec.targetRef", ref: top }] : [];
  resource.spec.to?.forEach(({ targetRef: ref }, index) => {
    if (DISTANT.has(ref.kind)) found.push({ kri, field: `spec.to[${index}].targetRef`, ref });
  });
  return found;
}

/** Those that lead to nothing in the view. */
export function danglingFaults(refs: readonly DistantRef[], view: View): readonly MatchFault[] {
  return refs.flatMap(({ kri, field, ref }) => {
    const list: readonly Pick<Meta, "name" | "labels">[] = view.resources[ref.kind] ?? [];
    if (kindOfType(ref.kind) !== undefined && list.some((resource) => isReferred(ref, resource))) return [];
    const where = ref.namespace ? ` of the namespace ${ref.namespace}` : "";
    const which = ref.name ? `"${ref.name}"${where}` : `with labels ${JSON.stringify(ref.labels ?? {})}`;
    const reason = `refers to ${ref.kind} ${which}, which does not exist in this mesh: it has no effect there`;
    return [{ kri, field, reason }];
  });
}

/** Whether no resource that the references could lead to is another. */
export function sameDistant(refs: readonly DistantRef[], same: (type: string) => boolean): boolean {
  return [...new Set(refs.map(({ ref }) => ref.kind))].every(same);
}
