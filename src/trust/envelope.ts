// Envelopes: what a control plane says of a snapshot, signed (ES256), with several keys living side by side.
import { type Opened, openJws, readJwsHeader, signJws } from "./jws.ts";
import type { PublicJwk } from "./key.ts";

const TYPE = "weft-envelope+jws";

export interface EnvelopeKey {
  readonly kid: string;
  readonly key: CryptoKey;
}

/** A compact JWS over the payload's JSON. */
export function signEnvelope(payload: unknown, signer: EnvelopeKey): Promise<string> {
  return signJws(payload, { alg: "ES256", kid: signer.kid, typ: TYPE }, signer.key);
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
