// Contract of credentials, issuers and signing keys.
import { expect, test } from "vitest";
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
