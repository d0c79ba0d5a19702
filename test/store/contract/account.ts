// Contract of people, their sessions and counted tries.
import { expect, test } from "vitest";
import type { SessionRow, UserRow } from "#store/face/account.ts";
import type { Harness } from "#test/store/harness.ts";
import { faultOf } from "./commit.ts";

let made = 0;

function aUser(part: Partial<UserRow> = {}): UserRow {
  made += 1;
  return {
    id: `user-${made}`,
    name: `Person ${made}`,
    email: `person-${made}@example.com`,
    emailVerified: false,
    secondFactor: false,
    createdAt: "2026-01-01T00:00:00.000Z",
    ...part,
  };
}

function aSession(user: string, part: Partial<SessionRow> = {}): SessionRow {
  made += 1;
  return {
    id: `session-${made}`,
    token: `token-${made}`,
    user,
    createdAt: "2026-01-01T00:00:00.000Z",
    lastSeenAt: "2026-01-01T00:00:00.000Z",
    expiresAt: "2026-01-08T00:00:00.000Z",
    agent: "a browser",
    address: "192.0.2.1",
    ...part,
  };
}

export function accountContract(harness: Harness): void {
  test("a person is found by id and by address in any case; an address is one person's", async () => {
    const { accounts } = harness.store;
    const ann = aUser();
    await accounts.addUser(ann);
    expect(await accounts.findUser({ id: ann.id })).toEqual(ann);
    expect(await accounts.findUser({ email: ann.email.toUpperCase() })).toEqual(ann);
    expect(await accounts.findUser({ email: "nobody@example.com" })).toBeNull();
    await faultOf(accounts.addUser({ ...aUser(), email: ann.email }), "conflict");
    expect(await accounts.renameUser(ann.id, "Ann <script>")).toBe(true);
    expect(await accounts.verifyEmail(ann.id)).toBe(true);
    expect(await accounts.findUser({ id: ann.id })).toEqual({ ...ann, name: "Ann <script>", emailVerified: true });
    expect(await accounts.renameUser("nobody", "x")).toBe(false);
    expect(await accounts.verifyEmail("nobody")).toBe(false);
  });

  test("many are found at once, unknown ones left out", async () => {
    const { accounts } = harness.store;
    const people = Array.from({ length: 120 }, () => aUser());
    for (const person of people) await accounts.addUser(person);
    const ids = people.map(({ id }) => id);
    const found = await accounts.findUsers([...ids, "nobody"]);
    expect(found.map(({ id }) => id).sort()).toEqual([...ids].sort());
    expect(await accounts.findUsers([])).toEqual([]);
  });

  test("a session is found by its token, with its person; seen, listed and ended", async () => {
    const { accounts } = harness.store;
    const [ann, bob] = [aUser({ secondFactor: true }), aUser()];
    for (const person of [ann, bob]) await accounts.addUser(person);
    const [old, here, there] = [
      aSession(ann.id, { expiresAt: "2026-01-01T12:00:00.000Z" }),
      aSession(ann.id, { createdAt: "2026-01-01T01:00:00.000Z" }),
      aSession(ann.id, { createdAt: "2026-01-01T02:00:00.000Z" }),
    ];
    const other = aSession(bob.id);
    for (const one of [old, here, there, other]) await accounts.addSession(one);
    expect(await accounts.sessionOf(here.token)).toEqual({ session: here, user: ann });
    expect(await accounts.sessionOf("no such token")).toBeNull();
    const seen = { lastSeenAt: "2026-01-02T00:00:00.000Z", expiresAt: "2026-01-09T00:00:00.000Z" };
    await accounts.touchSession(here.id, seen);
    expect(await accounts.listSessions(ann.id, "2026-01-02T00:00:00.000Z")).toEqual([there, { ...here, ...seen }]);
    expect(await accounts.endSession(bob.id, here.id), "another person's session").toBe(false);
    expect(await accounts.endSession(ann.id, there.id)).toBe(true);
    expect(await accounts.endSession(ann.id, there.id)).toBe(false);
    expect(await accounts.endSessions(ann.id, here.id)).toBe(1);
    expect(await accounts.sessionOf(old.token)).toBeNull();
    expect(await accounts.endSessions(ann.id, null)).toBe(1);
    expect(await accounts.sessionOf(other.token)).toEqual({ session: other, user: bob });
  });

  test("an address that was proved is its owner's: what was set up under it before ends", async () => {
    const { accounts } = harness.store;
    const [ann, bob] = [aUser({ secondFactor: true }), aUser()];
    for (const person of [ann, bob]) await accounts.addUser(person);
    const [mine, other] = [aSession(ann.id), aSession(bob.id)];
    for (const one of [mine, other]) await accounts.addSession(one);
    await harness.directory.batch(
      [
        [ann.id, "credential"],
        [ann.id, "okta"],
        [bob.id, "okta"],
      ].map(([user = "", provider = ""]) => ({
        sql: "INSERT INTO account (id, account_id, provider_id, user_id, password, created_at, updated_at) VALUES (?1, ?1, ?2, ?3, 'hash', '', '')",
        params: [`${user}-${provider}`, provider, user],
      })),
    );
    const ways = async () => {
      const sql = "SELECT id FROM account WHERE user_id IN (?1, ?2) ORDER BY id";
      const [answer] = await harness.directory.batch([{ sql, params: [ann.id, bob.id] }]);
      return answer?.rows.flat();
    };
    await accounts.claimEmail(ann.id, "keep-password");
    expect(await accounts.findUser({ id: ann.id })).toEqual({ ...ann, emailVerified: true, secondFactor: false });
    expect(await accounts.sessionOf(mine.token)).toBeNull();
    expect(await ways()).toEqual([`${ann.id}-credential`, `${bob.id}-okta`].sort());
    await accounts.claimEmail(ann.id, "drop-password");
    expect(await ways()).toEqual([`${bob.id}-okta`]);
    expect(await accounts.sessionOf(other.token)).not.toBeNull();
  });

  test("a person goes with all that is theirs", async () => {
    const { accounts } = harness.store;
    const [ann, bob] = [aUser(), aUser()];
    for (const person of [ann, bob]) await accounts.addUser(person);
    const [mine, other] = [aSession(ann.id), aSession(bob.id)];
    for (const one of [mine, other]) await accounts.addSession(one);
    expect(await accounts.deleteUser(ann.id)).toBe(true);
    expect(await accounts.deleteUser(ann.id)).toBe(false);
    expect(await accounts.findUser({ id: ann.id })).toBeNull();
    expect(await accounts.sessionOf(mine.token)).toBeNull();
    expect(await accounts.sessionOf(other.token)).not.toBeNull();
    await accounts.addUser({ ...aUser(), email: ann.email });
  });

  test("tries are counted one by one, also when they come at once, and begin again", async () => {
    const { accounts } = harness.store;
    const times = { at: "2026-01-01T00:00:00.000Z", endsAt: "2026-01-01T00:15:00.000Z" };
    const counts = await Promise.all(Array.from({ length: 8 }, () => accounts.countAttempt("ann", times)));
    expect(counts.map(({ count }) => count).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const later = { at: "2026-01-01T00:10:00.000Z", endsAt: "2026-01-01T00:25:00.000Z" };
    expect(await accounts.countAttempt("ann", later)).toEqual({ count: 9, endsAt: times.endsAt });
    expect(await accounts.countAttempt("bob", later)).toEqual({ count: 1, endsAt: later.endsAt });
    const after = { at: times.endsAt, endsAt: "2026-01-01T00:30:00.000Z" };
    expect(await accounts.countAttempt("ann", after)).toEqual({ count: 1, endsAt: after.endsAt });
    await accounts.forgetAttempts(["ann", "nobody"]);
    expect((await accounts.countAttempt("ann", after)).count).toBe(1);
    expect((await accounts.countAttempt("bob", after)).count).toBe(2);
    await accounts.forgetAttempts([]);
  });

  test("what has ended is removed, and nothing else", async () => {
    const { accounts } = harness.store;
    const ann = aUser();
    await accounts.addUser(ann);
    const [ended, open] = [aSession(ann.id, { expiresAt: "2026-01-01T12:00:00.000Z" }), aSession(ann.id)];
    for (const one of [ended, open]) await accounts.addSession(one);
    const times = { at: "2026-01-01T00:00:00.000Z", endsAt: "2026-01-03T00:00:00.000Z" };
    await accounts.countAttempt("prune", times);
    await accounts.pruneAccounts("2026-01-02T00:00:00.000Z");
    expect(await accounts.sessionOf(ended.token)).toBeNull();
    expect(await accounts.sessionOf(open.token)).not.toBeNull();
    expect((await accounts.countAttempt("prune", times)).count).toBe(2);
  });
}
