// A zone whose relay the test holds, issuer's key and all: what a thief of that zone's machines could do.
import type { webcrypto } from "node:crypto";
import { randomBytes } from "node:crypto";
import { Sealed } from "#model/sealed.ts";
import { createRelayKeys, relayOf } from "#test/app/relay.ts";
import { call, type Subject } from "#test/app/subject.ts";
import { toBase64, toPem } from "#trust/bytes.ts";
import { makeCsr } from "#trust/csr.ts";
import { type Issuer, loadIssuer } from "#trust/issuer.ts";
import { createSerial, signLeaf } from "#trust/leaf.ts";
import type { TestMesh } from "./mesh.ts";
import type { Identity } from "./stats.ts";

type Api = Pick<TestMesh, "api" | "controlPlane">;

export interface HeldZone {
  readonly relay: string;
  /** Asks the control plane for a certificate of the issuer's one key; throws with its words when it is refused. */
  issuer(): Promise<Issuer>;
}

/** Makes the zone and enrols its relay. The mesh is `default`. */
export async function holdZone(mesh: Api, zone: string): Promise<HeldZone> {
  const { url } = mesh.controlPlane();
  const subject: Subject = { url, operatorSecret: "", fetch: (path, init) => fetch(`${url}${path}`, init) };
  await mesh.api("PUT", `zones/${zone}`, { type: "Zone", name: zone });
  const minted = (await mesh.api("POST", `v1/zones/${zone}/enrolment-tokens`, {})) as { token: string };
  const keys = await createRelayKeys();
  const { signingKey, encryptionKey } = keys;
  const enrolled = await call(subject, "POST", "/v1/zone/enrol", {
    body: { token: minted.token, signingKey, encryptionKey },
  });
  if (enrolled.status !== 200) throw new Error(`not enrolled: ${enrolled.text}`);
  const relay = relayOf(subject, enrolled.json, keys);
  const pair = await createPair();
  const csr = toBase64(await makeCsr(pair, []));
  return {
    relay: relay.relay,
    async issuer() {
      const answer = await relay.call("POST", "/v1/zone/issuer", { body: { mesh: "default", csr } });
      if (answer.status !== 200) throw new Error(answer.text);
      return loadIssuer(answer.json.chain, new Sealed(await pkcs8Of(pair)));
    },
  };
}

/** A leaf with these names, whether the issuer may give them or not. */
export async function forge(issuer: Issuer, uris: readonly string[]): Promise<Identity> {
  const pair = await createPair();
  const { der } = await signLeaf({
    issuer: { ...issuer, permittedHosts: null },
    publicKey: new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey)),
    uris,
    notBefore: Date.now() - 10_000,
    notAfter: Date.now() + 3600_000,
    serial: createSerial(randomBytes(16)),
  });
  const chain = [toPem("CERTIFICATE", der), ...issuer.chain];
  return { cert: chain.join("\n"), key: toPem("PRIVATE KEY", await pkcs8Of(pair)) };
}

function createPair(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, [
    "sign",
    "verify",
  ]) as Promise<webcrypto.CryptoKeyPair>;
}

async function pkcs8Of({ privateKey }: webcrypto.CryptoKeyPair): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.exportKey("pkcs8", privateKey));
}
