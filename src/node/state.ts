// The state folder of a control plane on Node: its id, its secrets, its database files.
import type { webcrypto } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Sealed } from "#model/sealed.ts";
import { fromBase64Url, toBase32, toBase64Url } from "#trust/bytes.ts";
import { openKeyRing } from "#trust/key-ring.ts";
import { importNonceKey } from "#trust/nonce.ts";
import type { KeyRing } from "#trust/seal.ts";
import { type AccountKeyRing, openAccountKeyRing } from "#trust/session-token.ts";
import { readKeys, readOrMake } from "./secret-file.ts";

export const FILES = {
  controlPlane: "control-plane.id",
  keyEncryptionKey: "key-encryption.key",
  olderKeys: "key-encryption.older",
  nonceKey: "nonce.key",
  accountKey: "account.key",
  olderAccountKeys: "account.older",
  operatorSecret: "operator.secret",
  directory: "directory.db",
  tenants: "tenants.db",
} as const;

export interface State {
  /** Random, made at the first start; named in envelopes and proofs. */
  readonly controlPlane: string;
  readonly keyEncryptionKey: KeyRing;
  readonly nonceKey: webcrypto.CryptoKey;
  readonly accountKeys: AccountKeyRing;
  readonly operatorSecret: Sealed;
  readonly operatorSecretFile: string;
  readonly directoryFile: string;
  readonly tenantsFile: string;
}

/** Files with keys that still open, a line each. */
export interface OlderKeyFiles {
  readonly olderKeysFile?: string;
  readonly olderAccountKeysFile?: string;
}

/**
 * Opens the folder, making what is missing (mode 0700, files 0600). Older keys are in the files that are named, or in
 * the folder's own where there are any.
 */
export async function openState(
  folder: string,
  { olderKeysFile, olderAccountKeysFile }: OlderKeyFiles = {},
): Promise<State> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const at = (name: string): string => join(folder, name);
  const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
  const key = async (name: string): Promise<Sealed<Uint8Array>> => {
    const text = await readOrMake(at(name), () => toBase64Url(random(32)));
    const bytes = fromBase64Url(text.reveal());
    if (bytes?.length !== 32) throw new Error(`${at(name)} must hold 32 bytes in base64url`);
    return new Sealed<Uint8Array>(bytes);
  };
  const older = await readKeys(olderKeysFile ?? at(FILES.olderKeys), olderKeysFile !== undefined);
  const olderAccountKeys = await readKeys(
    olderAccountKeysFile ?? at(FILES.olderAccountKeys),
    olderAccountKeysFile !== undefined,
  );
  return {
    controlPlane: (await readOrMake(at(FILES.controlPlane), () => toBase32(random(10)))).reveal(),
    keyEncryptionKey: await openKeyRing(await key(FILES.keyEncryptionKey), older),
    nonceKey: await importNonceKey(await key(FILES.nonceKey)),
    accountKeys: await openAccountKeyRing(await key(FILES.accountKey), olderAccountKeys),
    operatorSecret: await readOrMake(at(FILES.operatorSecret), () => `weft_operator_${toBase32(random(32))}`),
    operatorSecretFile: at(FILES.operatorSecret),
    directoryFile: at(FILES.directory),
    tenantsFile: at(FILES.tenants),
  };
}
