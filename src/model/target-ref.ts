// targetRef: what a policy, or one of its items, points at, and the fields that each kind allows.

import type { Frozen } from "./frozen.ts";
import * as z from "./lazy-zod.ts";
import { may, text, textMap } from "./shape.ts";
import { tagViolations } from "./tag-rule.ts";
import { under, type Violation } from "./violation.ts";

/** In the order in which Kuma lists them. */
export const TARGET_KINDS = [
  "Mesh",
  "MeshSubset",
  "MeshGateway",
  "MeshService",
  "MeshExternalService",
  "MeshMultiZoneService",
  "MeshServiceSubset",
  "MeshHTTPRoute",
  "Dataplane",
] as const;
export type TargetKind = (typeof TARGET_KINDS)[number];

export const targetRefMembers = {
  kind: z.enum(TARGET_KINDS),
  name: may(text),
  tags: may(textMap),
  mesh: may(text),
  proxyTypes: may(z.array(z.enum(["Sidecar", "Gateway"]))),
  namespace: may(text),
  labels: may(textMap),
  sectionName: may(text),
} as const;
export const targetRefShape = z.strictObject(targetRefMembers);
export type TargetRef = Frozen<z.infer<typeof targetRefShape>>;

type Field = "name" | "mesh" | "tags" | "proxyTypes" | "labels" | "namespace" | "sectionName";

/** The order in which Kuma reports fields. */
const FIELDS: readonly Field[] = ["mesh", "tags", "proxyTypes", "labels", "namespace", "sectionName"];

interface KindRule {
  readonly allowed: readonly Field[];
  /** What must be there: a name, or a name or labels. */
  readonly needs?: "name" | "name or labels";
}

/** Which fields may stand beside each kind. */
const RULES: Readonly<Record<TargetKind, KindRule>> = {
  Mesh: { allowed: ["proxyTypes"] },
  MeshSubset: { allowed: ["tags", "proxyTypes"] },
  MeshGateway: { allowed: ["name", "tags"], needs: "name" },
  MeshService: { allowed: ["name", "namespace", "labels", "sectionName"], needs: "name or labels" },
  MeshExternalService: { allowed: ["name", "namespace", "labels"], needs: "name or labels" },
  MeshMultiZoneService: { allowed: ["name", "namespace", "labels", "sectionName"], needs: "name or labels" },
  MeshServiceSubset: { allowed: ["name", "tags"], needs: "name" },
  MeshHTTPRoute: { allowed: ["name", "namespace", "labels"], needs: "name or labels" },
  Dataplane: { allowed: ["name", "namespace", "labels", "sectionName"] },
};

export interface TargetRefOptions {
  readonly kinds: readonly TargetKind[];
  /** Whether the policy has something to say of inbounds: only then may a Dataplane be narrowed by sectionName. */
  readonly inbound?: boolean;
  /** Whether MeshGateway may have tags (of its listeners). */
  readonly gatewayTags?: boolean;
}

/** Violations of one targetRef, below its own path. */
export function targetRefViolations(ref: TargetRef, options: TargetRefOptions): readonly Violation[] {
  const { kind } = ref;
  if (!options.kinds.includes(kind)) return [{ field: "kind", reason: `value '${kind}' is not supported` }];
  const rule = RULES[kind];
  const found: Violation[] = [];
  const labelled = Object.keys(ref.labels ?? {}).length > 0;
  if (rule.needs === "name" && !ref.name) found.push({ field: "name", reason: `must be set when kind is ${kind}` });
  if (rule.needs === "name or labels" && !ref.name && !labelled) {
    found.push({ field: "", reason: `name or labels must be set when kind is ${kind}` });
  }
  if (ref.name && !rule.allowed.includes("name")) {
    const reason =
      kind === "Mesh" ? "using name with kind Mesh is not yet supported" : `must not be set with kind ${kind}`;
    found.push({ field: "name", reason });
  }
  for (const field of FIELDS) {
    if (isSet(ref[field]) && !allows(rule, field, kind, options)) {
      found.push({ field, reason: `must not be set with kind ${kind}` });
    }
  }
  if (ref.proxyTypes?.length === 0 && rule.allowed.includes("proxyTypes")) {
    found.push({ field: "proxyTypes", reason: "must be undefined or have at least one element" });
  }
  if (labelled && rule.allowed.includes("labels") && (ref.name || ref.namespace)) {
    found.push({ field: "labels", reason: "either labels or name and namespace must be specified" });
  }
  if (kind === "Dataplane" && ref.sectionName && !options.inbound) {
    found.push({ field: "sectionName", reason: "can only be used with inbound policies" });
  }
  if (ref.tags && rule.allowed.includes("tags")) found.push(...under("tags", tagViolations(ref.tags)));
  return found;
}

function isSet(value: unknown): boolean {
  if (value === undefined || value === "") return false;
  if (Array.isArray(value)) return value.length > 0;
  return typeof value !== "object" || Object.keys(value as object).length > 0;
}

function allows(rule: KindRule, field: Field, kind: TargetKind, options: TargetRefOptions): boolean {
  if (kind === "MeshGateway" && field === "tags") return options.gatewayTags === true;
  return rule.allowed.includes(field);
}
