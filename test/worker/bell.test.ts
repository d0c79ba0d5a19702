// The bell's contract in workerd, through the poll worker; and that the organisation's object sleeps while relays listen.
import { applyD1Migrations, runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { BELL_PATH } from "#api/bell.ts";
import { LIMITS } from "#model/limit/limit.ts";
import { type BellEnd, type BellSubject, bellSuite, type Knocked } from "#test/app/bell-suite.ts";
import { enrolRelay } from "#test/app/relay.ts";
import { createMesh, createOrganisation, timeout } from "#test/app/subject.ts";
import apiWorker from "#worker/api.ts";
import type { ApiEnvironment, PollEnvironment } from "#worker/environment.ts";
import { openHibernatingBell } from "#worker/hibernating-bell.ts";
import pollWorker from "#worker/poll.ts";

const URL_OF_WORKER = "https://weft.example";

type Migrations = Parameters<typeof applyD1Migrations>[1];

const bound = env as unknown as ApiEnvironment & {
  readonly DIRECTORY_MIGRATIONS: Migrations;
  readonly TENANT_MIGRATIONS: Migrations;
};

/** The poll worker, with the API worker behind it. */
const front = {
  TENANTS: bound.TENANTS,
  CONTROL_PLANE: bound.CONTROL_PLANE,
  NONCE_KEY: (env as unknown as PollEnvironment).NONCE_KEY,
  LOG_LEVEL: "error",
  API: { fetch: (request: Request) => apiWorker.fetch(request as never, bound) },
} as unknown as PollEnvironment;

const subject: BellSubject = {
  url: URL_OF_WORKER,
  operatorSecret: bound.OPERATOR_SECRET,
  fetch: (path, init) => apiWorker.fetch(new Request(`${URL_OF_WORKER}${path}`, init) as never, bound),
  async knock(path, headers): Promise<Knocked> {
    const request = new Request(`${URL_OF_WORKER}${path}`, { headers: { ...headers, upgrade: "websocket" } });
    const answer = await pollWorker.fetch(request as never, front);
    const socket = answer.webSocket;
    if (socket === null)
      return { end: null, status: answer.status, text: await answer.text(), headers: answer.headers };
    return { end: endOf(socket), headers: answer.headers };
  },
};

function endOf(socket: WebSocket): BellEnd {
  const said: string[] = [];
  let wake = (): void => undefined;
  socket.addEventListener("message", ({ data }) => {
    said.push(String(data));
    wake();
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.addEventListener("close", ({ code, reason }) => resolve({ code, reason }));
    socket.addEventListener("error", () => resolve({ code: 1006, reason: "" }));
  });
  socket.accept();
  return {
    async next() {
      while (said.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      return said.shift() as string;
    },
    send: (text) => socket.send(text),
    drop: () => socket.close(),
    closed,
  };
}

beforeAll(async () => {
  await applyD1Migrations(bound.DIRECTORY, bound.DIRECTORY_MIGRATIONS);
  await applyD1Migrations(bound.TENANTS, bound.TENANT_MIGRATIONS);
});

describe("the bell", () => bellSuite(() => subject));

test("an object whose relays listen falls asleep, answers pings asleep, and rings them once it is awake", {
  timeout: 90_000,
}, async () => {
  const organisation = await createOrganisation(subject);
  await createMesh(organisation);
  const relay = await enrolRelay(subject, organisation, "east");
  const knocked = await subject.knock(BELL_PATH, await relay.prove("GET", BELL_PATH, ""));
  const end = knocked.end as BellEnd;
  await end.next();
  const writer = bound.WRITER.get(bound.WRITER.idFromName(organisation.id));
  const mark = (instance: object): object => Object.assign(instance, { isMarked: true });
  await runInDurableObject(writer, (instance) => void mark(instance));
  const isMarked = (): Promise<boolean> => runInDurableObject(writer, (instance) => "isMarked" in instance);
  expect(await isMarked()).toBe(true);
  // Whoever looks keeps it awake: it is looked at once, after longer than the platform waits.
  const until = Date.now() + 25_000;
  while (Date.now() < until) {
    end.send("ping");
    expect(await end.next()).toBe("pong");
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }
  expect(await isMarked(), "what it had in memory is gone, so it slept").toBe(false);
  await organisation.call("PUT", "/meshes/default/meshtimeouts/t", timeout("default", "t"));
  expect(await end.next()).toMatch(/^\{"epoch":\d+,"sequence":\d+\}$/);
  end.drop();
});

test("a zone's relays alone are rung, and an organisation has so many and no more", async () => {
  const organisation = await createOrganisation(subject);
  await createMesh(organisation);
  const [east, west] = [
    await enrolRelay(subject, organisation, "east"),
    await enrolRelay(subject, organisation, "west"),
  ];
  const ends: BellEnd[] = [];
  for (const relay of [east, west]) {
    const knocked = await subject.knock(BELL_PATH, await relay.prove("GET", BELL_PATH, ""));
    ends.push(knocked.end as BellEnd);
    await ends.at(-1)?.next();
  }
  const [near, far] = ends as [BellEnd, BellEnd];
  const writer = bound.WRITER.get(bound.WRITER.idFromName(organisation.id));
  await runInDurableObject(writer, (_, state) =>
    openHibernatingBell(state).ring(organisation.id, "east", { epoch: 7, sequence: 8 }),
  );
  far.send("ping");
  expect(await near.next()).toBe('{"epoch":7,"sequence":8}');
  expect(await far.next()).toBe("pong");
  near.drop();
  far.drop();

  const relay = { tenant: organisation.id, zone: "east", relay: "r-new" };
  const crowd = Array.from(
    { length: LIMITS["bell-relays"].most.free },
    () => ({ readyState: WebSocket.OPEN }) as WebSocket,
  );
  const full = openHibernatingBell({
    acceptWebSocket: () => undefined,
    getWebSockets: (tag?: string) => (tag === undefined ? crowd : []),
  });
  const refused = await full.seat(relay, { come: async () => null, gone: () => undefined });
  expect([refused.status, await refused.json()]).toMatchObject([
    409,
    { kind: "fault", code: "too-many", retryAfter: 60, limit: { name: "bell-relays", most: 10_000 } },
  ]);
});

test("the runtime's own door hands the connection on", async () => {
  const organisation = await createOrganisation(subject);
  await createMesh(organisation);
  const relay = await enrolRelay(subject, organisation, "east");
  const headers = { ...(await relay.prove("GET", BELL_PATH, "")), upgrade: "websocket" };
  const answer = await exports.default.fetch(new Request(`${URL_OF_WORKER}${BELL_PATH}`, { headers }));
  expect(answer.status).toBe(101);
  const end = endOf(answer.webSocket as WebSocket);
  expect(await end.next()).toMatch(/^\{"epoch":\d+,"sequence":\d+\}$/);
  end.drop();
});
