// Backup and restore: an organisation as it was, whatever has become of it, and nothing of a file that is not whole.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { openLibsqlFile } from "#node/libsql-file.ts";
import { KEPT_TABLES } from "#store/tenant-table.ts";
import { enrolRelay, type Relay } from "#test/app/relay.ts";
import { settled } from "#test/app/settled.ts";
import { call, type Organisation, type Subject } from "#test/app/subject.ts";
import { createGate } from "#test/gate.ts";
import { planeOfFile } from "./plane.ts";
import { type Ran, run } from "./run.ts";

const plane = planeOfFile();
let at: readonly string[];
let operator: readonly string[];
let organisation: Organisation;
let subject: Subject;
let relay: Relay;

const inFolder = (name: string): string => join(plane.folder, name);
const weft = (...argv: readonly string[]): Promise<Ran> => run(argv, { cwd: plane.folder });
const must = async (...argv: readonly string[]): Promise<string> => {
  const ran = await weft(...argv);
  expect(ran.code, ran.err).toBe(0);
  return ran.out;
};

/** All that the organisation has, by table. */
async function rows(): Promise<Readonly<Record<string, readonly string[]>>> {
  const database = await openLibsqlFile({ path: inFolder("state/tenants.db") });
  const answers = await database.batch(
    KEPT_TABLES.map(({ name, columns }) => ({
      sql: `SELECT ${columns.join(", ")} FROM ${name} WHERE tenant_id = ?1 ORDER BY ${columns.join(", ")}`,
      params: [organisation.id],
    })),
  );
  await database.close();
  return Object.fromEntries(
    KEPT_TABLES.map(({ name }, index) => [name, (answers[index]?.rows ?? []).map((row) => JSON.stringify(row))]),
  );
}

const write = async (file: string, text: string): Promise<void> => {
  writeFileSync(inFolder(file), text);
  await must("apply", "-f", file, ...at);
};

const timeout = (name: string, seconds: number): string =>
  `{ type: MeshTimeout, mesh: default, name: ${name}, spec: { to: [{ targetRef: { kind: Mesh }, default: { http: { requestTimeout: ${seconds}s } } }] } }\n`;

beforeAll(async () => {
  at = await plane.signUp("acme");
  operator = ["--control-plane", plane.url, "--operator-secret-file", plane.operatorSecretFile];
  const token = readFileSync(at.at(-1) as string, "utf8").trim();
  subject = {
    url: plane.url,
    operatorSecret: readFileSync(plane.operatorSecretFile, "utf8").trim(),
    fetch: (path, init) => fetch(`${plane.url}${path}`, init),
  };
  const [, id = ""] = /^weft_api_([^_]+)_/.exec(token) ?? [];
  organisation = {
    id,
    name: "acme",
    token,
    call: (method: string, path: string, body?: unknown) =>
      call(subject, method, `/o/acme${path}`, {
        headers: { authorization: `Bearer ${token}` },
        ...(body === undefined ? {} : { body }),
      }),
  } as unknown as Organisation;
  await write(
    "mesh.yaml",
    "{ type: Mesh, name: default, mtls: { enabledBackend: ca-1, backends: [{ name: ca-1, type: builtin }] } }\n",
  );
  await write("slow.yaml", timeout("slow", 40));
  relay = await enrolRelay(subject, organisation, "east");
});

const snapshot = (etag?: string) =>
  relay.call("GET", "/v1/zone/snapshot", etag === undefined ? {} : { headers: { "if-none-match": etag } });
const positionOf = (envelope: string): { readonly epoch: number; readonly sequence: number } =>
  JSON.parse(Buffer.from(envelope.split(".")[1] ?? "", "base64url").toString()) as never;

test("an organisation is as it was, with a higher epoch, and a relay that holds later news takes what is older", async () => {
  await expect.poll(async () => (await snapshot()).status).toBe(200);
  await must("admin", "backup", "acme", ...operator, "--out", "acme.backup");
  const stood = await rows();
  const kept = timeout("late", 50);
  await write("late.yaml", kept);
  await must("delete", "meshtimeout", "slow", ...at, "--yes");
  await expect.poll(async () => positionOf((await snapshot()).json.envelope).sequence).toBeGreaterThan(3);
  await settled(organisation);
  const later = await snapshot();
  const etag = later.headers.get("etag") ?? "";
  const before = positionOf(later.json.envelope);

  expect((await weft("admin", "restore", "acme.backup", ...operator)).err).toContain(
    "is there: say that it is to be replaced",
  );
  const told = await must("admin", "restore", "acme.backup", "--replace", ...operator);
  expect(told).toMatch(/^acme is restored: [\d,]+ rows, revision 3, epoch \d{13}\n$/);

  const now = await rows();
  for (const [table, all] of Object.entries(stood)) {
    // These go on at once: the epoch rises, the restore is told of, and the zone is compiled again.
    if (["heads", "audit", "audit_seal", "zone_head", "revision_effect", "relay_contact"].includes(table)) continue;
    expect(now[table], table).toEqual(all);
  }
  expect(now.audit?.slice(0, stood.audit?.length)).toEqual(stood.audit);
  expect(now.audit?.at(-1)).toContain("backup.restore");
  const list = await organisation.call("GET", "/meshes/default/meshtimeouts");
  expect(list.json.items.map(({ name }: { name: string }) => name)).toContain("slow");
  expect(list.json.items.map(({ name }: { name: string }) => name)).not.toContain("late");

  await expect.poll(async () => (await snapshot(etag)).status).toBe(200);
  const news = await snapshot(etag);
  const after = positionOf(news.json.envelope);
  expect(after.epoch).toBeGreaterThan(before.epoch);
  expect(after.sequence).toBeLessThanOrEqual(before.sequence);
  // And it goes on from there: writes are taken, and reach the relay.
  await write("more.yaml", timeout("more", 60));
  await expect.poll(async () => positionOf((await snapshot()).json.envelope).sequence).toBeGreaterThan(after.sequence);
  expect(await must("audit", "verify", ...at)).toMatch(/^whole: /m);

  // Restored again, it rises again, though both hold the same.
  await must("admin", "restore", "acme.backup", "--replace", ...operator);
  await expect.poll(async () => positionOf((await snapshot()).json.envelope).epoch).toBeGreaterThan(after.epoch);
});

describe("a file that is not whole", () => {
  let bytes: Buffer;
  beforeAll(async () => {
    await must("admin", "backup", "acme", ...operator, "--out", "whole.backup", "--force");
    bytes = readFileSync(inFolder("whole.backup"));
  });

  /** Nothing is sent of it: where it would be sent to, there is nobody. */
  const refused = async (damaged: Buffer): Promise<Ran> => {
    writeFileSync(inFolder("damaged.backup"), damaged);
    const nowhere = ["--control-plane", "http://127.0.0.1:1", "--operator-secret-file", plane.operatorSecretFile];
    const ran = await weft("admin", "restore", "damaged.backup", "--replace", ...nowhere);
    expect(ran.code).toBe(1);
    expect(ran.err).toContain("the backup is not whole; nothing was sent");
    return ran;
  };

  test("is refused, whichever byte was changed, and wherever it was cut off", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(bytes.length - 1),
        fc.integer({ min: 1, max: 127 }),
        fc.boolean(),
        async (place, by, cut) => {
          const damaged = Buffer.from(bytes);
          damaged[place] = (damaged[place] ?? 0) ^ by;
          // The end of the last line alone says nothing.
          await refused(cut ? Buffer.from(bytes.subarray(0, Math.min(place, bytes.length - 2))) : damaged);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("is refused, whatever is added", async () => {
    const added = Buffer.concat([bytes, Buffer.from('{"table":"resource","columns":[],"rows":[]}\n')]);
    expect((await refused(added)).err).toContain("lines follow its end");
  });
});

describe("what a control plane refuses", () => {
  const step = async (body: object) => {
    const answer = await call(subject, "POST", "/v1/restores", {
      headers: { authorization: `Bearer ${subject.operatorSecret}` },
      body,
    });
    return [answer.status, answer.json.detail] as const;
  };
  const head = () => JSON.parse(readFileSync(inFolder("whole.backup"), "utf8").split("\n")[0] ?? "").of;

  test("a backup of another control plane, or under a key that it lacks", async () => {
    expect(await step({ step: "begin", replace: true, of: { ...head(), controlPlane: "other" } })).toMatchObject([
      409,
      expect.stringContaining("its relays would believe nothing"),
    ]);
    expect(await step({ step: "begin", replace: true, of: { ...head(), key: "0000" } })).toMatchObject([
      409,
      expect.stringContaining("sealed under the key 0000"),
    ]);
  });

  test("a page of a restore that another has begun since, and an end that is not what the backup holds", async () => {
    const of = head();
    const begin = async (): Promise<number> => {
      const answer = await call(subject, "POST", "/v1/restores", {
        headers: { authorization: `Bearer ${subject.operatorSecret}` },
        body: { step: "begin", replace: true, of },
      });
      return answer.json.session as number;
    };
    const first = await begin();
    const second = await begin();
    const page = { table: "heads", columns: ["epoch", "revision", "sequence"], rows: [[1, 9, 9]] };
    expect(await step({ step: "page", of, session: first, page })).toMatchObject([
      409,
      expect.stringContaining("Another restore"),
    ]);
    expect((await step({ step: "page", of, session: second, page }))[0]).toBe(200);
    expect(await step({ step: "end", of, session: second, sums: {} })).toMatchObject([
      409,
      expect.stringContaining("Restore again"),
    ]);
    // Meanwhile nothing can be written, and what stands is no backup.
    const backup = await weft("admin", "backup", "acme", ...operator, "--out", "half.backup");
    expect([backup.code, backup.err]).toEqual([6, expect.stringContaining("being moved or restored")]);
    expect((await organisation.call("PUT", "/zones/west", { type: "Zone", name: "west" })).status).toBe(503);
    await must("admin", "restore", "whole.backup", "--replace", ...operator);
    expect((await organisation.call("PUT", "/zones/west", { type: "Zone", name: "west" })).status).toBe(201);
  });
});

test("what was revoked since the backup stays revoked, also after a restore that was interrupted", async () => {
  const made = async (name: string) =>
    (await organisation.call("POST", "/v1/tokens", { name, scopes: ["read"] })).json as { id: string; token: string };
  const [before, good] = [await made("before"), await made("good")];
  const second = await enrolRelay(subject, organisation, "east");
  const list = "dataplane-token-revocations-default";
  const secret = (ids: string) =>
    organisation.call("PUT", `/meshes/default/secrets/${list}`, {
      ...{ type: "Secret", mesh: "default", name: list },
      data: Buffer.from(ids).toString("base64"),
    });
  expect((await secret("one")).status).toBe(201);
  await must("admin", "backup", "acme", ...operator, "--out", inFolder("revoked.backup"));
  expect((await organisation.call("DELETE", `/v1/tokens/${before.id}`)).status).toBe(204);
  expect((await organisation.call("DELETE", `/v1/zones/east/relays/${second.relay}`)).status).toBeLessThan(300);
  expect((await secret("one,two")).status).toBe(200);
  const relays = async () => (await rows()).zone_head?.map((row) => JSON.parse(row)).map((row) => [row[1], row[4]]);
  const statusOf = async (token: string): Promise<number> =>
    (await call(subject, "GET", "/o/acme/meshes", { headers: { authorization: `Bearer ${token}` } })).status;
  expect([await statusOf(before.token), await statusOf(good.token)]).toEqual([401, 200]);
  const args = ["admin", "restore", inFolder("revoked.backup"), "--replace", ...operator, "-o", "json"] as const;
  const told = JSON.parse(await must(...args));
  expect(told.revoked).toEqual({
    kept: [`relay east/${second.relay}`, `token ${before.id}`],
    unknown: [`revoked dataplane tokens, Secret ${list}`],
  });
  expect(await relays()).toContainEqual([second.relay, 1]);
  expect([await statusOf(before.token), await statusOf(good.token)]).toEqual([401, 200]);
  // What an interrupted one has found counts, though what stands has it no more.
  const marks = { credential: { [good.id]: [new Date().toISOString()] } };
  writeFileSync(inFolder("revoked.backup.revoked"), JSON.stringify(marks));
  expect(JSON.parse(await must(...args)).revoked.kept).toContain(`token ${good.id}`);
  expect(await statusOf(good.token)).toBe(401);
  expect(existsSync(inFolder("revoked.backup.revoked"))).toBe(false);
});

test("a restore that is stopped says that it is not known what was done", async () => {
  const { passed: asked, open: heard } = createGate();
  const server = createServer(() => heard());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const running = weft(
    "admin",
    "restore",
    "whole.backup",
    "--control-plane",
    url,
    "--operator-secret-file",
    plane.operatorSecretFile,
  );
  await asked;
  process.emit("SIGINT");
  const ran = await running;
  expect([ran.code, ran.out]).toEqual([130, ""]);
  expect(ran.err).toContain("a change was on its way: it is not known whether it was done");
});
