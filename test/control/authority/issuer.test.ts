// Issuers: what signs leaves, what a revocation takes out of every bundle and for how long, and the switch of a mesh. OpenSSL judges the chains.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Json } from "#model/json.ts";
import { bringCa, P256 } from "#test/brought-ca.ts";
import { always, breakable } from "#test/control/breakable.ts";
import {
  type Body,
  client,
  dataplane,
  enrol,
  faultOf,
  mesh,
  mtlsMesh,
  type Org,
  openPlane,
  type Plane,
  proof,
  START,
  signUp,
  type TestRelay,
  zone,
} from "#test/control/harness.ts";
import { csrFor, joinOf, refusals, send, tokenFor } from "#test/control/joining.ts";
import { look } from "#test/control/snapshot-reader.ts";
import { opensslVerify } from "#test/openssl.ts";
import { readCaCertificates } from "#trust/ca-certificate.ts";

const DAY = 86_400_000;
let plane: Plane;
let made = 0;
beforeAll(async () => {
  plane = await openPlane();
});
afterAll(() => plane.close());

interface World {
  readonly org: Org;
  readonly east: TestRelay;
  readonly west: TestRelay;
}

async function world(own: Body = mtlsMesh()): Promise<World> {
  plane.now = START;
  const org = await signUp(plane, `issuers-${++made}`);
  await org.apply([own, zone("east"), zone("west")]);
  return { org, east: await enrol(org, "east"), west: await enrol(org, "west") };
}

/** Joins a dataplane at the relay; its chain. */
async function chainOf({ org }: World, relay: TestRelay, name: string): Promise<readonly string[]> {
  const join = joinOf(dataplane(name, name), await tokenFor(org), { csr: await csrFor() });
  const { answers } = await send(plane, org, relay, join);
  const [answer] = answers;
  if (answer === undefined || !("chain" in answer)) throw new Error(answer?.refused);
  return answer.chain;
}

const issue = async ({ org }: World, relay: TestRelay, csr: string) =>
  (await org.control.writer.issuer(relay, proof(plane), { mesh: "default", csr })).chain;

async function bundleOf({ org }: World, relay: TestRelay): Promise<readonly string[]> {
  await org.settle();
  return (await look(org.control, org.store, relay, null))?.envelope.meshes[0]?.bundle ?? [];
}

function verifies(bundle: readonly string[], [leaf = "", ...rest]: readonly string[]): boolean {
  const options = { rootPem: bundle.join("\n"), chain: rest, partial: true, at: plane.now + 1000 };
  return opensslVerify(leaf, options).ok;
}

describe("the intermediate that a relay holds", () => {
  test("stays one that peers take, whatever tags a dataplane has; those that most have come first", async () => {
    const one = await world();
    const keys = Array.from({ length: 400 }, (_, at) => [`key-${at}-${"x".repeat(100)}`, "v"]);
    const inbound = (tags: object) => [{ port: 8080, tags: { "kuma.io/service": "web", version: "v1", ...tags } }];
    const at = (address: string, tags = {}) => ({ networking: { address, inbound: inbound(tags) } });
    const labels = { "kuma.io/zone": "east" };
    await one.org.apply([
      { ...dataplane("odd-1", "web"), labels, ...at("10.0.0.1", Object.fromEntries(keys)) },
      { ...dataplane("web-1", "web"), labels, ...at("10.0.0.2") },
    ]);
    const [pem = ""] = await issue(one, one.east, await csrFor());
    expect(pem.length).toBeLessThan(16_384);
    const { permittedHosts } = (await readCaCertificates(pem))?.[0] ?? {};
    expect(permittedHosts).toEqual(expect.arrayContaining(["default", "kuma.io", "version"]));
    expect(permittedHosts?.length).toBeGreaterThan(50);
  });
});

describe("the intermediate that the control plane holds", () => {
  test("is one a relay and mesh, signs every leaf, and is there after a restart", async () => {
    const one = await world();
    const [first, second] = [await chainOf(one, one.east, "a"), await chainOf(one, one.east, "b")];
    const other = await chainOf(one, one.west, "c");
    expect(first).toHaveLength(2);
    expect(second[1]).toBe(first[1]);
    expect(other[1]).not.toBe(first[1]);
    const org = one.org.at(plane.reopen());
    expect((await chainOf({ ...one, org }, one.east, "d"))[1]).toBe(first[1]);
    const rows = await org.store.issuers();
    expect(rows.map(({ mesh: of, zone: at, relay }) => [of, at, relay]).sort()).toEqual(
      [one.east, one.west].map((relay) => ["default", relay.zone, relay.relay]),
    );
    expect(rows.every(({ sealedKey }) => sealedKey !== null)).toBe(true);
    const bundle = await bundleOf({ ...one, org }, one.east);
    for (const chain of [first, second, other]) expect(verifies(bundle, chain)).toBe(true);
  });

  test("is renewed under the same key before a leaf would outlive it", async () => {
    const one = await world();
    const [, before] = await chainOf(one, one.east, "a");
    plane.now += 5 * DAY;
    expect((await chainOf(one, one.east, "b"))[1]).toBe(before);
    plane.now += 1.5 * DAY;
    const chain = await chainOf(one, one.east, "c");
    expect(chain[1]).not.toBe(before);
    expect(await one.org.store.issuers()).toHaveLength(1);
    // A zone that holds the older certificate as an anchor trusts what the newer one signs.
    expect(verifies([before as string], chain)).toBe(true);
    const expires = (await one.org.store.certificates({ size: 9 })).find(({ name }) => name === "c")?.notAfter;
    expect(Date.parse(expires ?? "")).toBe(plane.now + DAY);
  });
});

describe("a brought CA", () => {
  const brought = (pathLength: string): Body => {
    const ca = bringCa(P256, [`basicConstraints=critical,CA:TRUE${pathLength}`, "keyUsage=critical,keyCertSign"]);
    const conf: Json = { cert: { inlineString: ca.cert }, key: { inlineString: ca.key.reveal() } };
    return mesh("default", { mtls: { enabledBackend: "own", backends: [{ name: "own", type: "provided", conf }] } });
  };

  test("has intermediates below it, and is left for them on a revocation", async () => {
    const one = await world(brought(""));
    // OpenSSL has made it with the clock of the machine.
    plane.now = Date.now() + DAY;
    const [east, west] = [await chainOf(one, one.east, "a"), await chainOf(one, one.west, "b")];
    const issuer = await issue(one, one.west, await csrFor());
    const bundle = await bundleOf(one, one.west);
    expect(bundle).toHaveLength(1);
    for (const chain of [east, west, issuer]) expect(verifies(bundle, chain)).toBe(true);
    await one.org.control.writer.revokeZone(one.org.admin, "east");
    const after = await bundleOf(one, one.west);
    expect([verifies(after, east), verifies(after, west)]).toEqual([false, true]);
  });

  test("without room for an intermediate signs leaves itself, and no zone issuer", async () => {
    const one = await world(brought(",pathlen:0"));
    plane.now = Date.now() + DAY;
    const chain = await chainOf(one, one.east, "a");
    expect(chain).toHaveLength(1);
    expect(verifies(await bundleOf(one, one.east), chain)).toBe(true);
    expect((await faultOf(issue(one, one.east, await csrFor()))).detail).toContain("path length of 0");
    const seen = await look(one.org.control, one.org.store, one.east, null);
    expect(seen?.envelope.meshes[0]?.mtls).toMatchObject({ enabled: true, zoneIssuer: "unable" });
  });
});

describe("a revoked zone", () => {
  test("is out of every bundle until its last issuer has expired; the others go on", async () => {
    const one = await world();
    const csr = await csrFor();
    const [east, west] = [await chainOf(one, one.east, "a"), await chainOf(one, one.west, "b")];
    const [eastIssuer] = await issue(one, one.east, await csrFor());
    const [westIssuer] = await issue(one, one.west, csr);
    const root = await bundleOf(one, one.west);
    plane.now += DAY / 2;
    expect(await one.org.control.writer.revokeZone(one.org.admin, "east")).toEqual([one.east.relay]);
    const listed = await bundleOf(one, one.west);
    expect(listed).toHaveLength(2);
    expect(listed).toContain(westIssuer);
    expect(listed).not.toContain(eastIssuer);
    expect([verifies(listed, east), verifies(listed, west)]).toEqual([false, true]);
    expect(verifies(listed, [eastIssuer as string, ...root])).toBe(false);

    // A renewal is spread by its own commit, and what it signs verifies in zones that have not heard of it.
    const before = await one.org.store.heads();
    const [renewed] = await issue(one, one.west, csr);
    expect((await one.org.store.heads()).sequence).toBe(before.sequence + 1);
    expect(await bundleOf(one, one.west)).toContain(renewed);
    expect(await bundleOf(one, one.west)).not.toContain(westIssuer);

    // A relay that comes meanwhile is trusted with its first leaf.
    await one.org.apply([zone("north")]);
    const north = await enrol(one.org, "north");
    const chain = await chainOf(one, north, "n");
    expect(verifies(await bundleOf(one, one.west), chain)).toBe(true);

    // The last certificate of east ends 7 days after it was made.
    plane.now += 6.5 * DAY + 1000;
    const again = one.org.at(plane.reopen());
    await again.control.writerOf(again.tenant).recover();
    expect(await bundleOf({ ...one, org: again }, one.west)).toEqual(root);
    expect((await again.store.issuers()).map(({ zone: of }) => of)).not.toContain("east");
  });

  test("stands in the history with who did it; its proxies are gone, and it is answered no more", async () => {
    const one = await world();
    const inEast = { labels: { "kuma.io/zone": "east" } };
    await one.org.apply([
      { ...client("caller", "a"), ...inEast },
      { ...dataplane("kept", "kept"), ...inEast },
    ]);
    await chainOf(one, one.east, "a");
    await send(plane, one.org, one.east, joinOf(dataplane("kept", "kept"), await tokenFor(one.org)));
    await chainOf(one, one.west, "b");
    const caller = { ...one.org.admin, actor: "token:someone" };
    await one.org.control.writer.revokeZone(caller, "east");
    expect(await one.org.store.revisions({ size: 1 })).toMatchObject([
      { actor: "token:someone", reason: "revoke zone east", changes: [] },
    ]);
    expect((await one.org.store.issuers()).filter(({ zone: of }) => of === "east")).toMatchObject([
      { revokedBy: "token:someone", revokedAt: new Date(plane.now).toISOString() },
    ]);
    expect(await one.org.store.registrations({ zone: "east" })).toMatchObject([{ name: "kept", online: false }]);
    const { items } = await one.org.store.list({ type: "Dataplane", offset: 0, size: 9 });
    expect(items.map(({ resource }) => resource.name)).toEqual(["b", "caller", "kept"]);
    expect((await faultOf(issue(one, one.east, await csrFor()))).code).toBe("forbidden");
    // Once more changes nothing, and says the same.
    const heads = await one.org.store.heads();
    expect(await one.org.control.writer.revokeZone(caller, "east")).toEqual([one.east.relay]);
    expect(await one.org.store.heads()).toEqual(heads);
    expect((await faultOf(one.org.control.writer.revokeZone(caller, "nowhere"))).code).toBe("absent");
    const reader = { ...caller, scopes: ["read"] };
    expect((await faultOf(one.org.control.writer.revokeZone(reader, "west"))).code).toBe("forbidden");
  });

  test("one relay of two takes its own issuers along alone; its key is signed for nobody again", async () => {
    const one = await world();
    const second = await enrol(one.org, "west");
    const csr = await csrFor();
    await issue(one, one.west, csr);
    const [first, other] = [await chainOf(one, one.west, "a"), await chainOf(one, second, "b")];
    await one.org.control.writer.revokeRelay(one.org.admin, "west", one.west.relay);
    const bundle = await bundleOf(one, second);
    expect([verifies(bundle, first), verifies(bundle, other)]).toEqual([false, true]);
    expect((await faultOf(issue(one, second, csr))).detail).toContain("make a new one");
    await issue(one, second, await csrFor());
  });

  test("whose revision failed is made good by asking again, and then asked once more changes nothing", async () => {
    const engine = breakable();
    const own = await openPlane({ wrap: engine.wrap });
    try {
      const org = await signUp(own, "acme");
      await org.apply([mesh(), zone()]);
      const [one, two] = [await enrol(org), await enrol(org)];
      await org.settle();
      const revoke = () => org.control.writer.revokeRelay(org.admin, "east", two.relay);
      const named = async (): Promise<readonly string[]> => {
        await org.settle();
        return (await look(org.control, org.store, one, null))?.envelope.relays.map(({ id }) => id) ?? [];
      };
      engine.fail = always("INSERT INTO revision (");
      await expect(revoke()).rejects.toMatchObject({ code: "unavailable" });
      engine.fail = null;
      expect(await named()).toContain(two.relay);
      await revoke();
      expect(await named()).toEqual([one.relay]);
      const heads = await org.store.heads();
      await revoke();
      expect(await org.store.heads()).toEqual(heads);
    } finally {
      await own.close();
    }
  });

  test("where nobody else has a certificate the CA stays, as an empty bundle would check nothing", async () => {
    const one = await world();
    await chainOf(one, one.east, "a");
    await one.org.control.writer.revokeZone(one.org.admin, "east");
    expect(await bundleOf(one, one.west)).toHaveLength(1);
    const chain = await chainOf(one, one.west, "b");
    expect(await bundleOf(one, one.west)).toEqual([chain[1]]);
  });
});

describe("the switch of a mesh", () => {
  test("keeps zones from having issuers, and says so to relays; leaves are signed as before", async () => {
    const one = await world({ ...mtlsMesh(), labels: { "weft.io/zone-issuer": "disabled" } });
    expect((await faultOf(issue(one, one.east, await csrFor()))).detail).toContain("weft.io/zone-issuer");
    expect(await chainOf(one, one.east, "a")).toHaveLength(2);
    await one.org.settle();
    const issuing = async () =>
      (await look(one.org.control, one.org.store, one.east, null))?.envelope.meshes[0]?.mtls.zoneIssuer;
    expect(await issuing()).toBe("off");
    await one.org.apply([{ ...mtlsMesh(), labels: { "weft.io/zone-issuer": "enabled" } }]);
    await one.org.settle();
    expect(await issuing()).toBe("on");
    await issue(one, one.east, await csrFor());
  });

  test("says neither on nor off: refused", async () => {
    const one = await world();
    const fault = await faultOf(one.org.apply([{ ...mtlsMesh(), labels: { "weft.io/zone-issuer": "off" } }]));
    expect(fault.violations).toEqual([expect.stringContaining('must be "enabled" or "disabled"')]);
    expect(
      refusals(await send(plane, one.org, one.east, joinOf(dataplane("a", "a"), await tokenFor(one.org)))),
    ).toEqual([null]);
  });
});
