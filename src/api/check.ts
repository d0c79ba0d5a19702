// Checks a body against its shape, and says everything that is wrong with it in one fault.

import { Fault } from "#model/fault.ts";
import type { core, ZodMiniType } from "#model/lazy-zod.ts";
import { shapeViolations } from "#model/shape-violation.ts";
import { at, type Violation } from "#model/violation.ts";

/** The body, typed. Fault `invalid` with every violation; `title` as Kuma's clients look for it. */
export function checkBody<T>(shape: ZodMiniType<T>, body: unknown, title = "Invalid request"): T {
  const parsed = shape.safeParse(body);
  if (parsed.success) return parsed.data as T;
  const violations = parsed.error.issues.flatMap((issue) => sizeViolations(issue) ?? shapeViolations([issue], body));
  throw new Fault("invalid", "The request's body is not valid", { title, violations });
}

/** Bounds of texts and lists, which resources do not have; null for every other issue. */
function sizeViolations(issue: core.$ZodIssue): readonly Violation[] | null {
  if (issue.code !== "too_small" && issue.code !== "too_big") return null;
  const unit = { string: "characters", array: "items" }[issue.origin as string];
  if (unit === undefined) return null;
  const field = at(...issue.path.filter((step) => typeof step !== "symbol"));
  if (issue.code === "too_big") return [{ field, reason: `must have at most ${issue.maximum} ${unit}` }];
  return [{ field, reason: issue.minimum === 1 ? "cannot be empty" : `must have at least ${issue.minimum} ${unit}` }];
}
