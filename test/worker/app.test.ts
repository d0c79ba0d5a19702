// The app's suite in workerd: the API worker on D1, the writers' worker behind its bindings as it is deployed, the poll worker before it.
import { applyD1Migrations } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { RATE_WINDOW } from "#model/limit/limit.ts";
import { httpSuite } from "#test/app/http-suite.ts";
import { createRelayKeys, enrolRelay } from "#test/app/relay.ts";
import { settled } from "#test/app/settled.ts";
import { call, createMesh, createOrganisation, type Subject } from "#test/app/subject.ts";
import { appSuite } from "#test/app/suite.ts";
import apiWorker from "#worker/api.ts";
import { openDistantWriter } from "#worker/distant-writer.ts";
import type { ApiEnvironment, PollEnvironment } from "#worker/environment.ts";
import { openFloor } from "#worker/floor.ts";
import pollWorker from "#worker/poll.ts";
import { usualOf } from "#worker/usual-tier.ts";
import { openWriterOf } from "#worker/writer-object.ts";

const URL_OF_WORKER = "https://weft.example";

type Migrations = Parameters<typeof applyD1Migrations>[1];

const bound = env as unknown as ApiEnvironment & {
  readonly DIRECTORY_MIGRATIONS: Migrations;
  readonly TENANT_MIGRATIONS: Migrations;
};

/** By the runtime's own door. Each call through it costs the test pool more than the one before: a few, not thousands. */
const outside: Subject = {
  url: URL_OF_WORKER,
  operatorSecret: bound.OPERATOR_SECRET,
  fetch: (path, init) => exports.default.fetch(new Request(`${URL_OF_WORKER}${path}`, init)),
};

/** The same handler with the same bindings, called in its isolate. */
const subject: Subject = {
  ...outside,
  fetch: (path, init) => apiWorker.fetch(new Request(`${URL_OF_WORKER}${path}`, init) as never, bound),
};

beforeAll(async () => {
  await applyD1Migrations(bound.DIRECTORY, bound.DIRECTORY_MIGRATIONS);
  await applyD1Migrations(bound.TENANTS, bound.TENANT_MIGRATIONS);
});

appSuite(() => subject);
describe("HTTP by the runtime's own door", () => httpSuite(() => outside));

test("what all isolates ask of an organisation's writer is counted there; its relays' calls are not", async () => {
  const organisation = await createOrganisation(subject);
  const body = { tier: "free", limits: { "organisation-rate": 1 } };
  const path = `/v1/organisations/${organisation.name}/tier`;
  expect((await call(subject, "PUT", path, { token: bound.OPERATOR_SECRET, body })).status).toBe(200);
  const writer = bound.WRITER.get(bound.WRITER.idFromName(organisation.id));
  const person = { tenant: organisation.id, actor: "token:t", scopes: ["read"] };
  const outcomes = [];
  for (let turn = 0; turn < 30; turn++) outcomes.push(await writer.perform(organisation.id, "planStandings", [person]));
  expect(outcomes[0]).toMatchObject({ kind: "value" });
  expect(outcomes.at(-1)).toMatchObject({
    kind: "fault",
    code: "too-many",
    limit: { name: "organisation-rate", most: 1 },
  });
  const relay = { tenant: organisation.id, zone: "east", relay: "nobody" };
  const report = await writer.perform(organisation.id, "report", [
    relay,
    { id: "p", expiresAt: Date.now() + 1e5 },
    { events: [] },
  ]);
  expect(report).toMatchObject({ kind: "value" });
});

test("an enrolment token that nobody made wakes no writer", async () => {
  const organisation = await createOrganisation(subject);
  const made = await organisation.call("PUT", "/zones/east", { type: "Zone", name: "east" });
  expect(made.status, made.text).toBe(201);
  const { token } = (await organisation.call("POST", "/v1/zones/east/enrolment-tokens", {})).json as { token: string };
  const addressed: string[] = [];
  const WRITER = {
    idFromName: (name: string) => {
      addressed.push(name);
      return bound.WRITER.idFromName(name);
    },
    get: bound.WRITER.get.bind(bound.WRITER),
  } as unknown as ApiEnvironment["WRITER"];
  const { store } = await openFloor(bound);
  const writer = openDistantWriter(openWriterOf({ WRITER }, store), store, () => {});
  const { signingKey, encryptionKey } = await createRelayKeys();
  const enrol = (tenant: string, text: string) => writer.enrol(tenant, { token: text, signingKey, encryptionKey });
  const forged = `${token.slice(0, -1)}${token.endsWith("a") ? "b" : "a"}`;
  for (const [tenant, text] of [
    ["madeupmadeup", token.replace(organisation.id, "madeupmadeup")],
    [organisation.id, forged],
    [organisation.id, token.replace("_enrolment_", "_api_")],
  ] as const) {
    await expect(enrol(tenant, text)).rejects.toMatchObject({ code: "unauthenticated" });
  }
  expect(addressed).toEqual([]);
  expect(await enrol(organisation.id, token)).toMatchObject({ tenant: organisation.id, zone: "east" });
  expect(addressed).toEqual([organisation.id]);
});

describe("poll worker", () => {
  interface Meta {
    readonly rows_read: number;
    readonly rows_written: number;
  }

  /** The poll worker with the API worker behind it; counts what it reads and how often it hands on. */
  function front(): { readonly subject: Subject; readonly rows: Meta[]; handedOn(): number } {
    const rows: Meta[] = [];
    let handedOn = 0;
    const batch: D1Database["batch"] = async (statements) => {
      const results = await bound.TENANTS.batch(statements);
      for (const { meta } of results) rows.push(meta);
      return results as never;
    };
    const environment = {
      TENANTS: { prepare: (sql: string) => bound.TENANTS.prepare(sql), batch },
      CONTROL_PLANE: bound.CONTROL_PLANE,
      NONCE_KEY: bound.NONCE_KEY,
      LOG_LEVEL: "error",
      API: {
        fetch: (request: Request) => {
          handedOn += 1;
          return exports.default.fetch(request);
        },
      },
    } as unknown as PollEnvironment;
    const fetchFront = (path: string, init?: RequestInit): Promise<Response> =>
      pollWorker.fetch(new Request(`${URL_OF_WORKER}${path}`, init), environment);
    return { subject: { ...subject, fetch: fetchFront }, rows, handedOn: () => handedOn };
  }

  test("an idle poll reads one row, writes none, and wakes nobody", async () => {
    const organisation = await createOrganisation(subject);
    await createMesh(organisation);
    const through = front();
    const relay = await enrolRelay(through.subject, organisation, "east");
    await settled(organisation);
    const first = await relay.call("GET", "/v1/zone/snapshot");
    expect(first.status, first.text).toBe(200);
    const before = through.handedOn();
    through.rows.length = 0;
    const idle = await call(through.subject, "GET", "/v1/zone/snapshot", {
      headers: {
        "if-none-match": first.headers.get("etag") ?? "",
        ...(await relay.prove("GET", "/v1/zone/snapshot", "")),
      },
    });
    expect([idle.status, idle.text]).toEqual([304, ""]);
    expect(idle.headers.get("weft-nonce")).toMatch(/^[\w-]{20,}$/);
    expect(through.rows.map(({ rows_read, rows_written }) => [rows_read, rows_written])).toEqual([[1, 0]]);
    // One for the nonce that the proof needs, asked at another path.
    expect(through.handedOn() - before).toBe(1);
  });

  test("news, held polls and every other path are the API worker's", async () => {
    const organisation = await createOrganisation(subject);
    await createMesh(organisation);
    const through = front();
    const relay = await enrolRelay(through.subject, organisation, "east");
    await settled(organisation);
    const etag = (await relay.call("GET", "/v1/zone/snapshot")).headers.get("etag") ?? "";
    const held = await relay.call("GET", "/v1/zone/snapshot", { headers: { "if-none-match": etag, prefer: "wait=1" } });
    expect([held.status, held.headers.get("preference-applied")]).toEqual([304, "wait=1"]);
    expect((await call(through.subject, "GET", "/o/x/")).json.product).toBe("Kuma");
  });

  test("a bad proof is refused before anybody else hears of it", async () => {
    const through = front();
    const answer = await call(through.subject, "GET", "/v1/zone/snapshot");
    expect([answer.status, answer.json.title, through.handedOn()]).toEqual([401, "Unauthenticated", 0]);
    expect(answer.headers.get("weft-nonce")).not.toBeNull();
    expect(answer.headers.get("x-request-id")).toBe(answer.json.instance);
  });

  test("a relay that polls too often is told so at the door, and so is an address before a row is read", async () => {
    const organisation = await createOrganisation(subject);
    await createMesh(organisation);
    const through = front();
    const relay = await enrolRelay(through.subject, organisation, "east");
    await settled(organisation);
    const etag = (await relay.call("GET", "/v1/zone/snapshot")).headers.get("etag") ?? "";
    // A proof that only reads may be shown again.
    const proof = await relay.prove("GET", "/v1/zone/snapshot", "");
    const poll = (address: string, headers: Readonly<Record<string, string>> = { "if-none-match": etag, ...proof }) =>
      call(through.subject, "GET", "/v1/zone/snapshot", { headers: { ...headers, "cf-connecting-ip": address } });
    const { limits } = usualOf(undefined);
    const most = {
      relay: (limits["relay-rate"] ?? 0) * RATE_WINDOW,
      address: (limits["address-rate"] ?? 0) * RATE_WINDOW,
    };
    /** No time passes for the counts, however long the calls take. */
    const until429 = async (ask: () => ReturnType<typeof poll>, others: number, most: number) => {
      vi.useFakeTimers({ toFake: ["Date"] });
      try {
        for (let count = 0; count <= most; count++) {
          const answer = await ask();
          if (answer.status === 429) return answer;
          expect(answer.status).toBe(others);
        }
      } finally {
        vi.useRealTimers();
      }
      throw new Error(`more than ${most} calls were answered`);
    };
    const slow = await until429(() => poll("192.0.2.1"), 304, most.relay);
    expect(slow.json).toMatchObject({ status: 429, limit: { name: "relay-rate", most: limits["relay-rate"] } });
    expect(Number(slow.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    expect(slow.headers.get("ratelimit")).toMatch(/^"relay-rate";r=0;/);
    expect(slow.headers.get("weft-nonce")).not.toBeNull();
    const other = await enrolRelay(through.subject, organisation, "west");
    await settled(organisation);
    expect((await other.call("GET", "/v1/zone/snapshot")).status).toBe(200);
    const unread = (): ReturnType<typeof poll> => {
      through.rows.length = 0;
      return poll("192.0.2.2", {});
    };
    const crowd = await until429(unread, 401, most.address);
    expect(crowd.json).toMatchObject({ status: 429, limit: { name: "address-rate", most: limits["address-rate"] } });
    expect(through.rows).toEqual([]);
    expect((await poll("192.0.2.3", {})).status).toBe(401);
  });
});
