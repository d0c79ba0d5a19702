// Contract of published snapshots: never backwards, whole, and forgotten in time.
import { expect, test } from "vitest";
import type { SharedText } from "#store/face/snapshot.ts";
import type { TenantStore } from "#store/store.ts";
import { digest } from "#test/digest.ts";
import type { Harness } from "#test/store/harness.ts";
import { aHead, anEnrolment, aSnapshot } from "#test/store/samples.ts";
import { faultOf } from "./commit.ts";

const DAY = 24 * 3600 * 1000;

export function snapshotContract(harness: Harness): void {
  const enrolled = async (...relays: string[]): Promise<TenantStore> => {
    const store = harness.fresh();
    for (const relay of relays) {
      await store.addCredential(anEnrolment(relay, { expiresAt: null }));
      await store.enrol(relay, aHead(relay));
    }
    return store;
  };

  test("a snapshot gives blobs, manifest and the heads of all relays of its zone", async () => {
    const store = await enrolled("r1", "r2");
    await store.addCredential(anEnrolment("w", { zone: "west", expiresAt: null }));
    await store.enrol("w", aHead("w", { zone: "west" }));
    const blobs = new Map([
      ["h1", "one"],
      ["h2", 'zw"ei 🦊'],
      ["h3", "x".repeat(1_800_000)],
    ]);
    expect(await store.publish(aSnapshot(5, { blobs }))).toBe(true);
    const pointed = { epoch: 1, sequence: 5, version: "version-5" };
    expect(await store.zoneHeads("east")).toEqual([aHead("r1", pointed), aHead("r2", pointed)]);
    expect(await store.newest("east", "r2")).toEqual({ version: "version-5", envelope: "envelope-5" });
    expect(await store.newest("west", "w")).toEqual({ version: "", envelope: "" });
    expect(await store.newest("east", "w")).toBeNull();
    expect(await store.zoneHead("west", "w")).toMatchObject({ sequence: 0, version: "" });
    expect(await store.manifest("east", "version-5")).toBe('{"sequence":5}');
    expect(await store.manifest("west", "version-5")).toBeNull();
    expect(await store.blobs(["h3", "h1", "none", "h2"])).toEqual(blobs);
    expect(await store.blobs([])).toEqual(new Map());
    expect(await store.missingBlobs(["h9", "h1", "h0"])).toEqual(["h9", "h0"]);
  });

  test("an older (epoch, sequence) is ignored whole; the same one may come again", async () => {
    const store = await enrolled("r1");
    await store.publish(aSnapshot(5));
    expect(await store.publish(aSnapshot(4))).toBe(false);
    expect(await store.manifest("east", "version-4")).toBeNull();
    expect(await store.missingBlobs(["blob-4"])).toEqual(["blob-4"]);
    expect(await store.publish(aSnapshot(5, { envelope: "again" }))).toBe(true);
    expect(await store.publish(aSnapshot(1, { epoch: 2 }))).toBe(true);
    expect(await store.publish(aSnapshot(9))).toBe(false);
    expect(await store.zoneHead("east", "r1")).toMatchObject({ epoch: 2, sequence: 1, version: "version-1" });
  });

  test("snapshots in any order at once end at the newest", async () => {
    const store = await enrolled("r1");
    const outcomes = await Promise.all([7, 3, 9, 1, 8, 2].map((sequence) => store.publish(aSnapshot(sequence))));
    expect(outcomes[2]).toBe(true);
    expect(await store.zoneHead("east", "r1")).toMatchObject({ sequence: 9, version: "version-9" });
  });

  test("a blob that is there stays, and a version that comes back moves to its newest place", async () => {
    const store = await enrolled("r1");
    await store.publish(aSnapshot(1, { blobs: new Map([["h", "first"]]) }));
    await store.publish(aSnapshot(2, { blobs: new Map([["h", "second"]]) }));
    expect(await store.blobs(["h"])).toEqual(new Map([["h", "first"]]));
    expect(await store.publish(aSnapshot(3, { version: "version-1" }))).toBe(true);
    expect(await store.zoneHead("east", "r1")).toMatchObject({ sequence: 3, version: "version-1" });
  });

  test("manifests live 7 days, and the last 50 longer", async () => {
    const store = await enrolled("r1");
    const known = async (...sequences: number[]) =>
      (await Promise.all(sequences.map((sequence) => store.manifest("east", `version-${sequence}`)))).map(
        (manifest) => manifest !== null,
      );
    for (let sequence = 1; sequence <= 51; sequence++) await store.publish(aSnapshot(sequence));
    expect(await known(1, 2)).toEqual([true, true]);
    harness.now += 7 * DAY + 1;
    await store.publish(aSnapshot(52, { blobs: new Map() }));
    expect(await known(1, 2, 3, 51, 52)).toEqual([false, false, true, true, true]);
    // Version 3 comes back as the newest, so 4 is the oldest of the 50, and falls to the next.
    await store.publish(aSnapshot(53, { version: "version-3" }));
    expect(await known(3, 4, 5)).toEqual([true, true, true]);
    await store.publish(aSnapshot(54));
    expect(await known(3, 4, 5)).toEqual([true, false, true]);
  });

  /** More than any row takes, of which an envelope has only its own beside it. */
  const aShared = (letter: string): SharedText => ({
    hash: `shared-${letter}`,
    text: `${letter.repeat(2_100_000)}`,
  });
  const envelopes = async (store: TenantStore, ...relays: readonly string[]): Promise<readonly string[]> =>
    Promise.all(relays.map(async (relay) => digest((await store.newest(relay, relay))?.envelope ?? "")));

  test("what envelopes share is stored once, is there as long as a head names it, and each relay is given the whole", async () => {
    const tenant = harness.freshTenant();
    const [one, other] = [harness.store, harness.over(harness.tenants)].map((store) => store.within(tenant)) as [
      TenantStore,
      TenantStore,
    ];
    for (const zone of ["east", "west"]) {
      await one.addCredential(anEnrolment(zone, { zone, expiresAt: null }));
      await one.enrol(zone, aHead(zone, { zone }));
    }
    const [first, second] = [aShared("a"), aShared("b")];
    const parts = async (): Promise<readonly unknown[]> => {
      const sql =
        "SELECT hash, COUNT(*), SUM(length(body)) FROM envelope_part WHERE tenant_id = ?1 GROUP BY hash ORDER BY hash";
      return (await harness.tenants.batch([{ sql, params: [tenant] }]))[0]?.rows ?? [];
    };
    const publish = (store: TenantStore, zone: string, sequence: number, shared: SharedText): Promise<boolean> =>
      store.publish(aSnapshot(sequence, { zone, envelope: `own.${zone}${sequence}.signature`, shared }));
    const whole = (zone: string, sequence: number, { text }: SharedText): string =>
      digest(`own.${zone}${sequence}${text}.signature`);

    await publish(one, "east", 1, first);
    await publish(one, "west", 2, first);
    expect(await parts()).toEqual([[first.hash, 3, first.text.length]]);
    expect(await envelopes(one, "east", "west")).toEqual([whole("east", 1, first), whole("west", 2, first)]);

    await publish(other, "east", 3, second);
    expect((await parts()).map((row) => (row as readonly unknown[])[0])).toEqual([first.hash, second.hash]);
    await publish(other, "west", 4, second);
    await publish(other, "east", 5, aShared("c"));
    await publish(other, "west", 6, aShared("c"));
    expect((await parts()).map((row) => (row as readonly unknown[])[0])).toEqual([second.hash, "shared-c"]);
    // It believes what it stored to be there still. What no head names goes when something new comes.
    expect(await publish(one, "east", 7, first)).toBe(true);
    expect((await parts()).map((row) => (row as readonly unknown[])[0])).toEqual([first.hash, "shared-c"]);
    expect(await envelopes(other, "east", "west")).toEqual([whole("east", 7, first), whole("west", 6, aShared("c"))]);

    await one.publish(aSnapshot(8, { zone: "east", envelope: "whole.again.signature" }));
    expect(await envelopes(one, "east")).toEqual([digest("whole.again.signature")]);
  });

  test("what no row can hold is refused with its hash and size", async () => {
    const store = await enrolled("r1");
    const blobs = new Map([
      ["fine", "x"],
      ["huge", "é".repeat(950_001)],
    ]);
    const fault = await faultOf(store.publish(aSnapshot(1, { blobs })), "too-large");
    expect(fault.message).toContain("blob huge of zone east takes 1900002 bytes");
    expect(await store.missingBlobs(["fine"])).toEqual(["fine"]);
  });

  test("4,000 blobs of a first compile are one batch", async () => {
    const store = await enrolled("r1");
    const blobs = new Map(Array.from({ length: 4000 }, (_, i) => [`hash-${i}`, `{"body":"${"x".repeat(1500)}${i}"}`]));
    await store.publish(aSnapshot(1, { blobs }));
    expect(await store.missingBlobs([...blobs.keys()])).toEqual([]);
    expect((await store.blobs([...blobs.keys()])).size).toBe(4000);
  });
}
