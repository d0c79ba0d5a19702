// Several databases on Node: files and a server by the operator's table, and a start that is refused without them.
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ControlPlane, runControlPlane } from "#node/main.ts";
import { testOnSqld } from "#test/store/sqld.ts";

let folder = "";
let running: ControlPlane | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "weft-databases-"));
});
afterEach(async () => {
  await running?.close();
  running = undefined;
  await rm(folder, { recursive: true, force: true });
});

const stateDir = (): string => join(folder, "state");

async function start(table?: object): Promise<ControlPlane> {
  const databasesFile = join(folder, "databases.json");
  if (table !== undefined) await writeFile(databasesFile, JSON.stringify(table));
  const settings = { stateDir: stateDir(), host: "127.0.0.1", port: 0, logLevel: "silent" } as const;
  running = await runControlPlane({ ...settings, ...(table === undefined ? {} : { databasesFile }) });
  return running;
}

async function operate(path: string, body?: object): Promise<{ readonly status: number; readonly json: never }> {
  const { url, operatorSecretFile } = running as ControlPlane;
  const answer = await fetch(`${url}${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: {
      authorization: `Bearer ${(await readFile(operatorSecretFile, "utf8")).trim()}`,
      "content-type": "application/json",
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, json: (await answer.json()) as never };
}

/** Makes it and writes a mesh as its admin. */
async function live(name: string, region: string): Promise<void> {
  const { status, json } = await operate("/v1/organisations", { name, region });
  expect(status, JSON.stringify(json)).toBe(201);
  const { token } = (json as { token: { token: string } }).token;
  const made = await fetch(`${running?.url}/o/${name}/meshes/default`, {
    method: "PUT",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ type: "Mesh", name: "default" }),
  });
  expect(made.status).toBe(201);
}

const standing = async (): Promise<unknown> => (await operate("/v1/databases")).json;

test("two files in the state folder; each organisation is in the one of its region", async () => {
  await start({ main: { file: "tenants.db", region: "weur" }, two: { file: "two.db", region: "enam" } });
  await live("acme", "weur");
  await live("bolt", "enam");
  expect(await standing()).toMatchObject({
    items: [
      { name: "main", engine: "libsql-file", region: "weur", organisations: 1 },
      { name: "two", engine: "libsql-file", region: "enam", organisations: 1 },
    ],
  });
  expect(existsSync(join(stateDir(), "two.db"))).toBe(true);
  const refused = await operate("/v1/organisations", { name: "late", region: "apac" });
  expect(refused).toMatchObject({ status: 400, json: { invalid_parameters: [{ field: "region" }] } });
  await running?.close();
  await expect(start()).rejects.toThrow("Organisations are in the database two, and ");
  running = undefined;
});

test("a table that is wrong is told with its file", async () => {
  await expect(start({ main: { binding: "TENANTS" } })).rejects.toThrow(
    /databases\.json is refused:\n- main: binding is unknown/,
  );
});

testOnSqld("a libSQL server holds the organisations of its region", async (startServer) => {
  const sqld = await startServer();
  try {
    await writeFile(join(folder, "two.token"), "not asked for\n");
    await start({
      main: { file: "tenants.db" },
      two: { url: sqld.url, tokenFile: "two.token", region: "enam" },
    });
    await live("bolt", "enam");
    expect(await standing()).toMatchObject({
      items: [{ organisations: 0 }, { engine: "libsql-http", organisations: 1 }],
    });
    await running?.close();
    running = undefined;
  } finally {
    await sqld.stop();
  }
});
