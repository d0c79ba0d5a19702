// How far a relay is behind what the control plane has for it, as far as it has told.
import type { RelayBody } from "#api/weft.ts";

/**
 * `none`: there is nothing for it yet. `untold`: it has told of none of the newest revisions. `newest`; `revisions`: it lacks so many;
 * `sequences`: it has the revision, and its proxies have not yet told of what has changed since (joins, addresses, certificates).
 */
export type RelayLag =
  | { readonly kind: "none" | "untold" }
  | { readonly kind: "newest"; readonly revision: number; readonly sequence: number }
  | { readonly kind: "revisions"; readonly revision: number; readonly newest: number; readonly behind: number }
  | { readonly kind: "sequences"; readonly sequence: number; readonly newest: number; readonly behind: number };

/** `proxies`: that it has told of. Without one nobody tells of sequences, and a revision that it has is all that is known. */
export function lagOf(
  { revision: newest, sequence: last, holds }: Pick<RelayBody, "revision" | "sequence" | "holds">,
  proxies: number,
): RelayLag {
  if (last === 0) return { kind: "none" };
  if (holds === undefined || holds === null) return { kind: "untold" };
  const { revision, sequence } = holds;
  if (revision < newest) return { kind: "revisions", revision, newest, behind: newest - revision };
  if (sequence < last && proxies > 0) return { kind: "sequences", sequence, newest: last, behind: last - sequence };
  return { kind: "newest", revision: newest, sequence: last };
}

/** For sorting: who lacks most comes last. */
export function lagRank(lag: RelayLag): number {
  if (lag.kind === "untold") return Number.MAX_SAFE_INTEGER;
  return lag.kind === "revisions" ? lag.behind * 1e6 : lag.kind === "sequences" ? lag.behind : 0;
}
