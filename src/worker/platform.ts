// Clock, chance and digest as the workers have them.
import { createHash } from "node:crypto";
import type { Chance, Clock } from "#model/clock.ts";
import type { Digest } from "#model/json.ts";

export const clock: Clock = () => Date.now();

export const chance: Chance = (length) => crypto.getRandomValues(new Uint8Array(length));

export const digest: Digest = (text) => createHash("sha256").update(text).digest("base64url");
