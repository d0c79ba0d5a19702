// price: what a thousand relays cost in a month, by what is counted in real workers: a day on the bell, and polls that are held.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HEARTBEAT } from "#api/zone.ts";
import type { Subject } from "#test/app/subject.ts";
import { startWorkers, type Workers } from "#test/workerd.ts";
import { cpuOf } from "./edge/process-cpu.ts";
import { bill, type Month, PRICES } from "./price/bill.ts";
import { type Caller, openFleet } from "./price/fleet.ts";
import { COUNTS_PATH, type Counts, frontOf } from "./price/front.ts";

/** Of the fleet that is priced, and of the one that is replayed: a relay costs the same in either. */
const RELAYS = 1000;
const REPLAYED = 40;
const EACH = 10;
const DAY = 86_400_000;
const DAYS = 30;
/** A poll in case a ring was lost, as src/relay/zone/poll.ts has it. */
const SAFETY = 30 * 60_000;
const HELD_SECONDS = 25;
const HOLDS = 2;
/** How long signs of life are counted beside held polls; milliseconds. */
const SIGNED = DAY / 12;
/** A Durable Object is billed as if it had so much memory. */
const OBJECT_GB = 0.128;
const AT_ONCE = 8;

/** One record. */
export async function run(): Promise<Record<string, unknown>[]> {
  const [connect, day] = await inWorkers(dayOnBell);
  const [hold, signs] = await inWorkers(holdsAndSigns);
  const whole = (RELAYS / REPLAYED) * DAYS;
  const bell = sum(monthOf(connect, whole), monthOf(day, whole));
  const polls = (RELAYS * DAYS * DAY) / (HELD_SECONDS * 1000);
  const held = sum(monthOf(hold, polls / hold.times), monthOf(signs, whole * (DAY / SIGNED)));
  return [
    {
      measure: "price",
      usd_bell: bill(bell),
      usd_poll: bill(held),
      month_on_bell: rounded(bell),
      month_on_held_polls: rounded(held),
      per_connection: each(connect),
      per_call_on_bell: each(day),
      per_hold: each(hold),
      per_sign: each(signs),
      reference: { usd_of_plan: bill(NOTHING), prices: PRICES },
      ratio: Number((bill(bell) / bill(NOTHING)).toFixed(2)),
      sizes: {
        relays: RELAYS,
        replayed: REPLAYED,
        relays_of_an_organisation: EACH,
        calls: day.times,
        holds: hold.times,
      },
    },
  ];
}

interface Counted extends Omit<Counts, "requests"> {
  readonly requests: number;
  readonly cpu_ms: number;
  /** How many times what is counted was done. */
  readonly times: number;
}

type Running = Workers & { readonly subject: Subject };

async function inWorkers<T>(use: (workers: Running, fleet: readonly Caller[]) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "weft-price-"));
  const workers = await startWorkers(folder, frontOf);
  try {
    const { url, operatorSecret } = workers;
    // workerd ends idle connections, and a call that meets that end fails: each call has one of its own.
    const once = (init: RequestInit = {}): RequestInit => ({
      ...init,
      headers: { ...(init.headers as Record<string, string>), connection: "close" },
    });
    const subject: Subject = { url, operatorSecret, fetch: (path, init) => fetch(new URL(path, url), once(init)) };
    process.stderr.write(`price: ${REPLAYED} relays are enrolled …\n`);
    return await use({ ...workers, subject }, await openFleet(subject, REPLAYED, EACH));
  } finally {
    await workers.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Counts what `work` costs; `times` of it are done. */
async function count({ subject, pid }: Running, times: number, work: () => Promise<void>): Promise<Counted> {
  const told = async (): Promise<Counts[]> =>
    Promise.all(
      ["poll", "api"].map(async (name) => (await subject.fetch(`${COUNTS_PATH}/${name}`)).json() as Promise<Counts>),
    );
  await told();
  const before = cpuOf(pid);
  await work();
  const cpu_ms = cpuOf(pid) - before;
  const [poll, api] = (await told()) as [Counts, Counts];
  const of = (name: keyof Counts): number => poll[name] + api[name];
  return {
    // A call of one worker by another is none that is billed, and the question for the API's counts came by the door.
    ...{ requests: poll.requests - 1, cpu_ms, times, rows_read: of("rows_read"), rows_written: of("rows_written") },
    ...{ object_requests: of("object_requests"), alarms: of("alarms"), socket_messages: of("socket_messages") },
    active_ms: of("active_ms"),
  };
}

type Call = readonly [caller: Caller, at: number, deed: (caller: Caller, at: number) => Promise<void>];

const sign = async (caller: Caller, at: number, way: string): Promise<void> => {
  const body = JSON.stringify({ presence: "here", way, events: [] });
  await caller.call("POST", "/v1/zone/report", at, { body, headers: { "content-type": "application/json" } });
};

const ask = async (caller: Caller, at: number | null): Promise<void> => {
  const answer = await caller.call("GET", "/v1/zone/snapshot", at, { headers: { "if-none-match": caller.etag } });
  caller.etag = answer.headers.get("etag") ?? caller.etag;
};

/** All come to the bell once, as after a deployment; then what each calls in a day, by a clock that jumps from call to call. */
async function dayOnBell(
  workers: Running,
  fleet: readonly Caller[],
): Promise<readonly [connect: Counted, day: Counted]> {
  const began = Date.now();
  const sockets: { terminate(): void }[] = [];
  const fetched: Promise<void>[] = [];
  const connect = await count(workers, fleet.length, async () => {
    for (const caller of fleet) {
      const socket = await caller.knock(began);
      // What the control plane does of its own accord in a day is rung, too.
      socket.on("message", () => fetched.push(ask(caller, null)));
      sockets.push(socket);
    }
  });
  const calls: readonly Call[] = [
    ...timesOf(fleet, began, HEARTBEAT, DAY).map(
      ([caller, at]): Call => [caller, at, (who, when) => sign(who, when, "bell")],
    ),
    ...timesOf(fleet, began, SAFETY, DAY).map(([caller, at]): Call => [caller, at, ask]),
  ];
  const day = await count(workers, calls.length, async () => {
    await inOrder(calls);
    await Promise.all(fetched);
  });
  for (const socket of sockets) socket.terminate();
  return [connect, { ...day, times: calls.length + fetched.length }];
}

/** Each relay holds polls, all at once, on the clock as it is; then they say that they are there, for some hours. */
async function holdsAndSigns(
  workers: Running,
  fleet: readonly Caller[],
): Promise<readonly [hold: Counted, signs: Counted]> {
  const hold = await count(workers, fleet.length * HOLDS, async () => {
    for (let round = 0; round < HOLDS; round++) {
      process.stderr.write(`price: ${fleet.length} polls are held for ${HELD_SECONDS} s …\n`);
      const headers = (caller: Caller) => ({ prefer: `wait=${HELD_SECONDS}`, "if-none-match": caller.etag });
      await Promise.all(fleet.map((one) => one.call("GET", "/v1/zone/snapshot", null, { headers: headers(one) })));
    }
  });
  const calls = timesOf(fleet, Date.now(), HEARTBEAT, SIGNED).map(
    ([caller, at]): Call => [caller, at, (who, when) => sign(who, when, "held")],
  );
  return [hold, await count(workers, calls.length, () => inOrder(calls))];
}

/** When each does what it does every `period` or a little sooner, for so long. */
function timesOf(
  fleet: readonly Caller[],
  began: number,
  period: number,
  span: number,
): readonly (readonly [Caller, number])[] {
  return fleet.flatMap((caller, index) => {
    const own: (readonly [Caller, number])[] = [];
    // Between 0.8 and 1 of the period, as relays draw it; spread evenly, so that two runs are alike.
    let step = index * 7;
    for (
      let at = began + (period * index) / fleet.length;
      at < began + span;
      at += period * (0.8 + 0.02 * (step % 10))
    ) {
      own.push([caller, Math.round(at)]);
      step += 3;
    }
    return own;
  });
}

async function inOrder(calls: readonly Call[]): Promise<void> {
  const next = [...calls].sort(([, a], [, b]) => a - b).entries();
  const work = async (): Promise<void> => {
    for (const [index, [caller, at, deed]] of next) {
      if (index % 5000 === 0) process.stderr.write(`price: ${index} of ${calls.length} calls\n`);
      await deed(caller, at);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

const NOTHING: Month = { requests: 0, cpu_ms: 0, rows_read: 0, rows_written: 0, object_requests: 0, gb_seconds: 0 };
/** Messages that come in by a WebSocket are billed as a twentieth of a request. */
const MESSAGE = 1 / 20;

function monthOf(counted: Counted, factor: number): Month {
  const { requests, cpu_ms, rows_read, rows_written, object_requests, alarms, socket_messages, active_ms } = counted;
  return {
    ...{ requests: requests * factor, cpu_ms: cpu_ms * factor },
    ...{ rows_read: rows_read * factor, rows_written: rows_written * factor },
    object_requests: (object_requests + alarms + socket_messages * MESSAGE) * factor,
    gb_seconds: (active_ms / 1000) * OBJECT_GB * factor,
  };
}

function sum(a: Month, b: Month): Month {
  return Object.fromEntries(
    Object.keys(a).map((name) => [name, a[name as keyof Month] + b[name as keyof Month]]),
  ) as never;
}

function each({ times, ...counted }: Counted): Record<string, number> {
  return Object.fromEntries(Object.entries(counted).map(([name, value]) => [name, Number((value / times).toFixed(2))]));
}

function rounded(month: Month): Record<string, number> {
  return Object.fromEntries(Object.entries(month).map(([name, value]) => [name, Math.round(value)]));
}
