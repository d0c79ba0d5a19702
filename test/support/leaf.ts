// A workload certificate whose key the test holds: asked for over the zone protocol, as a second relay of the zone would.
import type { webcrypto } from "node:crypto";
import { createRelayKeys, relayOf } from "#test/app/relay.ts";
import { call, type Subject } from "#test/app/subject.ts";
import { toBase64, toPem } from "#trust/bytes.ts";
import { makeCsr } from "#trust/csr.ts";
import type { TestMesh } from "./mesh.ts";
import type { Identity } from "./stats.ts";

/** Registers a dataplane of this service, without an Envoy, and returns its leaf with the chain, and its key. */
export async function leafOf(
  mesh: Pick<TestMesh, "api" | "dataplaneToken"> & { controlPlane(): { readonly url: string } },
  meshName: string,
  name: string,
  service: string,
): Promise<Identity> {
  const { url } = mesh.controlPlane();
  const subject: Subject = { url, operatorSecret: "", fetch: (path, init) => fetch(`${url}${path}`, init) };
  const minted = (await mesh.api("POST", "v1/zones/east/enrolment-tokens", {})) as { token: string };
  const keys = await createRelayKeys();
  const { signingKey, encryptionKey } = keys;
  const enrolled = await call(subject, "POST", "/v1/zone/enrol", {
    body: { token: minted.token, signingKey, encryptionKey },
  });
  if (enrolled.status !== 200) throw new Error(`not enrolled: ${enrolled.text}`);
  const pair = (await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, [
    "sign",
    "verify",
  ])) as webcrypto.CryptoKeyPair;
  const tags = { "kuma.io/service": service };
  const join = {
    event: 1,
    mesh: meshName,
    name,
    registration: crypto.randomUUID(),
    owner: "stream",
    dataplane: {
      type: "Dataplane",
      mesh: meshName,
      name,
      networking: { address: "127.63.0.1", inbound: [{ port: 8080, tags }] },
    },
    token: await mesh.dataplaneToken(meshName, name),
    csr: toBase64(await makeCsr(pair, [])),
  };
  const answer = await relayOf(subject, enrolled.json, keys).call("POST", "/v1/zone/certificates", {
    body: { joins: [join] },
  });
  const [got] = answer.json?.answers ?? [];
  if (!Array.isArray(got?.chain)) throw new Error(`no certificate: ${answer.status} ${answer.text}`);
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey("pkcs8", pair.privateKey));
  return { cert: got.chain.join("\n"), key: toPem("PRIVATE KEY", pkcs8) };
}
