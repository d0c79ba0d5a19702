// Contract of people, their sessions, sign-ins and counted tries.
import { expect, test } from "vitest";
import { SIGN_INS } from "#model/sign-in.ts";
import type { SessionRow, SignInRow, UserRow } from "#store/face/account.ts";
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

const DAY = 86_400_000;
const at = (ms: number): string => new Date(Date.parse("2026-01-01T00:00:00.000Z") + ms).toISOString();

function aSignIn(part: Partial<SignInRow> = {}): SignInRow {
  made += 1;
  const browser = { agent: "a browser", address: "192.0.2.1" };
  return { id: `sign-in-${made}`, at: at(made), way: "password", refused: null, ...browser, ...part };
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
    await accounts.claimEmail(ann.id);
    expect(await accounts.findUser({ id: ann.id })).toEqual({ ...ann, emailVerified: true, secondFactor: false });
    expect(await accounts.sessionOf(mine.token)).toBeNull();
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

  test("sign-ins are kept for their person, found by id or address, newest first; nobody's are not", async () => {
    const { accounts } = harness.store;
    const [ann, bob] = [aUser(), aUser()];
    for (const person of [ann, bob]) await accounts.addUser(person);
    const [first, wrong, other] = [aSignIn(), aSignIn({ refused: "password", agent: "", address: "" }), aSignIn()];
    await accounts.noteSignIn({ id: ann.id }, first);
    await accounts.noteSignIn({ email: ann.email.toUpperCase() }, wrong);
    await accounts.noteSignIn({ id: bob.id }, other);
    await accounts.noteSignIn({ email: "nobody@example.com" }, aSignIn({ refused: "password" }));
    await accounts.noteSignIn({ id: "nobody" }, aSignIn());
    expect(await accounts.listSignIns(ann.id, at(0))).toEqual([wrong, first]);
    expect(await accounts.listSignIns(bob.id, at(0))).toEqual([other]);
    expect(await accounts.listSignIns("nobody", at(0))).toEqual([]);
    expect(await accounts.listSignIns(ann.id, first.at), "since then").toEqual([wrong]);
    const [rows] = await harness.directory.batch([
      { sql: "SELECT COUNT(*) FROM sign_in WHERE user_id NOT IN (SELECT id FROM user)", params: [] },
    ]);
    expect(rows?.rows).toEqual([[0]]);
  });

  test("who guesses pushes out no sign-in that was let in: each sort has its own bound", async () => {
    const { accounts } = harness.store;
    const [ann, bob] = [aUser(), aUser()];
    for (const person of [ann, bob]) await accounts.addUser(person);
    const [mine, others] = [aSignIn(), aSignIn()];
    await accounts.noteSignIn({ id: ann.id }, mine);
    await accounts.noteSignIn({ id: bob.id }, others);
    const guesses = Array.from({ length: SIGN_INS.mostOfEach + 3 }, () => aSignIn({ refused: "password" }));
    for (const guess of guesses) await accounts.noteSignIn({ email: ann.email }, guess);
    const kept = guesses.slice(3).reverse();
    expect(await accounts.listSignIns(ann.id, at(0))).toEqual([...kept, mine]);
    const more = Array.from({ length: SIGN_INS.mostOfEach }, () => aSignIn());
    for (const one of more) await accounts.noteSignIn({ id: ann.id }, one);
    expect(await accounts.listSignIns(ann.id, at(0))).toEqual([...more.reverse(), ...kept]);
    expect(await accounts.listSignIns(bob.id, at(0))).toEqual([others]);
  });

  test("of those that were not looked at one stands for all of a place, for as long as they are counted", async () => {
    const { accounts } = harness.store;
    const ann = aUser();
    await accounts.addUser(ann);
    const locked = (ms: number, address = "192.0.2.1") => aSignIn({ at: at(ms), refused: "too-many", address });
    const [first, elsewhere, later] = [locked(0), locked(2, "192.0.2.2"), locked(SIGN_INS.together)];
    const same = locked(1);
    for (const one of [first, same, elsewhere, later]) await accounts.noteSignIn({ email: ann.email }, one);
    expect(await accounts.listSignIns(ann.id, at(-1))).toEqual([later, elsewhere, first]);
  });

  test("a code, right or wrong, ends the half sign-in of its browser and of no other", async () => {
    const { accounts } = harness.store;
    const ann = aUser();
    await accounts.addUser(ann);
    const half = (part: Partial<SignInRow> = {}) => aSignIn({ refused: "unfinished", ...part });
    const [old, here, there, phone] = [
      half({ at: at(-SIGN_INS.together) }),
      half(),
      half({ address: "192.0.2.2" }),
      half({ agent: "a phone" }),
    ];
    const by = { id: ann.id };
    for (const one of [old, here, there, phone]) await accounts.noteSignIn(by, one);
    const wrongPassword = aSignIn({ refused: "password" });
    await accounts.noteSignIn(by, wrongPassword);
    expect(await accounts.listSignIns(ann.id, at(-DAY))).toHaveLength(5);
    const wrong = aSignIn({ at: at(5000), way: "password and code", refused: "code" });
    await accounts.noteSignIn(by, wrong);
    expect(await accounts.listSignIns(ann.id, at(-DAY))).toEqual([wrong, wrongPassword, phone, there, old]);
    const right = aSignIn({ at: at(6000), way: "password and recovery code", agent: "a phone" });
    await accounts.noteSignIn(by, right);
    expect(await accounts.listSignIns(ann.id, at(-DAY))).toEqual([right, wrong, wrongPassword, there, old]);
  });

  test("sign-ins go after their time, with the account, and with who had claimed an address", async () => {
    const { accounts } = harness.store;
    const [ann, bob, cy] = [aUser(), aUser(), aUser()];
    for (const person of [ann, bob, cy]) await accounts.addUser(person);
    const [old, young] = [aSignIn({ at: at(0) }), aSignIn({ at: at(DAY) })];
    for (const one of [old, young]) await accounts.noteSignIn({ id: ann.id }, one);
    for (const { id } of [bob, cy]) await accounts.noteSignIn({ id }, aSignIn({ at: at(DAY) }));
    await accounts.pruneAccounts(at(SIGN_INS.kept + 1));
    expect(await accounts.listSignIns(ann.id, at(-1))).toEqual([young]);
    await accounts.claimEmail(bob.id);
    expect(await accounts.listSignIns(bob.id, at(-1))).toEqual([]);
    expect(await accounts.deleteUser(cy.id)).toBe(true);
    const [rows] = await harness.directory.batch([
      { sql: "SELECT COUNT(*) FROM sign_in WHERE user_id = ?1", params: [cy.id] },
    ]);
    expect(rows?.rows).toEqual([[0]]);
    expect(await accounts.listSignIns(ann.id, at(-1)), "another person's stay").toEqual([young]);
  });
}
