// Seals of the audit log: what the organisation's key says of the chain, as a compact JWS (ES256).
import type { AuditSeal } from "#model/audit/entry.ts";
import type { EnvelopeKey } from "./envelope.ts";
import { signJws } from "./jws.ts";

/** Another type than an envelope's: neither can be shown for the other. */
export const AUDIT_SEAL_TYPE = "weft-audit+jws";

/** A compact JWS over the seal's JSON. */
export function signAuditSeal(seal: AuditSeal, signer: EnvelopeKey): Promise<string> {
  return signJws(seal, { alg: "ES256", kid: signer.kid, typ: AUDIT_SEAL_TYPE }, signer.key);
}
