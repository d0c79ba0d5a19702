// RFC 8785 (JCS): the one text of a JSON value, so that equal content has an equal hash.
import type { Json } from "#model/json.ts";

/**
 * Canonical JSON text: keys in the order of their UTF-16 code units, ECMAScript's own forms of numbers and strings.
 * Throws a TypeError for what JSON cannot carry (undefined, NaN, infinities, functions).
 * A lone surrogate stays as its `\udXXX` escape instead of RFC 8785's refusal: one odd label must not stop a mesh.
 */
export function canonical(value: Json): string {
  if (value === null || typeof value === "string" || typeof value === "boolean") return JSON.stringify(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new TypeError(`JSON has no ${value}`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object") throw new TypeError(`JSON has no ${typeof value}`);
  const object = value as { readonly [key: string]: Json };
  return objectText(Object.keys(object), (key) => canonical(object[key]!));
}

/** Canonical text of an object whose values are given as canonical text. */
export function objectText(keys: readonly string[], textOf: (key: string) => string): string {
  const parts = [...keys].sort().map((key) => `${JSON.stringify(key)}:${textOf(key)}`);
  return `{${parts.join(",")}}`;
}
