// The API worker called in the isolate of the worker under test, with the poll worker before it where relays knock.
import { applyD1Migrations } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import type { BellEnd, BellSubject, Knocked } from "#test/app/bell-suite.ts";
import apiWorker from "#worker/api.ts";
import type { ApiEnvironment, PollEnvironment } from "#worker/environment.ts";
import pollWorker from "#worker/poll.ts";

export const URL_OF_WORKER = "https://weft.example";

type Migrations = Parameters<typeof applyD1Migrations>[1];

/** The API worker's. The writers' worker under test has no binding VIEWS: it is what others are bound to by that name. */
export const bound = { VIEWS: exports.default, ...env } as unknown as ApiEnvironment & {
  readonly DIRECTORY_MIGRATIONS: Migrations;
  readonly TENANT_MIGRATIONS: Migrations;
};

export async function migrateAll(): Promise<void> {
  await applyD1Migrations(bound.DIRECTORY, bound.DIRECTORY_MIGRATIONS);
  await applyD1Migrations(bound.TENANTS, bound.TENANT_MIGRATIONS);
}

/** The poll worker, with the API worker behind it. */
const front = {
  TENANTS: bound.TENANTS,
  CONTROL_PLANE: bound.CONTROL_PLANE,
  NONCE_KEY: bound.NONCE_KEY,
  LOG_LEVEL: "error",
  API: { fetch: (request: Request) => apiWorker.fetch(request as never, bound) },
} as unknown as PollEnvironment;

export const subject: BellSubject = {
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

export function endOf(socket: WebSocket): BellEnd {
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
