// Joins of ingresses and egresses: into their zone, with a token of it; an egress gets a leaf in each mesh that it asks for.
import { ofZone, putZoneProxy } from "#control/rule/zone-proxy-rules.ts";
import { zoneTrustOf } from "#control/view/view.ts";
import { KINDS } from "#model/kinds.ts";
import { PROXY_KINDS, type ZoneProxyKind } from "#model/proxy-kind.ts";
import { EGRESS_NAMED } from "#model/spiffe.ts";
import { LABEL } from "#model/tag.ts";
import { at } from "#model/violation.ts";
import { type ZoneProxy, zoneOfProxy } from "#model/zone-place.ts";
import { verifyZoneToken, zoneTokenReason } from "#trust/zone-token.ts";
import type { JoinKind } from "./join-kind.ts";

export const ingressJoin: JoinKind = { ...joinOf("ZoneIngress", "zone ingress"), leaves: () => [] };

export const egressJoin: JoinKind = {
  ...joinOf("ZoneEgress", "zone egress"),
  leaves: ({ csrs = {} }) =>
    Object.keys(csrs)
      .sort()
      .map((mesh) => ({ mesh, csr: csrs[mesh] as string, named: EGRESS_NAMED })),
};

function joinOf(type: ZoneProxyKind, noun: string): Omit<JoinKind, "leaves"> {
  return {
    kind: KINDS[type] as unknown as JoinKind["kind"],
    noun,
    token: "a zone token",
    meshReason: (_, mesh) => (mesh === "" ? null : `mesh: must be empty: a ${noun} belongs to no mesh`),
    zoneSaid: (proxy) => zoneOfProxy(proxy as ZoneProxy) || undefined,
    foreignZones: (proxy, zone) => {
      const said = zoneOfProxy(proxy as ZoneProxy) || undefined;
      if (said === undefined || said === zone) return [];
      const reason = `is ${JSON.stringify(said)}, and this relay is in the zone ${JSON.stringify(zone)}`;
      return [{ field: at("labels", LABEL.zone), reason }];
    },
    inZone: (proxy, zone) => ofZone(proxy as ZoneProxy, zone),
    rule: putZoneProxy,
    verify: async ({ vault, deps }, { state, relay }, _join, token) => {
      const trust = await zoneTrustOf(state, vault);
      const outcome = await verifyZoneToken(
        token,
        {
          keyOf: (kid) => trust.tokenKeys.find(({ serial }) => String(serial) === kid)?.publicJwk,
          isRevoked: (jti) => trust.revokedTokens.includes(jti),
        },
        deps.clock,
      );
      if (!outcome.ok) return { refused: `token: ${outcome.reason}` };
      const reason = zoneTokenReason(outcome.claims, relay.zone, PROXY_KINDS[type].word);
      return reason === null ? { tokenId: outcome.claims.jti, violations: () => [] } : { refused: `token: ${reason}` };
    },
    revoked: async ({ vault }, { state }) => (await zoneTrustOf(state, vault)).revokedTokens,
  };
}
