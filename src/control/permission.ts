// Permission: what a caller's scopes must allow, as a fault where they don't.
import { Fault } from "#model/fault.ts";
import { may, type Place, type ScopedKind, scopeRefusal, type Verb, WHOLE } from "#trust/scope.ts";
import type { Caller } from "./face/caller.ts";

/** What is about a kind of resource. */
type KindVerb = "read" | "write" | "delete" | "plan";

/** Fault `forbidden` unless the caller may do that in the zone or the mesh that is acted on. */
export function permit({ scopes }: Caller, verb: Exclude<Verb, KindVerb | "reveal">, place: Place = WHOLE): void {
  if (may(scopes, verb, undefined, place)) return;
  throw new Fault("forbidden", scopeRefusal(scopes, verb, { what: inWords(place), place }));
}

function inWords({ zone, mesh }: Place): string {
  return [...(zone === null ? [] : [`in the zone ${zone}`]), ...(mesh === null ? [] : [`of the mesh ${mesh}`])].join(
    " ",
  );
}

const PLAIN: ScopedKind = { secret: false, readOnly: false };
const SECRET: ScopedKind = { secret: true, readOnly: false };

/** Fault `forbidden` unless the caller may plan something. */
export function permitPlan({ scopes }: Caller): void {
  if (may(scopes, "plan", PLAIN) || may(scopes, "plan", SECRET)) return;
  throw new Fault("forbidden", scopeRefusal(scopes, "plan", { kind: PLAIN, what: "resources" }));
}

/** Fault `forbidden` unless the caller may do that with some resource of the kind. */
export function permitKind(
  scopes: readonly string[],
  verb: KindVerb,
  kind: ScopedKind & { readonly type: string },
): void {
  if (!may(scopes, verb, kind)) throw new Fault("forbidden", scopeRefusal(scopes, verb, { kind, what: kind.type }));
}
