// Keys that sign tokens of proxies: RSA in PEM, kept in Secrets whose names end with the key's serial.

import type { ReadSecret } from "#control/secret/text.ts";
import type { Resource } from "#model/resource.ts";
import { Sealed } from "#model/sealed.ts";
import { toPem } from "#trust/bytes.ts";
import { createTokenKey } from "#trust/dataplane-token.ts";
import { KEY_USES, type PublicJwk } from "#trust/key.ts";
import { readPrivateKey } from "#trust/provided.ts";

export interface TokenKey {
  readonly serial: number;
  readonly publicJwk: PublicJwk;
  readonly privateKey: Sealed<Uint8Array>;
}

/** PEM of a new key. */
export async function createTokenKeyPem(): Promise<Sealed> {
  const { privateKey } = await createTokenKey("1");
  return new Sealed(toPem("PRIVATE KEY", privateKey.reveal()));
}

/** The key in a PEM text, PKCS #8 or PKCS #1, of at least 2048 bits; null when there is none. */
export async function readTokenKey(pem: Sealed, serial: number): Promise<TokenKey | null> {
  const privateKey = readPrivateKey(pem);
  if (privateKey === null) return null;
  try {
    const bytes = new Uint8Array(privateKey.reveal());
    const key = await crypto.subtle.importKey("pkcs8", bytes, KEY_USES.token.algorithm, true, ["sign"]);
    const { modulusLength } = key.algorithm as unknown as { readonly modulusLength: number };
    if (modulusLength < 2048) return null;
    const { kty, n, e } = (await crypto.subtle.exportKey("jwk", key)) as Readonly<Record<string, string>>;
    return {
      serial,
      privateKey,
      publicJwk: { kty: kty as string, n: n as string, e: e as string, alg: "RS256", kid: String(serial) },
    };
  } catch {
    // WebCrypto's way of saying that this is another kind of key.
    return null;
  }
}

/** The keys among these secrets, the one that signs first. A secret without a key is told in `problems`. */
export async function readTokenKeys(
  secrets: readonly Resource[],
  serialOf: (secret: Resource) => number | null,
  readSecret: ReadSecret,
  problems: string[],
): Promise<readonly TokenKey[]> {
  const found: TokenKey[] = [];
  for (const secret of secrets) {
    const serial = serialOf(secret);
    if (serial === null) continue;
    const text = await readSecret(secret.name);
    const key = text === null ? null : await readTokenKey(text, serial);
    if (key === null) problems.push(`the ${secret.type} ${secret.name} holds no RSA private key`);
    else found.push(key);
  }
  return found.sort((a, b) => b.serial - a.serial);
}

/** Ids of revoked tokens, as a secret lists them: with commas or white space between. */
export function idsIn(text: Sealed | null): readonly string[] {
  return (text?.reveal() ?? "").split(/[\s,]+/).filter((id) => id !== "");
}
