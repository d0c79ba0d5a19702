// Mistakes of policies about what passes a zone's border.
import type { LeavingWay } from "#match/leaving.ts";
import type { MatchedInbound } from "#match/matched.ts";
import { inboundFaults, type PolicyFault, policyFaults } from "#xds/explain.ts";
import type { Generated } from "#xds/resource.ts";

/** What policies hold that could not be used: those about callers, and those about the proxy's own calls. */
export function wayFaults(
  { inbound, policies }: Pick<LeavingWay, "inbound" | "policies">,
  made: Generated,
): readonly PolicyFault[] {
  if (made.complaints.length === 0) return [];
  const own = made.complaints.filter(({ source }) => source.list === "to" && inbound[source.policy] === undefined);
  const callers = made.complaints.filter((one) => !own.includes(one));
  const said: MatchedInbound = { index: 0, protocol: "tcp", tls: "STRICT", policies: inbound };
  return [
    ...policyFaults({ policies }, { ...made, complaints: own }),
    ...inboundFaults(said, { ...made, complaints: callers }),
  ];
}
