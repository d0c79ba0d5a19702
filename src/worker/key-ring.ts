// The key-encryption key of the workers.
import { toHex } from "#trust/bytes.ts";
import { digestBytes } from "#trust/digest.ts";
import { importSealingKey, type KeyRing } from "#trust/seal.ts";
import { readSecret } from "./secret-bytes.ts";

/** The ring of the one key-encryption key; its id is its fingerprint. */
export async function readKeyRing(text: string | undefined): Promise<KeyRing> {
  const secret = readSecret("KEY_ENCRYPTION_KEY", text);
  const fingerprint = toHex((await digestBytes(secret.reveal())).subarray(0, 4));
  return { current: await importSealingKey(fingerprint, secret), older: [] };
}
