// The synchronous digest that the pure floors ask for.
import { createHash } from "node:crypto";
import type { Digest } from "#model/json.ts";

/** SHA-256 of UTF-8 text, base64url. */
export const digest: Digest = (text) => createHash("sha256").update(text, "utf8").digest("base64url");
