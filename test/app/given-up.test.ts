// Calls that are given up while a worker waits for a database: who calls next waits for nothing of theirs. In real workerd, each call its own.
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, onTestFinished, test } from "vitest";
import { openLibsqlHttp } from "#store/libsql-http.ts";
import { migrate } from "#store/migrations.ts";
import { until } from "#test/child.ts";
import { holding } from "#test/holding-front.ts";
import { migrationsOf } from "#test/store/migration-files.ts";
import { testOnSqld } from "#test/store/sqld.ts";
import { type Databases, type Front, startWorkers, type Workers } from "#test/workerd.ts";
import { enrolRelay } from "./relay.ts";
import { settled } from "./settled.ts";
import { createMesh, createOrganisation, type Subject } from "./subject.ts";

const DATABASES: Databases = { main: { binding: "TENANTS" }, two: { binding: "TENANTS_TWO", closed: true } };

// One folder, so that the workers are bundled once.
const folder = mkdtempSync(join(tmpdir(), "weft-given-up-"));
let workers: Workers;
afterEach(() => workers.close());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function start(worker: "poll" | "api"): Promise<Subject> {
  const front: Front = (name) => (name === worker ? holding(worker) : null);
  workers = await startWorkers(folder, front, DATABASES);
  return subjectOf(workers);
}

const subjectOf = ({ url, operatorSecret }: Workers): Subject => ({
  url,
  operatorSecret,
  fetch: (path, init) => fetch(`${url}${path}`, init),
});

/** Makes one call, gives it up once it is held, and makes another. */
async function giveUp(
  ask: (init: RequestInit) => Promise<Response>,
  isHeld: () => Promise<boolean>,
): Promise<Response> {
  const giving = new AbortController();
  const first = ask({ signal: giving.signal }).catch((error: Error) => error.name);
  await until("the call to be held", isHeld);
  giving.abort();
  expect(await first).toBe("AbortError");
  return ask({ signal: AbortSignal.timeout(25_000) });
}

/** The same, held by what stands in front of the worker. */
async function giveUpAt(
  subject: Subject,
  statement: string,
  ask: (init: RequestInit) => Promise<Response>,
): Promise<Response> {
  await subject.fetch(`/hold?${statement}`);
  return giveUp(ask, async () => (await (await subject.fetch("/held")).text()) === "1");
}

const LOOK_UP = "DIRECTORY=SELECT+placement,+moves";

test("a poll that looked up where its organisation is", async () => {
  const subject = await start("poll");
  const organisation = await createOrganisation(subject);
  await createMesh(organisation);
  const relay = await enrolRelay(subject, organisation, "east");
  await settled(organisation);
  const path = "/v1/zone/snapshot";
  const answer = await giveUpAt(subject, LOOK_UP, async (init) => {
    const headers = await relay.prove("GET", path, "");
    return subject.fetch(path, { ...init, headers });
  });
  expect(answer.status).toBe(200);
});

test("a call of the API that did, and one that asked whether the databases answer", async () => {
  const organisation = await createOrganisation(await start("api"));
  await workers.close();
  // Nothing is remembered of where it was placed. What is no poll comes to the API through the door.
  const subject = await start("api");
  const headers = { authorization: `Bearer ${organisation.token}` };
  const ask = (init: RequestInit) => subject.fetch(`/o/${organisation.name}/zones`, { ...init, headers });
  expect((await giveUpAt(subject, LOOK_UP, ask)).status).toBe(200);
  expect((await giveUpAt(subject, "TENANTS=SELECT+1", (init) => subject.fetch("/readyz", init))).status).toBe(200);
});

testOnSqld("a write to a libSQL server", async (startServer) => {
  const server = await startServer();
  onTestFinished(server.stop);
  const database = openLibsqlHttp({ url: server.url });
  await migrate(database, migrationsOf("tenant"));
  let held = 0;
  const door = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    if (body.includes("INTO tenant_move") && held++ === 0) return;
    const { method = "GET", url } = request;
    const answer = await fetch(`${server.url}${url}`, { method, ...(method === "POST" && { body }) });
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
    response.end(await answer.text());
  });
  await new Promise<void>((resolve) => door.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    door.closeAllConnections();
    door.close();
  });
  const url = `http://127.0.0.1:${(door.address() as AddressInfo).port}`;
  workers = await startWorkers(folder, () => null, { main: { binding: "TENANTS" }, two: { url, closed: true } });
  const subject = subjectOf(workers);
  const { name } = await createOrganisation(subject);
  const ask = (init: RequestInit) =>
    subject.fetch(`/v1/organisations/${name}/move`, {
      ...{ ...init, method: "POST", body: '{"to":"two"}' },
      headers: { authorization: `Bearer ${subject.operatorSecret}`, "content-type": "application/json" },
    });
  const answer = await giveUp(ask, async () => held === 1);
  expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('"target": "two"')]);
});
