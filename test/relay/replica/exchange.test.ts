// The exchange: how often another relay is called, whatever it answers.
import { expect, test } from "vitest";
import type { EventRun, ReplicaMessage } from "#api/replica.ts";
import { openEventLog } from "#relay/registrar/event-log.ts";
import { createBook } from "#relay/replica/book.ts";
import { createExchange, type Exchange, type ExchangeOptions } from "#relay/replica/exchange.ts";
import { openDiskKey, openVault } from "#relay/state/vault.ts";
import { tempFolder, until } from "#test/relay/zone/start.ts";

const PEER = { id: "relay-2", address: "127.0.0.1:1", ca: "" };
const EMPTY = { run: "other", heard: "run", lives: null, gone: [], runs: [], streams: { owned: 0, closed: 0 } };

/** An exchange with nothing to tell, but for what is given. */
function exchangeOf(call: ExchangeOptions["client"]["call"], more: Partial<ExchangeOptions> = {}): Exchange {
  return createExchange({
    client: { call, close: () => undefined },
    clock: Date.now,
    log: () => undefined,
    run: "run",
    have: () => ({}),
    lackedBy: () => [],
    gone: { of: () => [], told: () => undefined },
    lives: () => [],
    streams: () => ({ owned: 0, closed: 0 }),
    recorded: async () => undefined,
    onMessage: () => undefined,
    period: 600_000,
    ...more,
  });
}

/** Calls a peer that answers so for a while, with ten events to tell; how often it was called. */
async function callsOf(haveAt: (call: number) => Readonly<Record<string, number>>, least: number): Promise<number> {
  let calls = 0;
  const exchange = exchangeOf(async (): Promise<ReplicaMessage> => ({ ...EMPTY, have: haveAt(calls++) }), {
    lackedBy: (have): readonly EventRun[] =>
      (have["relay-3"] ?? 0) < 10 ? [{ relay: "relay-3", after: 0, upTo: 10, events: [] }] : [],
  });
  exchange.setPeers([PEER]);
  await until("it was called", () => calls >= least);
  await new Promise((resolve) => setTimeout(resolve, 200));
  await exchange.close();
  return calls;
}

test("one that takes nothing is asked again at its turn, and not at once", async () => {
  expect(await callsOf(() => ({}), 1)).toBeLessThanOrEqual(2);
});

test("one that takes a part is told the rest at once", async () => {
  expect(await callsOf((call) => ({ "relay-3": Math.min(call, 10) }), 8)).toBeGreaterThanOrEqual(8);
});

test("what is told is on disk, though more comes while it is written", async () => {
  const folder = tempFolder();
  const vault = await openVault(folder, "events", await openDiskKey(folder));
  const events = await openEventLog(vault, () => undefined);
  const book = createBook();
  const add = (name: string): void => {
    const end = { mesh: "default", name, registration: name } as const;
    const { number } = events.add({ kind: "gone", ...end });
    book.add({ kind: "gone", relay: "relay-1", number, ...end, announced: false });
  };
  const told: { readonly number: number; readonly isKept: boolean }[] = [];
  const exchange = exchangeOf(
    async (_, { runs }): Promise<ReplicaMessage> => {
      const files = await vault.names();
      const numbers = runs.flatMap((run) => run.events.map(({ number }) => number));
      told.push(...numbers.map((number) => ({ number, isKept: files.some((file) => Number(file) === number) })));
      return { ...EMPTY, have: { "relay-1": numbers.at(-1) ?? 0 } };
    },
    {
      have: book.have,
      lackedBy: book.lackedBy,
      recorded() {
        const written = events.settled();
        // It comes after it was asked what is to be waited for.
        if (events.last === 1) add("b");
        return written;
      },
    },
  );
  add("a");
  exchange.setPeers([PEER]);
  await until("the first is told", () => told.length > 0);
  exchange.wake();
  await until("both are told", () => told.some(({ number }) => number === 2));
  expect(told).toEqual([
    { number: 1, isKept: true },
    { number: 2, isKept: true },
  ]);
  await exchange.close();
});

test("one that could not be reached is called again as soon as it calls", async () => {
  let calls = 0;
  const exchange = exchangeOf(
    () => (calls++ === 0 ? Promise.reject(new Error("not yet")) : Promise.resolve({ ...EMPTY, have: {} })),
    { backoff: [600_000, 600_000] },
  );
  exchange.setPeers([PEER]);
  await until("it was called", () => calls === 1);
  await exchange.answer(PEER.id, { ...EMPTY, have: {} });
  await until("it is called again", () => calls === 2);
  await exchange.close();
});
