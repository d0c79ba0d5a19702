// Hostile JSON: bounds on depth and names, before anything else looks at a body.
import type { Violation } from "./violation.ts";

/** Deeper than any kind's shape, far below what would exhaust a stack. */
const DEPTH = 64;
/** More than any resource holds; each wrong one is an issue that is passed on as an argument, and those have a limit. */
const VALUES = 50_000;
/** A body wrong in a million places is told of the first hundred. */
export const MOST_VIOLATIONS = 100;

/** A copy without `null` members (absent, for Kuma) and without prototypes, or the violation that stops it. */
export function soundJson(value: unknown): { readonly value: unknown } | { readonly violations: readonly Violation[] } {
  const scan: Scan = { violations: [], values: 0 };
  const copy = copied(value, "", 0, scan);
  return scan.violations.length > 0 ? { violations: scan.violations } : { value: copy };
}

interface Scan {
  readonly violations: Violation[];
  values: number;
}

function copied(value: unknown, path: string, depth: number, scan: Scan): unknown {
  const { violations } = scan;
  if (scan.values > VALUES || violations.length >= MOST_VIOLATIONS) return null;
  scan.values++;
  if (scan.values > VALUES) {
    violations.push({ field: path, reason: `body holds more than ${VALUES} values; split it into several resources` });
    return null;
  }
  if (typeof value === "number" && !Number.isFinite(value)) {
    violations.push({ field: path, reason: "is no number that JSON knows" });
    return null;
  }
  if (typeof value !== "object" || value === null) return value;
  if (depth >= DEPTH) {
    violations.push({ field: path, reason: `is nested deeper than ${DEPTH} levels` });
    return null;
  }
  if (Array.isArray(value)) {
    return value.map((item, index) => copied(item, `${path}[${index}]`, depth + 1, scan));
  }
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const member = (value as Record<string, unknown>)[key];
    const field = pathOf(path === "" ? [key] : [path, key]);
    // Assigning it would set the copy's prototype.
    if (key === "__proto__") violations.push({ field, reason: "is a name that no field, tag or label may have" });
    else if (member !== null) copy[key] = copied(member, field, depth + 1, scan);
  }
  return copy;
}

/** Steps as a path in Kuma's notation: plain names with dots, others in brackets. */
export function pathOf(steps: readonly PropertyKey[]): string {
  let path = "";
  for (const step of steps) {
    if (typeof step === "number") path += `[${step}]`;
    else if (path === "") path = String(step);
    else if (/^[A-Za-z_$][A-Za-z0-9_$]*$/.test(String(step))) path += `.${String(step)}`;
    else path += `[${JSON.stringify(step)}]`;
  }
  return path;
}
