// A sign-in with a passkey (WebAuthn Level 3 §7.2).
import { fromBase64Url } from "#trust/bytes.ts";
import { checkCeremony, type Expected, type Refused, refused } from "./ceremony.ts";
import { verifySignature } from "./public-key.ts";
import type { PasskeyKey } from "./registration.ts";

/** What the browser gave; all base64url. */
export interface AssertionAnswer {
  readonly id: string;
  readonly clientDataJson: string;
  readonly authenticatorData: string;
  readonly signature: string;
  /** Whose passkey the authenticator says it is. */
  readonly userHandle: string | null;
}

/** A passkey as it is kept. */
export type KeptPasskey = Pick<PasskeyKey, "credentialId" | "publicKey" | "signCount" | "isBackupEligible"> & {
  /** Base64url of what its owner was called when it was made. */
  readonly userHandle: string;
};

/** RS256 with 8192 bits, in base64url, and some. */
const LONGEST_SIGNATURE = 1400;

/** What is new of the passkey, or why it does not count. */
export async function verifyAssertion(
  answer: AssertionAnswer,
  expected: Expected,
  kept: KeptPasskey,
): Promise<{ readonly ok: true; readonly signCount: number; readonly isBackedUp: boolean } | Refused> {
  if (answer.id !== kept.credentialId) return refused("it is another one");
  // Nobody was named before, so the authenticator must say who (§7.2 step 6).
  if (answer.userHandle !== kept.userHandle) return refused("it belongs to somebody else");
  const spoken = await checkCeremony("webauthn.get", answer, expected);
  if (!spoken.ok) return spoken;
  const { data, signed } = spoken;
  if (data.attested !== null) return refused("it comes with a new key");
  if (data.isBackupEligible !== kept.isBackupEligible) return refused("it is no longer what it was when it was made");
  const signature = answer.signature.length > LONGEST_SIGNATURE ? null : fromBase64Url(answer.signature);
  if (signature === null || !(await verifySignature(kept.publicKey, signed, signature))) {
    return refused("its signature does not verify");
  }
  // A count that does not rise is a sign of a copied authenticator (§6.1.1); two zeros say that it does not count.
  if ((data.signCount !== 0 || kept.signCount !== 0) && data.signCount <= kept.signCount) {
    return refused("its count of signatures has not risen, as if it had been copied; remove it and add it anew");
  }
  return { ok: true, signCount: data.signCount, isBackedUp: data.isBackedUp };
}
