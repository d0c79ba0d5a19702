// Joins of dataplanes: into a mesh, with a token of it.
import { inZone, putDataplane } from "#control/rule/dataplane-rules.ts";
import { trustOf } from "#control/view/view.ts";
import { foreignZones } from "#model/kind/dataplane-zone.ts";
import { KINDS, type SpecOf } from "#model/kinds.ts";
import type { Resource } from "#model/resource.ts";
import type { Named } from "#model/spiffe.ts";
import { LABEL } from "#model/tag.ts";
import { tokenViolations, verifyDataplaneToken } from "#trust/dataplane-token.ts";
import type { JoinKind } from "./join-kind.ts";

type Dataplane = Resource<SpecOf<"Dataplane">>;

export const dataplaneJoin: JoinKind = {
  kind: KINDS.Dataplane as unknown as JoinKind["kind"],
  noun: "dataplane",
  token: "a dataplane token",
  meshReason: ({ state }, mesh) => (state.meshes.has(mesh) ? null : `mesh: mesh of name ${mesh} is not found`),
  zoneSaid: ({ labels }) => labels[LABEL.zone],
  foreignZones: (proxy, zone) => foreignZones(proxy as Dataplane, zone),
  inZone: (proxy, zone) => inZone(proxy as Dataplane, zone),
  rule: putDataplane,
  verify: async ({ vault, deps }, { state }, { mesh: own }, token) => {
    const found = state.meshes.get(own);
    if (found === undefined) return { refused: `mesh: mesh of name ${own} is not found` };
    const trust = await trustOf(found, vault);
    const outcome = await verifyDataplaneToken(
      token,
      {
        keyOf: (mesh, kid) =>
          mesh === own ? trust.tokenKeys.find(({ serial }) => String(serial) === kid)?.publicJwk : undefined,
        isRevoked: (mesh, jti) => mesh === own && trust.revokedTokens.includes(jti),
      },
      deps.clock,
    );
    if (!outcome.ok) return { refused: `token: ${outcome.reason}` };
    return {
      tokenId: outcome.claims.jti,
      violations: ({ mesh, name, labels, spec }) =>
        tokenViolations(outcome.claims, {
          mesh,
          name,
          labels,
          dataplane: namedOf({ spec: spec as Dataplane["spec"] }),
        }),
    };
  },
  revoked: async ({ vault }, { state }, mesh) => {
    const found = state.meshes.get(mesh);
    return found === undefined ? [] : (await trustOf(found, vault)).revokedTokens;
  },
  leaves: ({ mesh, csr }, proxy) => (csr === undefined ? [] : [{ mesh, csr, named: namedOf(proxy as Dataplane) }]),
};

/** What of a dataplane names it, for certificates and tokens. */
export function namedOf({ spec }: Pick<Dataplane, "spec">): Named {
  return { networking: spec.networking ?? {} };
}
