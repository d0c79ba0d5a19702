// Ways: every path that traffic of one client takes, from its outbound to whoever is called, with the verdict at its end.
import { matchProxy } from "#match/match.ts";
import type { MatchedOutbound, Origin } from "#match/matched.ts";
import type { ViewIndex } from "#match/view-index.ts";
import { verdictOf } from "./judged.ts";
import { createLandings, type Landing, type ZoneIndexes } from "./landing.ts";
import { type Lead, leadsOf } from "./lead.ts";
import { type Dataplane, namesOf } from "./named.ts";
import type { Request } from "./request.ts";
import { tokenRule } from "./token.ts";
import type { Verdict } from "./verdict.ts";

export interface Way {
  readonly outbound: MatchedOutbound;
  readonly lead: Lead;
  readonly landing: Landing;
  readonly verdict: Verdict;
  /** The rule that asks requests for a token. */
  readonly token: Origin | null;
}

/** The ways of one zone's clients; `keep` says which landings are asked about. */
export function createWays(
  index: ViewIndex,
  zones: ZoneIndexes,
  request: Request = {},
): (dataplane: Dataplane, keep: (landing: Landing) => boolean) => readonly Way[] {
  const landings = createLandings(index, zones);
  const mesh = index.view.mesh.name;
  return (dataplane, keep) => {
    const names = namesOf(index, dataplane);
    return matchProxy(index, dataplane).outbounds.flatMap((outbound) =>
      leadsOf(outbound, request).flatMap((lead) =>
        landings(lead.destination)
          .filter(keep)
          .map((landing) => {
            const verdict = verdictOf(mesh, landing, names, request);
            return { outbound, lead, landing, verdict, token: tokenRule(landing, names) };
          }),
      ),
    );
  };
}
