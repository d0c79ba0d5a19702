// Several databases on Workers: a poll costs one row wherever its organisation is, and finds one that has moved.
import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, test } from "vitest";
import { BELL_PATH } from "#api/bell.ts";
import { openEvents } from "#test/app/event-reader.ts";
import { enrolRelay } from "#test/app/relay.ts";
import { settled } from "#test/app/settled.ts";
import { call, createMesh, createOrganisation, organisationOf, type Subject } from "#test/app/subject.ts";
import apiWorker from "#worker/api.ts";
import { openDatabases } from "#worker/databases.ts";
import type { ApiEnvironment, PollEnvironment } from "#worker/environment.ts";
import pollWorker from "#worker/poll.ts";

const URL_OF_WORKER = "https://weft.example";
const PATH = "/v1/zone/snapshot";
const DATABASES = '{"main": {"binding": "TENANTS"}, "two": {"binding": "TENANTS_TWO", "region": "weur"}}';

type Migrations = Parameters<typeof applyD1Migrations>[1];

const bound = env as unknown as ApiEnvironment & {
  readonly TENANTS_TWO: D1Database;
  readonly DIRECTORY_MIGRATIONS: Migrations;
  readonly TENANT_MIGRATIONS: Migrations;
};

const api: Subject = {
  url: URL_OF_WORKER,
  operatorSecret: bound.OPERATOR_SECRET,
  fetch: (path, init) => apiWorker.fetch(new Request(`${URL_OF_WORKER}${path}`, init) as never, bound),
};

beforeAll(async () => {
  await applyD1Migrations(bound.DIRECTORY, bound.DIRECTORY_MIGRATIONS);
  for (const database of [bound.TENANTS, bound.TENANTS_TWO]) await applyD1Migrations(database, bound.TENANT_MIGRATIONS);
});

/** The poll worker of a fresh isolate, with what it asks of each database. */
function front(databases = DATABASES) {
  const asked: string[] = [];
  let handedOn = 0;
  const counted = (name: "DIRECTORY" | "TENANTS" | "TENANTS_TWO") => ({
    prepare: (sql: string) => bound[name].prepare(sql),
    batch: async (statements: D1PreparedStatement[]) => {
      const results = await bound[name].batch(statements);
      for (const { meta } of results) asked.push(`${name} ${meta.rows_read} ${meta.rows_written}`);
      return results;
    },
  });
  const environment = {
    DIRECTORY: counted("DIRECTORY"),
    TENANTS: counted("TENANTS"),
    TENANTS_TWO: counted("TENANTS_TWO"),
    DATABASES: databases,
    CONTROL_PLANE: bound.CONTROL_PLANE,
    NONCE_KEY: bound.NONCE_KEY,
    LOG_LEVEL: "error",
    API: {
      fetch: async (request: Request) => {
        handedOn += 1;
        return apiWorker.fetch(request as never, bound);
      },
    },
  } as unknown as PollEnvironment;
  const subject: Subject = {
    ...api,
    fetch: (path, init) => pollWorker.fetch(new Request(`${URL_OF_WORKER}${path}`, init), environment),
  };
  return { subject, asked, handedOn: () => handedOn };
}

test("an idle poll reads one row where its organisation is, and follows it to where it has gone", async () => {
  const organisation = await createOrganisation(api);
  await createMesh(organisation);
  const relay = await enrolRelay(api, organisation, "east");
  await settled(organisation);
  const etag = (await relay.call("GET", PATH)).headers.get("etag") ?? "";
  const through = front();
  const poll = async (at = through): Promise<readonly string[]> => {
    const proof = await relay.prove("GET", PATH, "");
    at.asked.length = 0;
    const answer = await call(at.subject, "GET", PATH, { headers: { "if-none-match": etag, ...proof } });
    expect([answer.status, answer.text]).toEqual([304, ""]);
    return [...at.asked];
  };
  // The first of an isolate looks the organisation up.
  expect(await poll()).toEqual(["DIRECTORY 1 0", "TENANTS 1 0"]);
  expect(await poll()).toEqual(["TENANTS 1 0"]);

  const [head] = (
    await bound.TENANTS.prepare("SELECT * FROM zone_head WHERE tenant_id = ?1").bind(organisation.id).all()
  ).results as Record<string, unknown>[];
  const columns = Object.keys(head ?? {});
  const marks = columns.map((_, at) => `?${at + 1}`).join(", ");
  await bound.TENANTS_TWO.prepare(`INSERT INTO zone_head (${columns.join(", ")}) VALUES (${marks})`)
    .bind(...Object.values(head ?? {}))
    .run();
  await bound.TENANTS.batch([
    bound.TENANTS.prepare("DELETE FROM zone_head WHERE tenant_id = ?1").bind(organisation.id),
    bound.TENANTS.prepare(
      "INSERT INTO tenant_move (tenant_id, generation, target, frozen_until, session) VALUES (?1, 1, 'two', NULL, 1)",
    ).bind(organisation.id),
  ]);
  expect((await poll()).at(-1)).toBe("TENANTS_TWO 1 0");
  expect(await poll()).toEqual(["TENANTS_TWO 1 0"]);
  // Who has no way to the database hands the poll on.
  const distant = front('{"main": {"binding": "TENANTS"}, "two": {"url": "https://two.example"}}');
  const proof = await relay.prove("GET", PATH, "");
  await call(distant.subject, "GET", PATH, { headers: { "if-none-match": etag, ...proof } });
  expect(distant.handedOn()).toBe(1);
});

test("an organisation's object is made beside its database, whoever asks for it first", async () => {
  const asked: string[] = [];
  const WRITER = {
    idFromName: (name: string) => bound.WRITER.idFromName(name),
    get: (id: DurableObjectId, options: DurableObjectNamespaceGetDurableObjectOptions = {}) => {
      const object = bound.WRITER.get(id, options);
      const note = (way: string) => asked.push(`${way} ${options.locationHint ?? "anywhere"}`);
      return {
        perform: (tenant: string, method: "apply", args: readonly unknown[]) => {
          note(method);
          return object.perform(tenant, method, args);
        },
        restart: async () => note("restart"),
        fetch: (url: string, init?: RequestInit) => {
          note(new URL(url).pathname);
          return object.fetch(url, init as never);
        },
      };
    },
  } as unknown as ApiEnvironment["WRITER"];
  const DATABASES = '{"main": {"binding": "TENANTS", "region": "weur"}, "two": {"binding": "TENANTS_TWO"}}';
  const environment = { ...bound, DATABASES, WRITER, WRITER_LOCATION: "enam" } as ApiEnvironment;
  const subject: Subject = {
    ...api,
    fetch: (path, init) => apiWorker.fetch(new Request(`${URL_OF_WORKER}${path}`, init) as never, environment),
  };
  const organisation = await createOrganisation(api);
  const here = organisationOf(subject, organisation.name, organisation.id, organisation.token);
  const relay = await enrolRelay(api, organisation, "east");
  await createMesh(here);
  await settled(organisation);
  const etag = (await relay.call("GET", PATH)).headers.get("etag") ?? "";
  await (await openEvents(subject, here)).close();
  const call = async (path: string, headers: Readonly<Record<string, string>>) =>
    subject.fetch(path, { headers: { ...(await relay.prove("GET", path, "")), ...headers } });
  const rung = await call(BELL_PATH, { upgrade: "websocket" });
  expect(rung.status).toBe(101);
  await call(PATH, { "if-none-match": etag, prefer: "wait=1" });
  expect([...new Set(asked)].toSorted()).toEqual(["/bell weur", "/events weur", "/hold weur", "apply weur"]);
});

test("what the table names and nobody has bound is told, with the database that needs it", () => {
  const open = (table: string) => () => openDatabases({ ...bound, DATABASES: table });
  expect(open('{"main": {"binding": "NOWHERE"}}')).toThrow("main needs NOWHERE");
  expect(open('{"main": {"url": "https://x.example", "tokenSecret": "NO_TOKEN"}}')).toThrow("main needs NO_TOKEN");
  expect(open('{"main": {"file": "x.db"}}')).toThrow("file is unknown");
});
