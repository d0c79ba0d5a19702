// What is wrong with the shape of a stored resource: one that a write of today would not accept.
import { judgeOf } from "./judges.ts";
import { kindOfType } from "./kinds.ts";
import type { Resource } from "./resource.ts";
import { shapeViolations } from "./shape-violation.ts";
import { under, type Violation } from "./violation.ts";

/** Violations of the shape alone, at the paths of a body; none for a type that nobody knows. */
export function storedViolations(resource: Pick<Resource, "type" | "spec">): readonly Violation[] {
  const kind = kindOfType(resource.type);
  if (kind === undefined) return [];
  const parsed = judgeOf(kind).shape.safeParse(resource.spec);
  if (parsed.success) return [];
  const violations = shapeViolations(parsed.error.issues, resource.spec);
  return kind.envelope === "spec" ? under("spec", violations) : violations;
}
