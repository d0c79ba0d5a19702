// The bell in process: whose connections are rung, which are given up, and how many there may be.
import { EventEmitter } from "node:events";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { WebSocket } from "ws";
import type { RelayCaller } from "#control/face/caller.ts";
import { LIMITS } from "#model/limit/limit.ts";
import type { Position } from "#model/position.ts";
import { openBellServer } from "#node/bell.ts";
import { seatOf } from "#node/upgrade.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A relay's end, without a network. */
class Socket extends EventEmitter {
  readonly sent: string[] = [];
  ended: string | null = null;
  send(text: string): void {
    if (this.ended !== null) throw new Error("it is closed");
    this.sent.push(text);
  }
  close(code: number): void {
    this.#end(String(code));
  }
  terminate(): void {
    this.#end("terminated");
  }
  #end(how: string): void {
    if (this.ended !== null) return;
    this.ended = how;
    queueMicrotask(() => this.emit("close"));
  }
}

const relay = (zone: string, id: string, tenant = "acme"): RelayCaller => ({ tenant, zone, relay: id });

function open(come: (relay: RelayCaller) => Promise<Position | null> = async () => ({ epoch: 1, sequence: 1 })) {
  const told: string[] = [];
  const note = (what: string) => (one: RelayCaller) => void told.push(`${what} ${one.tenant}/${one.zone}/${one.relay}`);
  const server = openBellServer({
    contacts: { onBell: note("on"), offBell: note("off") },
    writerOf: () => ({ bell: { come, gone: note("gone") } }),
    clock: Date.now,
    log: () => undefined,
  });
  const seat = async (one: RelayCaller): Promise<Socket> => {
    const request = new Request("http://plane/v1/zone/bell");
    await server.open(one, request);
    const socket = new Socket();
    seatOf(request)?.(socket as unknown as WebSocket);
    await vi.advanceTimersByTimeAsync(0);
    return socket;
  };
  return { server, seat, told };
}

test("relays of the zone are rung, of no other and of no other organisation", async () => {
  const { server, seat } = open();
  const sockets = await Promise.all(
    [relay("east", "r1"), relay("east", "r2"), relay("west", "r1"), relay("east", "r1", "other")].map(seat),
  );
  server.ring("acme", "east", { epoch: 2, sequence: 3 });
  server.ring("nobody", "east", { epoch: 9, sequence: 9 });
  const [first] = sockets.map(({ sent }) => sent[0]);
  expect(sockets.map(({ sent }) => sent.slice(1))).toEqual([
    ['{"epoch":2,"sequence":3}'],
    ['{"epoch":2,"sequence":3}'],
    [],
    [],
  ]);
  expect(first).toBe('{"epoch":1,"sequence":1}');
  await server.close();
});

test("one that pings no more is given up, and told as gone; one that pings stays", async () => {
  const { server, seat, told } = open();
  const [silent, lively] = [await seat(relay("east", "r1")), await seat(relay("east", "r2"))];
  for (let at = 0; at < 6; at++) {
    await vi.advanceTimersByTimeAsync(20_000);
    lively.emit("message", Buffer.from("ping"), false);
  }
  expect([silent.ended, lively.ended]).toEqual(["terminated", null]);
  expect(lively.sent.slice(1)).toEqual(Array.from({ length: 6 }, () => "pong"));
  expect(told.filter((one) => !one.startsWith("on"))).toEqual(["off acme/east/r1", "gone acme/east/r1"]);
  await server.close();
});

test("the end of a connection that a newer one has replaced says nothing of its relay", async () => {
  const { server, seat, told } = open();
  const older = await seat(relay("east", "r1"));
  const newer = await seat(relay("east", "r1"));
  expect([older.ended, newer.ended]).toEqual(["4000", null]);
  expect(told.filter((one) => !one.startsWith("on"))).toEqual([]);
  await server.close();
});

test("a process that ends says nothing of its relays, either", async () => {
  const { server, seat, told } = open();
  const socket = await seat(relay("east", "r1"));
  await server.close();
  expect(socket.ended).toBe("1001");
  expect(told.filter((one) => !one.startsWith("on"))).toEqual([]);
});

test("one that was revoked meanwhile is shown the door, and where its zone cannot be read it knocks again", async () => {
  const revoked = await open(async () => null).seat(relay("east", "r1"));
  expect(revoked.ended).toBe("4001");
  const failed = await open(() => Promise.reject(new Error("no database"))).seat(relay("east", "r1"));
  expect(failed.ended).toBe("terminated");
});

test("an organisation has so many and no more; one of them may come again", async () => {
  const { server, seat } = open();
  await Promise.all(Array.from({ length: LIMITS["bell-relays"].most.free }, (_, at) => seat(relay("east", `r${at}`))));
  await expect(seat(relay("east", "more"))).rejects.toMatchObject({
    code: "too-many",
    retryAfter: 60,
    limit: { name: "bell-relays", most: 10_000 },
  });
  await expect(seat(relay("east", "r7"))).resolves.toBeDefined();
  await expect(seat(relay("east", "r1", "other"))).resolves.toBeDefined();
  await server.close();
});
