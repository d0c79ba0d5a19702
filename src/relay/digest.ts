// The synchronous digest that the pure floors ask for.
import { hash } from "node:crypto";
import type { Digest } from "#model/json.ts";

/** SHA-256 of UTF-8 text, base64url. */
export const digest: Digest = (text) => hash("sha256", text, "base64url");
