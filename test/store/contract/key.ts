// Contract of credentials, issuers and signing keys.
import { expect, test } from "vitest";
import type { SealedPage } from "#store/face/sealed.ts";
import type { Harness } from "#test/store/harness.ts";
import { anEnrolment, anIssuer, aStep } from "#test/store/samples.ts";
import { faultOf } from "./commit.ts";

export function keyContract(harness: Harness): void {
  test("a credential is found by its id, listed by its kind, and revoked once", async () => {
    const store = harness.fresh();
    const api = anEnrolment("a1", { kind: "api", zone: null, expiresAt: null, scopes: ["admin", "secret:reveal"] });
    await store.addCredential(api);
    await store.addCredential(anEnrolment("e1"));
    expect(await store.credential("a1")).toEqual(api);
    expect(await store.credential("a2")).toBeNull();
    expect((await store.listCredentials("enrolment")).map(({ id }) => id)).toEqual(["e1"]);
    expect(await store.revokeCredential("a1", "2026-02-01")).toBe(true);
    expect(await store.revokeCredential("a1", "2026-03-01")).toBe(true);
    expect(await store.revokeCredential("a2", "2026-03-01")).toBe(false);
    expect((await store.credential("a1"))?.revokedAt).toBe("2026-02-01");
    expect((await store.credential("e1"))?.revokedAt).toBeNull();
    await faultOf(store.addCredential(api), "conflict");
  });

  test("a token's last use is written where none as late is known", async () => {
    const [store, other] = [harness.fresh(), harness.fresh()];
    const at = (minute: number): string => `2026-02-01T00:${String(minute).padStart(2, "0")}:00.000Z`;
    for (const one of [store, other]) await one.addCredential(anEnrolment("a1", { kind: "api", zone: null }));
    const used = async () => (await store.credential("a1"))?.lastUsedAt;
    expect(await used()).toBeNull();
    await store.noteUse("a1", at(5), at(0));
    expect(await used()).toBe(at(5));
    // Another process that read the row before.
    await store.noteUse("a1", at(6), at(1));
    await store.noteUse("a1", at(9), at(4));
    expect(await used()).toBe(at(5));
    await store.noteUse("a1", at(11), at(5));
    expect((await store.listCredentials("api")).map(({ lastUsedAt }) => lastUsedAt)).toEqual([at(11)]);
    await store.noteUse("nosuch", at(11), at(6));
    expect((await other.credential("a1"))?.lastUsedAt).toBeNull();
  });

  test("a token's line has all that it was minted by, and nothing of another organisation", async () => {
    const [store, other] = [harness.fresh(), harness.fresh()];
    const api = (id: string, mintedBy: string | null) =>
      anEnrolment(id, { kind: "api", zone: null, mintedBy, scopes: ["read"], expiresAt: null });
    for (const one of [api("root", null), api("ann", "root"), api("ann2", "ann"), api("bob", "root")])
      await store.addCredential(one);
    await other.addCredential(api("root", "foreign"));
    await other.addCredential(api("foreign", null));
    const ids = async (...of: readonly string[]) => (await store.lineage(of)).map(({ id }) => id).sort();
    expect(await ids("ann2")).toEqual(["ann", "ann2", "root"]);
    expect(await ids("ann2", "bob", "nosuch")).toEqual(["ann", "ann2", "bob", "root"]);
    expect(await ids()).toEqual([]);
    const named = await store.credentialNames(["bob", "nosuch", "foreign"]);
    expect([...named]).toEqual([["bob", (await store.credential("bob"))?.name]]);
    expect((await store.credentialNames([])).size).toBe(0);
    expect(await store.lineage(["bob"])).toContainEqual({
      ...{ id: "bob", mintedBy: "root", scopes: ["read"], expiresAt: null, revokedAt: null },
    });
  });

  test("sealed texts are found in every table, and replaced where they still stand, in their own row and organisation", async () => {
    const [store, other] = [harness.fresh(), harness.fresh()];
    const text = (name: string): string => `v1.k1.${name}`;
    const key = { purpose: "p", mesh: "", publicJwk: "{}", createdAt: "1" };
    for (const one of [store, other]) {
      await one.addSigningKey({ ...key, kid: "a", sealedKey: text("a") });
      await one.addSigningKey({ ...key, kid: "b", sealedKey: text("b") });
      const plan = {
        id: "p1",
        epoch: 1,
        revision: 0,
        actor: "a",
        reason: "",
        createdAt: "2026-01-01T00:00:00.000Z",
        expiresAt: "2999-01-02T00:00:00.000Z",
        body: "{}",
      };
      await one.addPlan(plan, [text("part-0"), text("part-1")], { keep: 9, notices: [] });
      await one.record({ issuers: { put: [anIssuer("held", { sealedKey: text("held") }), anIssuer("theirs")] } });
    }
    const pages = async () => {
      const found: [SealedPage["table"], SealedPage["rows"][number]][] = [];
      let from: SealedPage["next"] = null;
      do {
        const { table, rows, next }: SealedPage = await store.sealedPage(from);
        found.push(...rows.map((row) => [table, row] as (typeof found)[number]));
        from = next;
      } while (from !== null);
      return found;
    };
    const found = await pages();
    expect(found.map(([table, { sealed_key, sealed }]) => [table, sealed_key ?? sealed]).sort()).toEqual([
      ["issuer", text("held")],
      ["plan_part", text("part-0")],
      ["plan_part", text("part-1")],
      ["signing_key", text("a")],
      ["signing_key", text("b")],
    ]);
    const [, row] = found.find(([, { kid }]) => kid === "a")!;
    const change = { row, before: text("a"), after: "v1.k2.a" };
    const gone = { row, before: text("b"), after: "v1.k2.b" };
    expect(await store.replaceSealed("signing_key", [gone, change])).toEqual([change]);
    expect(await store.replaceSealed("signing_key", [change])).toEqual([]);
    const keys = async (of: typeof store) => (await of.signingKeys("p", "")).map(({ sealedKey }) => sealedKey).sort();
    expect(await keys(store)).toEqual([text("b"), "v1.k2.a"]);
    expect(await keys(other)).toEqual([text("a"), text("b")]);
    await faultOf(store.sealedPage({ table: "credential", after: [] }), "invalid");
  });

  test("an issuer is its newest certificate, by mesh and key, and a revocation stays whoever writes it again", async () => {
    const store = harness.fresh();
    const [one, other, elsewhere] = [
      anIssuer("a"),
      anIssuer("b", { sealedKey: "sealed" }),
      anIssuer("a", { mesh: "m2" }),
    ];
    await store.record({ issuers: { put: [other, one, elsewhere] } });
    expect(await store.issuers()).toEqual([one, other, elsewhere]);
    const revoked = { ...one, revokedAt: "2026-01-02", revokedBy: "token:t" };
    const before = await store.heads();
    await store.commit(aStep({ issuers: { put: [revoked], drop: [other] } }));
    expect((await store.heads()).sequence).toBe(before.sequence + 1);
    expect(await store.issuers("m")).toEqual([revoked]);
    const renewed = { certificatePem: "newer", notAfter: "2026-01-09", root: "other-root" };
    await store.record({ issuers: { put: [{ ...one, ...renewed, zone: "elsewhere" }] } });
    expect(await store.issuers("m")).toEqual([{ ...revoked, ...renewed }]);
    expect(await store.issuers("m2")).toEqual([elsewhere]);
  });

  test("signing keys come newest first, by mesh and purpose", async () => {
    const store = harness.fresh();
    const key = (kid: string, purpose: string, mesh: string) => ({
      purpose,
      mesh,
      kid,
      publicJwk: "{}",
      sealedKey: "sealed",
      createdAt: `2026-01-0${kid}`,
    });
    const rows = [
      key("1", "dataplane-token", "m1"),
      key("2", "dataplane-token", "m1"),
      key("1", "dataplane-token", "m2"),
      key("1", "envelope", ""),
    ];
    for (const row of rows) await store.addSigningKey(row);
    expect(await store.signingKeys("dataplane-token", "m1")).toEqual([rows[1], rows[0]]);
    expect(await store.signingKeys("dataplane-token")).toHaveLength(3);
    expect(await store.signingKeys("envelope", "")).toEqual([rows[3]]);
    expect(await store.signingKeys("user-token")).toEqual([]);
    await faultOf(store.addSigningKey(key("1", "envelope", "")), "conflict");
  });
}
