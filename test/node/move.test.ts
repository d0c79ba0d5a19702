// A move over HTTP while somebody writes all the time: every write that was taken is there, and a poll never misses its relay.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ControlPlane, runControlPlane } from "#node/main.ts";
import { enrolRelay } from "#test/app/relay.ts";
import { settled } from "#test/app/settled.ts";
import { call, createOrganisation, type Subject } from "#test/app/subject.ts";
import { type Sqld, testOnSqld } from "#test/store/sqld.ts";

let folder = "";
let plane: ControlPlane;
let sqld: Sqld | null = null;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "weft-moving-"));
});
afterEach(async () => {
  await plane.close();
  await sqld?.stop();
  sqld = null;
  await rm(folder, { recursive: true, force: true });
});

async function start(two: object): Promise<Subject> {
  const databasesFile = join(folder, "databases.json");
  await writeFile(databasesFile, JSON.stringify({ main: { file: "tenants.db" }, two: { closed: true, ...two } }));
  plane = await runControlPlane({
    ...{ stateDir: join(folder, "state"), host: "127.0.0.1", port: 0, logLevel: "silent" as const, databasesFile },
  });
  return {
    url: plane.url,
    operatorSecret: (await readFile(plane.operatorSecretFile, "utf8")).trim(),
    fetch: (path, init) => fetch(`${plane.url}${path}`, init),
  };
}

async function move(subject: Subject, name: string, to: string): Promise<{ readonly phase: string | null }> {
  const headers = { authorization: `Bearer ${subject.operatorSecret}` };
  const answer = await call(subject, "POST", `/v1/organisations/${name}/move`, { headers, body: { to } });
  expect(answer.status, answer.text).toBe(200);
  return answer.json;
}

async function moveWhileWriting(subject: Subject): Promise<void> {
  const organisation = await createOrganisation(subject);
  const other = await createOrganisation(subject);
  const relay = await enrolRelay(subject, organisation, "east");
  const taken: string[] = [];
  const refused = new Set<string>();
  const polls = new Set<number>();
  let over = false;
  const writing = (async () => {
    for (let n = 0; !over || n < 5; n++) {
      const name = `zone-${n}`;
      const { status, json, headers } = await organisation.call("PUT", `/zones/${name}`, { type: "Zone", name });
      if (status === 201) taken.push(name);
      else refused.add(`${status} ${headers.get("retry-after")} ${/being moved/.test(json.detail)}`);
    }
  })();
  const polling = (async () => {
    while (!over) polls.add((await relay.call("GET", "/v1/zone/snapshot")).status);
  })();
  while ((await move(subject, organisation.name, "two")).phase !== null);
  over = true;
  await Promise.all([writing, polling]);
  const { items } = (await organisation.call("GET", "/zones?size=1000")).json as { items: { name: string }[] };
  expect(items.map(({ name }) => name).sort()).toEqual([...taken, "east"].sort());
  expect([...refused].filter((told) => told !== "503 1 true")).toEqual([]);
  // 503: its first snapshot was still being compiled.
  expect([...polls].filter((status) => status !== 200 && status !== 503)).toEqual([]);
  await settled(organisation);
  expect((await relay.call("GET", "/v1/zone/snapshot")).status).toBe(200);
  expect((await other.call("GET", "/zones")).status).toBe(200);
  expect(await move(subject, organisation.name, "two")).toMatchObject({ phase: null });
  while ((await move(subject, organisation.name, "main")).phase !== null);
  expect((await organisation.call("GET", "/zones?size=1000")).json.items).toHaveLength(items.length);
}

test("from a file to another and back", async () => {
  await moveWhileWriting(await start({ file: "two.db" }));
});

testOnSqld("a libSQL server takes what was in a file, and gives it back", async (startServer) => {
  sqld = await startServer();
  await moveWhileWriting(await start({ url: sqld.url }));
});
