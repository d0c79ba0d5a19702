// Authenticator data (WebAuthn Level 3 §6.1): what an authenticator says of itself, of the host and of who was there.
import { type Bytes, toBase64Url } from "#trust/bytes.ts";
import { type Cbor, readCbor } from "./cbor.ts";

const FLAG = { present: 0x01, verified: 0x04, eligible: 0x08, backedUp: 0x10, attested: 0x40, extended: 0x80 } as const;
const RESERVED = 0x02 | 0x20;

export interface AuthenticatorData {
  /** SHA-256 of the relying party's id. */
  readonly rpIdHash: Bytes;
  /** Somebody was there and touched it. */
  readonly isPresent: boolean;
  /** It knew who: by finger, face or PIN. */
  readonly isVerified: boolean;
  /** The key may be copied to the person's other devices; and it is. */
  readonly isBackupEligible: boolean;
  readonly isBackedUp: boolean;
  /** How often it signed; 0 where it does not count. */
  readonly signCount: number;
  /** The new key; null in a sign-in. */
  readonly attested: {
    readonly aaguid: string;
    /** Base64url. */
    readonly credentialId: string;
    /** A COSE key. */
    readonly publicKey: Cbor;
  } | null;
}

const HEAD = 37;
/** AAGUID and the length of the credential's id. */
const ATTESTED_HEAD = 18;
/** WebAuthn §4: an id has at most so many bytes. */
const LONGEST_ID = 1023;

/** Null for whatever is not exactly authenticator data. */
export function readAuthenticatorData(bytes: Bytes): AuthenticatorData | null {
  if (bytes.length < HEAD) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = view.getUint8(32);
  if ((flags & RESERVED) !== 0) return null;
  const has = (flag: number): boolean => (flags & flag) !== 0;
  let at = HEAD;
  let attested: AuthenticatorData["attested"] = null;
  if (has(FLAG.attested)) {
    const idAt = at + ATTESTED_HEAD;
    if (bytes.length < idAt) return null;
    const idLength = view.getUint16(idAt - 2);
    if (idLength === 0 || idLength > LONGEST_ID || bytes.length < idAt + idLength) return null;
    const key = readCbor(bytes, idAt + idLength);
    if (key === null) return null;
    attested = {
      aaguid: uuid(bytes.subarray(at, at + 16)),
      credentialId: toBase64Url(bytes.subarray(idAt, idAt + idLength)),
      publicKey: key.value,
    };
    at = key.end;
  }
  if (has(FLAG.extended)) {
    const extensions = readCbor(bytes, at);
    if (!(extensions?.value instanceof Map)) return null;
    at = extensions.end;
  }
  if (at !== bytes.length) return null;
  return {
    rpIdHash: bytes.slice(0, 32),
    isPresent: has(FLAG.present),
    isVerified: has(FLAG.verified),
    isBackupEligible: has(FLAG.eligible),
    isBackedUp: has(FLAG.backedUp),
    signCount: view.getUint32(33),
    attested,
  };
}

function uuid(bytes: Uint8Array): string {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
