// JSON values, content hashes, and the values that fill a template's holes.

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Values for the holes of a template, by the hole's name. */
export type Bindings = Readonly<Record<string, Json>>;

/** SHA-256 in base64url without padding (43 characters). */
export type Hash = string;

/** SHA-256 of UTF-8 text, synchronous; given by the edge, because no pure floor has a fast one. */
export type Digest = (text: string) => Hash;
