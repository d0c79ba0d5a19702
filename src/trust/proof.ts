// Proof of a relay's call: a JWS over method, URL, body, control plane and the server's nonce. Imports no certificate code.
import { sameSecret, utf8 } from "./bytes.ts";
import { openJws, readJwsHeader, signJws } from "./jws.ts";
import type { PublicJwk } from "./key.ts";

const TYPE = "weft-proof+jwt";

export interface ProofClaims {
  /** Unique id of the call; a writing call stores it and answers a repeat with the first status. */
  readonly jti: string;
  /** Method, upper-case. */
  readonly htm: string;
  /** Path with query. */
  readonly htu: string;
  /** SHA-256 of the body, base64url; of no bytes where there is none. */
  readonly bh: string;
  /** The control plane's id. */
  readonly aud: string;
  /** As the server gave it; empty in the very first call. */
  readonly nonce: string;
}

/** Who signed, as the kid says; not proved until the signature is. */
export interface ProofSigner {
  readonly tenant: string;
  readonly zone: string;
  readonly relay: string;
}

export type ProofOutcome =
  | { readonly ok: true; readonly claims: ProofClaims }
  | {
      readonly ok: false;
      readonly reason: string;
      /** The proof is good but for its nonce: answer 401 with a new one, and the relay tries again. */
      readonly renew: boolean;
    };

/** `<tenant>.<zone>.<relay>`. */
export function proofKid({ tenant, zone, relay }: ProofSigner): string {
  return `${tenant}.${zone}.${relay}`;
}

/** A compact JWS (ES256). */
export function signProof(claims: ProofClaims, signer: ProofSigner, key: CryptoKey): Promise<string> {
  return signJws(claims, { alg: "ES256", kid: proofKid(signer), typ: TYPE }, key);
}

/** Whose key to verify with; null when this is no proof at all. */
export function readProofSigner(proof: string): ProofSigner | null {
  const header = proof.length > 4096 ? null : readJwsHeader(proof);
  if (header === null || header.typ !== TYPE || header.alg !== "ES256" || header.kid.length > 256) return null;
  const [, tenant, zone, relay] = /^([a-z0-9]+)\.([a-z0-9-]+)\.([a-z0-9-]+)$/.exec(header.kid) ?? [];
  return tenant === undefined || zone === undefined || relay === undefined ? null : { tenant, zone, relay };
}

/** The call that a proof must be for. `bh` is asked for last, so that no body is read for a proof that is refused anyway. */
export interface ProvedCall extends Pick<ProofClaims, "htm" | "htu" | "aud"> {
  readonly bh: string | (() => Promise<string>);
}

/** Verifies a proof against the call that carries it. `isFresh` judges the nonce. */
export async function verifyProof(
  proof: string,
  key: PublicJwk,
  call: ProvedCall,
  isFresh: (nonce: string) => Promise<boolean>,
): Promise<ProofOutcome> {
  if (readProofSigner(proof) === null) return refused("the call carries no proof of the relay");
  const opened = await openJws(proof, "ES256", key);
  if (!opened.ok) return refused(`the proof is refused: ${opened.reason}`);
  const claims = readClaims(opened.payload);
  if (claims === null) return refused("the proof lacks one of jti, htm, htu, bh, aud, nonce");
  if (claims.aud !== call.aud) return refused("the proof is for another control plane");
  if (claims.htm !== call.htm || claims.htu !== call.htu) return refused("the proof is for another method or path");
  if (!(await isFresh(claims.nonce))) return { ok: false, reason: "the proof's nonce is not fresh", renew: true };
  const bh = typeof call.bh === "string" ? call.bh : await call.bh();
  if (!sameSecret(utf8(claims.bh), utf8(bh))) return refused("the proof is for another body");
  return { ok: true, claims };
}

const CLAIMS = ["jti", "htm", "htu", "bh", "aud", "nonce"] as const;

function readClaims(payload: unknown): ProofClaims | null {
  if (typeof payload !== "object" || payload === null) return null;
  const from = payload as ProofClaims;
  if (!CLAIMS.every((name) => typeof from[name] === "string")) return null;
  const { jti, htm, htu, bh, aud, nonce } = from;
  return jti.length >= 16 && jti.length <= 64 ? { jti, htm, htu, bh, aud, nonce } : null;
}

function refused(reason: string): ProofOutcome {
  return { ok: false, reason, renew: false };
}
