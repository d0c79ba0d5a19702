// Violations of a shape: zod's issues in the words that Kuma's schema stage uses.
import type * as z from "./lazy-zod.ts";
import { pathOf } from "./sound-json.ts";
import type { Violation } from "./violation.ts";

/** The violations of a value against its shape; their paths begin at the value. */
export function shapeViolations(issues: readonly z.core.$ZodIssue[], value: unknown): readonly Violation[] {
  return issues.flatMap((issue) => violationsOf(issue, value));
}

function violationsOf(issue: z.core.$ZodIssue, value: unknown): readonly Violation[] {
  const field = pathOf(issue.path);
  const given = valueAt(value, issue.path);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({ field: pathOf([...issue.path, key]), reason: "unknown field" }));
    case "invalid_type":
      return [{ field, reason: typeReason(issue.expected, given) }];
    case "invalid_union":
      if (given === undefined) return [{ field, reason: "in body is required" }];
      return [{ field, reason: `in body must be one of the allowed types, not ${nameOf(given)}` }];
    case "invalid_value":
      if (given === undefined) return [{ field, reason: "in body is required" }];
      return [{ field, reason: `in body should be one of [${issue.values.join(" ")}]` }];
    case "too_small":
      return [{ field, reason: `in body should be greater than or equal to ${issue.minimum}` }];
    case "too_big":
      return [{ field, reason: `in body should be less than or equal to ${issue.maximum}` }];
    default:
      return [{ field, reason: issue.message }];
  }
}

/** go-openapi's wording: `in body must be of type string: "number"`. */
function typeReason(expected: string, given: unknown): string {
  if (given === undefined) return "in body is required";
  const wanted = { record: "object", int: "integer" }[expected] ?? expected;
  return `in body must be of type ${wanted}: "${nameOf(given)}"`;
}

function nameOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const step of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Record<PropertyKey, unknown>)[step];
  }
  return at;
}
