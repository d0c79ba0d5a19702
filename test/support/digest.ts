// The digest of tests: SHA-256 of UTF-8 text in base64url.
import { createHash } from "node:crypto";

export const digest = (text: string): string => createHash("sha256").update(text).digest("base64url");
