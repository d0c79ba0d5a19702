// Permission: what a caller's scopes must allow, as a fault where they don't.
import { Fault } from "#model/fault.ts";
import { may, type Verb } from "#trust/scope.ts";
import type { Caller } from "./control.ts";

/** Fault `forbidden` unless the caller may. */
export function permit({ scopes }: Caller, verb: Exclude<Verb, "read" | "write" | "delete" | "reveal">): void {
  if (!may(scopes, verb))
    throw new Fault("forbidden", `The caller's scopes (${scopes.join(", ")}) do not allow: ${verb}`);
}
