// When peers hear of a newcomer: real listeners on loopback, opened late, never, or in part.
import { createServer, type Server } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import { dataplane as kind } from "#model/row/kind.ts";
import { Sealed } from "#model/sealed.ts";
import { fromWire } from "#model/wire.ts";
import { createReadiness, joinOf, readyInbounds, shownAs } from "#relay/registrar/readiness.ts";
import type { Registration } from "#relay/registrar/registrar.ts";
import { keptPort } from "#test/port.ts";

type Inbound = NonNullable<NonNullable<DataplaneSpec["networking"]>["inbound"]>[number];

const servers: Server[] = [];
const ends: (() => void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) end();
  for (const server of servers.splice(0)) await new Promise((done) => server.close(done));
});

/** Listens on loopback; 0 = any port. */
async function listener(port = 0): Promise<number> {
  const server = createServer((socket) => socket.destroy());
  servers.push(server);
  await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
  return (server.address() as { port: number }).port;
}

const inbound = (port: number, rest: Partial<Inbound> = {}): object => ({
  port,
  tags: { "kuma.io/service": "web" },
  ...rest,
});

function life(inbounds: readonly object[], change: Partial<Registration> = {}): Registration {
  const wire = {
    type: "Dataplane",
    mesh: "default",
    name: "web-1",
    networking: { address: "127.0.0.1", inbound: inbounds },
  };
  const { resource, violations } = fromWire(kind, wire, { mesh: "default", name: "web-1" });
  if (resource === undefined) throw new TypeError(JSON.stringify(violations));
  const token = new Sealed("t");
  const fixed = {
    mesh: "default",
    name: "web-1",
    id: "life-1",
    owner: "stream",
    tokenId: "j",
    at: 1,
    ready: false,
  } as const;
  return { ...fixed, wire, resource, token, ...change };
}

function watching(patience = 60_000) {
  const state = { present: true, ready: [] as string[], warnings: 0, listeners: true };
  const readiness = createReadiness({
    log: (level) => {
      if (level === "warn") state.warnings++;
    },
    isPresent: () => state.present,
    onReady: ({ id }) => state.ready.push(id),
    servesListeners: () => state.listeners,
    patience,
  });
  ends.push(readiness.close);
  return { state, readiness };
}

const pass = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe("a newcomer is ready", () => {
  test("as soon as its Envoy accepts connections on every inbound, and once", async () => {
    const [open, late] = [await listener(), await keptPort()];
    const { state, readiness } = watching();
    const one = life([inbound(open), inbound(late)]);
    readiness.watch(one, true);
    readiness.watch(one, true);
    await pass(60);
    expect(state.ready).toEqual([]);
    await listener(late);
    await expect.poll(() => state.ready.length > 0).toBe(true);
    await pass(300);
    expect(state).toMatchObject({ ready: ["life-1"], warnings: 0 });
  });

  test("when patience with an Envoy that took everything ends, with a warning", async () => {
    const { state, readiness } = watching(30);
    readiness.watch(life([inbound(await keptPort())]), true);
    await expect.poll(() => state.ready.length > 0).toBe(true);
    expect(state.warnings).toBe(1);
  });

  test("when it listens, though it refused a part of its config; no patience ends before that", async () => {
    const port = await keptPort();
    const { state, readiness } = watching(0);
    readiness.watch(life([inbound(port)]), false);
    await pass(100);
    expect(state.ready).toEqual([]);
    await listener(port);
    await expect.poll(() => state.ready.length > 0).toBe(true);
    expect(state.warnings).toBe(0);
  });

  test("with only those inbounds asked that its owner has not declared otherwise", async () => {
    const closed = await keptPort();
    const { state, readiness } = watching();
    const declared = [inbound(closed, { state: "NotReady" }), inbound(closed + 1, { state: "Ignored" })];
    const one = life([inbound(await listener()), ...declared, inbound(closed, { health: { ready: false } })]);
    expect(readyInbounds(one.resource)).toEqual([true, false, false, false]);
    readiness.watch(one, true);
    await expect.poll(() => state.ready.length > 0).toBe(true);
  });

  test("once it accepts connections on its listeners too, where its mesh has them served", async () => {
    const port = await keptPort();
    const { state, readiness } = watching();
    const open = await listener();
    const withListener = (id: string): Registration => {
      const one = life([inbound(open)], { id });
      const { networking } = one.resource.spec as DataplaneSpec;
      const listeners = [{ type: "ZoneEgress" as const, address: "127.0.0.1", port }];
      return { ...one, resource: { ...one.resource, spec: { networking: { ...networking, listeners } } } };
    };
    const one = withListener("life-1");
    expect(readyInbounds(one.resource)).toEqual([true, true]);
    expect((shownAs(one.resource, false).spec as DataplaneSpec).networking?.listeners).toMatchObject([
      { port, state: "NotReady" },
    ]);
    readiness.watch(one, true);
    await pass(300);
    expect(state.ready).toEqual([]);
    state.listeners = false;
    readiness.watch(withListener("life-2"), true);
    await expect.poll(() => state.ready.includes("life-2")).toBe(true);
    state.listeners = true;
    await listener(port);
    await expect.poll(() => state.ready.includes("life-1")).toBe(true);
  });

  test("at once where it has no inbound at all", async () => {
    const { state, readiness } = watching();
    const gateway = { type: "Dataplane", mesh: "default", name: "web-1" };
    const networking = { address: "127.0.0.1", gateway: { tags: { "kuma.io/service": "edge" } } };
    const read = fromWire(kind, { ...gateway, networking }, { mesh: "default", name: "web-1" });
    if (read.resource === undefined) throw new TypeError(JSON.stringify(read.violations));
    readiness.watch(life([inbound(1)], { resource: read.resource }), true);
    await expect.poll(() => state.ready.length > 0).toBe(true);
  });
});

describe("the relay never connects", () => {
  const at = (resource: Registration["resource"], address: string): Registration["resource"] => {
    const { networking } = resource.spec as DataplaneSpec;
    const inbound = (networking?.inbound ?? []).map((one) => ({ ...one, address }));
    return { ...resource, spec: { ...resource.spec, networking: { ...networking, inbound } } };
  };

  test.each(["0.0.0.0", "::ffff:0.0.0.0"])(
    "to the unspecified address %s, though a listener would answer",
    async (address) => {
      const { state, readiness } = watching();
      const one = life([inbound(await listener())]);
      readiness.watch({ ...one, id: "elsewhere", resource: at(one.resource, address) }, true);
      readiness.watch({ ...one, resource: at(one.resource, "localhost") }, true);
      await expect.poll(() => state.ready.length > 0).toBe(true);
      await pass(300);
      expect(state.ready).toEqual(["life-1"]);
    },
  );
});

describe("nobody hears of", () => {
  test("a life that was ready before", async () => {
    const { state, readiness } = watching();
    readiness.watch(life([inbound(await listener())], { ready: true }), true);
    await pass(50);
    expect(state.ready).toEqual([]);
  });

  test("one that has gone while it was watched; it is watched again when its stream is back", async () => {
    const port = await keptPort();
    const { state, readiness } = watching(200);
    const one = life([inbound(port)]);
    readiness.watch(one, true);
    await pass(20);
    state.present = false;
    await listener(port);
    await pass(300);
    expect(state.ready).toEqual([]);
    state.present = true;
    readiness.watch(one, true);
    await expect.poll(() => state.ready.length > 0).toBe(true);
  });

  test("anybody, once the relay stops", async () => {
    const { state, readiness } = watching(0);
    readiness.watch(life([inbound(await keptPort())]), true);
    readiness.close();
    readiness.watch(life([inbound(await listener())], { id: "life-2" }), true);
    await pass(100);
    expect(state.ready).toEqual([]);
  });
});

describe("the announcement", () => {
  const inbounds = [inbound(80), inbound(81, { state: "NotReady" }), inbound(82, { state: "Ignored" })];

  test("says not ready for each inbound that would be ready, and changes nothing else", () => {
    const one = life(inbounds);
    const announced = joinOf(one).dataplane as { networking: { inbound: Inbound[] } };
    expect(announced.networking.inbound).toEqual([inbound(80, { state: "NotReady" }), ...inbounds.slice(1)]);
    expect(shownAs(shownAs(one.resource, false), false)).toEqual(shownAs(one.resource, false));
    expect(shownAs(one.resource, false)).toBe(shownAs(one.resource, false));
    expect(shownAs(one.resource, true)).toBe(one.resource);
  });

  test("is the owner's own words where the life is ready from the start, and none where none were brought", () => {
    const user = life(inbounds, { owner: "user", ready: true });
    expect(joinOf(user)).toMatchObject({ registration: "life-1", owner: "user", token: "t", dataplane: user.wire });
    expect(joinOf(life(inbounds, { wire: undefined, ready: true }))).not.toHaveProperty("dataplane");
  });
});
