// RFC 8785 (JCS): the one text of a JSON value, so that equal content has an equal hash.
import type { Json } from "#model/json.ts";

/**
 * Canonical JSON text: keys in the order of their UTF-16 code units, ECMAScript's own forms of numbers and strings.
 * Throws a TypeError for what JSON cannot carry (undefined, NaN, infinities, functions).
 * A lone surrogate stays as its `\udXXX` escape instead of RFC 8785's refusal: one odd label must not stop a mesh.
 */
export function canonical(value: Json): string {
  if (typeof value === "string") return quoted(value);
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new TypeError(`JSON has no ${value}`);
    return String(value === 0 ? 0 : value);
  }
  if (typeof value !== "object") throw new TypeError(`JSON has no ${typeof value}`);
  if (Array.isArray(value)) {
    let text = "";
    for (const item of value) text += text === "" ? canonical(item) : `,${canonical(item)}`;
    return `[${text}]`;
  }
  const object = value as { readonly [key: string]: Json };
  return objectText(Object.keys(object), (key) => canonical(object[key]!));
}

/** Canonical text of an object whose values are given as canonical text. */
export function objectText(keys: readonly string[], textOf: (key: string) => string): string {
  let text = "";
  for (const key of inOrder(keys) ? keys : [...keys].sort()) {
    text += `${text === "" ? "" : ","}${quoted(key)}:${textOf(key)}`;
  }
  return `{${text}}`;
}

function inOrder(keys: readonly string[]): boolean {
  for (let at = 1; at < keys.length; at++) if (keys[at - 1]! > keys[at]!) return false;
  return true;
}

/** Printable ASCII without the two signs that JSON escapes: nearly every text, written twice as fast. */
const PLAIN = /^[ !#-[\]-~]*$/;

function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}
