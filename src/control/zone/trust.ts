// What an organisation's zones trust: the keys of zone tokens, and the ids of those that are revoked.

import { ZONE_REVOCATIONS, zoneTokenKeySerial } from "#control/secret/name.ts";
import { type ReadSecret, textInside } from "#control/secret/text.ts";
import type { Vault } from "#control/secret/vault.ts";
import { idsIn, readTokenKeys, type TokenKey } from "#control/token/key.ts";
import type { SpecOf } from "#model/kinds.ts";
import type { Resource, ResourceKey } from "#model/resource.ts";
import type { StoredResource } from "#store/face/resource.ts";

export interface ZoneTrust {
  /** Keys of zone tokens, the one that signs first. */
  readonly tokenKeys: readonly TokenKey[];
  readonly revokedTokens: readonly string[];
  /** What could not be read, for the log. */
  readonly problems: readonly string[];
}

/** Reads it from the GlobalSecrets. */
export async function readZoneTrust(
  items: Iterable<Pick<StoredResource, "resource">>,
  vault: Vault,
): Promise<ZoneTrust> {
  const secrets = new Map(
    [...items].flatMap(({ resource }) =>
      resource.type === "GlobalSecret" ? [[resource.name, resource as Resource<SpecOf<"GlobalSecret">>] as const] : [],
    ),
  );
  const readSecret: ReadSecret = async (name) => {
    const found = secrets.get(name);
    return found?.spec.data === undefined ? null : textInside(await vault.openSecret(found, found.spec.data));
  };
  const problems: string[] = [];
  return {
    tokenKeys: await readTokenKeys([...secrets.values()], zoneTokenKeySerial, readSecret, problems),
    revokedTokens: idsIn(await readSecret(ZONE_REVOCATIONS)),
    problems,
  };
}

/** Whether a zone's trust is read from the resource with this key. */
export function isZoneTrusted(key: ResourceKey): boolean {
  return key.name === ZONE_REVOCATIONS ? key.type === "GlobalSecret" : zoneTokenKeySerial(key) !== null;
}
