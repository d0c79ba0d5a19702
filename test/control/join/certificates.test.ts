// Joining: who is let in, what a certificate names, what a renewal costs, and how a repeat is answered.

import { X509Certificate } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { livesDigest } from "#api/lives.ts";
import {
  client,
  dataplane,
  enrol,
  mesh,
  mtlsMesh,
  type Org,
  openPlane,
  type Plane,
  proof,
  secret,
  signUp,
  type TestRelay,
  zone,
} from "#test/control/harness.ts";
import { csrFor, joinOf, refusals, send, tokenFor, tokenIdOf } from "#test/control/joining.ts";
import { look } from "#test/control/snapshot-reader.ts";

let plane: Plane;
let made = 0;
beforeAll(async () => {
  plane = await openPlane();
});
afterAll(() => plane.close());

async function fresh(own = mtlsMesh()): Promise<{ readonly org: Org; readonly relay: TestRelay }> {
  const org = await signUp(plane, `joins-${++made}`);
  await org.apply([own, zone()]);
  return { org, relay: await enrol(org) };
}

/** The audit without the certificates of issuers. */
const leaves = async (org: Org) => (await org.store.certificates({ size: 10 })).filter(({ name }) => name !== "");

describe("a newcomer", () => {
  test("is registered, certified for its tags, and in the snapshot", async () => {
    const { org, relay } = await fresh();
    await org.apply([client("caller", "web")]);
    const { answers } = await send(
      plane,
      org,
      relay,
      joinOf(dataplane("web-1", "web"), await tokenFor(org), { csr: await csrFor(), event: 1 }),
    );
    const [answer] = answers as unknown as [{ chain: string[]; expiresAt: string }];
    const leaf = new X509Certificate(answer.chain[0] ?? "");
    expect(leaf.subjectAltName?.split(", ")).toEqual([
      "URI:spiffe://default/web",
      "URI:kuma://kuma.io/protocol/http",
      "URI:kuma://kuma.io/service/web",
      "URI:kuma://kuma.io/zone/east",
    ]);
    expect(Date.parse(answer.expiresAt) - plane.now).toBe(24 * 3600_000);
    await org.settle();
    const seen = await look(org.control, org.store, relay, null);
    expect(seen?.proxies).toEqual(["default/caller", "default/web-1"]);
    expect(seen?.endpoints["default/web"]).toEqual(["10.0.0.1:8080"]);
    const intermediate = new X509Certificate(answer.chain[1] ?? "");
    const root = new X509Certificate(seen?.envelope.meshes[0]?.bundle[0] ?? "");
    expect(leaf.verify(intermediate.publicKey)).toBe(true);
    expect(intermediate.verify(root.publicKey)).toBe(true);
    expect(answer.chain).toHaveLength(2);
    const [life] = await org.store.registrations({});
    const lives = livesDigest([life?.id ?? ""]);
    expect(seen?.envelope.relays).toEqual([{ id: relay.relay, signingKey: relay.signing, lastEvent: 1, lives }]);
    expect(await org.store.registrations({})).toMatchObject([
      { mesh: "default", name: "web-1", zone: "east", owner: "stream", online: true },
    ]);
    const tokenId = (await org.store.registrations({}))[0]?.tokenId;
    expect(await leaves(org)).toMatchObject([
      { mesh: "default", name: "web-1", zone: "east", notAfter: answer.expiresAt, tokenId },
    ]);
  });

  test("needs no certificate where mTLS is off", async () => {
    const { org, relay } = await fresh(mesh());
    const { answers } = await send(
      plane,
      org,
      relay,
      joinOf(dataplane("web-1", "web"), await tokenFor(org), { csr: await csrFor() }),
    );
    expect(answers).toEqual([{ registration: expect.any(String), chain: [], expiresAt: null }]);
  });

  test("lives as long as the mesh says", async () => {
    const backends = [{ name: "ca-1", type: "builtin", dpCert: { rotation: { expiration: "2h" } } }];
    const { org, relay } = await fresh(mesh("default", { mtls: { enabledBackend: "ca-1", backends } }));
    const { answers } = await send(
      plane,
      org,
      relay,
      joinOf(dataplane("web-1", "web"), await tokenFor(org), { csr: await csrFor() }),
    );
    expect(answers).toMatchObject([{ expiresAt: new Date(plane.now + 2 * 3600_000).toISOString() }]);
  });
});

describe("refused, each with its reason, and none stops the others", () => {
  test("in one batch", async () => {
    const { org, relay } = await fresh();
    await org.apply([mtlsMesh("other"), dataplane("mine", "mine"), secret("dataplane-token-revocations-default", "x")]);
    const token = await tokenFor(org);
    const bound = await tokenFor(org, { tags: { "kuma.io/service": ["web"] } });
    const revoked = await tokenFor(org);
    await org.apply([secret("dataplane-token-revocations-default", `something,${tokenIdOf(revoked)}`)]);
    const csr = await csrFor();
    const answers = await send(
      plane,
      org,
      relay,
      joinOf(dataplane("a", "web"), "", {}),
      joinOf(dataplane("b", "web"), `${token.slice(0, -4)}AAAA`),
      joinOf(dataplane("c", "web"), await tokenFor(org, { mesh: "other" })),
      joinOf(dataplane("d", "backend"), bound),
      joinOf(dataplane("e", "web"), await tokenFor(org, { name: "f" })),
      joinOf(dataplane("g", "web"), revoked),
      joinOf(dataplane("h", "web", { networking: { address: "" } }), token),
      joinOf(dataplane("i", "web", { mesh: "absent" }), token),
      joinOf(dataplane("j", "web"), token, { csr: await csrFor(["spiffe://default/backend"]) }),
      joinOf(dataplane("k", "web"), token, { csr: "bm8gY3Ny" }),
      joinOf(dataplane("l", "web", { labels: { "kuma.io/zone": "west" } }), token),
      joinOf(dataplane("mine", "stolen"), await tokenFor(org, { tags: { "kuma.io/service": ["stolen"] } })),
      joinOf(dataplane("n", "web"), token, { csr }),
      joinOf(dataplane("n", "web"), token, { csr }),
    );
    expect(refusals(answers)).toEqual([
      expect.stringContaining("token"),
      expect.stringContaining("signature does not verify"),
      expect.stringContaining("signing key is not one of the mesh"),
      expect.stringContaining('contains tag "kuma.io/service" with value "backend"'),
      expect.stringContaining("e is different than in token: f"),
      expect.stringContaining("revoked"),
      expect.stringContaining("networking.address"),
      expect.stringContaining("mesh of name absent is not found"),
      expect.stringContaining("spiffe://default/backend"),
      expect.stringContaining("csr: "),
      expect.stringContaining('the zone "east"'),
      expect.stringContaining('value "mine" which is not allowed'),
      null,
      "name: it stands in this batch twice",
    ]);
    const standing = await org.store.list({ type: "Dataplane", offset: 0, size: 100 });
    expect(standing.items.map(({ resource }) => resource.name)).toEqual(["mine", "n"]);
    expect((await org.store.registrations({})).map(({ name }) => name)).toEqual(["n"]);
    // A refused request leaves no trace of a certificate either.
    expect((await leaves(org)).map(({ name }) => name)).toEqual(["n"]);
  });

  test("mesh constraints hold for newcomers", async () => {
    const constraints = { dataplaneProxy: { restrictions: [{ tags: { "kuma.io/service": "evil" } }] } };
    const { org, relay } = await fresh(mesh("default", { constraints }));
    const answers = await send(plane, org, relay, joinOf(dataplane("web-1", "evil"), await tokenFor(org)));
    expect(refusals(answers)[0]).toContain('cannot be a member of mesh "default"');
  });

  test("an expired token", async () => {
    const { org, relay } = await fresh(mesh());
    const token = await tokenFor(org, { validForSeconds: 60 });
    plane.now += 61_000;
    expect(refusals(await send(plane, org, relay, joinOf(dataplane("web-1", "web"), token)))).toEqual([
      expect.stringContaining("expired"),
    ]);
  });

  test("no refusal quotes a token", async () => {
    const { org, relay } = await fresh();
    const forged = `${await tokenFor(org)}x`;
    const text = JSON.stringify(await send(plane, org, relay, joinOf(dataplane("web-1", "web"), forged)));
    expect(text).not.toContain(forged.slice(0, 30));
  });
});

describe("a token's key", () => {
  test("rotates: the newest signs, the old one holds until it is deleted", async () => {
    const { org, relay } = await fresh(mesh());
    const { privateKey } = await import("node:crypto").then((node) =>
      node.generateKeyPairSync("rsa", { modulusLength: 2048 }),
    );
    const old = await tokenFor(org);
    await org.apply([
      secret("dataplane-token-signing-key-default-2", privateKey.export({ type: "pkcs1", format: "pem" }).toString()),
    ]);
    const newer = await tokenFor(org);
    expect(JSON.parse(Buffer.from(newer.split(".")[0] ?? "", "base64url").toString())).toMatchObject({
      alg: "RS256",
      kid: "2",
    });
    expect(
      refusals(await send(plane, org, relay, joinOf(dataplane("a", "a"), old), joinOf(dataplane("b", "b"), newer))),
    ).toEqual([null, null]);
    await org.apply([], ["Secret/default/dataplane-token-signing-key-default-1"]);
    expect(refusals(await send(plane, org, relay, joinOf(dataplane("c", "c"), old)))).toEqual([
      expect.stringContaining("signing key"),
    ]);
  });
});

describe("a renewal", () => {
  test("costs no sequence step", async () => {
    const { org, relay } = await fresh();
    const join = joinOf(dataplane("web-1", "web"), await tokenFor(org), { csr: await csrFor() });
    await send(plane, org, relay, join);
    const before = await org.store.heads();
    const { dataplane: _d, token: _t, ...renewal } = join;
    const { answers } = await send(plane, org, relay, { ...renewal, csr: await csrFor() });
    expect(answers).toMatchObject([{ chain: [1, 2].map(() => expect.stringContaining("BEGIN CERTIFICATE")) }]);
    expect(await org.store.heads()).toEqual(before);
    expect(await leaves(org)).toHaveLength(2);
  });

  test("is for the current registration only", async () => {
    const { org, relay } = await fresh();
    const csr = await csrFor();
    await send(plane, org, relay, joinOf(dataplane("web-1", "web"), await tokenFor(org), { csr }));
    const stranger = { mesh: "default", name: "web-1", registration: "another", owner: "stream", csr } as const;
    expect(refusals(await send(plane, org, relay, stranger))).toEqual([
      expect.stringContaining("current registration"),
    ]);
  });

  test("ends with its token's revocation, until another token brings it back", async () => {
    const { org, relay } = await fresh();
    const token = await tokenFor(org);
    const join = joinOf(dataplane("web-1", "web"), token, { csr: await csrFor() });
    await send(plane, org, relay, join);
    await org.apply([secret("dataplane-token-revocations-default", tokenIdOf(token))]);
    const { dataplane: _d, token: _t, ...renewal } = join;
    expect(refusals(await send(plane, org, relay, renewal))).toEqual([expect.stringContaining("revoked")]);
    expect(await leaves(org)).toHaveLength(1);
    const another = { ...join, token: await tokenFor(org) };
    expect(refusals(await send(plane, org, relay, another))).toEqual([null]);
    expect(refusals(await send(plane, org, relay, renewal))).toEqual([null]);
  });
});

describe("a join without a token", () => {
  test("is for what a user wrote, whatever the relay says of who owns it", async () => {
    const { org, relay } = await fresh();
    const { token: _, ...mine } = joinOf(dataplane("mine", "mine"), "", { owner: "user", csr: await csrFor() });
    await org.apply([dataplane("mine", "mine")]);
    const token = await tokenFor(org);
    const streamed = joinOf(dataplane("web-1", "web"), token, { csr: await csrFor() });
    expect(refusals(await send(plane, org, relay, mine, streamed))).toEqual([null, null]);
    const { token: _t, ...taking } = { ...streamed, registration: "taken", owner: "user" as const };
    const { dataplane: _d, ...bare } = taking;
    expect(refusals(await send(plane, org, relay, taking))).toEqual([
      expect.stringContaining("a dataplane token is needed"),
    ]);
    expect(refusals(await send(plane, org, relay, bare))).toEqual([expect.stringContaining("current registration")]);
    expect(
      (await org.store.registrations({})).map(({ name, id, owner, tokenId }) => [name, id, owner, tokenId]),
    ).toEqual([
      ["mine", mine.registration, "user", null],
      ["web-1", streamed.registration, "stream", tokenIdOf(token)],
    ]);
  });
});

describe("a proof", () => {
  test("used again is answered with the first status, and does nothing", async () => {
    const { org, relay } = await fresh();
    const used = proof(plane);
    const token = await tokenFor(org);
    await org.control.writer.certificates(relay, used, { joins: [joinOf(dataplane("a", "a"), token)] });
    const before = await org.store.heads();
    const again = org.control.writer.certificates(relay, used, { joins: [joinOf(dataplane("b", "b"), token)] });
    await expect(again).rejects.toMatchObject({ name: "ProofRepeated", status: 200 });
    expect(await org.store.heads()).toEqual(before);
    const renewal = proof(plane);
    const csr = await csrFor();
    const issue = () => org.control.writer.issuer(relay, renewal, { mesh: "default", csr });
    await issue();
    await expect(issue()).rejects.toMatchObject({ name: "ProofRepeated", status: 200 });
  });
});

describe("a zone's issuer", () => {
  test("is signed by the mesh's root, for seven days, for the mesh and its tag keys", async () => {
    const { org, relay } = await fresh();
    await org.apply([
      dataplane("web-1", "web", {
        networking: { address: "10.0.0.1", inbound: [{ port: 80, tags: { "kuma.io/service": "web", version: "v1" } }] },
      }),
    ]);
    const { chain, expiresAt } = await org.control.writer.issuer(relay, proof(plane), {
      mesh: "default",
      csr: await csrFor(),
    });
    const [own, root] = chain.map((pem) => new X509Certificate(pem));
    expect(own?.ca).toBe(true);
    expect(root !== undefined && own?.verify(root.publicKey)).toBe(true);
    expect(Date.parse(expiresAt) - plane.now).toBe(7 * 86_400_000);
    const constraints = Buffer.from(own?.raw ?? []).toString("latin1");
    for (const host of ["default", "kuma.io", "version"]) expect(constraints).toContain(host);
  });

  test("is refused for a mesh without mTLS, an absent mesh and a broken request", async () => {
    const { org, relay } = await fresh(mesh());
    const ask = (name: string, csr: string) => org.control.writer.issuer(relay, proof(plane), { mesh: name, csr });
    const csr = await csrFor();
    await expect(ask("default", csr)).rejects.toMatchObject({ code: "conflict" });
    await expect(ask("absent", csr)).rejects.toMatchObject({ code: "absent" });
    await org.apply([mtlsMesh()]);
    await expect(ask("default", "AAAA")).rejects.toMatchObject({ code: "invalid" });
  });
});
