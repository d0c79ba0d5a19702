// Clock, chance and digest as the workers have them.
import type { Chance, Clock } from "#model/clock.ts";
import type { Digest } from "#model/json.ts";

export const clock: Clock = () => Date.now();

export const chance: Chance = (length) => crypto.getRandomValues(new Uint8Array(length));

let sha256: ((text: string) => string) | undefined;

/** Node's hash, for WebCrypto has no synchronous one; loaded at the first call, because that takes some milliseconds. */
export const digest: Digest = (text) => {
  if (sha256 === undefined) {
    const { createHash } = process.getBuiltinModule("node:crypto");
    sha256 = (given) => createHash("sha256").update(given).digest("base64url");
  }
  return sha256(text);
};
