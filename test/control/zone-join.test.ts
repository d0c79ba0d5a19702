// Joins of ingresses and egresses: by a zone token, shown to others once their Envoys listen, with a leaf in each mesh for an egress.
import { X509Certificate } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Join, MeshLeaf, RelayEvent } from "#api/zone.ts";
import {
  type Body,
  enrol,
  keyOf,
  mesh,
  mtlsMesh,
  type Org,
  openPlane,
  type Plane,
  proof,
  signUp,
  type TestRelay,
  zone,
} from "./harness.ts";
import { csrFor, joinOf, refusals, send, tokenFor, tokenIdOf } from "./joining.ts";
import { readView } from "./snapshot-reader.ts";

let plane: Plane;
let org: Org;
let relay: TestRelay;
let made = 0;

beforeAll(async () => {
  plane = await openPlane();
});
beforeEach(async () => {
  org = await signUp(plane, `joins-${++made}`);
  await org.apply([zone("east"), zone("west"), mtlsMesh(), mesh("plain")]);
  relay = await enrol(org);
});
afterAll(() => plane.close());

const IN: Body = {
  type: "ZoneIngress",
  name: "in",
  networking: { address: "10.0.0.4", port: 10001, advertisedAddress: "in.example", advertisedPort: 30001 },
};
const OUT: Body = { type: "ZoneEgress", name: "out", networking: { address: "10.0.0.5", port: 10002 } };

const zoneToken = (scope: readonly string[] = ["ingress", "egress"], of = "east") =>
  org.control.writer.createZoneToken(org.admin, { zone: of, scope, validForSeconds: 3600 });
const joining = async (body: Body, more: Partial<Join> = {}): Promise<Join> =>
  joinOf(body, more.token ?? (await zoneToken()), { type: body.type as "ZoneIngress", ...more });
const refusalOf = async (body: Body, more: Partial<Join> = {}) =>
  refusals(await send(plane, org, relay, await joining(body, more)))[0];
const report = (...events: readonly RelayEvent[]) => org.control.writer.report(relay, proof(plane), { events });
const stored = async (key: string) => (await org.store.get(keyOf(key)))?.resource;
const places = async () => {
  const [east] = (await readView(org.control, relay)).views[0]?.zones ?? [];
  return [...(east?.ingresses ?? []), ...(east?.egresses ?? [])].map(({ name }) => name);
};
const life = async (name: string) => (await org.store.registrations({ mesh: "" })).find((one) => one.name === name);

describe("an ingress that joins", () => {
  test("stands in its zone, and is shown to others while its Envoy listens", async () => {
    const join = await joining(IN, { event: 1, ready: false });
    expect((await send(plane, org, relay, join)).answers).toEqual([
      { registration: join.registration, chain: [], expiresAt: null },
    ]);
    expect(await stored("ZoneIngress//in")).toMatchObject({
      labels: { "kuma.io/zone": "east", "kuma.io/proxy-type": "zoneingress" },
      spec: { zone: "east", networking: { advertisedAddress: "in.example" } },
    });
    expect(await life("in")).toMatchObject({ mesh: "", zone: "east", owner: "stream", online: true, ready: false });
    expect(await places()).toEqual([]);
    const { registration } = join;
    await report({ kind: "health", number: 2, mesh: "", name: "in", registration, ready: [true] });
    expect(await places()).toEqual(["in"]);
    await report({ kind: "gone", number: 3, mesh: "", name: "in", registration: "another" });
    expect(await places()).toEqual(["in"]);
    await report({ kind: "gone", number: 4, mesh: "", name: "in", registration });
    expect([await places(), await stored("ZoneIngress//in"), await life("in")]).toEqual([[], undefined, undefined]);
  });

  test("under a name that a user wrote stays when its stream goes, and is reached no more", async () => {
    await org.apply([{ ...IN, zone: "east" }]);
    expect(await places()).toEqual(["in"]);
    const join = await joining(IN, { event: 1 });
    expect(refusals(await send(plane, org, relay, join))).toEqual([null]);
    expect(await life("in")).toMatchObject({ owner: "user", ready: true });
    await report({ kind: "gone", number: 2, mesh: "", name: "in", registration: join.registration });
    expect(await stored("ZoneIngress//in")).toBeDefined();
    expect(await life("in")).toMatchObject({ online: false });
    expect(await places()).toEqual([]);
    // The same in a floor that reads the store.
    const apart = plane.reopen();
    expect((await readView(apart, relay)).views[0]?.zones?.[0]?.ingresses).toEqual([]);
  });

  test("that a user writes while it runs is the user's from then on", async () => {
    expect(await refusalOf(IN)).toBeNull();
    await org.apply([{ ...IN, zone: "east", labels: { team: "a" } }]);
    expect(await life("in")).toMatchObject({ owner: "user", online: true });
    await org.apply([], ["ZoneIngress//in"]);
    expect(await life("in")).toBeUndefined();
  });

  test("is told of its join's refusal when it came in while the relay was alone", async () => {
    const join = await joining(IN, { token: await tokenFor(org) });
    const { refused } = await report({ kind: "joined", number: 1, join });
    expect(refused).toEqual([{ registration: join.registration, reason: "token: the credential is not a zone token" }]);
    expect(await stored("ZoneIngress//in")).toBeUndefined();
  });
});

describe("a join is refused", () => {
  test("without a zone token that allows it", async () => {
    expect(await refusalOf(IN, { token: await zoneToken(["egress"]) })).toBe(
      "token: token cannot be used to authenticate zone entity (ingress is out of token's scope: [egress])",
    );
    expect(await refusalOf(OUT, { token: await zoneToken(["egress"], "west") })).toBe(
      "token: zone from requestor: east is different than in token: west",
    );
    expect(await refusalOf(OUT, { token: await zoneToken(["egress"], "") })).toBeNull();
    const dataplane = { type: "Dataplane", mesh: "default", name: "a", networking: { address: "10.0.0.1" } };
    expect(await refusalOf(dataplane, { token: await zoneToken() })).toBe("token: the token names no mesh");
    const { token: _, ...bare } = await joining(IN);
    expect(refusals(await send(plane, org, relay, bare))).toEqual(["token: a zone token is needed to join"]);
    const token = await zoneToken();
    const revoked = Buffer.from(tokenIdOf(token)).toString("base64");
    await org.apply([{ type: "GlobalSecret", name: "zone-token-revocations", data: revoked }]);
    expect(await refusalOf(IN, { token })).toBe("token: the token has been revoked");
  });

  test("in another zone, in a mesh, by a body that is none, under a name that is taken", async () => {
    expect(await refusalOf({ ...IN, zone: "west" })).toBe(
      'labels["kuma.io/zone"]: is "west", and this relay is in the zone "east"',
    );
    await org.apply([{ ...IN, zone: "west" }]);
    expect(await refusalOf(IN)).toBe(
      'name: the zone ingress in lives in the zone "west", and this relay is in the zone "east": a name is one zone\'s; start it under a name that no other zone has, such as "in-east" or its host\'s, or end that one first if it moves here',
    );
    expect(await refusalOf({ ...OUT, name: "in" })).toMatch(/^name: a ZoneIngress has the name "in" already/);
    expect(await refusalOf(OUT, { mesh: "default" })).toBe("mesh: must be empty: a zone egress belongs to no mesh");
    expect(await refusalOf({ ...OUT, networking: { address: "0.0.0.0" } })).toBe(
      "networking.address.address: must not be 0.0.0.0 or ::; networking.port: port must be in the range [1, 65535]",
    );
    expect(await stored("ZoneEgress//in")).toBeUndefined();
  });
});

describe("an egress", () => {
  const leafIn = (leaf: MeshLeaf | undefined): X509Certificate | null =>
    leaf !== undefined && "chain" in leaf && leaf.chain[0] !== undefined ? new X509Certificate(leaf.chain[0]) : null;

  test("gets a leaf in each mesh with mTLS, by Kuma's names; what a mesh lacks keeps it from no other", async () => {
    const csrs = { default: await csrFor(), plain: await csrFor(), nowhere: await csrFor(), broken: "x" };
    await org.apply([mtlsMesh("broken")]);
    const join = await joining(OUT, { csrs });
    const [answer] = (await send(plane, org, relay, join)).answers;
    if (answer === undefined || "refused" in answer) throw new Error("refused");
    expect(answer.chains).toMatchObject({
      plain: { chain: [], expiresAt: null },
      nowhere: { refused: "mesh: mesh of name nowhere is not found" },
      broken: { refused: "csr: must be base64 of a PKCS #10 request" },
    });
    expect(leafIn(answer.chains?.default)?.subjectAltName).toBe(
      "URI:spiffe://default/zone-egress, URI:kuma://kuma.io/service/zone-egress",
    );
    // Beside the relay's intermediate, which has no name.
    const audited = await org.store.certificates({ mesh: "default", size: 9 });
    expect(audited.map(({ name, zone }) => `${zone} ${name}`).sort()).toEqual(["east ", "east .out"]);

    const renewal = {
      type: "ZoneEgress",
      mesh: "",
      name: "out",
      registration: join.registration,
      owner: "stream",
    } as const;
    const sequence = (await org.store.heads()).sequence;
    const [again] = (await send(plane, org, relay, { ...renewal, csrs: { default: await csrFor() } })).answers;
    expect(again).toMatchObject({ chains: { default: { chain: [expect.any(String), expect.any(String)] } } });
    expect((await org.store.heads()).sequence).toBe(sequence);
    expect(refusals(await send(plane, org, relay, { ...renewal, registration: "other" }))).toEqual([
      "registration: it is not the zone egress's current registration in this zone; join again",
    ]);
    expect(refusals(await send(plane, org, relay, { ...renewal, type: "ZoneIngress" }))).toEqual([
      "registration: it is not the zone ingress's current registration in this zone; join again",
    ]);
    const revoked = Buffer.from(tokenIdOf(join.token ?? "")).toString("base64");
    await org.apply([{ type: "GlobalSecret", name: "zone-token-revocations", data: revoked }]);
    expect(refusals(await send(plane, org, relay, renewal))).toEqual([
      "token: the token that it joined with has been revoked; join again with another",
    ]);
  });

  test("may ask for no name but its own, and an ingress for none", async () => {
    const csrs = { default: await csrFor(["spiffe://default/web"]) };
    const [answer] = (await send(plane, org, relay, await joining(OUT, { csrs }))).answers;
    expect(answer).toMatchObject({
      chains: { default: { refused: "csr: it asks for spiffe://default/web, which this zone egress is not" } },
    });
    const [ingress] = (await send(plane, org, relay, await joining(IN, { csrs }))).answers;
    expect(ingress).toEqual({ registration: expect.any(String), chain: [], expiresAt: null });
  });

  test("that the zone's issuer named is in the audit though it has left since, and another zone's is not", async () => {
    await org.apply([{ ...OUT, name: "there", zone: "west" }]);
    expect(await refusalOf(OUT)).toBeNull();
    const issued = (number: number, name: string): RelayEvent => ({
      kind: "issued",
      number,
      mesh: "default",
      name,
      serial: `serial-${number}`,
      notAfter: "2026-03-05T00:00:00.000Z",
      issuer: "zone",
      tokenId: "t",
    });
    await report(issued(1, ".out"), issued(2, ".there"), issued(3, ".nobody"), issued(4, "out"));
    expect((await org.store.certificates({ size: 9 })).map(({ name, serial }) => [name, serial])).toEqual([
      [".out", "serial-1"],
      [".nobody", "serial-3"],
      ["out", "serial-4"],
    ]);
  });
});
