// The HTTP driver by itself: writes in turn, reads beside them, an end to waiting, and values of each type.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { Sealed } from "#model/sealed.ts";
import { openLibsqlHttp } from "#store/libsql-http.ts";
import { steady } from "#store/steady.ts";
import { collect } from "#test/garbage.ts";
import { keptPort } from "#test/port.ts";
import { testOnSqld } from "./sqld.ts";

const WRITE = [{ sql: "UPDATE t SET n = 1", params: [] }];
const READ = [{ sql: "SELECT n FROM t", params: [] }];

/** A server whose answers the test lets go, one by one; each is a failure, which ends a batch too. */
function heldServer() {
  const held: { readonly text: string; answer(): void }[] = [];
  const fetch = async (request: Request, { signal }: RequestInit): Promise<Response> => {
    if (request.method === "GET") return new Response("");
    const text = await request.text();
    return new Promise((resolve, reject) => {
      const end = (): void => reject(signal?.reason);
      signal?.addEventListener("abort", end);
      // It may have come while the text was read.
      if (signal?.aborted === true) end();
      held.push({ text, answer: () => resolve(new Response("no", { status: 500 })) });
    });
  };
  return { held, fetch };
}

test("one write is under way at a time; reads pass", async () => {
  const { held, fetch } = heldServer();
  const database = openLibsqlHttp({ url: "http://127.0.0.1:1", fetch });
  const ended: string[] = [];
  const end = (name: string) => () => void ended.push(name);
  const all = [
    database.batch(WRITE).catch(end("first")),
    database.batch(WRITE).catch(end("second")),
    database.batch(READ).catch(end("read")),
  ];
  await expect.poll(() => held.length).toBe(2);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(held.map(({ text }) => /UPDATE|SELECT/.exec(text)?.[0]).sort()).toEqual(["SELECT", "UPDATE"]);
  held.find(({ text }) => text.includes("UPDATE"))?.answer();
  await expect.poll(() => held.length).toBe(3);
  expect(ended).toEqual(["first"]);
  for (const { answer } of held) answer();
  await Promise.all(all);
  expect(ended).toHaveLength(3);
  await database.close();
});

test("a server that never answers is given up, and the next write is sent", async () => {
  const { held, fetch } = heldServer();
  const database = openLibsqlHttp({ url: "http://127.0.0.1:1", timeout: 20, fetch });
  await expect(database.batch(WRITE)).rejects.toThrow();
  await expect(database.batch(WRITE)).rejects.toThrow();
  expect(held).toHaveLength(2);
  await database.close();
});

test("one that never answers is given up also where all that can be collected is", async () => {
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const { port } = silent.address() as AddressInfo;
  const collecting = setInterval(collect, 20);
  const database = openLibsqlHttp({ url: `http://127.0.0.1:${port}`, timeout: 200 });
  try {
    await expect(database.batch(READ)).rejects.toThrow();
  } finally {
    clearInterval(collecting);
    silent.closeAllConnections();
    silent.close();
  }
  await database.close();
});

test("the token goes to the server and into no error", async () => {
  const seen: (string | null)[] = [];
  const fetch = async (request: Request): Promise<Response> => {
    seen.push(request.headers.get("authorization"));
    return request.method === "GET" ? new Response("") : new Response("denied", { status: 401 });
  };
  const database = openLibsqlHttp({ url: "http://127.0.0.1:1", token: new Sealed("hush-hush"), fetch });
  const error = await database.batch(READ).catch((thrown: unknown) => thrown as Error);
  expect(seen).toContain("Bearer hush-hush");
  expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain("hush-hush");
  await database.close();
});

test("a server that is not there is a fault of the world, and not a programmer's mistake", async () => {
  const database = steady(openLibsqlHttp({ url: `http://127.0.0.1:${await keptPort()}` }), async () => {});
  await expect(database.batch(READ)).rejects.toMatchObject({ name: "Fault", code: "unavailable" });
  await database.close();
});

testOnSqld("values of each type come back from a server; a step that fails takes all back", async (start) => {
  const server = await start();
  onTestFinished(server.stop);
  const database = openLibsqlHttp({ url: server.url });
  await database.batch([{ sql: "CREATE TABLE t (n INTEGER UNIQUE, v, word TEXT)", params: [] }]);
  const values = [null, 0.5, "a \u0000 ö", 2 ** 40, new Uint8Array([0, 255, 128, 7])];
  const add = (n: number, value: (typeof values)[number]) => ({
    sql: "INSERT INTO t (n, v) VALUES (?1, ?2)",
    params: [n, value],
  });
  await database.batch(values.map((value, n) => add(n, value)));
  await expect(database.batch([add(10, "gone"), add(2, "again"), add(11, "never")])).rejects.toMatchObject({
    name: "Conflict",
    constraint: "t.n",
  });
  const [found, count] = await database.batch([
    { sql: "SELECT n, v, v AS again FROM t ORDER BY n", params: [] },
    { sql: "SELECT COUNT(*) FROM t", params: [] },
  ]);
  expect(found?.columns).toEqual(["n", "v", "again"]);
  const read = found?.rows.map((row) =>
    row.map((value) => (value instanceof ArrayBuffer ? new Uint8Array(value) : value)),
  );
  expect(read).toEqual(values.map((value, n) => [n, value, value]));
  expect(count?.rows).toEqual([[values.length]]);
  await expect(database.batch([{ sql: "SELECT 9007199254740993", params: [] }])).rejects.toThrow(RangeError);
  await expect(database.batch([{ sql: "SELECT * FROM missing", params: [] }])).rejects.toThrow(
    "no such table: missing",
  );
  await database.close();
});
