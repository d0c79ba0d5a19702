// A violation: one field of what somebody wrote, and what is wrong with it.

export interface Violation {
  /** Path of the field as the writer sees it: `spec.to[0].targetRef.kind`, `tags["kuma.io/service"]`. */
  readonly field: string;
  /** What is wrong and what would be right, in Kuma 2.14's words where Kuma has some. */
  readonly reason: string;
}

/** A field's name, or a path of them; a key of tags or labels is neither, and stands in brackets. */
const PATH = /^[A-Za-z_]\w*(\[[^\]]*\]|\.[A-Za-z_]\w*)*$/;

/** Joins a parent path and a child: `at("spec", "to", 0, "default")` is `spec.to[0].default`. */
export function at(...steps: readonly (string | number)[]): string {
  let path = "";
  for (const step of steps) {
    if (typeof step === "number") path += `[${step}]`;
    else if (step === "") continue;
    else if (path === "") path = step;
    else path += PATH.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
  }
  return path;
}

/** Puts violations of a part below the part's own path; children do not know their parents. */
export function under(parent: string | number, violations: readonly Violation[]): Violation[] {
  return violations.map(({ field, reason }) => ({ field: below(String(parent), field), reason }));
}

function below(parent: string, field: string): string {
  if (field === "") return parent;
  return field.startsWith("[") ? parent + field : `${parent}.${field}`;
}
