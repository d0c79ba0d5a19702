// Credentials that people and relays carry: `weft_<kind>_<tenant>_<id>_<secret>`.
import type { Chance } from "#model/clock.ts";
import type { Hash } from "#model/json.ts";
import { Sealed } from "#model/sealed.ts";
import { sameSecret, toBase32, utf8 } from "./bytes.ts";
import { digestText } from "./digest.ts";

/** Every kind of credential, once. */
export const CREDENTIAL_KINDS = ["api", "enrolment"] as const;
export type CredentialKind = (typeof CREDENTIAL_KINDS)[number];

export interface Credential {
  readonly kind: CredentialKind;
  /** Id of the organisation; finds the row together with `id`. */
  readonly tenant: string;
  readonly id: string;
  readonly secret: Sealed;
}

export interface NewCredential {
  readonly id: string;
  /** The whole text; shown once and never stored. */
  readonly text: Sealed;
  /** What is stored: SHA-256 of the secret, base64url. */
  readonly secretHash: string;
}

const FORM = new RegExp(`^weft_(${CREDENTIAL_KINDS.join("|")})_([a-z0-9]{1,32})_([a-z2-7]{16})_([a-z2-7]{52})$`);

/** A random id of 12 characters of base32, as organisations have. */
export function createTenantId(chance: Chance): string {
  return toBase32(chance(8)).slice(0, 12);
}

/** Makes a credential with a secret of 256 bits. */
export async function mintCredential(kind: CredentialKind, tenant: string, chance: Chance): Promise<NewCredential> {
  const id = toBase32(chance(10));
  const secret = toBase32(chance(32));
  return { id, text: new Sealed(`weft_${kind}_${tenant}_${id}_${secret}`), secretHash: await digestText(secret) };
}

/** Null for whatever has not exactly the form; never throws. */
export function parseCredential(text: string): Credential | null {
  const [, kind, tenant, id, secret] = text.length > 200 ? [] : (FORM.exec(text) ?? []);
  if (kind === undefined || tenant === undefined || id === undefined || secret === undefined) return null;
  return { kind: kind as CredentialKind, tenant, id, secret: new Sealed(secret) };
}

/** Whether the secret is the one whose hash is stored; compares in constant time. `digest`: a cheaper SHA-256, where the edge has one. */
export async function checkCredential(
  credential: Credential,
  secretHash: string,
  digest: (text: string) => Hash | Promise<Hash> = digestText,
): Promise<boolean> {
  return sameSecret(utf8(await digest(credential.secret.reveal())), utf8(secretHash));
}
