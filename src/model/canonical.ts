// RFC 8785 (JCS): the one text of a JSON value, so that equal content has an equal hash.
import type { Json } from "./json.ts";

/**
 * Canonical JSON text: keys in the order of their UTF-16 code units, ECMAScript's own forms of numbers and strings.
 * Throws a TypeError for what JSON cannot carry (undefined, NaN, infinities, functions).
 * A lone surrogate stays as its `\udXXX` escape instead of RFC 8785's refusal: one odd label must not stop a mesh.
 */
export function canonical(value: Json): string {
  if (isInOrder(value)) return JSON.stringify(value);
  const ordered = inOrder(value);
  return ordered === undefined ? slowly(value) : JSON.stringify(ordered);
}

/** Whether the engine's own writer would write the keys in order: nearly always, so it is asked without making anything. */
function isInOrder(value: Json): boolean {
  if (typeof value !== "object" || value === null) {
    check(value);
    return true;
  }
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item !== "string" && !isInOrder(item)) return false;
    return true;
  }
  const object = value as { readonly [key: string]: Json };
  let before = "";
  for (const key in object) {
    const member = object[key]!;
    // Most are text, which has no order to ask for.
    if (key < before || (typeof member !== "string" && !isInOrder(member))) return false;
    before = key;
  }
  return true;
}

/**
 * The value with its keys in order, itself where they are: the engine's own writer is several times as fast as text put
 * together here. Undefined where an object cannot hold that order, because of keys that look like array indices.
 */
function inOrder(value: Json): Json | undefined {
  if (typeof value !== "object" || value === null) {
    check(value);
    return value;
  }
  if (Array.isArray(value)) return arrayInOrder(value);
  const object = value as { readonly [key: string]: Json };
  const keys = Object.keys(object);
  let same = true;
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at]!;
    if (isIndex(key) || key === "__proto__") return undefined;
    if (at > 0 && keys[at - 1]! > key) same = false;
  }
  if (!same) keys.sort();
  let copy: Record<string, Json> | undefined = same ? undefined : {};
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at]!;
    const member = object[key]!;
    const ordered = inOrder(member);
    if (ordered === undefined) return undefined;
    // Most values are in order as they come, and need no copy.
    if (ordered !== member) copy ??= Object.fromEntries(keys.slice(0, at).map((one) => [one, object[one]!]));
    if (copy !== undefined) copy[key] = ordered;
  }
  return copy ?? value;
}

function arrayInOrder(value: readonly Json[]): Json | undefined {
  let copy: Json[] | undefined;
  for (let at = 0; at < value.length; at++) {
    const ordered = inOrder(value[at]!);
    if (ordered === undefined) return undefined;
    if (ordered === value[at]) continue;
    copy ??= [...value];
    copy[at] = ordered;
  }
  return copy ?? value;
}

function isIndex(key: string): boolean {
  return isDigit(key.charCodeAt(0)) && isDigit(key.charCodeAt(key.length - 1)) && /^\d+$/.test(key);
}

function isDigit(unit: number): boolean {
  return unit >= 48 && unit <= 57;
}

function slowly(value: Json): string {
  if (typeof value !== "object" || value === null) {
    check(value);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(slowly).join(",")}]`;
  const object = value as { readonly [key: string]: Json };
  return objectText(Object.keys(object), (key) => slowly(object[key]!));
}

function check(value: Json): void {
  if (typeof value === "string" || typeof value === "boolean" || value === null) return;
  if (typeof value !== "number") throw new TypeError(`JSON has no ${typeof value}`);
  if (!Number.isFinite(value)) throw new TypeError(`JSON has no ${value}`);
}

/** Canonical text of an object whose values are given as canonical text. Sorts `keys` in place. */
export function objectText(keys: string[], textOf: (key: string) => string): string {
  const parts = keys.sort().map((key) => `${JSON.stringify(key)}:${textOf(key)}`);
  return `{${parts.join(",")}}`;
}
