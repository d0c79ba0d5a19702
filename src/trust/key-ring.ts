// The key-encryption keys of a control plane: each has its own fingerprint as id, so that no two share one.
import type { Sealed } from "#model/sealed.ts";
import { toHex } from "./bytes.ts";
import { digestBytes } from "./digest.ts";
import { importSealingKey, type KeyRing, type SealingKey } from "./seal.ts";

/** The key that seals, and those that open beside it; one that is given twice counts once. A TypeError where one has not 32 bytes. */
export async function openKeyRing(current: Sealed<Uint8Array>, older: readonly Sealed<Uint8Array>[]): Promise<KeyRing> {
  const [first, ...rest] = (await Promise.all([current, ...older].map(fingerprinted))) as [SealingKey, ...SealingKey[]];
  const known = new Set([first.id]);
  return { current: first, older: rest.filter(({ id }) => !known.has(id) && known.add(id)) };
}

async function fingerprinted(secret: Sealed<Uint8Array>): Promise<SealingKey> {
  return importSealingKey(toHex((await digestBytes(secret.reveal())).subarray(0, 4)), secret);
}
