// Signing up, API tokens, enrolment: what is given once, what is refused, and what may be repeated.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkCredential, parseCredential } from "#trust/credential.ts";
import { enrol, faultOf, mesh, type Org, openPlane, type Plane, signUp, zone } from "./harness.ts";
import { tokenFor } from "./joining.ts";

let plane: Plane;
let made = 0;
const fresh = (): Promise<Org> => signUp(plane, `access-${++made}`);
beforeAll(async () => {
  plane = await openPlane();
});
afterAll(() => plane.close());

describe("an organisation", () => {
  test("gets an admin token whose secret is stored as a hash only", async () => {
    const { organisation, token } = await plane.control.organisations.create("acme");
    expect(await plane.store.directory.findOrganisation({ name: "acme" })).toEqual(organisation);
    const credential = parseCredential(token.token);
    expect(credential).toMatchObject({ kind: "api", tenant: organisation.id, id: token.id });
    const row = await plane.store.within(organisation.id).credential(token.id);
    expect(row).toMatchObject({ scopes: ["admin"], expiresAt: null, revokedAt: null });
    expect(credential !== null && row !== null && (await checkCredential(credential, row.secretHash))).toBe(true);
    expect(JSON.stringify(row)).not.toContain(credential?.secret.reveal());
  });

  test.each([
    ["", "name: cannot be empty"],
    ["Acme", "name: invalid characters"],
    ["a".repeat(64), "name: cannot be longer than 63 characters"],
    ["1st", "name: must be of lower case letters"],
    ["a.b", "name: must be of lower case letters"],
  ])("named %j is refused", async (name, expected) => {
    expect((await faultOf(plane.control.organisations.create(name))).violations[0]).toContain(expected);
  });

  test("has a name of its own", async () => {
    await plane.control.organisations.create("taken");
    expect((await faultOf(plane.control.organisations.create("taken"))).code).toBe("conflict");
  });
});

describe("API tokens", () => {
  test("are made, listed without secrets, and revoked", async () => {
    const org = await fresh();
    const expiresAt = new Date(plane.now + 60_000).toISOString();
    const minted = await org.control.writer.createToken(org.admin, { name: "ci", scopes: ["write"], expiresAt });
    expect(minted.expiresAt).toBe(expiresAt);
    const rows = await org.control.reader.tokens(org.admin);
    expect(rows.map(({ name, scopes }) => [name, scopes])).toContainEqual(["ci", ["write"]]);
    await org.control.writer.revokeToken(org.admin, minted.id);
    await org.control.writer.revokeToken(org.admin, minted.id);
    expect((await org.store.credential(minted.id))?.revokedAt).toBe(new Date(plane.now).toISOString());
    expect((await faultOf(org.control.writer.revokeToken(org.admin, "nothing"))).code).toBe("absent");
  });

  test("with several mistakes are refused with all of them", async () => {
    const org = await fresh();
    const wrong = { name: " ", scopes: ["all"], expiresAt: new Date(plane.now).toISOString() };
    const { violations } = await faultOf(org.control.writer.createToken(org.admin, wrong));
    expect(violations.map((text) => text.split(":")[0])).toEqual(["name", "scopes[0]", "expiresAt"]);
  });

  test("are managed by admins alone", async () => {
    const org = await fresh();
    const caller = { ...org.admin, scopes: ["write"] };
    const calls = [
      org.control.writer.createToken(caller, { name: "x", scopes: ["admin"], expiresAt: null }),
      org.control.writer.revokeToken(caller, "x"),
      org.control.writer.createEnrolment(caller, "east", 60),
      org.control.writer.revokeRelay(caller, "east", "x"),
      tokenFor({ ...org, admin: caller }),
      (async () => org.control.reader.tokens(caller))(),
    ].map(faultOf);
    for (const call of calls) expect((await call).code).toBe("forbidden");
  });
});

describe("dataplane tokens", () => {
  test("are refused for an absent mesh, an unknown type and no time", async () => {
    const org = await fresh();
    await org.apply([mesh()]);
    expect((await faultOf(tokenFor(org, { mesh: "absent" }))).violations).toEqual([
      "mesh: mesh of name absent is not found",
    ]);
    const wrong = { name: "", mesh: "default", tags: { a: [] }, type: "robot", workload: "", validForSeconds: 0 };
    const { title, violations } = await faultOf(org.control.writer.createDataplaneToken(org.admin, wrong));
    expect(title).toBe("Could not issue a token");
    expect(violations.map((text) => text.split(":")[0])).toEqual(["type", "tags.a", "validFor"]);
  });
});

describe("enrolment", () => {
  test("the same token and keys get the same answer, other keys none", async () => {
    const org = await fresh();
    await org.apply([zone()]);
    const relay = await enrol(org);
    const other = await enrol(org);
    const ask = (signingKey: Readonly<Record<string, string>>) =>
      org.control.writer.enrol(org.tenant, { token: relay.token, signingKey, encryptionKey: relay.encryption });
    const again = await ask({ ...relay.signing, alg: "ES256" });
    expect(again).toMatchObject({
      relay: relay.relay,
      zone: "east",
      tenant: org.tenant,
      controlPlane: "test-plane",
      bell: null,
    });
    expect(again.jwks.keys).toHaveLength(1);
    expect(JSON.stringify(again.jwks)).not.toContain('"d"');
    expect((await faultOf(ask(other.signing))).code).toBe("forbidden");
    // A used token admits its relay again even after its time.
    plane.now += 2 * 3600_000;
    expect((await ask(relay.signing)).relay).toBe(relay.relay);
  });

  test("an expired or unknown token, another kind, and keys that are none", async () => {
    const org = await fresh();
    await org.apply([zone()]);
    const { token } = await org.control.writer.createEnrolment(org.admin, "east", 60);
    const { signing, encryption } = await enrol(org);
    const ask = (text: string, signingKey: Readonly<Record<string, string>> = signing) =>
      faultOf(org.control.writer.enrol(org.tenant, { token: text, signingKey, encryptionKey: encryption }));
    expect((await ask(token, { kty: "EC", crv: "P-256", x: "AA", y: "AA" })).violations[0]).toContain("signingKey");
    expect((await ask(token, { kty: "EC" })).violations).toHaveLength(3);
    plane.now += 61_000;
    expect((await ask(token)).code).toBe("forbidden");
    expect((await ask(`${token.slice(0, -1)}${token.endsWith("a") ? "b" : "a"}`)).code).toBe("unauthenticated");
    const api = await org.control.writer.createToken(org.admin, { name: "x", scopes: ["admin"], expiresAt: null });
    expect((await ask(api.token)).code).toBe("unauthenticated");
  });

  test("of a made-up organisation leaves nothing behind", async () => {
    const { token } = await plane.control.writer.createEnrolment(...(await zoned()), 60);
    const elsewhere = token.replace(/_enrolment_[a-z2-7]+_/, "_enrolment_aaaaaaaaaaaa_");
    const fault = await faultOf(
      plane.control.writer.enrol("aaaaaaaaaaaa", { token: elsewhere, signingKey: {}, encryptionKey: {} }),
    );
    expect(fault.code).toBe("unauthenticated");
    expect(await plane.store.within("aaaaaaaaaaaa").signingKeys("envelope")).toEqual([]);
  });

  test("tokens are for zones that are there, for a time", async () => {
    const org = await fresh();
    const ask = (name: string, seconds: number) =>
      faultOf(org.control.writer.createEnrolment(org.admin, name, seconds));
    expect((await ask("east", 60)).code).toBe("absent");
    expect((await ask("with.dot", 8 * 86_400)).violations).toHaveLength(2);
    await org.apply([zone()]);
    expect((await ask("east", 0)).code).toBe("invalid");
  });

  async function zoned() {
    const org = await fresh();
    await org.apply([zone()]);
    return [org.admin, "east"] as const;
  }
});
