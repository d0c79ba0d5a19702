// What registering and signing in with a passkey have in common (WebAuthn Level 3 §7.1 and §7.2): the page's words and the authenticator's.
import { type Bytes, fromBase64Url, sameBytes, textOf, utf8 } from "#trust/bytes.ts";
import { type AuthenticatorData, readAuthenticatorData } from "./authenticator-data.ts";

/** What the control plane asked for, and where. */
export interface Expected {
  /** Base64url, as it was given. */
  readonly challenge: string;
  /** Of the console's pages, as `https://weft.example`. */
  readonly origin: string;
  /** The host's name. */
  readonly rpId: string;
}

export interface Refused {
  readonly ok: false;
  /** For people, after "The passkey was refused: ". */
  readonly reason: string;
}

export const refused = (reason: string): Refused => ({ ok: false, reason });

interface Spoken {
  readonly ok: true;
  readonly data: AuthenticatorData;
  /** What a sign-in's signature is over: the authenticator's data and the hash of the page's. */
  readonly signed: Bytes;
}

/** More than any browser writes. */
const LONGEST = 8192;

/** The challenge in the page's words; null where there is none. It proves nothing until it is opened. */
export function challengeOf(clientDataJson: string): string | null {
  const { challenge } = readClientData(clientDataJson)?.said ?? {};
  return typeof challenge === "string" ? challenge : null;
}

/** Both texts in base64url. `type` is the ceremony: a sign-in's answer is no registration. */
export async function checkCeremony(
  type: "webauthn.create" | "webauthn.get",
  { clientDataJson, authenticatorData }: { readonly clientDataJson: string; readonly authenticatorData: string },
  { challenge, origin, rpId }: Expected,
): Promise<Spoken | Refused> {
  const client = readClientData(clientDataJson);
  if (client === null) return refused("its client data cannot be read");
  const { said, bytes } = client;
  if (said.type !== type) return refused("it answers another question than was asked");
  if (said.challenge !== challenge) return refused("it answers another challenge");
  if (said.origin !== origin) return refused(`it was made for another address than ${origin}`);
  // Only pages in a frame of another host have these, and the console stands in no frame.
  if (said.crossOrigin === true || said.topOrigin !== undefined) return refused("it was asked for by another site");
  const spoken = authenticatorData.length > LONGEST ? null : fromBase64Url(authenticatorData);
  const data = spoken === null ? null : readAuthenticatorData(spoken);
  if (spoken === null || data === null) return refused("its authenticator data cannot be read");
  if (!sameBytes(data.rpIdHash, await sha256(utf8(rpId)))) return refused(`it is for another host than ${rpId}`);
  if (!data.isPresent) return refused("nobody was there to confirm it");
  // Every passkey counts as two factors, so the device must have known who holds it.
  if (!data.isVerified) return refused("the device did not verify who you are; give it a PIN, a finger or a face");
  if (data.isBackedUp && !data.isBackupEligible) return refused("it says that it is copied though it cannot be");
  const hash = await sha256(bytes);
  const signed = new Uint8Array(spoken.length + hash.length);
  signed.set(spoken);
  signed.set(hash, spoken.length);
  return { ok: true, data, signed };
}

function readClientData(
  text: string,
): { readonly said: Readonly<Record<string, unknown>>; readonly bytes: Bytes } | null {
  const bytes = text.length > LONGEST ? null : fromBase64Url(text);
  if (bytes === null) return null;
  try {
    const said: unknown = JSON.parse(textOf(bytes) ?? "");
    return typeof said === "object" && said !== null
      ? { said: said as Readonly<Record<string, unknown>>, bytes }
      : null;
  } catch {
    return null;
  }
}

async function sha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}
