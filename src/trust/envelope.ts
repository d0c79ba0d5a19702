// Envelopes: what a control plane says of a snapshot, signed (ES256), with several keys living side by side.
import { type Bytes, textToBase64Url, utf8 } from "./bytes.ts";
import { type Opened, openJws, readJwsHeader, type SigningHeader, signEncoded, signJws } from "./jws.ts";
import type { PublicJwk } from "./key.ts";

const TYPE = "weft-envelope+jws";

export interface EnvelopeKey {
  readonly kid: string;
  readonly key: CryptoKey;
}

/** A compact JWS over the payload's JSON. */
export function signEnvelope(payload: object, signer: EnvelopeKey): Promise<string> {
  return signJws(payload, headerOf(signer), signer.key);
}

/**
 * A compact JWS over the payload's JSON, which ends in the members that were encoded before; without their text, which belongs
 * before its last dot.
 */
export function signApart(payload: object, signer: EnvelopeKey, alike: EncodedMembers): Promise<string> {
  const own = JSON.stringify(payload).slice(0, -1);
  // White space between members: base64 of whole threes of bytes can be continued.
  const room = " ".repeat((3 - (utf8(own).length % 3)) % 3);
  return signEncoded(textToBase64Url(own + room), headerOf(signer), signer.key, alike.bytes);
}

function headerOf({ kid }: EnvelopeKey): SigningHeader {
  return { alg: "ES256", kid, typ: TYPE };
}

/** Members that envelopes share. */
export interface EncodedMembers {
  /** The end of a JSON object that has members before, in base64url. */
  readonly text: string;
  /** Of the text. */
  readonly bytes: Bytes;
}

/** Encodes the members of an object that has some, for envelopes that have others before them. */
export function encodeMembers(members: object): EncodedMembers {
  const text = textToBase64Url(`,${JSON.stringify(members).slice(1)}`);
  return { text, bytes: utf8(text) };
}

/** The payload, when one of the keys signed it; else a reason that quotes nothing. */
export async function verifyEnvelope(jws: string, keys: readonly PublicJwk[]): Promise<Opened> {
  const header = readJwsHeader(jws);
  if (header === null || header.typ !== TYPE || header.alg !== "ES256")
    return { ok: false, reason: "it is no envelope of a control plane" };
  const key = keys.find((one) => one.kid === header.kid);
  if (key === undefined) return { ok: false, reason: "its signing key is not one of the control plane's known keys" };
  return openJws(jws, "ES256", key);
}
