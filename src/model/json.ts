// JSON values, content hashes, and the values that fill a template's holes.

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Values for the holes of a template, by the hole's name. */
export type Bindings = Readonly<Record<string, Json>>;

/** SHA-256 in base64url without padding (43 characters). */
export type Hash = string;

/** SHA-256 of UTF-8 text, synchronous; given by the edge, because no pure floor has a fast one. */
export type Digest = (text: string) => Hash;

/** A JSON object. */
export type JsonObject = { readonly [key: string]: Json };

/** Whether the value is a JSON object: no list, and not null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** One step of a JSON pointer (RFC 6901 §4). */
export function pointerStep(key: string): string {
  return key.includes("~") || key.includes("/") ? key.replaceAll("~", "~0").replaceAll("/", "~1") : key;
}
