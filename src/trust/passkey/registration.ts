// A new passkey (WebAuthn Level 3 §7.1), without attestation: nobody's certificates are asked for, so nobody's are read.
import type { PublicJwk } from "#trust/key.ts";
import { checkCeremony, type Expected, type Refused, refused } from "./ceremony.ts";
import { readPublicKey } from "./public-key.ts";

/** What the browser gave; all base64url. */
export interface RegistrationAnswer {
  readonly id: string;
  readonly clientDataJson: string;
  readonly authenticatorData: string;
}

/** What is kept of a passkey to know it again. */
export interface PasskeyKey {
  /** The credential's id, base64url: names the passkey in all the world. */
  readonly credentialId: string;
  readonly publicKey: PublicJwk;
  readonly signCount: number;
  readonly isBackupEligible: boolean;
  readonly isBackedUp: boolean;
  /** Model of the authenticator (UUID); zeros where it does not tell. */
  readonly aaguid: string;
}

/**
 * The passkey, or why there is none. The key is read from the authenticator's data and not from what the page says of it.
 * That its id is nobody else's is for the store to know.
 */
export async function verifyRegistration(
  answer: RegistrationAnswer,
  expected: Expected,
): Promise<{ readonly ok: true; readonly passkey: PasskeyKey } | Refused> {
  const spoken = await checkCeremony("webauthn.create", answer, expected);
  if (!spoken.ok) return spoken;
  const { attested, signCount, isBackupEligible, isBackedUp } = spoken.data;
  if (attested === null) return refused("it comes without a key");
  const { credentialId, aaguid } = attested;
  if (credentialId !== answer.id) return refused("its id is not that of its key");
  const publicKey = await readPublicKey(attested.publicKey);
  if (publicKey === null) return refused("its key is of no algorithm that was asked for (ES256, EdDSA, RS256)");
  return { ok: true, passkey: { credentialId, publicKey, signCount, isBackupEligible, isBackedUp, aaguid } };
}
