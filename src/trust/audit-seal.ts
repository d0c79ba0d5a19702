// Seals of the audit log: what the organisation's key says of the chain, as a compact JWS (ES256).
import { AUDIT_SEAL_TYPE, type AuditSeal } from "#model/audit/entry.ts";
import type { EnvelopeKey } from "./envelope.ts";
import { signJws } from "./jws.ts";

/** A compact JWS over the seal's JSON. */
export function signAuditSeal(seal: AuditSeal, signer: EnvelopeKey): Promise<string> {
  return signJws(seal, { alg: "ES256", kid: signer.kid, typ: AUDIT_SEAL_TYPE }, signer.key);
}
