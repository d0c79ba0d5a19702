// The stream of events: heartbeats, its end with the caller's right, a reader that is too slow, a client that has gone.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Hint, HintEvent } from "#api/event.ts";
import { MOST_WAITING, openEventStream } from "#app/event-stream.ts";
import type { Events, Listener } from "#control/event/hub.ts";
import { Fault } from "#model/fault.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface World {
  readonly events: Events;
  readonly listeners: Set<Listener>;
  tell(hint: Hint): void;
  /** What a look finds. */
  look: () => Promise<readonly Hint[]>;
}

function aWorld(): World {
  const listeners = new Set<Listener>();
  let last = 0;
  return {
    listeners,
    tell(hint) {
      last += 1;
      const event: HintEvent = { id: `x-${last}`, hint };
      for (const listener of listeners) listener.take(event);
    },
    events: {
      listen: async (_, __, listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    look: async () => [],
  };
}

const open = (world: World, left: number | null = null) =>
  openEventStream({
    events: world.events,
    ...{ tenant: "acme", since: null, retry: 2500, every: 20_000, left },
    look: () => world.look(),
  });

async function readAll(body: ReadableStream<Uint8Array>): Promise<string> {
  return new Response(body).text();
}

test("each 20 seconds a comment, and what a look has found, which moves no id", async () => {
  const world = aWorld();
  const body = await open(world);
  await vi.advanceTimersByTimeAsync(40_000);
  world.look = async () => [{ kind: "relay", zone: "east", relay: "r1" }];
  await vi.advanceTimersByTimeAsync(20_000);
  for (const listener of world.listeners) listener.end();
  expect(await readAll(body)).toBe(
    'retry: 2500\n\n:\n\n:\n\n:\n\ndata: {"kind":"relay","zone":"east","relay":"r1"}\n\n',
  );
  expect([world.listeners.size, vi.getTimerCount()]).toEqual([0, 0]);
});

test("it ends with the first look that is refused: at a heartbeat, at the token's end, at a hint of a token", async () => {
  const refuse = async (): Promise<never> => {
    throw new Fault("unauthenticated", "gone");
  };
  const causes: ((world: World) => Promise<unknown>)[] = [
    () => vi.advanceTimersByTimeAsync(20_000),
    () => vi.advanceTimersByTimeAsync(3001),
    async (world) => world.tell({ kind: "token", token: "t" }),
  ];
  for (const [at, cause] of causes.entries()) {
    const world = aWorld();
    const body = await open(world, at === 1 ? 3000 : null);
    const read = readAll(body);
    await vi.advanceTimersByTimeAsync(2000);
    world.look = refuse;
    await cause(world);
    expect(await read).toContain("retry: 2500");
    expect([world.listeners.size, vi.getTimerCount()]).toEqual([0, 0]);
  }
});

test("a look that began before the token's end does not stand for one after it", async () => {
  const world = aWorld();
  const body = await open(world);
  let finish: (hints: readonly Hint[]) => void = () => undefined;
  world.look = () => new Promise((resolve) => (finish = resolve));
  await vi.advanceTimersByTimeAsync(20_000);
  world.look = async () => {
    throw new Fault("unauthenticated", "gone");
  };
  world.tell({ kind: "token", token: "t" });
  expect(world.listeners.size).toBe(1);
  finish([]);
  await vi.advanceTimersByTimeAsync(0);
  expect(world.listeners.size).toBe(0);
  await body.cancel();
});

test("a reader that is too slow is cut off behind what it was told, so that it can go on from there", async () => {
  const world = aWorld();
  const body = await open(world);
  for (let number = 0; number < MOST_WAITING + 100; number++) world.tell({ kind: "revision", revision: number });
  expect([world.listeners.size, vi.getTimerCount()]).toEqual([0, 0]);
  const text = await readAll(body);
  expect(text.match(/^id: .*$/gm)).toEqual(Array.from({ length: MOST_WAITING }, (_, at) => `id: x-${at + 1}`));
});

test("a client that goes away leaves nothing behind", async () => {
  const world = aWorld();
  const body = await open(world);
  await body.cancel();
  expect([world.listeners.size, vi.getTimerCount()]).toEqual([0, 0]);
  world.tell({ kind: "audit" });
});
