// The id of a write: the client's Idempotency-Key, or a random one.
import { Fault } from "#model/fault.ts";
import { toBase32 } from "#trust/bytes.ts";
import type { ApiCall } from "./call.ts";

/** Keys of different callers never meet: the caller's own id stands before them. */
export function writeIdOf(call: ApiCall): string {
  const key = call.request.headers.get("idempotency-key");
  if (key === null) return toBase32(call.app.chance(20));
  if (!/^[\x21-\x7e]{1,128}$/.test(key)) {
    throw new Fault("malformed", "Idempotency-Key must have 1 to 128 visible ASCII characters");
  }
  return `${call.caller.actor}/${key}`;
}
