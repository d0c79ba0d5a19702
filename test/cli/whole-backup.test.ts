// Backup and restore of everything: another control plane goes on where the first has stood.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { openLibsqlFile } from "#node/libsql-file.ts";
import { runControlPlane } from "#node/main.ts";
import { DIRECTORY_TABLES, LEFT_OUT } from "#store/copy/directory-table.ts";
import { KEPT_TABLES, type TenantTable } from "#store/tenant-table.ts";
import { codeOf, openBrowser } from "#test/app/account-suite.ts";
import { enrolRelay, type Relay, relayOf } from "#test/app/relay.ts";
import { call, type Organisation, type Subject } from "#test/app/subject.ts";
import { between } from "./between.ts";
import { planeOfFile } from "./plane.ts";
import { type Ran, run } from "./run.ts";

const TABLE = { main: { file: "tenants.db", region: "weur" }, "us-1": { file: "us-1.db", region: "enam" } };
const ANN = { name: "Ann", email: "ann@example.com", password: "correct horse battery" };
/** Whose secrets and whose name a restored control plane must have. */
const KEYS = ["control-plane.id", "key-encryption.key", "account.key"];

const settings = mkdtempSync(join(tmpdir(), "weft-whole-"));
const databasesFile = join(settings, "databases.json");
writeFileSync(databasesFile, JSON.stringify(TABLE));
afterAll(() => rmSync(settings, { recursive: true, force: true }));
const plane = planeOfFile({ databasesFile });
const inFolder = (name: string): string => join(plane.folder, name);
const weft = (...argv: readonly string[]): Promise<Ran> => run(argv, { cwd: plane.folder });
const must = async (...argv: readonly string[]): Promise<string> => {
  const ran = await weft(...argv);
  expect(ran.code, ran.err).toBe(0);
  return ran.out;
};

interface Place {
  readonly state: string;
  readonly url: string;
  readonly operator: readonly string[];
  readonly subject: Subject;
}

function placeOf(state: string, url: string): Place {
  const secret = join(state, "operator.secret");
  return {
    state,
    url,
    operator: ["--control-plane", url, "--operator-secret-file", secret],
    subject: {
      url,
      operatorSecret: readFileSync(secret, "utf8").trim(),
      fetch: (path, init) => fetch(`${url}${path}`, init),
    },
  };
}

/** A control plane with nothing but the keys of the first; `databases` as the first has them. */
async function emptyPlane(databases = true, keys: readonly string[] = KEYS): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), "weft-whole-"));
  const state = join(folder, "state");
  mkdirSync(state, { mode: 0o700 });
  for (const key of keys) cpSync(inFolder(`state/${key}`), join(state, key));
  const options = { stateDir: state, host: "127.0.0.1", port: 0, logLevel: "silent" } as const;
  const running = await runControlPlane({ ...options, ...(databases && { databasesFile }) });
  onTestFinished(async () => {
    await running.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return placeOf(state, running.url);
}

/** Rows of these tables in the order of their keys, each as JSON, under the table's name. */
async function rowsIn(
  path: string,
  tables: readonly TenantTable[],
  where = "",
): Promise<Record<string, readonly string[]>> {
  const database = await openLibsqlFile({ path });
  const answers = await database.batch(
    tables.map(({ name, columns }) => ({
      sql: `SELECT ${columns.join(", ")} FROM ${name} ${where} ORDER BY ${columns.join(", ")}`,
      params: [],
    })),
  );
  await database.close();
  return Object.fromEntries(
    tables.map(({ name }, at) => [name, (answers[at]?.rows ?? []).map((row) => JSON.stringify(row))]),
  );
}
const directoryOf = ({ state }: Place) => rowsIn(join(state, "directory.db"), DIRECTORY_TABLES);
const organisationRows = ({ state }: Place, file: string, id: string) =>
  rowsIn(join(state, file), KEPT_TABLES, `WHERE tenant_id = '${id}'`);

const timeout = (name: string): string =>
  `{ type: MeshTimeout, mesh: default, name: ${name}, spec: { to: [{ targetRef: { kind: Mesh }, default: { http: { requestTimeout: 9s } } }] } }\n`;
async function write(at: readonly string[], name: string): Promise<void> {
  writeFileSync(inFolder(`${name}.yaml`), timeout(name));
  await must("apply", "-f", `${name}.yaml`, ...at);
}
async function timeoutsOf(place: Place, organisation: Organisation): Promise<readonly string[]> {
  const path = `/o/${organisation.name}/meshes/default/meshtimeouts`;
  const list = await call(place.subject, "GET", path, { headers: { authorization: `Bearer ${organisation.token}` } });
  expect(list.status, list.text).toBe(200);
  return list.json.items.map(({ name }: { name: string }) => name);
}

let first: Place;
let uri: string;
let relay: Relay;
const flags: Record<string, readonly string[]> = {};
const organisations: Record<string, Organisation> = {};

/** Signs up, in a database of the table. */
async function make(name: string, region: string): Promise<Organisation> {
  const file = inFolder(`${name}.token`);
  await must("organisation", "create", name, "--region", region, ...first.operator, "--out", file);
  const token = readFileSync(file, "utf8").trim();
  const at = ["--url", `${plane.url}/o/${name}`, "--token-file", file];
  writeFileSync(
    inFolder("mesh.yaml"),
    "{ type: Mesh, name: default, mtls: { enabledBackend: ca-1, backends: [{ name: ca-1, type: builtin }] } }\n",
  );
  await must("apply", "-f", "mesh.yaml", ...at);
  flags[name] = at;
  const made = {
    ...{ id: /^weft_api_([^_]+)_/.exec(token)?.[1] ?? "", name, token },
    call: (method: string, path: string, body?: unknown) =>
      call(first.subject, method, `/o/${name}${path}`, {
        headers: { authorization: `Bearer ${token}` },
        ...(body === undefined ? {} : { body }),
      }),
  } as unknown as Organisation;
  organisations[name] = made;
  return made;
}

beforeAll(async () => {
  first = placeOf(inFolder("state"), plane.url);
  const acme = await make("acme", "weur");
  await make("beta", "enam");
  await write(flags.beta as readonly string[], "slow");
  relay = await enrolRelay(first.subject, acme, "east");
  await must("organisation", "tier", "beta", "--set", "team", ...first.operator);
  const ann = openBrowser(first.subject);
  expect((await ann.call("POST", "/v1/account", ANN)).status).toBe(201);
  const totp = await ann.call("POST", "/v1/account/totp", { password: ANN.password });
  uri = totp.json.uri;
  expect((await ann.call("POST", "/v1/account/totp/confirm", { code: codeOf(uri) })).status).toBe(204);
  expect((await ann.call("POST", "/v1/organisations", { name: "anns" })).status).toBe(201);
  const ended = await make("ended", "weur");
  await must("organisation", "delete", "ended", "--yes", ...(flags.ended as readonly string[]));
  expect(ended.id).not.toBe("");
  await must("admin", "backup", "--all", ...first.operator, "--out", "all.backup");
});

test("another control plane has everything: the databases' rows, people with their second factor, and relays converge", async () => {
  const snapshotOf = (one: Relay) => one.call("GET", "/v1/zone/snapshot");
  const epochOf = (envelope: string): number =>
    JSON.parse(Buffer.from(envelope.split(".")[1] ?? "", "base64url").toString()).epoch;
  await expect.poll(async () => (await snapshotOf(relay)).status).toBe(200);
  const before = epochOf((await snapshotOf(relay)).json.envelope);
  const stood = await directoryOf(first);
  const second = await emptyPlane();
  const told = await must("admin", "restore", "all.backup", "--all", ...second.operator);
  expect(told).toMatch(/^everything is restored: 4 organisations, 1 person, [\d,]+ rows\n$/);

  expect(await directoryOf(second)).toEqual(stood);
  for (const table of ["organisation", "user", "account", "two_factor", "member", "sealing_key"])
    expect(stood[table]?.length, table).toBeGreaterThan(0);
  for (const [name, file] of [
    ["acme", "tenants.db"],
    ["beta", "us-1.db"],
  ] as const) {
    const { id } = organisations[name] as Organisation;
    const [was, is] = [await organisationRows(first, file, id), await organisationRows(second, file, id)];
    expect(was.revision?.length, name).toBeGreaterThan(0);
    for (const [table, rows] of Object.entries(was)) {
      // These go on at once: the epoch rises, the restore is told of, and the zone is compiled again.
      if (["heads", "audit", "audit_seal", "zone_head", "revision_effect", "relay_contact"].includes(table)) continue;
      expect(is[table], `${name} ${table}`).toEqual(rows);
    }
    expect(Number(JSON.parse(is.heads?.[0] ?? "[]")[0]), name).toBeGreaterThan(
      Number(JSON.parse(was.heads?.[0] ?? "[]")[0]),
    );
    expect(
      is.audit?.filter((row) => row.includes("backup.restore")),
      name,
    ).toHaveLength(1);
  }
  const { zone, relay: id, tenant, controlPlane, keys } = relay;
  const moved = relayOf(second.subject, { zone, relay: id, tenant, controlPlane }, keys);
  await expect.poll(async () => (await snapshotOf(moved)).status).toBe(200);
  expect(epochOf((await snapshotOf(moved)).json.envelope)).toBeGreaterThan(before);

  const ann = openBrowser(second.subject);
  const asked = await ann.call("POST", "/v1/account/sign-in", { email: ANN.email, password: ANN.password });
  expect([asked.status, asked.json.secondFactor], asked.text).toEqual([200, true]);
  const signedIn = await ann.call("POST", "/v1/account/second-factor", { code: codeOf(uri) });
  expect(signedIn.status, signedIn.text).toBeLessThan(300);
  expect(await must("organisation", "tier", "beta", ...second.operator)).toContain("team");
  const refused = await call(second.subject, "GET", "/o/ended/meshes", {
    headers: { authorization: `Bearer ${organisations.ended?.token}` },
  });
  expect([refused.status, refused.text], "it is to be deleted there too").toEqual([
    expect.any(Number),
    expect.stringMatching(/deleted/),
  ]);
});

test("tables of the directory that are left out are there, and say why", async () => {
  const database = await openLibsqlFile({ path: inFolder("state/directory.db") });
  const [answer] = await database.batch([
    { sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'd1_migrations'", params: [] },
  ]);
  await database.close();
  const there = (answer?.rows ?? []).map(([name]) => String(name)).filter((name) => !name.startsWith("sqlite_"));
  expect([...DIRECTORY_TABLES.map(({ name }) => name), ...Object.keys(LEFT_OUT)].sort()).toEqual(there.sort());
});

describe("a control plane that takes no restore", () => {
  const refused = async (place: Place): Promise<string> => {
    const stood = await directoryOf(place);
    const ran = await weft("admin", "restore", "all.backup", "--all", ...place.operator);
    expect(ran.code).toBe(6);
    expect(await directoryOf(place)).toEqual(stood);
    return ran.err;
  };

  test("has organisations and people", async () => {
    expect(await refused(first)).toContain(
      "is not empty: its directory has 4 organisations and 1 person. Nothing was changed",
    );
    await expect(timeoutsOf(first, organisations.beta as Organisation)).resolves.toContain("slow");
  });

  test("has a database with rows of an organisation that its directory does not know", async () => {
    const place = await emptyPlane();
    await must("admin", "restore", "all.backup", "--all", ...place.operator);
    const database = await openLibsqlFile({ path: join(place.state, "directory.db") });
    await database.batch(DIRECTORY_TABLES.map(({ name }) => ({ sql: `DELETE FROM ${name}`, params: [] })));
    await database.close();
    expect(await refused(place)).toMatch(/is not empty: its database (?:main|us-1) has rows of the organisation \w+\./);
  });

  test.each([
    ["control-plane.id", "its relays would believe nothing"],
    ["key-encryption.key", "which this control plane lacks"],
    ["account.key", "second factors lie under the account key"],
  ])("has another %s", async (lacking, why) => {
    expect(
      await refused(
        await emptyPlane(
          true,
          KEYS.filter((key) => key !== lacking),
        ),
      ),
    ).toContain(why);
  });
});

test("one that has one database takes organisations of several", async () => {
  const place = await emptyPlane(false);
  await must("admin", "restore", "all.backup", "--all", ...place.operator);
  expect(await timeoutsOf(place, organisations.beta as Organisation)).toContain("slow");
  expect(await must("admin", "databases", ...place.operator)).toMatch(/^main +4 /m);
});

test("a restore that was cut off goes on behind the last organisation; what was written since stays", async () => {
  const place = await emptyPlane();
  let done = "";
  const url = await between(place.url, async (method, path, body) => {
    if (done !== "") throw new Error("cut off");
    const step = method === "POST" && path === "/v1/directory/restores" ? JSON.parse(body) : {};
    if (step.step !== "done") return;
    await fetch(`${place.url}${path}`, {
      method,
      body,
      headers: { authorization: `Bearer ${place.subject.operatorSecret}`, "content-type": "application/json" },
    });
    done = step.organisation;
    throw new Error("cut off");
  });
  const [, , ...secret] = place.operator;
  const cut = await weft("admin", "restore", "all.backup", "--all", "--control-plane", url, ...secret);
  expect(cut.code).not.toBe(0);
  const late = await weft("organisation", "create", "late", ...place.operator, "--out", "late.token");
  expect([late.code, late.err]).toEqual([
    6,
    expect.stringContaining("is being restored; make organisations afterwards"),
  ]);

  const file = (
    JSON.parse((await directoryOf(place)).organisation?.find((row) => row.includes(done)) ?? "[]") as string[]
  ).includes("us-1")
    ? "us-1.db"
    : "tenants.db";
  const epoch = (await organisationRows(place, file, done)).heads;
  // Of another backup nothing may come in between.
  await must("admin", "backup", "--all", ...first.operator, "--out", "other.backup");
  const other = await weft("admin", "restore", "other.backup", "--all", ...place.operator);
  expect([other.code, other.err]).toEqual([6, expect.stringContaining("has begun and not ended")]);

  await must("admin", "restore", "all.backup", "--all", ...place.operator);
  expect((await organisationRows(place, file, done)).heads, "restored once").toEqual(epoch);
  expect(await directoryOf(place)).toEqual(await directoryOf(first));
  expect((await weft("organisation", "create", "late", ...place.operator, "--out", "late.token")).code).toBe(0);
});

describe("a file that is not whole", () => {
  test("is refused, whichever byte was changed, and wherever it was cut off", async () => {
    const bytes = readFileSync(inFolder("all.backup"));
    const nowhere = ["--control-plane", "http://127.0.0.1:1", "--operator-secret-file", plane.operatorSecretFile];
    await fc.assert(
      fc.asyncProperty(
        fc.nat(bytes.length - 1),
        fc.integer({ min: 1, max: 127 }),
        fc.boolean(),
        async (place, by, cut) => {
          const damaged = Buffer.from(bytes);
          damaged[place] = (damaged[place] ?? 0) ^ by;
          writeFileSync(inFolder("damaged.backup"), cut ? bytes.subarray(0, place) : damaged);
          const ran = await weft("admin", "restore", "damaged.backup", "--all", ...nowhere);
          expect([ran.code, ran.err]).toEqual([1, expect.stringContaining("nothing was sent")]);
        },
      ),
      { numRuns: 40 },
    );
  });

  test("is of the other kind", async () => {
    await must("admin", "backup", "acme", ...first.operator, "--out", "acme.backup");
    expect((await weft("admin", "restore", "acme.backup", "--all", ...first.operator)).err).toContain(
      "leave --all out",
    );
    expect((await weft("admin", "restore", "all.backup", ...first.operator)).err).toContain("--all restores it");
  });
});

test.each([
  [["admin", "backup", "acme", "--all", "--out", "x"], "takes the name of an organisation, or --all"],
  [["admin", "backup", "--out", "x"], "takes the name of an organisation, or --all"],
  [["admin", "restore", "x", "--all", "--replace"], "--all excludes them"],
])("weft %s is refused", async (argv, why) => {
  const ran = await weft(...argv, ...first.operator);
  expect([ran.code, ran.err]).toEqual([2, expect.stringContaining(why)]);
});

test("what is written, moved, made and removed while it is taken: each organisation is of one moment, the removed is left out", async () => {
  const busy = await make("busy", "weur");
  const gone = await make("gone", "enam");
  const roams = await make("roams", "weur");
  const events: string[] = [];
  const once = (what: string): boolean => !events.includes(what) && events.push(what) > 0;
  const url = await between(first.url, async (_, path) => {
    if (path === "/v1/organisations/busy/backup") events.push("busy begins");
    if (path.startsWith("/v1/organisations/busy/backup?") && once("written"))
      await write(flags.busy as readonly string[], "meanwhile");
    if (path.startsWith("/v1/organisations/roams/backup?") && once("moved"))
      await must("admin", "move-org", "roams", "--to", "us-1", ...first.operator);
    if (path.startsWith("/v1/directory/backup?table=account") && once("joined")) {
      const bo = { name: "Bo", email: "bo@example.com", password: ANN.password };
      expect((await openBrowser(first.subject).call("POST", "/v1/account", bo)).status).toBe(201);
    }
    if (path === "/v1/organisations/gone/backup" && once("removed")) {
      await gone.call("POST", "/v1/deletion", { name: "gone", now: true, force: true });
      await expect
        .poll(async () => (await directoryOf(first)).organisation?.some((row) => row.includes(gone.id)))
        .toBe(false);
    }
  });
  const [, , ...secret] = first.operator;
  const ran = await weft("admin", "backup", "--all", "--control-plane", url, ...secret, "--out", "moving.backup");
  expect(ran.code, ran.err).toBe(0);
  expect(ran.err).toMatch(/and the directory; 1 that was removed is left out\. SHA-256 /);
  expect(events.filter((one) => one === "busy begins").length).toBeGreaterThan(1);
  expect(events).toEqual(expect.arrayContaining(["written", "moved", "removed", "joined"]));

  const place = await emptyPlane();
  await must("admin", "restore", "moving.backup", "--all", ...place.operator);
  expect(await timeoutsOf(place, busy)).toContain("meanwhile");
  const { user, account, organisation: rows = [] } = await directoryOf(place);
  const all = readFileSync(inFolder("moving.backup"), "utf8").trim().split("\n");
  const begun = all.filter((line) => line.startsWith('{"weft":"backup"')).length;
  expect(begun, "nothing is left of what began again").toBe(JSON.parse(all.at(-1) ?? "").organisations);
  const lines = readFileSync(inFolder("moving.backup"), "utf8")
    .split("\n")
    .filter((line) => line.includes('"account"'));
  expect(JSON.parse(lines.at(-1) ?? "").directory.rows, "of both").toHaveLength(2);
  expect([user?.length, account?.length], "whose row was read before they came").toEqual([1, 1]);
  expect(rows.some((row) => row.includes(gone.id))).toBe(false);
  const standing = async (at: Place, file: string) => (await organisationRows(at, file, roams.id)).resource;
  const inPlace = rows.find((row) => row.includes(roams.id))?.includes("us-1") ? "us-1.db" : "tenants.db";
  expect(await standing(place, inPlace)).toEqual(await standing(first, "us-1.db"));
  expect((await standing(place, inPlace))?.length).toBeGreaterThan(0);
});
