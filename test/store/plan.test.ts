// How the engine runs the store's statements: what one write or one poll reads must not grow with the tenant.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openLibsqlFile } from "#node/libsql-file.ts";
import { commitStatements } from "#store/commit-batch.ts";
import type { Database, Statement } from "#store/database.ts";
import { migrate } from "#store/migrations.ts";
import { openStore } from "#store/open.ts";
import type { TenantStore } from "#store/store.ts";
import { digest } from "#test/digest.ts";
import { migrationsOf } from "./migration-files.ts";
import { aCommit, aDeed, aHead, anIssuer, aRegistration, aSnapshot, keyOf, put, remove } from "./samples.ts";

let folder = "";
let database: Database;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "weft-plan-"));
  database = await openLibsqlFile({ path: join(folder, "tenants.db") });
  await migrate(database, migrationsOf("tenant"));
});
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

/** Lines of the plan that touch a table of tenants by less than `columns` columns of a key. */
async function shallow(statement: Statement, columns: number): Promise<string[]> {
  const [plan] = await database.batch([{ ...statement, sql: `EXPLAIN QUERY PLAN ${statement.sql}` }]);
  return (plan?.rows ?? [])
    .map((row) => String(row[3]))
    .filter((line) => /^(SCAN|SEARCH) /.test(line) && !/^(SCAN|SEARCH) (e|json_each|wanted|own|CONSTANT) /.test(line))
    .filter((line) => !/\b(heads|h) USING PRIMARY KEY/.test(line))
    .filter((line) => line.split("=?").length - 1 < columns);
}

test("a commit finds each of its rows by at least three columns of a key", async () => {
  const dataplane = keyOf("d", { type: "Dataplane" });
  const commit = aCommit([put(keyOf("a"), {}, "absent"), remove(keyOf("b")), remove(dataplane)], {
    registrations: [{ set: aRegistration("x", "1") }, { gone: { mesh: "default", name: "d", id: "2" } }],
    events: [{ zone: "east", relay: "r1", number: 1 }],
  });
  for (const statement of commitStatements("t", commit, "now", 0)) {
    expect(await shallow(statement, 3), statement.sql).toEqual([]);
  }
});

test("proofs, steps and forgotten rows are found by an index, not by reading the tenant", async () => {
  const commit = aCommit([], {
    kind: "step",
    proof: { id: "p", expiresAt: 1, status: 200 },
    certificates: [{ serial: "1", mesh: "m", name: "d", zone: "east", issuer: "i", notAfter: "2026", tokenId: "t" }],
    issuers: { put: [anIssuer("k")], drop: [{ mesh: "m", keyId: "k" }] },
  });
  const forgetting = commitStatements("t", aCommit([], { forgetBefore: "2026" }), "now", 0);
  for (const statement of forgetting) expect(await shallow(statement, 1), statement.sql).toEqual([]);
  for (const statement of commitStatements("t", commit, "now", 0)) {
    expect(await shallow(statement, 1), statement.sql).toEqual([]);
  }
});

test("reads and publishing use a key, beginning with the tenant", async () => {
  const seen: Statement[] = [];
  const spied: Database = {
    engine: database.engine,
    batch(statements) {
      seen.push(...statements);
      return database.batch(statements);
    },
    close: () => database.close(),
  };
  const clock = () => 0;
  const chance = (length: number) => new Uint8Array(length);
  const store = openStore({ directory: database, placement: () => spied, clock, chance, digest }).within("t");
  const reads: Readonly<Record<string, [number, (store: TenantStore) => Promise<unknown>]>> = {
    heads: [1, (t) => t.heads()],
    get: [4, (t) => t.get(keyOf("a"))],
    list: [3, (t) => t.list({ type: "Mesh", mesh: "m", nameContains: "x", labels: { a: "b" }, offset: 0, size: 1 })],
    readMesh: [2, (t) => t.readMesh("m")],
    readWhole: [1, (t) => t.readWhole()],
    findWrite: [2, (t) => t.findWrite("w")],
    zoneHead: [3, (t) => t.zoneHead("east", "r1")],
    newest: [2, (t) => t.newest("east", "r1")],
    zoneHeads: [2, (t) => t.zoneHeads("east")],
    manifest: [3, (t) => t.manifest("east", "v")],
    blobs: [2, (t) => t.blobs(["h"])],
    missingBlobs: [2, (t) => t.missingBlobs(["h"])],
    publish: [2, (t) => t.publish(aSnapshot(1))],
    enrol: [2, (t) => t.enrol("id", aHead("r1")).catch(() => null)],
    credential: [2, (t) => t.credential("id")],
    revisions: [1, (t) => t.revisions({ before: 9, size: 1 })],
    revisionsOfOne: [1, (t) => t.revisions({ type: "Mesh", mesh: "", name: "m", size: 1 })],
    passages: [1, (t) => t.passages({ from: 1, to: 2 }, { offset: 0, size: 1 })],
    passageOfOne: [4, (t) => t.passages({ from: 1, to: 2 }, { ...keyOf("a"), offset: 0, size: 1 })],
    overwrites: [2, (t) => t.overwrites(1)],
    oldestRevision: [1, (t) => t.oldestRevision()],
    contacts: [2, (t) => t.contacts("east")],
    keepContact: [
      1,
      (t) =>
        t.keepContact({
          ...{ zone: "east", relay: "r1", connectedAt: "2026", seenAt: "2026", leftAt: null },
          ...{ way: "", lostAt: null },
        }),
    ],
    keepSeen: [3, (t) => t.keepSeen({ zone: "east", relay: "r1", seenAt: "2026" })],
    joinNotes: [1, (t) => t.joinNotes()],
    noteJoin: [1, (t) => t.noteJoin({ zone: "", subject: "t", code: "c", count: 1, firstAt: "1", lastAt: "1" }, 9)],
    deliveries: [2, (t) => t.deliveries("east")],
    revisionDeliveries: [1, (t) => t.revisionDeliveries({ epoch: 1, revision: 9 })],
    revisionMoments: [1, (t) => t.revisionMoments({ from: 1, to: 9 })],
    certificates: [1, (t) => t.certificates({ size: 1 })],
    audit: [1, (t) => t.audit({ actor: "a", newestFirst: true, size: 1 })],
    "audit since a time": [1, (t) => t.audit({ since: "2026", newestFirst: false, size: 1 })],
    auditStanding: [1, (t) => t.auditStanding()],
    auditSeals: [1, (t) => t.auditSeals({ from: 1, to: 2 })],
    trimAudit: [
      1,
      (t) => t.trimAudit({ kind: "anchor", number: 0, hash: "h", time: "2026", jws: "j" }).catch(() => null),
    ],
    "webhooks: list": [1, (t) => t.webhooks.list()],
    "webhooks: deliveries": [2, (t) => t.webhooks.deliveries({ id: "w", state: "dead", size: 1, offset: 0 })],
    "webhooks: due": [2, (t) => t.webhooks.due({ id: "w", now: 1, size: 1 })],
    "webhooks: next": [1, (t) => t.webhooks.next(["v"])],
    "webhooks: replay": [1, (t) => t.webhooks.replay("w", { since: "2026" }, [])],
    "webhooks: tell": [
      1,
      (t) =>
        t.webhooks.tell(
          [],
          [
            { name: "a", value: null },
            { name: "b", value: "c" },
          ],
        ),
    ],
    "webhooks: marks": [1, (t) => t.webhooks.marks()],
    "webhooks: tidy": [1, (t) => t.webhooks.tidy({ before: "2026", most: 1, why: "" })],
    takeReveals: [1, (t) => t.takeReveals(1, () => aDeed())],
    proofStatus: [2, (t) => t.proofStatus("p")],
    issuers: [2, (t) => t.issuers("m")],
    signingKeys: [3, (t) => t.signingKeys("envelope", "")],
  };
  for (const [name, [columns, read]] of Object.entries(reads)) {
    seen.length = 0;
    await read(store);
    expect(seen.length, name).toBeGreaterThan(0);
    // Of a tenant that moves there is one row: the tenant is the whole key.
    // What has ceased to be named is looked through only where another snapshot came between.
    const least = (sql: string): number => (/tenant_move|UPDATE unused_blob/.test(sql) ? 1 : columns);
    for (const statement of seen)
      expect(await shallow(statement, least(statement.sql)), `${name}: ${statement.sql}`).toEqual([]);
  }
});

test("no query of the directory that each call or sign-in asks reads a whole table", async () => {
  const directory = await openLibsqlFile({ path: join(folder, "directory.db") });
  await migrate(directory, migrationsOf("directory"));
  const seen: Statement[] = [];
  const spied: Database = {
    engine: directory.engine,
    batch(statements) {
      seen.push(...statements);
      return directory.batch(statements);
    },
    close: () => directory.close(),
  };
  const placement = new Map(["one", "two"].map((name) => [name, { database, region: null, closed: false }]));
  const clock = () => 0;
  const chance = (length: number) => new Uint8Array(length);
  const store = openStore({ directory: spied, placement, clock, chance, digest });
  const at = "2026-01-01T00:00:00.000Z";
  const signIn = { id: "s", at, way: "password and code", agent: "a browser", address: "192.0.2.1" };
  const asked: Readonly<Record<string, () => Promise<unknown>>> = {
    "organisation by id": () => store.directory.findOrganisation({ id: "o" }),
    "organisation by name": () => store.directory.findOrganisation({ name: "o" }),
    tier: () => store.directory.tierOf("o"),
    place: () => store.within("o").heads(),
    "organisations of a user": () => store.members.organisationsOf("u"),
    role: () => store.members.roleOf("o", "u"),
    members: () => store.members.listMembers("o"),
    invitation: () => store.members.findInvitation("h"),
    user: () => store.accounts.findUser({ email: "a@b" }),
    session: () => store.accounts.sessionOf("t"),
    sessions: () => store.accounts.listSessions("u", "2026"),
    "sign-ins": () => store.accounts.listSignIns("u", "2026"),
    "a sign-in": () => store.accounts.noteSignIn({ id: "u" }, { ...signIn, refused: null }),
    "a refused one": () => store.accounts.noteSignIn({ email: "a@b" }, { ...signIn, refused: "too-many" }),
    attempt: () => store.accounts.countAttempt("k", { at: "2026", endsAt: "2027" }),
    "what has ended": () => store.accounts.pruneAccounts("2026-01-01T00:00:00.000Z"),
    "a new organisation": () => store.directory.createOrganisation({ id: "o", name: "o", createdAt: "2026" }),
    "the end of one": () => store.directory.deleteOrganisation("o"),
  };
  try {
    for (const [name, ask] of Object.entries(asked)) {
      seen.length = 0;
      await ask();
      const statements = [...seen];
      expect(statements.length, name).toBeGreaterThan(0);
      for (const statement of statements) {
        const [plan] = await directory.batch([{ ...statement, sql: `EXPLAIN QUERY PLAN ${statement.sql}` }]);
        // It has one row at most.
        const scans = (plan?.rows ?? [])
          .map((row) => String(row[3]))
          .filter((line) => /^SCAN (?!json_each|e\b|CONSTANT|directory_restore\b)/.test(line));
        expect(scans, `${name}: ${statement.sql}`).toEqual([]);
      }
    }
  } finally {
    await directory.close();
  }
});
