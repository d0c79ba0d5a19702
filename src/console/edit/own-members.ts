// A resource as its writer sees it: without what the control plane adds.
import type { Shape } from "./shape.ts";

type Members = Readonly<Record<string, unknown>>;

/** Members that may be written, in the order that they came; labels that come by themselves are left out. */
export function ownMembers(resource: Members, { properties = {} }: Shape): Members {
  const entries = Object.entries(resource)
    .filter(([key]) => Object.hasOwn(properties, key) && properties[key]?.readOnly !== true)
    .map(([key, value]) => [key, key === "labels" ? ownLabels(value as Members, resource.mesh) : value] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== null));
}

/** Null where none is left. */
function ownLabels(labels: Members, mesh: unknown): Members | null {
  const computed: Members = { "kuma.io/env": "universal", "kuma.io/origin": "global", "kuma.io/mesh": mesh };
  const own = Object.entries(labels).filter(([key, value]) => !Object.hasOwn(computed, key) || computed[key] !== value);
  return own.length === 0 ? null : Object.fromEntries(own);
}
