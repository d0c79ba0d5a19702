// A relay as the suite plays it: keys, enrolment, and proofs of calls that can be bent.
import type { webcrypto } from "node:crypto";
import { digestText } from "#trust/digest.ts";
import type { PublicJwk } from "#trust/key.ts";
import { type ProofClaims, signProof } from "#trust/proof.ts";
import { type Answer, call, type Organisation, type Subject } from "./subject.ts";

export interface RelayKeys {
  readonly signingKey: PublicJwk;
  readonly encryptionKey: PublicJwk;
  readonly private: webcrypto.CryptoKey;
}

export interface Relay {
  readonly zone: string;
  readonly relay: string;
  readonly tenant: string;
  readonly controlPlane: string;
  readonly keys: RelayKeys;
  /** Calls with a good proof; `bend` changes its claims before they are signed. */
  call(method: string, path: string, options?: ProofOptions): Promise<Answer>;
  /** The headers of a good proof over this call, to be sent more than once. */
  prove(method: string, path: string, body: string, bend?: Partial<ProofClaims>): Promise<Record<string, string>>;
}

export interface ProofOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly bend?: Partial<ProofClaims>;
}

export async function createRelayKeys(): Promise<RelayKeys> {
  const make = async (): Promise<{ readonly jwk: PublicJwk; readonly private: webcrypto.CryptoKey }> => {
    const pair = (await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, [
      "sign",
      "verify",
    ])) as webcrypto.CryptoKeyPair;
    const { kty, crv, x, y } = (await crypto.subtle.exportKey("jwk", pair.publicKey)) as Record<string, string>;
    return { jwk: { kty, crv, x, y } as PublicJwk, private: pair.privateKey };
  };
  const [signing, encryption] = [await make(), await make()];
  return { signingKey: signing.jwk, encryptionKey: encryption.jwk, private: signing.private };
}

/** The zone, a token for it, and a relay that has used it. */
export async function enrolRelay(subject: Subject, organisation: Organisation, zone: string): Promise<Relay> {
  const made = await organisation.call("PUT", `/zones/${zone}`, { type: "Zone", name: zone });
  if (made.status > 201) throw new Error(`no zone: ${made.status} ${made.text}`);
  const minted = await organisation.call("POST", `/v1/zones/${zone}/enrolment-tokens`, {});
  const keys = await createRelayKeys();
  const { signingKey, encryptionKey } = keys;
  const answer = await call(subject, "POST", "/v1/zone/enrol", {
    body: { token: minted.json.token, signingKey, encryptionKey },
  });
  if (answer.status !== 200) throw new Error(`not enrolled: ${answer.status} ${answer.text}`);
  return relayOf(subject, answer.json, keys);
}

export function relayOf(
  subject: Subject,
  enrolled: { readonly tenant: string; readonly zone: string; readonly relay: string; readonly controlPlane: string },
  keys: RelayKeys,
): Relay {
  const { tenant, zone, relay, controlPlane } = enrolled;
  const prove: Relay["prove"] = async (method, path, body, bend = {}) => {
    // Any answer of the zone protocol carries a nonce, a refusal too.
    const nonce = (await call(subject, "GET", "/v1/zone/view")).headers.get("weft-nonce") ?? "";
    const claims: ProofClaims = {
      jti: crypto.randomUUID(),
      htm: method,
      htu: path,
      bh: await digestText(body),
      aud: controlPlane,
      nonce,
      ...bend,
    };
    return { "weft-proof": await signProof(claims, { tenant, zone, relay }, keys.private) };
  };
  return {
    tenant,
    zone,
    relay,
    controlPlane,
    keys,
    prove,
    async call(method, path, { body, headers = {}, bend = {} } = {}) {
      const text = body === undefined ? "" : JSON.stringify(body);
      const proof = await prove(method, path, text, bend);
      return call(subject, method, path, { headers: { ...headers, ...proof }, ...(text === "" ? {} : { body: text }) });
    },
  };
}
