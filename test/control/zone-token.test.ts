// Zone tokens of an organisation: the key that the first one makes, what envelopes say of it, revocation, refusals.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Envelope } from "#api/zone.ts";
import { verifyZoneToken } from "#trust/zone-token.ts";
import { enrol, faultOf, keyOf, mesh, type Org, openPlane, type Plane, signUp, zone } from "./harness.ts";

let plane: Plane;
let org: Org;
let made = 0;

beforeAll(async () => {
  plane = await openPlane();
});
beforeEach(async () => {
  org = await signUp(plane, `tokens-${++made}`);
  await org.apply([zone("east"), mesh()]);
});
afterAll(() => plane.close());

const request = { zone: "east", scope: ["ingress", "egress"], validForSeconds: 3600 };
const issue = (more: Partial<typeof request> = {}, scopes: readonly string[] = ["admin"]) =>
  org.control.writer.createZoneToken({ ...org.admin, scopes }, { ...request, ...more });

async function envelope(): Promise<Envelope> {
  await org.settle();
  const [head] = await org.store.zoneHeads("east");
  const newest = await org.store.newest("east", head?.relay ?? "");
  return JSON.parse(Buffer.from(newest?.envelope.split(".")[1] ?? "", "base64url").toString()) as Envelope;
}

async function outcomeOf(token: string): Promise<unknown> {
  const { keys, revoked } = (await envelope()).zoneTokens ?? { keys: [], revoked: [] };
  const known = {
    keyOf: (kid: string) => keys.find((one) => one.kid === kid),
    isRevoked: (id: string) => revoked.includes(id),
  };
  return verifyZoneToken(token, known, () => plane.now);
}

test("the first token makes the key, and envelopes carry its public half", async () => {
  await enrol(org);
  expect((await envelope()).zoneTokens).toBeUndefined();
  const [one, two] = [await issue(), await issue({ zone: "", scope: ["egress"] })];
  const listed = await org.store.list({ type: "GlobalSecret", offset: 0, size: 9 });
  expect(listed.items.map(({ resource }) => resource.name)).toEqual(["zone-token-signing-key-1"]);
  expect(JSON.stringify((await envelope()).zoneTokens)).not.toMatch(/"d"|"p"/);
  expect(await outcomeOf(one)).toMatchObject({ ok: true, claims: { zone: "east", scope: ["ingress", "egress"] } });
  expect(await outcomeOf(two)).toMatchObject({ ok: true, claims: { zone: "", scope: ["egress"] } });
  const shown = await org.control.reader.get(org.admin, keyOf("GlobalSecret//zone-token-signing-key-1"));
  expect(shown.resource.spec).toEqual({});
});

test("a newer key signs from then on, the older one still verifies; a revoked id does not", async () => {
  await enrol(org);
  const old = await issue();
  const { resource } = await org.control.reader.get(
    { ...org.admin, scopes: ["admin", "secret:reveal"] },
    keyOf("GlobalSecret//zone-token-signing-key-1"),
  );
  const { data } = resource.spec as { readonly data: string };
  await org.apply([{ type: "GlobalSecret", name: "zone-token-signing-key-2", data }]);
  const fresh = await issue();
  expect(JSON.parse(Buffer.from(fresh.split(".")[0] ?? "", "base64url").toString())).toMatchObject({ kid: "2" });
  expect([await outcomeOf(old), await outcomeOf(fresh)]).toMatchObject([{ ok: true }, { ok: true }]);
  const { jti } = JSON.parse(Buffer.from(old.split(".")[1] ?? "", "base64url").toString()) as { jti: string };
  const revocations = Buffer.from(`other, ${jti}`).toString("base64");
  await org.apply([{ type: "GlobalSecret", name: "zone-token-revocations", data: revocations }]);
  expect(await outcomeOf(old)).toEqual({ ok: false, reason: "the token has been revoked" });
  await org.apply([], ["GlobalSecret//zone-token-signing-key-1"]);
  expect(await outcomeOf(old)).toMatchObject({ ok: false });
  expect(await outcomeOf(fresh)).toMatchObject({ ok: true });
});

test("what is no RSA key is no signing key", async () => {
  const data = Buffer.from("no key").toString("base64");
  const fault = await faultOf(org.apply([{ type: "GlobalSecret", name: "zone-token-signing-key-3", data }]));
  expect(fault.violations).toEqual(["data: must be base64 of PEM with an RSA private key of at least 2048 bits"]);
});

test.each([
  [{ scope: [] }, ["scope: cannot be empty"]],
  [{ scope: ["ingress", "cp"] }, ["scope[1]: must be ingress or egress"]],
  [{ zone: "north" }, ['zone: there is no zone "north"; there are: east']],
  [{ validForSeconds: 0 }, ["validFor: must be at least 1s and at most 10 years"]],
])("%j is refused", async (more, violations) => {
  expect((await faultOf(issue(more))).violations).toEqual(violations);
  expect((await org.store.list({ type: "GlobalSecret", offset: 0, size: 9 })).total).toBe(0);
});

test("who may issue one: admins, token:zone, and token:zone@east for east alone", async () => {
  for (const scope of ["write", "read", "token:dataplane", "zone:enrol", "token:zone@west"])
    expect((await faultOf(issue({}, [scope]))).code, scope).toBe("forbidden");
  expect((await faultOf(issue({ zone: "" }, ["token:zone@east"]))).code).toBe("forbidden");
  expect(await issue({}, ["token:zone@east"])).toMatch(/^ey/);
  expect(await issue({}, ["token:zone"])).toMatch(/^ey/);
});
