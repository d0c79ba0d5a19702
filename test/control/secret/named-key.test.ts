// Secrets that resources name as their keys: the mesh's own are nobody's, and others are named by who may read them.
import { createPublicKey, type webcrypto } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { bringCa, P256 } from "#test/brought-ca.ts";
import {
  type Body,
  changeOf,
  enrol,
  faultOf,
  mesh,
  mtlsMesh,
  type Org,
  openPlane,
  type Plane,
  secret,
  signUp,
  type TestRelay,
  zone,
} from "#test/control/harness.ts";
import { certificateFor } from "#test/outside.ts";
import { createKey } from "#trust/key.ts";
import { loadX509 } from "#trust/x509.ts";

let plane: Plane;
let org: Org;
let east: TestRelay;
let made = 0;

const CA = { cert: "default.ca-builtin-cert-ca-1", key: "default.ca-builtin-key-ca-1" };
const TOKEN_KEY = "dataplane-token-signing-key-default-1";
const egress: Body = { type: "ZoneEgress", name: "ze", zone: "east", networking: { address: "10.0.0.5", port: 10002 } };
const bank = (clientCert: object, clientKey: object, name = "bank"): Body => ({
  type: "MeshExternalService",
  mesh: "default",
  name,
  labels: { "kuma.io/zone": "east", "kuma.io/origin": "zone" },
  spec: {
    match: { type: "HostnameGenerator", port: 443, protocol: "http" },
    endpoints: [{ address: "192.0.2.1", port: 443 }],
    tls: { enabled: true, verification: { clientCert, clientKey } },
  },
});
const older = (clientCert: object, clientKey: object): Body => ({
  type: "ExternalService",
  mesh: "default",
  name: "older",
  networking: { address: "192.0.2.1:443", tls: { enabled: true, clientCert, clientKey } },
  tags: { "kuma.io/service": "older" },
});
const gateway = (certificate: object): Body => ({
  type: "MeshGateway",
  mesh: "default",
  name: "edge",
  selectors: [{ match: { "kuma.io/service": "edge" } }],
  conf: { listeners: [{ port: 443, protocol: "HTTPS", tls: { mode: "TERMINATE", certificates: [certificate] } }] },
});
const providing = (cert: object, key: object): Body =>
  mesh("default", { mtls: { backends: [{ name: "brought", type: "provided", conf: { cert, key } }] } });
const brought = bringCa(P256, ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign"]);
const own = await certificateFor("own");

beforeAll(async () => {
  plane = await openPlane();
});
beforeEach(async () => {
  org = await signUp(plane, `keys-${++made}`);
  await org.apply([zone("east"), mtlsMesh(), secret("cert", own.cert), secret("key", own.key)]);
  east = await enrol(org, "east");
  await org.settle();
});
afterAll(() => plane.close());

const by = (...scopes: string[]) => ({ caller: { ...org.admin, scopes } });
const named = async (control = org.control): Promise<readonly string[]> =>
  (await control.reader.view(east)).text.match(/client_cert:secret:[^"]+/g) ?? [];

/** A certificate, by somebody's own CA, over the public key that every relay has of the one that signs tokens. */
async function overTokenKey(): Promise<string> {
  const newest = await org.store.newest(east.zone, east.relay);
  const payload = newest?.envelope.split(".")[1] ?? "";
  const [jwk] = JSON.parse(Buffer.from(payload, "base64url").toString()).meshes[0].tokenKeys;
  const x509 = await loadX509();
  const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
  const spki = new Uint8Array(createPublicKey({ key: jwk, format: "jwk" }).export({ type: "spki", format: "der" }));
  const signing = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const authority = (await crypto.subtle.generateKey(signing, true, ["sign", "verify"])) as webcrypto.CryptoKeyPair;
  const certificate = await x509.X509CertificateGenerator.create({
    ...{ serialNumber: "01", subject: "CN=mine", issuer: "CN=eve" },
    ...{ notBefore: new Date(0), notAfter: new Date(4e12) },
    publicKey: await crypto.subtle.importKey("spki", spki, algorithm, true, ["verify"]),
    ...{ signingKey: authority.privateKey, signingAlgorithm: signing },
  });
  return certificate.toString("pem");
}

describe("a key of the mesh's own", () => {
  const why = (name: string) =>
    `the trust of the mesh is made of the Secret "${name}", and nothing else is: write a key into another Secret and name that one`;
  const cases: readonly (readonly [string, () => Body | Promise<Body>, string, string])[] = [
    ["a CA's", () => bank({ secret: CA.cert }, { secret: CA.key }), "spec.tls.verification.clientKey.secret", CA.key],
    [
      "one that signs tokens",
      async () => bank({ inlineString: await overTokenKey() }, { secret: TOKEN_KEY }),
      "spec.tls.verification.clientKey.secret",
      TOKEN_KEY,
    ],
    [
      "a CA's, in an older service",
      () => older({ secret: CA.cert }, { secret: CA.key }),
      "networking.tls.clientKey.secret",
      CA.key,
    ],
    ["a CA's, at a gateway", () => gateway({ secret: CA.key }), "conf.listeners[0].tls.certificates[0].secret", CA.key],
  ];
  test.each(cases)("is no client's: %s", async (_what, body, field, name) => {
    const before = await org.store.heads();
    for (const caller of [org.admin, by("write@east", "secret:write").caller]) {
      // An older service and a gateway are no zone's own.
      if (caller !== org.admin && field.startsWith("spec") === false) continue;
      const fault = await faultOf(org.apply([await body()], [], { caller }));
      expect(fault.violations).toEqual([`${field}: ${why(name)}`]);
    }
    expect(await org.store.heads()).toEqual(before);
  });

  test("is no client's where it is a brought CA's", async () => {
    await org.apply([secret("ca", brought.cert), secret("ca-key", brought.key.reveal())]);
    await org.apply([providing({ secret: "ca" }, { secret: "ca-key" })]);
    const fault = await faultOf(org.apply([bank({ secret: "cert" }, { secret: "ca-key" })]));
    expect(fault.violations).toEqual([`spec.tls.verification.clientKey.secret: ${why("ca-key")}`]);
  });

  test("that signs tokens is no CA's", async () => {
    const fault = await faultOf(org.apply([providing({ inlineString: brought.cert }, { secret: TOKEN_KEY })]));
    expect(fault.violations).toContain(
      `mtls.backends[0].conf.key.secret: the Secret "${TOKEN_KEY}" holds a key that signs dataplane tokens and nothing else: write the CA's key into another Secret and name that one`,
    );
  });

  test("is given to nobody for a service that stands since an earlier release", async () => {
    await org.apply([bank({ secret: "cert" }, { secret: "key" }), egress]);
    const cert = await overTokenKey();
    const [before] = await named();
    expect(before).toContain(":bank:");
    const spec = JSON.stringify(bank({ inlineString: cert }, { secret: TOKEN_KEY }).spec);
    const sql = "UPDATE resource SET spec = ?1 WHERE tenant_id = ?2 AND type = 'MeshExternalService'";
    await plane.tenants.batch([{ sql, params: [spec, org.tenant] }]);
    const control = plane.reopen();
    expect(await named(control)).toEqual([]);
    const { publicJwk } = await createKey("agree");
    const { secrets } = await control.reader.secrets(east, JSON.stringify(publicJwk), { names: [before ?? ""] });
    expect(secrets).toEqual([{ name: before, refused: "no proxy of this zone uses it" }]);
    // It is put right as every other resource.
    await org.at(control).apply([bank({ secret: "cert" }, { secret: "key" })]);
    expect(await named(control)).toEqual([before]);
  });
});

test("a CA's certificate is no client's, though its key is beside it", async () => {
  const key = { inlineString: brought.key.reveal() };
  await org.apply([bank({ inlineString: own.cert }, { inlineString: own.key }), egress]);
  expect(await named()).toHaveLength(1);
  await org.apply([bank({ inlineString: brought.cert }, key)]);
  expect(await named()).toEqual([]);
});

describe("a Secret that is newly named as a key", () => {
  const byName = bank({ secret: "cert" }, { secret: "key" });

  test("takes a scope to read it, when it is planned too, and nothing of the change stands", async () => {
    const before = await org.store.heads();
    const change = changeOf({ put: [byName] });
    for (const scopes of [["write"], ["write@east"], ["write@mesh:default"], ["write", "secret:reveal"]]) {
      const { caller } = by(...scopes);
      for (const refused of [
        faultOf(org.control.writer.apply(caller, change)),
        faultOf(org.control.writer.plan(caller, change)),
      ]) {
        const { code, detail } = await refused;
        expect(code).toBe("forbidden");
        expect(detail).toContain(
          "do not allow to read Secret/default/key, which MeshExternalService/default/bank names as its key (spec.tls.verification.clientKey.secret): it takes secret:write.",
        );
      }
    }
    const gate = await faultOf(org.apply([gateway({ secret: "key" })], [], by("write")));
    const ca = await faultOf(org.apply([providing({ secret: "cert" }, { secret: "key" })], [], by("write")));
    expect([gate.detail, ca.detail]).toEqual([
      expect.stringContaining("read Secret/default/key, which MeshGateway/default/edge"),
      expect.stringContaining(
        "read Secret/default/key, which Mesh/default names as its key (mtls.backends[0].conf.key.secret)",
      ),
    ]);
    expect(await org.store.heads()).toEqual(before);
  });

  test("is named by who may write Secrets beside what is of the zone or the mesh", async () => {
    for (const scope of ["write", "write@east", "write@mesh:default"])
      await org.apply([{ ...byName, name: scope.replaceAll(/\W/g, "-") }], [], by(scope, "secret:write"));
    await org.apply([byName]);
  });

  test("stays what an editor may leave: other fields change, and certificates are named freely", async () => {
    await org.apply([byName]);
    const verification = { clientCert: { secret: "cert-2" }, clientKey: { secret: "key" }, caCert: { secret: "ca" } };
    const spec = { ...(byName.spec as object), tls: { enabled: true, verification } };
    await org.apply([{ ...byName, spec }], [], by("write"));
    const changed = {
      ...byName,
      spec: { ...spec, tls: { enabled: true, verification: { ...verification, clientKey: { secret: "key-2" } } } },
    };
    expect((await faultOf(org.apply([changed], [], by("write")))).detail).toContain("read Secret/default/key-2");
    await org.apply([], ["MeshExternalService/default/bank"], by("write"));
  });

  test("comes back by an admin's rollback, and not by an editor's who could not read it", async () => {
    await org.apply([byName]);
    const { revision } = await org.apply([], ["MeshExternalService/default/bank"], by("write"));
    const undo = { rollback: { undo: revision } };
    expect((await faultOf(org.apply([], [], { ...by("write"), ...undo }))).code).toBe("forbidden");
    expect((await org.apply([], [], undo)).changes).toHaveLength(1);
    const prune = { meshes: ["default"], types: ["MeshExternalService"], empty: true };
    await org.apply([], [], { ...by("write"), prune });
    expect(await org.store.get({ type: "MeshExternalService", mesh: "default", name: "bank" })).toBeNull();
  });
});
