// The control plane on Node: its state, its secrets' files, its start, its end.
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openUnread } from "#app/unread.ts";
import { runControlPlane } from "#node/main.ts";
import { readOrMake } from "#node/secret-file.ts";
import { listen } from "#node/server.ts";
import { readSettings } from "#node/settings.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "weft-node-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const unread = openUnread({ chance: (length) => new Uint8Array(length), log: () => {} });
const settings = (port = 0) => ({ stateDir: folder, host: "127.0.0.1", port, logLevel: "silent" as const });

test("a second start has the same identity, secrets and organisations", async () => {
  const first = await runControlPlane(settings());
  const secret = (await readFile(first.operatorSecretFile, "utf8")).trim();
  const create = await fetch(`${first.url}/v1/organisations`, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
    body: JSON.stringify({ name: "demo" }),
  });
  const { token } = ((await create.json()) as { token: { token: string } }).token;
  const index = async (url: string): Promise<unknown> =>
    ((await (await fetch(`${url}/o/demo/`)).json()) as { clusterId: string }).clusterId;
  const id = await index(first.url);
  await first.close();
  await expect(fetch(first.url)).rejects.toThrow();

  const second = await runControlPlane(settings());
  try {
    expect(await index(second.url)).toBe(id);
    const meshes = await fetch(`${second.url}/o/demo/meshes`, { headers: { authorization: `Bearer ${token}` } });
    expect(meshes.status).toBe(200);
  } finally {
    await second.close();
  }
});

test("secrets lie in files that only their owner reads, and in no other file", async () => {
  const plane = await runControlPlane(settings());
  await plane.close();
  const files = await readdir(folder);
  const secrets = files.filter((name) => /\.(key|secret)$/.test(name));
  expect(secrets.sort()).toEqual(["account.key", "key-encryption.key", "nonce.key", "operator.secret"]);
  for (const name of secrets) {
    expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    const secret = (await readFile(join(folder, name), "utf8")).trim();
    for (const other of files.filter((one) => one !== name)) {
      // The database's own side files go when its last connection does.
      const text = await readFile(join(folder, other), "latin1").catch((error) => {
        if (error.code === "ENOENT" && /\.db-(shm|wal)$/.test(other)) return "";
        throw error;
      });
      expect(text.includes(secret)).toBe(false);
    }
  }
});

test("a port that is taken is named", async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  const { port } = taken.address() as { port: number };
  await expect(runControlPlane(settings(port))).rejects.toThrow(
    `Cannot listen on 127.0.0.1:${port}: another program listens there`,
  );
  await new Promise((resolve) => taken.close(resolve));
});

test("a server closes after the last call, also one whose client has hung up", async () => {
  const [arrived, finish] = [new AbortController(), new AbortController()];
  let isDone = false;
  const answer = async (): Promise<Response> => {
    arrived.abort();
    await once(finish.signal, "abort");
    isDone = true;
    return new Response("late");
  };
  const server = await listen(answer, "127.0.0.1", 0, { unread });
  const hangingUp = new AbortController();
  const call = fetch(server.url, { signal: hangingUp.signal }).catch(() => "hung up");
  if (!arrived.signal.aborted) await once(arrived.signal, "abort");
  hangingUp.abort();
  expect(await call).toBe("hung up");
  setTimeout(() => finish.abort(), 50);
  await server.close();
  expect(isDone).toBe(true);
});

test("of many that make a secret at once, all read the same", async () => {
  const path = join(folder, "a.key");
  let made = 0;
  const all = await Promise.all(Array.from({ length: 8 }, () => readOrMakeOnce(path, () => `secret-${made++}`)));
  expect(new Set(all).size).toBe(1);
  expect(await readdir(folder)).toEqual(["a.key"]);
});

async function readOrMakeOnce(path: string, make: () => string): Promise<string> {
  return (await readOrMake(path, make)).reveal();
}

test("settings: arguments, then environment, then defaults; a bad one is named", () => {
  expect(readSettings([], {})).toEqual({ stateDir: ".weft", host: "127.0.0.1", port: 5681, logLevel: "info" });
  expect(readSettings(["--port", "0", "--state-dir", "x"], { WEFT_PORT: "9", WEFT_HOST: "::1" })).toMatchObject({
    port: 0,
    stateDir: "x",
    host: "::1",
  });
  expect(() => readSettings(["--port", "99999"], {})).toThrow("--port must be 0 to 65535, not 99999");
  expect(() => readSettings([], { WEFT_LOG_LEVEL: "loud" })).toThrow("--log-level must be one of");
  expect(readSettings(["--history-days", "30"], {})).toMatchObject({ historyDays: 30 });
  expect(() => readSettings([], { WEFT_HISTORY_DAYS: "0" })).toThrow("--history-days must be 1 to 36500, not 0");
  expect(() => readSettings(["--nonsense"], {})).toThrow("--nonsense");
});

/** Sends text over a connection of its own; resolves with the first line of the answer. */
async function firstLine(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  try {
    socket.write(text);
    const [chunk] = (await once(socket, "data")) as [Buffer];
    return chunk.toString().split("\r\n")[0] ?? "";
  } finally {
    socket.destroy();
  }
}

test("a relay's call without a proof is refused before its body has come", async () => {
  const plane = await runControlPlane(settings());
  try {
    const head = "POST /v1/zone/certificates HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{";
    expect(await firstLine(plane.url, head)).toBe("HTTP/1.1 401 Unauthorized");
  } finally {
    await plane.close();
  }
});

test("a request that does not come to its end is given up, and a slow answer is not", async () => {
  const [arrived, finish] = [new AbortController(), new AbortController()];
  const answer = async (request: Request): Promise<Response> => {
    await request.text();
    arrived.abort();
    if (!finish.signal.aborted) await once(finish.signal, "abort");
    return new Response("held");
  };
  // Longer than this process may stand still between a connection and the call on it.
  const patience = { headers: 2000, request: 2000, check: 50 };
  const server = await listen(answer, "127.0.0.1", 0, { unread, patience });
  try {
    const held = fetch(server.url).then((response) => response.text());
    if (!arrived.signal.aborted) await once(arrived.signal, "abort");
    // It comes after the one that is answered, so that one has waited for longer when this one is given up.
    const line = await firstLine(server.url, "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{");
    finish.abort();
    expect([line, await held]).toEqual(["HTTP/1.1 408 Request Timeout", "held"]);
  } finally {
    finish.abort();
    await server.close();
  }
});
