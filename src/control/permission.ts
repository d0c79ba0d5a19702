// Permission: what a caller's scopes must allow, as a fault where they don't.
import { Fault } from "#model/fault.ts";
import { may, type Verb } from "#trust/scope.ts";
import type { Caller } from "./control.ts";

/** Fault `forbidden` unless the caller may; `zone` is the one that is acted on, null = none. */
export function permit(
  { scopes }: Caller,
  verb: Exclude<Verb, "read" | "write" | "delete" | "reveal">,
  zone: string | null = null,
): void {
  if (may(scopes, verb, undefined, zone)) return;
  const where = zone === null ? "" : ` in the zone ${zone}`;
  throw new Fault("forbidden", `The caller's scopes (${scopes.join(", ")}) do not allow: ${verb}${where}`);
}
