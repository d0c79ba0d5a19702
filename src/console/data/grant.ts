// What the reader may: by the scopes that the session has in the organisation, judged by the table that the API judges by.
import { useMemo } from "react";
import { may, type Place, type ScopedKind, type Verb, zoneOfScope } from "#trust/scope.ts";
import { useAnswer } from "./api.ts";

export interface Grant {
  /** Whether it is known yet. */
  readonly isKnown: boolean;
  /** Null while it is not known, and for an API token, which has scopes alone. */
  readonly role: string | null;
  /** Id of the person; null for an API token. */
  readonly user: string | null;
  /** Of what is not known yet nothing is forbidden: the API says so in time. `place` left out = somewhere is enough. */
  may(verb: Verb, kind?: ScopedKind, place?: Place): boolean;
  /** As `may`, somewhere in a mesh, whatever the zone; null = of no mesh. */
  mayIn(verb: Verb, kind: ScopedKind, mesh: string | null | undefined): boolean;
}

const MINUTE = 60_000;
/** Kinds that are no secrets. */
export const PLAIN: ScopedKind = { secret: false, readOnly: false };

/** What of a kind decides, by its name. */
export function scopedKind({ name, readOnly }: { readonly name: string; readonly readOnly: boolean }): ScopedKind {
  return { secret: name === "Secret" || name === "GlobalSecret", readOnly };
}

/** Of an organisation as the session tells of it; undefined while that is not known. */
export function grantOf(
  held: { readonly role?: string | undefined; readonly scopes: readonly string[] } | undefined,
  user: string | null,
): Grant {
  return {
    isKnown: held !== undefined,
    role: held?.role ?? null,
    user,
    may: (verb, kind, place) => held === undefined || may(held.scopes, verb, kind, place),
    mayIn: (verb, kind, mesh) =>
      held === undefined ||
      held.scopes.some((scope) =>
        may([scope], verb, kind, mesh === undefined ? undefined : { mesh, zone: zoneOfScope(scope) ?? null }),
      ),
  };
}

export function useGrant(org: string): Grant {
  const { data } = useAnswer("readSession", {}, MINUTE);
  return useMemo(() => {
    const held = data?.organisations.find(({ name }) => name === org);
    return grantOf(held, data?.user?.id ?? null);
  }, [data, org]);
}
