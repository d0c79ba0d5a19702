// Permission: what a caller's scopes must allow, as a fault where they don't.
import { Fault } from "#model/fault.ts";
import { may, type ScopedKind, scopeRefusal, type Verb } from "#trust/scope.ts";
import type { Caller } from "./control.ts";

/** Fault `forbidden` unless the caller may; `zone` is the one that is acted on, null = none. */
export function permit(
  { scopes }: Caller,
  verb: Exclude<Verb, "read" | "write" | "delete" | "reveal">,
  zone: string | null = null,
): void {
  if (may(scopes, verb, undefined, zone)) return;
  throw new Fault("forbidden", scopeRefusal(scopes, verb, { what: zone === null ? "" : `in the zone ${zone}`, zone }));
}

/** Fault `forbidden` unless the caller may do that with some resource of the kind. */
export function permitKind(
  scopes: readonly string[],
  verb: "read" | "write" | "delete",
  kind: ScopedKind & { readonly type: string },
): void {
  if (!may(scopes, verb, kind)) throw new Fault("forbidden", scopeRefusal(scopes, verb, { kind, what: kind.type }));
}
