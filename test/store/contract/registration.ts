// Contract of registrations, event numbers and proofs.
import { expect, onTestFinished, test } from "vitest";
import { ProofRepeated } from "#store/conflict.ts";
import type { Harness } from "#test/store/harness.ts";
import { aCommit, aHead, anEnrolment, aRegistration, aStep, keyOf, put, remove } from "#test/store/samples.ts";
import { faultOf } from "./commit.ts";

export function registrationContract(harness: Harness): void {
  const D = keyOf("d", { type: "Dataplane" });
  const gone = (id: string, name = "d") => ({ gone: { mesh: "default", name, id } });

  test("a join replaces the life before it", async () => {
    const store = harness.fresh();
    const second = aRegistration("d", "life-2", { relay: "r2", owner: "user", online: false });
    await store.commit(aStep({ registrations: [{ set: aRegistration("d", "life-1") }] }));
    await store.commit(aStep({ registrations: [{ set: second }] }));
    expect(await store.registrations({ mesh: "default" })).toEqual([second]);
    expect(await store.registrations({ zone: "east" })).toEqual([second]);
    expect(await store.registrations({ zone: "west" })).toEqual([]);
  });

  test("what a proxy runs is kept with its life, and goes with it", async () => {
    const store = harness.fresh();
    const versions = (version: string) => ({
      program: { name: "kuma-dp" as const, version: "2.14.0", gitTag: "v2'14", gitCommit: "", buildDate: "" },
      envoy: { version, build: `sha/${version}` },
      dependencies: { coredns: "1.11.1" },
    });
    const told = aRegistration("d", "life-1", { versions: versions("1.39.0") });
    await store.commit(aStep({ registrations: [{ set: told }, { set: aRegistration("e", "life-2") }] }));
    expect(await store.registrations({})).toEqual([told, aRegistration("e", "life-2")]);
    expect((await store.readMesh("default")).registrations).toEqual([told, aRegistration("e", "life-2")]);
    const next = { ...told, versions: versions("1.40.0") };
    await store.commit(aStep({ registrations: [{ set: next }] }));
    expect((await store.registrations({}))[0]).toEqual(next);
    await store.commit(aStep({ registrations: [{ set: aRegistration("d", "life-3") }] }));
    expect((await store.registrations({}))[0]?.versions).toBeUndefined();
  });

  test("the end of a stream's life takes the row and the resource; the end of another life is ignored", async () => {
    const store = harness.fresh();
    const joined = { registrations: [{ set: aRegistration("d", "life-2") }], writes: [put(D)] };
    await store.commit(aStep(joined));
    const late = await store.commit(aStep({ registrations: [gone("life-1")], writes: [remove(D)] }));
    expect(late.sequence).toBe(2);
    expect(await store.registrations({})).toHaveLength(1);
    expect((await store.get(D))?.etag).toBe("1-1");
    await store.commit(aStep({ registrations: [gone("life-1"), gone("life-2")], writes: [remove(D)] }));
    expect(await store.registrations({})).toEqual([]);
    expect(await store.get(D)).toBeNull();
  });

  test("a late end in a revision leaves no history either", async () => {
    const store = harness.fresh();
    await store.commit(aStep({ registrations: [{ set: aRegistration("d", "life-2") }], writes: [put(D)] }));
    await store.commit(aCommit([remove(D)], { registrations: [gone("life-1")] }));
    expect((await store.revisions({ size: 1 }))[0]?.changes).toEqual([]);
  });

  test("the end of a user's life leaves the row, offline", async () => {
    const store = harness.fresh();
    await store.commit(
      aStep({ registrations: [{ set: aRegistration("d", "life-1", { owner: "user" }) }], writes: [put(D)] }),
    );
    await store.commit(aStep({ registrations: [gone("life-1")], writes: [remove(D)] }));
    const since = new Date(harness.now).toISOString();
    expect(await store.registrations({})).toEqual([
      aRegistration("d", "life-1", { owner: "user", online: false, since }),
    ]);
    expect(await store.get(D)).not.toBeNull();
  });

  test.each([
    ["join, end of the old, ", [{ set: "2" }, { gone: "1" }], ["2"], true],
    ["end of the old, join", [{ gone: "1" }, { set: "2" }], ["2"], false],
    ["end of the old, join, and the same end again", [{ gone: "1" }, { set: "2" }, { gone: "1" }], ["2"], true],
    ["join, end, join again under the old id", [{ set: "2" }, { gone: "1" }, { set: "1" }], ["1"], false],
    ["join, its own end", [{ set: "2" }, { gone: "2" }], [], false],
    ["join, its own end, join", [{ set: "2" }, { gone: "2" }, { set: "3" }], ["3"], false],
  ] as const)("within one report the order counts: %s", async (_, list, left, resourceStays) => {
    const store = harness.fresh();
    await store.commit(aStep({ registrations: [{ set: aRegistration("d", "1") }], writes: [put(D)] }));
    const registrations = list.map((write) =>
      "set" in write ? { set: aRegistration("d", write.set) } : gone(write.gone),
    );
    await store.commit(aStep({ registrations, writes: resourceStays ? [remove(D)] : [] }));
    expect((await store.registrations({})).map(({ id }) => id)).toEqual(left);
    expect(await store.get(D)).not.toBeNull();
  });

  test("deleting a Dataplane ends its registration; other names and kinds stay", async () => {
    const store = harness.fresh();
    const sets = ["d", "e"].map((name) => ({ set: aRegistration(name, `life-${name}`, { owner: "user" as const }) }));
    await store.commit(aCommit([put(D), put(keyOf("e"))], { registrations: sets }));
    await store.commit(aCommit([remove(D), remove(keyOf("e"))]));
    expect((await store.registrations({})).map(({ name }) => name)).toEqual(["e"]);
  });

  test("event numbers only rise, and a repeat changes nothing", async () => {
    const store = harness.fresh();
    for (const relay of ["r1", "r2"]) {
      await store.addCredential(anEnrolment(relay));
      await store.enrol(relay, aHead(relay));
    }
    const events = (number: number, relay = "r1") => [{ zone: "east", relay, number }];
    await store.commit(aStep({ events: [...events(3), ...events(1, "r2")] }));
    expect((await store.zoneHeads()).map(({ relay, lastEvent }) => [relay, lastEvent])).toEqual([
      ["r1", 3],
      ["r2", 1],
    ]);
    for (const repeated of [events(3), events(2), [...events(9), ...events(1, "r2")], events(9, "unknown")]) {
      const commit = aStep({ events: repeated, registrations: [{ set: aRegistration("d", "x") }] });
      await faultOf(store.commit(commit), "conflict");
    }
    expect(await store.registrations({})).toEqual([]);
    await store.commit(aStep({ events: events(10) }));
    expect((await store.zoneHead("east", "r1"))?.lastEvent).toBe(10);
    expect((await store.zoneHead("east", "r2"))?.lastEvent).toBe(1);
  });

  test("a proof is used once, by commits and records alike; a repeat is told the first status", async () => {
    const store = harness.fresh();
    const proof = { id: "p1", expiresAt: harness.now + 60_000, status: 202 };
    await store.commit(aStep({ proof }));
    expect(await store.proofStatus("p1")).toBe(202);
    expect(await store.proofStatus("p2")).toBeNull();
    const again = { ...proof, status: 500 };
    const repeats = [
      () => store.commit(aStep({ proof: again, writes: [put(D)] })),
      () => store.record({ proof: again }),
    ];
    for (const repeat of repeats) {
      const error = await repeat().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ProofRepeated);
      expect((error as ProofRepeated).status).toBe(202);
    }
    expect(await store.get(D)).toBeNull();
    expect((await store.heads()).sequence).toBe(1);
  });

  test("proofs are forgotten once they have expired", async () => {
    const store = harness.fresh();
    await store.record({ proof: { id: "old", expiresAt: harness.now + 1000, status: 200 } });
    await store.record({ proof: { id: "new", expiresAt: harness.now + 5000, status: 200 } });
    expect(await store.proofStatus("old")).toBe(200);
    harness.now += 1001;
    await store.commit(aStep({ proof: { id: "next", expiresAt: harness.now + 1000, status: 200 } }));
    expect(await Promise.all(["old", "new", "next"].map((id) => store.proofStatus(id)))).toEqual([null, 200, 200]);
  });

  test("issued leaves are kept by issuer and serial, longest-lived first", async () => {
    const store = harness.fresh();
    const leaf = (serial: string, over = {}) => ({
      serial,
      mesh: "m1",
      name: "d",
      zone: "east",
      issuer: "i1",
      notAfter: `2036-01-0${serial}`,
      tokenId: null,
      ...over,
    });
    await store.commit(aStep({ certificates: [leaf("1"), leaf("3")] }));
    await store.record({
      certificates: [
        leaf("2", { mesh: "m2", tokenId: "t2" }),
        leaf("1", { name: "forged" }),
        leaf("1", { issuer: "i2", notAfter: "2037" }),
      ],
    });
    const serials = (await store.certificates({ size: 9 })).map(
      ({ issuer, serial, name, tokenId }) => `${issuer}/${serial}/${name}/${tokenId}`,
    );
    expect(serials).toEqual(["i2/1/d/null", "i1/3/d/null", "i1/2/d/t2", "i1/1/d/null"]);
    const zones = (await store.certificates({ zone: "east", size: 9 })).map(({ zone }) => zone);
    expect([zones.length > 0, zones.every((zone) => zone === "east")]).toEqual([true, true]);
    expect(await store.certificates({ zone: "nowhere", size: 9 })).toEqual([]);
    expect((await store.certificates({ mesh: "m1", size: 2 })).map(({ serial }) => serial)).toEqual(["1", "3"]);
  });

  test("issued leaves are forgotten two weeks after they have expired, when others come, in other tenants none", async () => {
    const [store, other] = [harness.fresh(), harness.fresh()];
    const leaf = (serial: string, seconds: number) => ({
      serial,
      mesh: "m1",
      name: "d",
      zone: "east",
      issuer: "i1",
      notAfter: new Date(harness.now + seconds * 1000).toISOString(),
      tokenId: null,
    });
    const weeks = 14 * 86_400_000;
    const start = harness.now;
    onTestFinished(() => {
      harness.now = start;
    });
    const serials = async (of: typeof store) => (await of.certificates({ size: 9 })).map(({ serial }) => serial);
    await store.commit(aStep({ certificates: [leaf("1", 10), leaf("2", 20), leaf("3", 30)] }));
    await other.record({ certificates: [leaf("1", 10)] });
    harness.now += weeks + 9_000;
    await store.record({ certificates: [leaf("3", 0)] });
    expect(await serials(store)).toEqual(["3", "2", "1"]);
    harness.now += 2_000;
    await store.commit(aStep({ certificates: [leaf("4", 60)] }));
    expect(await serials(store)).toEqual(["4", "3", "2"]);
    harness.now += 10_000;
    await store.record({ certificates: [leaf("5", 60)] });
    expect(await serials(store)).toEqual(["5", "4", "3"]);
    expect(await serials(other)).toEqual(["1"]);
  });
}
