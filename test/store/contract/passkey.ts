// Contract of passkeys: known once, challenges spent once, counts that rise, and one way in that is always left.
import { expect, test } from "vitest";
import type { UserRow } from "#store/face/account.ts";
import type { PasskeyRow, Spent } from "#store/face/passkey.ts";
import type { Harness } from "#test/store/harness.ts";
import { faultOf } from "./commit.ts";

let made = 0;
const AT = "2026-01-01T00:00:00.000Z";

function aUser(): UserRow {
  made += 1;
  const id = `keyed-${made}`;
  return { id, name: "Ann", email: `${id}@example.com`, emailVerified: false, secondFactor: false, createdAt: AT };
}

function aPasskey(user: string, part: Partial<PasskeyRow> = {}): PasskeyRow {
  made += 1;
  return {
    id: `passkey-${made}`,
    user,
    name: "Phone",
    credentialId: `credential-${made}`,
    publicKey: { kty: "EC", crv: "P-256", x: "x", y: "y", alg: "ES256" },
    signCount: 0,
    isBackupEligible: true,
    isBackedUp: false,
    aaguid: "00000000-0000-0000-0000-000000000000",
    createdAt: `2026-01-01T00:00:00.${String(made).padStart(3, "0")}Z`,
    lastUsedAt: null,
    ...part,
  };
}

function aChallenge(part: Partial<Spent> = {}): Spent {
  made += 1;
  return { digest: `digest-${made}`, at: AT, expiresAt: "2026-01-01T00:05:00.000Z", ...part };
}

export function passkeyContract(harness: Harness): void {
  const account = (user: string, provider: string, password: string | null): Promise<unknown> => {
    made += 1;
    const params = [`account-${made}`, `subject-${made}`, provider, user, password, AT];
    const sql = `INSERT INTO account (id, account_id, provider_id, user_id, password, created_at, updated_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)`;
    return harness.directory.batch([{ sql, params }]);
  };
  const fresh = async (): Promise<UserRow> => {
    const user = aUser();
    await harness.store.accounts.addUser(user);
    return user;
  };

  test("is found by its credential, listed to its owner, renamed by nobody else", async () => {
    const { passkeys } = harness.store;
    const [ann, bob] = [await fresh(), await fresh()];
    const [phone, key] = [aPasskey(ann.id), aPasskey(ann.id, { name: "Key", signCount: 5, isBackupEligible: false })];
    for (const one of [phone, key]) await passkeys.addPasskey(one, aChallenge());
    expect(await passkeys.findPasskey(key.credentialId)).toEqual(key);
    expect(await passkeys.findPasskey("another")).toBeNull();
    expect(await passkeys.listPasskeys(ann.id)).toEqual([phone, key]);
    expect(await passkeys.listPasskeys(bob.id)).toEqual([]);
    expect(await passkeys.renamePasskey(bob.id, key.id, "Mine")).toBe(false);
    expect(await passkeys.renamePasskey(ann.id, key.id, "Blue key")).toBe(true);
    expect(await passkeys.findPasskey(key.credentialId)).toEqual({ ...key, name: "Blue key" });
  });

  test("one that is known is refused to everybody, and so is a challenge that was answered: nothing is written", async () => {
    const { passkeys, accounts } = harness.store;
    const [ann, bob] = [await fresh(), await fresh()];
    const [phone, challenge] = [aPasskey(ann.id), aChallenge()];
    await passkeys.addPasskey(phone, challenge);
    const again = aPasskey(bob.id, { credentialId: phone.credentialId });
    expect((await faultOf(passkeys.addPasskey(again, aChallenge()), "conflict")).message).toMatch(/registered already/);
    const replayed = passkeys.addPasskey(aPasskey(bob.id), challenge);
    expect((await faultOf(replayed, "conflict")).message).toMatch(/answered before/);
    expect(await passkeys.listPasskeys(bob.id)).toEqual([]);
    // A challenge is spent only by what was written.
    const other = aChallenge();
    await faultOf(passkeys.addPasskey(again, other), "conflict");
    await passkeys.addPasskey(aPasskey(bob.id), other);
    const cid = aUser();
    await faultOf(
      passkeys.addUserWithPasskey({ ...cid, email: ann.email }, aPasskey(cid.id), aChallenge()),
      "conflict",
    );
    await faultOf(passkeys.addUserWithPasskey(cid, aPasskey(cid.id), challenge), "conflict");
    expect(await accounts.findUser({ id: cid.id })).toBeNull();
    const first = aPasskey(cid.id);
    await passkeys.addUserWithPasskey(cid, first, aChallenge());
    expect(await accounts.findUser({ id: cid.id })).toEqual(cid);
    expect(await passkeys.listPasskeys(cid.id)).toEqual([first]);
  });

  test("a spent challenge is remembered until it ends, and no longer", async () => {
    const { passkeys } = harness.store;
    const ann = await fresh();
    const challenge = aChallenge();
    await passkeys.addPasskey(aPasskey(ann.id), challenge);
    await passkeys.addPasskey(aPasskey(ann.id), aChallenge({ at: challenge.expiresAt }));
    await faultOf(passkeys.addPasskey(aPasskey(ann.id), challenge), "conflict");
    await passkeys.addPasskey(aPasskey(ann.id), aChallenge({ at: "2026-01-01T00:05:00.001Z" }));
    const sql = "SELECT count(*) FROM spent_challenge WHERE digest = ?1";
    const [left] = await harness.directory.batch([{ sql, params: [challenge.digest] }]);
    expect(Number(left?.rows[0]?.[0])).toBe(0);
  });

  test("a count only rises, unless there is none; a sign-in is noted once for its challenge", async () => {
    const { passkeys } = harness.store;
    const ann = await fresh();
    const phone = aPasskey(ann.id);
    await passkeys.addPasskey(phone, aChallenge());
    const use = (signCount: number, spent = aChallenge()): Promise<boolean> =>
      passkeys.usePasskey(phone.id, { signCount, isBackedUp: true }, spent);
    expect(await use(0)).toBe(true);
    expect(await use(0)).toBe(true);
    expect(await use(3)).toBe(true);
    expect(await use(3)).toBe(false);
    expect(await use(2)).toBe(false);
    expect(await use(0)).toBe(false);
    const challenge = aChallenge({ at: "2026-01-01T00:01:00.000Z" });
    expect(await use(4, challenge)).toBe(true);
    await faultOf(use(5, challenge), "conflict");
    expect(await passkeys.findPasskey(phone.credentialId)).toMatchObject({
      signCount: 4,
      isBackedUp: true,
      lastUsedAt: challenge.at,
    });
  });

  test("the last way in stays: a passkey, a password or an account at a provider", async () => {
    const { passkeys } = harness.store;
    const [ann, bob] = [await fresh(), await fresh()];
    const [phone, key] = [aPasskey(ann.id), aPasskey(ann.id)];
    for (const one of [phone, key]) await passkeys.addPasskey(one, aChallenge());
    // Who has another way in removes nobody else's.
    await account(bob.id, "credential", "a hash");
    expect(await passkeys.removePasskey(bob.id, phone.id)).toBe("absent");
    expect(await passkeys.listPasskeys(ann.id)).toHaveLength(2);
    expect(await passkeys.removePasskey(ann.id, phone.id)).toBe("removed");
    expect(await passkeys.removePasskey(ann.id, phone.id)).toBe("absent");
    expect(await passkeys.removePasskey(ann.id, key.id)).toBe("last");
    // A row for passwords that has none is no way in.
    await account(ann.id, "credential", null);
    expect(await passkeys.removePasskey(ann.id, key.id)).toBe("last");
    expect(await passkeys.otherWaysIn(ann.id)).toEqual({ password: false, logins: [] });
    const bobs = aPasskey(bob.id);
    await passkeys.addPasskey(bobs, aChallenge());
    expect(await passkeys.removePasskey(bob.id, bobs.id)).toBe("removed");
    await account(ann.id, "okta", null);
    const { password, logins } = await passkeys.otherWaysIn(ann.id);
    expect([password, logins]).toEqual([false, [{ id: expect.any(String), provider: "okta", createdAt: AT }]]);
    expect(await passkeys.removePasskey(ann.id, key.id)).toBe("removed");
    const [login = { id: "" }] = logins;
    expect(await passkeys.removeLogin(bob.id, login.id)).toBe("absent");
    expect((await passkeys.otherWaysIn(ann.id)).logins).toHaveLength(1);
    expect(await passkeys.removeLogin(ann.id, login.id)).toBe("last");
    await passkeys.addPasskey(aPasskey(ann.id), aChallenge());
    expect(await passkeys.removeLogin(ann.id, login.id)).toBe("removed");
    expect(await passkeys.otherWaysIn(bob.id)).toEqual({ password: true, logins: [] });
  });

  test("they end with their person", async () => {
    const { passkeys, accounts } = harness.store;
    const ann = await fresh();
    const phone = aPasskey(ann.id);
    await passkeys.addPasskey(phone, aChallenge());
    await accounts.deleteUser(ann.id);
    expect(await passkeys.findPasskey(phone.credentialId)).toBeNull();
  });
}
