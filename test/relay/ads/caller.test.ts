// Who is at the other end of a stream: over real connections, of which one end falls silent.
import { connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { plainHost } from "#relay/ads/caller.ts";
import { type AdsServer, startAdsServer } from "#relay/ads-server.ts";
import type { Caller } from "#relay/zone.ts";
import { until } from "#test/child.ts";
import { deltaClient } from "#test/relay/ads-client.ts";
import { TestZone } from "#test/relay/ads-zone.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function listening(serve: (socket: Socket) => void): Promise<number> {
  const open = new Set<Socket>();
  const server: Server = createServer((socket) => {
    open.add(socket);
    socket.on("error", () => undefined);
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.push(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return (server.address() as { port: number }).port;
}

/** A stream at a relay through a wire that can be cut without either end being told. */
async function callerThrough(): Promise<{ caller: Caller; cut: () => void; close: () => void }> {
  const zone = new TestZone();
  const ads: AdsServer = await startAdsServer({ zone, log: () => undefined, address: null, tls: null });
  ends.push(() => ads.close());
  const port = await listening((socket) => ads.accept(socket));
  let isCut = false;
  const wire = await listening((near) => {
    const far = connect(port, "127.0.0.1");
    ends.push(() => far.destroy());
    far.on("error", () => undefined);
    near.on("data", (bytes) => isCut || far.write(bytes));
    far.on("data", (bytes) => isCut || near.write(bytes));
    near.on("close", () => isCut || far.destroy());
  });
  const client = deltaClient(`127.0.0.1:${wire}`, "good");
  ends.push(client.close);
  client.ended.catch(() => undefined);
  client.send({ node: { id: "default.web-1", metadata: { "weft.instance": "run-1" } }, typeUrl: "" });
  await until("the join", () => zone.joins.length === 1);
  const { caller } = zone.joins[0]!;
  const cut = (): void => {
    isCut = true;
  };
  return { caller: caller!, cut, close: client.close };
}

test("a client that is there answers, and is told by its address and its run", async () => {
  const { caller } = await callerThrough();
  expect(caller).toMatchObject({ from: "127.0.0.1", instance: "run-1" });
  expect(await caller.answers(5000)).toBe(true);
  expect(await caller.answers(5000)).toBe(true);
});

test("one whose connection is silent does not answer, though it looks open", async () => {
  const { caller, cut } = await callerThrough();
  cut();
  expect(await caller.answers(100)).toBe(false);
});

test("one that has closed does not answer, and is not waited for", async () => {
  const { caller, close } = await callerThrough();
  close();
  expect(await caller.answers(60_000)).toBe(false);
  expect(await caller.answers(60_000)).toBe(false);
});

test.each([
  ["::ffff:10.0.0.1", "10.0.0.1"],
  ["10.0.0.1", "10.0.0.1"],
  ["2001:db8::1", "2001:db8::1"],
  ["::ffff:a00:1", "::ffff:a00:1"],
])("an address %s is %s", (given, plain) => expect(plainHost(given)).toBe(plain));
