// What envelopes say of one mesh, and of the zones' tokens.
import type { Envelope } from "#api/zone.ts";
import { type MeshTrust, publicTokenKeys } from "#control/authority/mesh-trust.ts";
import type { ZoneTrust } from "#control/zone/trust.ts";

export type SaidMesh = Envelope["meshes"][number];

/** Without what its rules want to be told. */
export function meshSaid(name: string, trust: MeshTrust, bundle: readonly string[]): SaidMesh {
  return {
    name,
    tokenKeys: publicTokenKeys(trust),
    revokedTokens: trust.revokedTokens,
    bundle,
    mtls: trust.mtls,
  };
}

/** Nothing before the organisation's first key. */
export function zonesSaid(trust: ZoneTrust): Pick<Envelope, "zoneTokens"> {
  const tokens = { keys: publicTokenKeys(trust), revoked: trust.revokedTokens };
  return trust.tokenKeys.length === 0 ? {} : { zoneTokens: tokens };
}
