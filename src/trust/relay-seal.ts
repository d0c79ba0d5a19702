// Sealing to a relay: a JWE (RFC 7516) by ECDH-ES to its key and AES-256-GCM, bound to tenant, relay and name.
import { CompactEncrypt, compactDecrypt, importJWK } from "jose";
import { Fault } from "#model/fault.ts";
import { Sealed } from "#model/sealed.ts";
import { textOf, utf8 } from "./bytes.ts";
import type { PublicJwk } from "./key.ts";

/** Whom a sealed text is for and what it is; opening it as anything else fails. */
export interface RelaySealContext {
  readonly tenant: string;
  readonly zone: string;
  readonly relay: string;
  readonly name: string;
}

const ALG = "ECDH-ES";
const ENC = "A256GCM";

/** Compact JWE that only the holder of the private half opens. */
export async function sealToRelay(key: PublicJwk, context: RelaySealContext, plain: Sealed): Promise<string> {
  const { alg: _alg, kid: _kid, ...jwk } = key;
  return new CompactEncrypt(utf8(plain.reveal()))
    .setProtectedHeader({ alg: ALG, enc: ENC, for: textOfContext(context) })
    .encrypt(await importJWK(jwk, ALG));
}

/** Fault `internal` when it is damaged, for another relay, or of another name. */
export async function openAtRelay(key: CryptoKey, context: RelaySealContext, jwe: string): Promise<Sealed> {
  try {
    const options = { keyManagementAlgorithms: [ALG], contentEncryptionAlgorithms: [ENC] };
    const { plaintext, protectedHeader } = await compactDecrypt(jwe, key, options);
    const text = textOf(plaintext);
    if (text !== null && protectedHeader.for === textOfContext(context)) return new Sealed(text);
  } catch (cause) {
    throw new Fault("internal", `The secret ${context.name} does not open with this relay's key`, { cause });
  }
  throw new Fault("internal", `The secret ${context.name} is sealed for something else`);
}

// A JSON list, so that no two contexts join to the same text.
function textOfContext({ tenant, zone, relay, name }: RelaySealContext): string {
  return JSON.stringify([tenant, zone, relay, name]);
}
