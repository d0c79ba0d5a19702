// backendRef: where a route sends traffic, and the text by which the same reference is known.

import type { Frozen } from "./frozen.ts";
import * as z from "./lazy-zod.ts";
import { may, uint32 } from "./shape.ts";
import { SERVICE_TAG, type Tags } from "./tag.ts";
import { type TargetKind, targetRefMembers, targetRefViolations } from "./target-ref.ts";
import { under, type Violation } from "./violation.ts";

export const backendRefShape = z.strictObject(() => ({ ...targetRefMembers, weight: may(uint32), port: may(uint32) }));
export type RouteBackendRef = Frozen<z.infer<typeof backendRefShape>>;

const KINDS: readonly TargetKind[] = [
  "MeshService",
  "MeshServiceSubset",
  "MeshExternalService",
  "MeshMultiZoneService",
];

/** Violations of one backendRef, below its own path. */
export function backendRefViolations(ref: RouteBackendRef): readonly Violation[] {
  const found = [...targetRefViolations(ref, { kinds: KINDS })];
  if (ref.kind === "MeshMultiZoneService" && ref.port === undefined) {
    found.push({ field: "port", reason: "must be defined with kind MeshMultiZoneService" });
  }
  return found;
}

const MOST_WEIGHT = 4_294_967_295;

/** Violations of a list of backendRefs, below the list. */
export function backendRefsViolations(refs: readonly RouteBackendRef[]): readonly Violation[] {
  const found = refs.flatMap((ref, index) => under(`[${index}]`, backendRefViolations(ref)));
  const sum = refs.reduce((total, { weight = 1 }) => total + weight, 0);
  // Envoy refuses the whole route configuration for a greater one.
  if (sum > MOST_WEIGHT) found.push({ field: "", reason: `the sum of weights must not exceed ${MOST_WEIGHT}` });
  return found;
}

/** With the weight that Kuma's schema fills in. */
export function completeBackendRef(ref: RouteBackendRef): RouteBackendRef {
  const { weight = 1, port, ...target } = ref;
  // In the shape's order, so that what is read again is equal, byte for byte.
  return { ...target, weight, ...(port !== undefined && { port }) };
}

/** The service tags that a reference means, or null where it means a real resource's port. A MeshService without port is a tag's value. */
export function legacyTagsOf(ref: RouteBackendRef): Tags | null {
  const { kind, name = "", tags = {} } = ref;
  if (kind === "MeshServiceSubset") return { ...tags, [SERVICE_TAG]: name };
  return kind === "MeshService" && name !== "" && sectionOf(ref) === "" ? { [SERVICE_TAG]: name } : null;
}

/** The port's name or number that a reference asks for; empty where it asks for none. */
export function sectionOf({ sectionName = "", port }: RouteBackendRef): string {
  return sectionName || (port === undefined || port === 0 ? "" : String(port));
}

/**
 * The reference in one canonical text, whatever its weight: `MeshService/backend:8080`, `MeshService/backend` (a service
 * tag), `MeshServiceSubset/backend?version=v1`, `MeshExternalService/?team=a`.
 */
export function backendKey(ref: RouteBackendRef): string {
  const { kind, name = "", namespace = "", labels = {}, tags = {} } = ref;
  const section = sectionOf(ref);
  const pairs = Object.entries({ ...labels, ...tags })
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`);
  const space = namespace === "" ? "" : `${encodeURIComponent(namespace)}/`;
  const end = section === "" ? "" : `:${encodeURIComponent(section)}`;
  return `${kind}/${space}${encodeURIComponent(name)}${pairs.length > 0 ? `?${pairs.join("&")}` : ""}${end}`;
}
