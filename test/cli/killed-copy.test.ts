// A control plane on Node that is killed while it moves an organisation or restores one: the same command ends it, and all is there once.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test } from "vitest";
import { openLibsqlFile } from "#node/libsql-file.ts";
import { KEPT_TABLES } from "#store/tenant-table.ts";
import { createChildren, startEdge } from "#test/plane.ts";
import { run } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "weft-killed-copy-"));
const children = createChildren();
afterEach(() => children.stopAll());
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const inFolder = (name: string): string => join(folder, name);
const FILES = { main: "tenants.db", two: "two.db" } as const;

async function start() {
  const args = ["--state-dir", folder, "--databases", inFolder("databases.json"), "--port", "0"];
  const { child, said } = await startEdge(children, "node", args);
  const operator = ["--control-plane", String(said.url), "--operator-secret-file", inFolder("operator.secret")];
  return { child, url: String(said.url), weft: (...words: string[]) => run([...words, ...operator], { cwd: folder }) };
}

/** Rows of the organisation in a database, by table; a time, an epoch or an event that the command itself wrote is another one. */
async function rowsIn(file: string, names: readonly string[]): Promise<readonly string[]> {
  const database = await openLibsqlFile({ path: inFolder(file) });
  const tables = KEPT_TABLES.filter(({ name }) => names.includes(name));
  const answers = await database.batch(
    tables.map(({ name, columns }) => ({
      sql: `SELECT ${columns.join(", ")} FROM ${name} ORDER BY 1, 2, 3`,
      params: [],
    })),
  );
  await database.close();
  return answers.flatMap(({ rows }, index) => rows.map((row) => `${tables[index]?.name} ${JSON.stringify(row)}`));
}
const KEPT = ["resource", "revision", "api_token", "audit"];

test.each(["move", "restore"] as const)("%s, killed by SIGKILL at several moments", async (what) => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { mode: 0o700 });
  const table = Object.fromEntries(Object.entries(FILES).map(([name, file]) => [name, { file }]));
  writeFileSync(inFolder("databases.json"), JSON.stringify(table));
  let plane = await start();
  expect((await plane.weft("organisation", "create", "acme", "--out", "acme.token")).code).toBe(0);
  const timeouts = Array.from({ length: 400 }, (_, at) => ({
    ...{ type: "MeshTimeout", mesh: "default", name: `t-${at}` },
    spec: { to: [{ targetRef: { kind: "Mesh" }, default: { http: { requestTimeout: "9s" } } }] },
  }));
  const put = [{ type: "Mesh", name: "default" }, ...timeouts].map((resource) => ({ resource }));
  const token = readFileSync(inFolder("acme.token"), "utf8").trim();
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const made = await fetch(`${plane.url}/o/acme/v1/changes`, {
    method: "POST",
    headers,
    body: JSON.stringify({ put }),
  });
  expect(made.status, await made.text()).toBe(200);
  const timeoutsThere = async (): Promise<unknown> => {
    const answer = await fetch(`${plane.url}/o/acme/meshes/default/meshtimeouts?size=1`, { headers });
    return answer.status === 200 ? ((await answer.json()) as { total: number }).total : answer.status;
  };
  const whole = await timeoutsThere();
  const before = await rowsIn(FILES.main, KEPT);
  expect(before.length).toBeGreaterThan(400);
  if (what === "restore") expect((await plane.weft("admin", "backup", "acme", "--out", "acme.backup")).code).toBe(0);

  const words =
    what === "move" ? ["admin", "move-org", "acme", "--to", "two"] : ["admin", "restore", "acme.backup", "--replace"];
  let cut = 0;
  for (const moment of [3, 20, 60, 120, 200]) {
    const asked = plane.weft(...words);
    await new Promise((resolve) => setTimeout(resolve, moment));
    await plane.child.stop("SIGKILL");
    if ((await asked).code !== 0) cut += 1;
    plane = await start();
    // While it is being restored it is whole, or not there.
    expect(what === "move" ? [whole] : [whole, 401, 404, 503], `at ${moment} ms`).toContain(await timeoutsThere());
  }
  expect(cut).toBeGreaterThan(0);
  const ended = await plane.weft(...words);
  expect(ended.code, ended.err).toBe(0);
  expect((await fetch(`${plane.url}/o/acme/meshes`, { headers })).status).toBe(200);
  await plane.child.stop();
  const [target, other] = what === "move" ? [FILES.two, FILES.main] : [FILES.main, FILES.two];
  expect(await rowsIn(target, KEPT)).toEqual(expect.arrayContaining([...before]));
  const resources = async (file: string): Promise<number> => (await rowsIn(file, ["resource"])).length;
  expect([await resources(target), await resources(other)]).toEqual([
    before.filter((row) => row.startsWith("resource ")).length,
    0,
  ]);
});
