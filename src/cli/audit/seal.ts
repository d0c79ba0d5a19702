// Signatures of an audit log, checked with a JWK set: compact JWS by ES256 (RFC 7515, RFC 7518 §3.4).
import { createPublicKey, type JsonWebKey, verify } from "node:crypto";
import { AUDIT_SEAL_TYPE } from "#model/audit/entry.ts";
import type { OpenSeal } from "#model/audit/verify.ts";
import { isJsonObject } from "#model/json.ts";

export type Jwk = Readonly<Record<string, string>>;

/** The keys of a JWK set's JSON, or null where it is none. */
export function keysOf(text: string): readonly Jwk[] | null {
  try {
    const set = JSON.parse(text) as { readonly keys?: unknown };
    if (!isJsonObject(set) || !Array.isArray(set.keys)) return null;
    return set.keys.every((key) => isJsonObject(key) && typeof key.kid === "string") ? (set.keys as Jwk[]) : null;
  } catch {
    return null;
  }
}

/** Opens what one of these keys signed as an audit log's seal, and nothing else. */
export function sealOpener(keys: readonly Jwk[]): OpenSeal {
  const known = new Map(keys.map((jwk) => [jwk.kid, createPublicKey({ key: jwk as JsonWebKey, format: "jwk" })]));
  return (jws) => {
    const [header = "", payload = "", signature = "", ...more] = jws.split(".");
    // Base64url has several spellings of the same bytes, and a signed text must have one only.
    const isCanonical = [header, payload, signature].every(
      (part) => Buffer.from(part, "base64url").toString("base64url") === part,
    );
    const { alg, kid, typ } = jsonOf(header);
    if (more.length > 0 || !isCanonical || alg !== "ES256" || typ !== AUDIT_SEAL_TYPE)
      return { reason: "it is no signature of an audit log" };
    const key = known.get(String(kid));
    if (key === undefined) return { reason: `the key ${String(kid)} that signed it is not among those given` };
    const bytes = Buffer.from(signature, "base64url");
    const text = Buffer.from(`${header}.${payload}`);
    if (bytes.length !== 64 || !verify("sha256", text, { key, dsaEncoding: "ieee-p1363" }, bytes))
      return { reason: "its signature does not verify" };
    return { payload: jsonOf(payload) };
  };
}

function jsonOf(part: string): { readonly [key: string]: unknown } {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}
