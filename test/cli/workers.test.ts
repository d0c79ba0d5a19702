// Moves, backups, restores and new keys on the workers as the edge runs them: workerd, D1 and Durable Objects, cut off and gone on with.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { DIRECTORY_TABLES } from "#store/copy/directory-table.ts";
import type { Database } from "#store/database.ts";
import { KEPT_TABLES, type TenantTable } from "#store/tenant-table.ts";
import { codeOf, openBrowser } from "#test/app/account-suite.ts";
import { enrolRelay, type Relay, relayOf } from "#test/app/relay.ts";
import { call, type Organisation, type Subject } from "#test/app/subject.ts";
import { until } from "#test/child.ts";
import { holding } from "#test/holding-front.ts";
import { type Front, type Keys, secret, startWorkers, type Workers } from "#test/workerd.ts";
import { between } from "./between.ts";
import { type Ran, run } from "./run.ts";

const TABLE = {
  main: { binding: "TENANTS", region: "weur" },
  two: { binding: "TENANTS_TWO", region: "enam" },
};
const ANN = { name: "Ann", email: "ann@example.com", password: "correct horse battery" };
/** What goes on at once where an organisation is restored: the epoch rises, it is told of, and the zone is compiled again. */
const GOES_ON = ["heads", "audit", "audit_seal", "zone_head", "revision_effect", "relay_contact"];

const PHASE = "SELECT phase FROM organisation_move";

const folder = mkdtempSync(join(tmpdir(), "weft-cli-workers-"));
const inFolder = (name: string): string => join(folder, name);
const weft = (...argv: readonly string[]): Promise<Ran> => run(argv, { cwd: folder });
const must = async (...argv: readonly string[]): Promise<string> => {
  const ran = await weft(...argv);
  expect(ran.code, `${argv.join(" ")}: ${ran.err}`).toBe(0);
  return ran.out + ran.err;
};

let workers: Workers;
let relay: Relay;
let uri: string;
let recoveryCode: string;
const organisations: Record<string, Organisation> = {};
const subject: Subject = {
  get url() {
    return workers.url;
  },
  get operatorSecret() {
    return workers.operatorSecret;
  },
  fetch: (path, init) => fetch(`${workers.url}${path}`, init),
};
const start = async (keys: Keys = {}, front: Front = () => null): Promise<void> => {
  workers = await startWorkers(inFolder("first"), front, TABLE, keys);
};
const restart = async (keys: Keys = {}): Promise<void> => {
  await workers.close();
  await start(keys);
};
const operator = (url = workers.url): readonly string[] => [
  ...["--control-plane", url, "--operator-secret-file", inFolder("operator.secret")],
];
const at = (name: string): readonly string[] => [
  ...["--url", `${workers.url}/o/${name}`, "--token-file", inFolder(`${name}.token`)],
];

async function write(organisation: string, name: string): Promise<void> {
  const conf = "{ to: [{ targetRef: { kind: Mesh }, default: { http: { requestTimeout: 9s } } }] }";
  writeFileSync(inFolder("change.yaml"), `{ type: MeshTimeout, mesh: default, name: ${name}, spec: ${conf} }\n`);
  await must("apply", "-f", "change.yaml", ...at(organisation));
}

async function make(name: string, region: string): Promise<Organisation> {
  await must("organisation", "create", name, "--region", region, ...operator(), "--out", `${name}.token`);
  const token = readFileSync(inFolder(`${name}.token`), "utf8").trim();
  writeFileSync(
    inFolder("mesh.yaml"),
    "{ type: Mesh, name: default, mtls: { enabledBackend: ca-1, backends: [{ name: ca-1, type: builtin }] } }\n",
  );
  await must("apply", "-f", "mesh.yaml", ...at(name));
  const made = {
    ...{ id: /^weft_api_([^_]+)_/.exec(token)?.[1] ?? "", name, token },
    call: (method: string, path: string, body?: unknown) =>
      call(subject, method, `/o/${name}${path}`, {
        headers: { authorization: `Bearer ${token}` },
        ...(body === undefined ? {} : { body }),
      }),
  } as unknown as Organisation;
  organisations[name] = made;
  return made;
}

/** Rows of these tables, under the table's name. */
async function rowsIn(
  database: Database,
  tables: readonly TenantTable[],
  where = "",
): Promise<Readonly<Record<string, readonly string[]>>> {
  const answers = await database.batch(
    tables.map(({ name, columns }) => ({
      sql: `SELECT ${columns.join(", ")} FROM ${name} ${where} ORDER BY ${columns.join(", ")}`,
      params: [],
    })),
  );
  return Object.fromEntries(
    tables.map(({ name }, index) => [name, (answers[index]?.rows ?? []).map((row) => JSON.stringify(row))]),
  );
}
const rowsOf = async (name: string, binding: string, where = workers) =>
  rowsIn(await where.database(binding), KEPT_TABLES, `WHERE tenant_id = '${organisations[name]?.id}'`);
function expectSame(is: Awaited<ReturnType<typeof rowsOf>>, was: Awaited<ReturnType<typeof rowsOf>>): void {
  expect(was.revision?.length).toBeGreaterThan(0);
  for (const table of Object.keys(was)) if (!GOES_ON.includes(table)) expect(is[table], table).toEqual(was[table]);
}

const snapshot = (etag?: string, by = relay) =>
  by.call("GET", "/v1/zone/snapshot", etag === undefined ? {} : { headers: { "if-none-match": etag } });
const positionOf = (envelope: string): { readonly epoch: number; readonly sequence: number } =>
  JSON.parse(Buffer.from(envelope.split(".")[1] ?? "", "base64url").toString()) as never;
/** Whether the relay is given what was written. */
async function reaches(name: string): Promise<void> {
  const etag = (await snapshot()).headers.get("etag") ?? "";
  const { sequence } = positionOf((await snapshot()).json.envelope);
  await write("acme", name);
  await expect.poll(async () => (await snapshot(etag)).status).toBe(200);
  await expect.poll(async () => positionOf((await snapshot()).json.envelope).sequence).toBeGreaterThan(sequence);
}

beforeAll(async () => {
  await start();
  writeFileSync(inFolder("operator.secret"), workers.operatorSecret);
  const acme = await make("acme", "weur");
  await write("acme", "slow");
  const door = { type: "Secret", mesh: "default", name: "door", data: Buffer.from("open").toString("base64") };
  expect((await acme.call("PUT", "/meshes/default/secrets/door", door)).status).toBe(201);
  relay = await enrolRelay(subject, acme, "east");
  await make("beta", "enam");
  const ann = openBrowser(subject);
  expect((await ann.call("POST", "/v1/account", ANN)).status).toBe(201);
  const totp = await ann.call("POST", "/v1/account/totp", { password: ANN.password });
  uri = totp.json.uri;
  recoveryCode = totp.json.recoveryCodes[0];
  expect((await ann.call("POST", "/v1/account/totp/confirm", { code: codeOf(uri) })).status).toBe(204);
  await until("a snapshot", async () => (await snapshot()).status === 200);
});
afterAll(async () => {
  await workers?.close();
  rmSync(folder, { recursive: true, force: true });
});

test("a move is killed in the middle with all workers, and the same command ends it; the relay follows", async () => {
  const before = await rowsOf("acme", "TENANTS");
  const etag = (await snapshot()).headers.get("etag") ?? "";
  await workers.close();
  await start({}, (name) => (name === "api" ? holding(name) : null));
  await fetch(`${workers.url}/hold?TENANTS_TWO=${encodeURIComponent("INTO revision (")}`);
  const cut = weft("admin", "move-org", "acme", "--to", "two", ...operator());
  await until("a page to be held", async () => (await (await fetch(`${workers.url}/held`)).text()) === "1");
  await workers.kill();
  const ran = await cut;
  expect(ran.code, ran.out).not.toBe(0);
  await start();
  const stopped = await (await workers.database("DIRECTORY")).batch([{ sql: PHASE, params: [] }]);
  expect(stopped[0]?.rows, "it was in the middle").toHaveLength(1);
  expect(await must("admin", "move-org", "acme", "--to", "two", ...operator())).toMatch(
    /^acme is moved from main to two$/m,
  );
  expectSame(await rowsOf("acme", "TENANTS_TWO"), before);
  for (const [table, rows] of Object.entries(await rowsOf("acme", "TENANTS"))) expect(rows, table).toEqual([]);
  expect(await must("admin", "databases", ...operator())).toMatch(/^two +enam +2 +yes *$/m);
  expect((await snapshot(etag)).status).toBe(304);
  await reaches("after-move");
});

test("an organisation is as in its backup, with a higher epoch, though backup and restore were cut off before", async () => {
  const cutAt = async (which: (calls: number, method: string, body: string) => boolean): Promise<string> => {
    let calls = 0;
    return between(workers.url, async (method, _, body) => {
      if (which(calls++, method, body)) throw new Error("cut off");
    });
  };
  const readCut = await cutAt((calls) => calls === 3);
  expect((await weft("admin", "backup", "acme", ...operator(readCut), "--out", "acme.backup")).code).not.toBe(0);
  expect(existsSync(inFolder("acme.backup"))).toBe(false);
  await must("admin", "backup", "acme", ...operator(), "--out", "acme.backup");
  const stood = await rowsOf("acme", "TENANTS_TWO");
  await reaches("late");
  const later = await snapshot();
  const before = positionOf(later.json.envelope);

  let pages = 0;
  const writeCut = await cutAt((_calls, method, body) => method === "POST" && body.includes('"page"') && pages++ === 4);
  const ran = await weft("admin", "restore", "acme.backup", "--replace", ...operator(writeCut));
  expect([ran.code === 0, pages]).toEqual([false, 5]);
  const zone = { type: "Zone", name: "west" };
  expect((await organisations.acme?.call("PUT", "/zones/west", zone))?.status).toBe(503);
  expect(await must("admin", "restore", "acme.backup", "--replace", ...operator())).toMatch(
    /^acme is restored: [\d,]+ rows, revision \d+, epoch \d{13}$/m,
  );
  expectSame(await rowsOf("acme", "TENANTS_TWO"), stood);
  const etag = later.headers.get("etag") ?? "";
  await expect.poll(async () => (await snapshot(etag)).status).toBe(200);
  expect(positionOf((await snapshot(etag)).json.envelope).epoch).toBeGreaterThan(before.epoch);
  await reaches("after-restore");
  expect(await must("audit", "verify", ...at("acme"))).toMatch(/^whole: /m);
});

test("other workers have everything, though the restore was cut off behind the first organisation", async () => {
  const told = await must("admin", "backup", "--all", ...operator(), "--out", "all.backup");
  expect(told).toMatch(/^[\d,]+ rows of 2 organisations, and the directory\. SHA-256 [0-9a-f]{64}$/m);
  const was = { acme: await rowsOf("acme", "TENANTS_TWO"), beta: await rowsOf("beta", "TENANTS_TWO") };
  const people = await rowsIn(await workers.database("DIRECTORY"), DIRECTORY_TABLES);
  const { epoch } = positionOf((await snapshot()).json.envelope);

  const second = await startWorkers(inFolder("second"), () => null, TABLE);
  onTestFinished(() => second.close());
  let done = false;
  const url = await between(second.url, async (method, path, body) => {
    if (done) throw new Error("cut off");
    done = method === "POST" && path === "/v1/directory/restores" && JSON.parse(body).step === "done";
  });
  expect((await weft("admin", "restore", "all.backup", "--all", ...operator(url))).code).not.toBe(0);
  expect(done).toBe(true);
  expect(await must("admin", "restore", "all.backup", "--all", ...operator(second.url))).toMatch(
    /^everything is restored: 2 organisations, 1 person, [\d,]+ rows$/m,
  );
  for (const name of ["acme", "beta"] as const) expectSame(await rowsOf(name, "TENANTS_TWO", second), was[name]);
  expect(await rowsIn(await second.database("DIRECTORY"), DIRECTORY_TABLES)).toEqual(people);
  expect(people.two_factor).toHaveLength(1);

  const there: Subject = { ...subject, url: second.url, fetch: (path, init) => fetch(`${second.url}${path}`, init) };
  const moved = relayOf(there, relay, relay.keys);
  await expect.poll(async () => (await snapshot(undefined, moved)).status).toBe(200);
  expect(positionOf((await snapshot(undefined, moved)).json.envelope).epoch).toBeGreaterThan(epoch);
  const ann = openBrowser(there);
  const asked = await ann.call("POST", "/v1/account/sign-in", { email: ANN.email, password: ANN.password });
  expect([asked.status, asked.json.secondFactor], asked.text).toEqual([200, true]);
  expect((await ann.call("POST", "/v1/account/second-factor", { code: codeOf(uri) })).status).toBeLessThan(300);
});

test("under new keys all is sealed again, though that was cut off before; then the old keys are needed no more", async () => {
  const idsIn = (text: string, form: RegExp): readonly string[] => [
    ...new Set([...text.matchAll(form)].map(([, id = ""]) => id)),
  ];
  const ids = async (): Promise<readonly (readonly string[])[]> => [
    idsIn(JSON.stringify(await rowsOf("acme", "TENANTS_TWO")), /v1\.([0-9a-f]{8})\./g),
    idsIn(
      JSON.stringify((await rowsIn(await workers.database("DIRECTORY"), DIRECTORY_TABLES)).two_factor),
      /\$ba\$(\d+)\$/g,
    ),
  ];
  const [[old = ""] = [], [oldOfPeople = ""] = []] = await ids();
  const oldAccount = Number(oldOfPeople).toString(16).padStart(8, "0");
  const fresh = { KEY_ENCRYPTION_KEY: secret(11), ACCOUNT_KEY: secret(14) };
  await restart(fresh);
  const lacking = await call(subject, "GET", "/readyz");
  expect([lacking.status, lacking.text]).toEqual([503, expect.stringContaining(`key-encryption key ${old},`)]);
  expect(lacking.text).toContain(`account key ${oldAccount},`);

  await restart({ ...fresh, OLDER_KEYS: secret(1), OLDER_ACCOUNT_KEYS: `${secret(13)}, ${secret(4)}` });
  expect((await call(subject, "GET", "/readyz")).status).toBe(200);
  const checked = await weft("admin", "reseal", "--check", ...operator());
  expect([checked.code, checked.err]).toEqual([1, expect.stringContaining(`under the key ${old},`)]);
  expect(checked.err).toContain(`2 of second factors under the account key ${oldAccount}, which opens`);
  let calls = 0;
  const url = await between(workers.url, async () => {
    if (calls++ > 0) throw new Error("cut off");
  });
  expect((await weft("admin", "reseal", ...operator(url))).code).not.toBe(0);
  expect(await must("admin", "reseal", ...operator())).toMatch(
    /^everything is sealed under the key [0-9a-f]{8} and the account key [0-9a-f]{8}; [\d,]+ sealed again/m,
  );
  await must("admin", "reseal", "--check", ...operator());
  const now = await ids();
  expect(now.map(({ length }) => length)).toEqual([1, 1]);
  expect(now.flat()).not.toEqual(expect.arrayContaining([old]));
  expect(now.flat()).not.toEqual(expect.arrayContaining([oldOfPeople]));

  await restart(fresh);
  expect((await call(subject, "GET", "/readyz")).status).toBe(200);
  const door = await organisations.acme?.call("GET", "/meshes/default/secrets/door");
  expect(Buffer.from(door?.json.data, "base64").toString()).toBe("open");
  await reaches("after-reseal");
  const ann = openBrowser(subject);
  const asked = await ann.call("POST", "/v1/account/sign-in", { email: ANN.email, password: ANN.password });
  expect([asked.status, asked.json.secondFactor], asked.text).toEqual([200, true]);
  expect((await ann.call("POST", "/v1/account/second-factor", { recoveryCode })).status).toBeLessThan(300);
});
