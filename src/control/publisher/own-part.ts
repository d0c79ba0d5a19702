// What the envelope of one zone says of its own: where it stands, what its relays are to have, and who its relays are.
import type { Envelope } from "#api/zone.ts";
import { COMPILER_VERSION } from "#compile/compile.ts";
import { relayKey, type TenantState } from "#control/state.ts";
import type { Tenant } from "#control/tenant.ts";
import type { Hash } from "#model/json.ts";
import type { ZoneHead } from "#store/face/relay.ts";

/** An envelope without what all zones are told alike. */
export type OwnPart = Omit<Envelope, "meshes" | "zoneTokens">;

interface ToldZone {
  readonly zone: string;
  readonly relays: readonly ZoneHead[];
  /** Digests of who lives at each relay, by `<zone>/<relay>`. */
  readonly lives: ReadonlyMap<string, string>;
}

/** The zone's own part of an envelope, as of these heads. */
export function ownPartOf(
  { id, deps }: Pick<Tenant, "id" | "deps">,
  { epoch, revision, sequence }: TenantState["heads"],
  { zone, relays, lives }: ToldZone,
  version: Hash,
): OwnPart {
  return {
    format: 1,
    controlPlane: deps.controlPlane,
    tenant: id,
    zone,
    epoch,
    sequence,
    revision,
    version,
    previous: relays.find((relay) => relay.version !== "")?.version ?? "",
    compiler: COMPILER_VERSION,
    relays: relays.map(({ relay, signingKey, lastEvent, address, ca }) => ({
      id: relay,
      signingKey: JSON.parse(signingKey),
      lastEvent,
      lives: lives.get(relayKey({ zone, relay })) ?? "",
      ...(address !== "" && { address, ca }),
    })),
  };
}
