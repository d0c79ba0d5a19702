// Fields as people write them, made of JSON Pointers.
import { at } from "#model/violation.ts";

/** `/spec/to/0/default` is `spec.to[0].default`. */
export function fieldPath(pointer: string): string {
  const steps = pointer
    .slice(1)
    .split("/")
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  return at(...steps.map((step) => (/^\d+$/.test(step) ? Number(step) : step)));
}

/** Whether a field is meant: the path itself, one below it, or the name of its last step; pointers do as well. */
export function isMeant(pointer: string, wanted: string): boolean {
  const path = wanted.startsWith("/") ? fieldPath(wanted) : wanted;
  const own = fieldPath(pointer);
  if (own === path || own.endsWith(`.${path}`)) return true;
  return own.startsWith(path) && /^[.[]/.test(own.slice(path.length));
}
