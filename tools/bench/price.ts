// price: what a thousand relays cost in a month, by what is counted in real workers: a day on the bell, and polls that are held.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HEARTBEAT } from "#api/zone.ts";
import { createHolds } from "#relay/zone/holds.ts";
import { LEAST, SAFETY_PERIOD } from "#relay/zone/poll.ts";
import { DRAWN } from "#relay/zone/presence.ts";
import type { Subject } from "#test/app/subject.ts";
import { startWorkers, type Workers } from "#test/workerd.ts";
import { cpuOf } from "./edge/process-cpu.ts";
import { bill, type Month, PRICES } from "./price/bill.ts";
import { openDistantD1 } from "./price/distant-d1.ts";
import { type Caller, openFleet } from "./price/fleet.ts";
import { COUNTS_PATH, type Counts, frontOf } from "./price/front.ts";

/** Of the fleet that is priced, and of the one that is replayed: a relay costs the same in either. */
const RELAYS = 1000;
const REPLAYED = 20;
const EACH = 10;
const DAY = 86_400_000;
const DAYS = 30;
const MONTH = DAYS * DAY;
const HOLDS = 2;
/** How long signs of life are counted beside held polls; milliseconds. */
const SIGNED = DAY / 12;
/** A Durable Object is billed as if it had so much memory. */
const OBJECT_GB = 0.128;
/** Calls by which it is measured what a connection takes. */
const EMPTY_CALLS = 500;

/** One record. */
export async function run(): Promise<Record<string, unknown>[]> {
  const { connect, day } = await inWorkers(dayOnBell);
  // Workers of their own: a clock that has jumped stands still, and ends no hold.
  const { hold, seconds, signs, waste } = await inWorkers(holdsAndSigns);
  const whole = (RELAYS / REPLAYED) * DAYS;
  const bell = sum(monthOf(connect, whole), monthOf(day, whole));
  const polls = (RELAYS * MONTH) / 1000 / seconds;
  const held = sum(monthOf(hold, polls / hold.times), monthOf(signs, whole * (DAY / SIGNED)));
  return [
    {
      measure: "price",
      usd_bell: bill(bell),
      usd_poll: bill(held),
      usd_bell_of_10000_relays: bill(scaled(bell, 10)),
      month_on_bell: rounded(bell),
      month_on_held_polls: rounded(held),
      // What came beside signs, polls and what was rung for: nothing, unless a call was refused and made again.
      requests_between_on_bell: day.requests - day.times,
      per_connection: each(connect),
      per_call_on_bell: each(day),
      per_hold: each(hold),
      rows_read_per_second_held: Number((hold.rows_read / hold.times / seconds).toFixed(3)),
      per_sign: each(signs),
      not_billed: waste,
      reference: { usd_of_plan: bill(NOTHING), prices: PRICES },
      ratio: Number((bill(bell) / bill(NOTHING)).toFixed(2)),
      sizes: {
        ...{ relays: RELAYS, replayed: REPLAYED, relays_of_an_organisation: EACH, calls: day.times },
        ...{ holds: hold.times, seconds_held: Number(seconds.toFixed(1)), signs: signs.times },
      },
    },
  ];
}

interface Counted extends Counts {
  /** What is billed of the process' CPU. */
  readonly cpu_ms: number;
  readonly process_cpu_ms: number;
  /** How many times what is counted was done. */
  readonly times: number;
}

/** CPU of workerd that is none of the workers'. */
interface Waste {
  /** Of each call that comes from outside: its connection and HTTP. */
  readonly connection_ms: number;
  /** Of each batch for D1: that its stand-in is asked over a connection, and not by a binding. */
  readonly socket_ms: number;
  /** A worker that does nothing, called by another: it is billed, and in the figures. */
  readonly entry_ms: number;
}

type Running = Workers & { readonly subject: Subject };

async function inWorkers<T>(use: (workers: Running, fleet: readonly Caller[], waste: Waste) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "weft-price-"));
  const d1 = await openDistantD1(folder);
  const workers = await startWorkers(folder, (name) => frontOf(name, d1.url));
  try {
    const { url, operatorSecret } = workers;
    // workerd ends idle connections, and a call that meets that end fails: each call has one of its own.
    const once = (init: RequestInit = {}): RequestInit => ({
      ...init,
      headers: { ...(init.headers as Record<string, string>), connection: "close" },
    });
    const subject: Subject = { url, operatorSecret, fetch: (path, init) => fetch(new URL(path, url), once(init)) };
    say(`${REPLAYED} relays are enrolled`);
    const fleet = await openFleet(subject, REPLAYED, EACH);
    return await use({ ...workers, subject }, fleet, await wasteOf({ ...workers, subject }));
  } finally {
    await workers.close();
    await d1.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Empty calls to the module in front of the poll worker, and through it to that in front of the API worker and to D1's, in turns. */
async function wasteOf({ subject, pid }: Running): Promise<Waste> {
  say("workers that do nothing are measured");
  const cpu = { nothing: 0, hop: 0, far: 0 };
  for (let call = -100; call < EMPTY_CALLS; call++) {
    for (const name of ["nothing", "hop", "far"] as const) {
      const before = cpuOf(pid);
      await subject.fetch(`${COUNTS_PATH}/${name}`);
      if (call >= 0) cpu[name] += cpuOf(pid) - before;
    }
  }
  const entry_ms = (cpu.hop - cpu.nothing) / EMPTY_CALLS;
  const connection_ms = cpu.nothing / EMPTY_CALLS - entry_ms;
  const socket_ms = (cpu.far - cpu.hop) / EMPTY_CALLS;
  return each({ times: 1, connection_ms, socket_ms, entry_ms }) as never;
}

/** Counts what `work` costs; `times` of it are done. */
async function count(
  { subject, pid }: Running,
  { connection_ms, socket_ms }: Waste,
  times: number,
  work: () => Promise<void>,
): Promise<Counted> {
  const told = async (): Promise<Counts[]> =>
    Promise.all(
      ["poll", "api", "writer"].map(
        async (name) => (await subject.fetch(`${COUNTS_PATH}/${name}`)).json() as Promise<Counts>,
      ),
    );
  await told();
  const before = cpuOf(pid);
  await work();
  const process_cpu_ms = cpuOf(pid) - before;
  const all = await told();
  const of = (name: keyof Counts): number => all.reduce((sum, counts) => sum + counts[name], 0);
  // A call of one worker by another is none that is billed.
  const [{ requests }] = all as [Counts];
  const batches = of("batches");
  return {
    ...{ requests, times, process_cpu_ms, batches, rows_read: of("rows_read"), rows_written: of("rows_written") },
    cpu_ms: process_cpu_ms - requests * connection_ms - batches * socket_ms,
    ...{ object_requests: of("object_requests"), alarms: of("alarms"), socket_messages: of("socket_messages") },
    ...{ socket_closes: of("socket_closes"), active_ms: of("active_ms") },
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
  waste: Waste,
): Promise<{ readonly connect: Counted; readonly day: Counted }> {
  const began = Date.now();
  const sockets: { terminate(): void }[] = [];
  const fetched: Promise<void>[] = [];
  const connect = await count(workers, waste, fleet.length, async () => {
    for (const caller of fleet) {
      const socket = await caller.knock(began);
      // What the control plane does of its own accord in a day is rung, too.
      socket.on("message", () => fetched.push(ask(caller, null)));
      sockets.push(socket);
    }
  });
  const calls: readonly Call[] = [
    ...timesOf(fleet, began, HEARTBEAT, DRAWN, DAY).map(
      ([caller, at]): Call => [caller, at, (who, when) => sign(who, when, "bell")],
    ),
    ...timesOf(fleet, began, SAFETY_PERIOD, { from: LEAST, to: 1 }, DAY).map(([caller, at]): Call => [caller, at, ask]),
  ];
  const day = await count(workers, waste, calls.length, async () => {
    await inOrder(calls);
    await Promise.all(fetched);
  });
  for (const socket of sockets) socket.terminate();
  return { connect, day: { ...day, times: calls.length + fetched.length } };
}

/** Each relay holds polls, all at once, on the clock as it is; then they say that they are there, for some hours. */
async function holdsAndSigns(
  workers: Running,
  fleet: readonly Caller[],
  waste: Waste,
): Promise<{ readonly hold: Counted; readonly seconds: number; readonly signs: Counted; readonly waste: Waste }> {
  const drawn = fleet.map((_, index) => createHolds(() => index / fleet.length).next());
  const hold = await count(workers, waste, fleet.length * HOLDS, async () => {
    for (let round = 0; round < HOLDS; round++) {
      say(`${fleet.length} polls are held`);
      const held = fleet.map((caller, index) => {
        const headers = { prefer: `wait=${drawn[index]}`, "if-none-match": caller.etag };
        return caller.call("GET", "/v1/zone/snapshot", null, { headers });
      });
      const news = (await Promise.all(held)).filter(({ status }) => status !== 304);
      if (news.length > 0) throw new Error(`${news.length} polls were answered with something new`);
    }
  });
  const calls = timesOf(fleet, Date.now(), HEARTBEAT, DRAWN, SIGNED).map(
    ([caller, at]): Call => [caller, at, (who, when) => sign(who, when, "held")],
  );
  const seconds = drawn.reduce((total, one) => total + one, 0) / drawn.length;
  return { hold, seconds, signs: await count(workers, waste, calls.length, () => inOrder(calls)), waste };
}

/** When each does what it does every `period`, of which it draws a share as relays do, for so long. */
function timesOf(
  fleet: readonly Caller[],
  began: number,
  period: number,
  { from, to }: { readonly from: number; readonly to: number },
  span: number,
): readonly (readonly [Caller, number])[] {
  return fleet.flatMap((caller, index) => {
    const own: (readonly [Caller, number])[] = [];
    // Spread evenly, so that two runs are alike.
    let step = index * 7;
    for (
      let at = began + (period * index) / fleet.length;
      at < began + span;
      at += period * (from + ((to - from) * (step % 10)) / 9)
    ) {
      own.push([caller, Math.round(at)]);
      step += 3;
    }
    return own;
  });
}

/** One after the other: calls that overlapped would be answered at each other's time. */
async function inOrder(calls: readonly Call[]): Promise<void> {
  const next = [...calls].sort(([, a], [, b]) => a - b).entries();
  for (const [index, [caller, at, deed]] of next) {
    if (index % 1000 === 0) say(`${index} of ${calls.length} calls`);
    await deed(caller, at);
  }
}

function say(what: string): void {
  process.stderr.write(`price: ${what} …\n`);
}

const NOTHING: Month = { requests: 0, cpu_ms: 0, rows_read: 0, rows_written: 0, object_requests: 0, gb_seconds: 0 };
/** Messages that come in by a WebSocket are billed as a twentieth of a request; an end is in no list of what is, and counted as one. */
const MESSAGE = 1 / 20;

function monthOf(counted: Counted, factor: number): Month {
  const { requests, cpu_ms, rows_read, rows_written, object_requests, alarms, active_ms } = counted;
  const messages = counted.socket_messages + counted.socket_closes;
  return scaled(
    {
      ...{ requests, cpu_ms, rows_read, rows_written },
      object_requests: object_requests + alarms + messages * MESSAGE,
      gb_seconds: (active_ms / 1000) * OBJECT_GB,
    },
    factor,
  );
}

function scaled(month: Month, factor: number): Month {
  return Object.fromEntries(Object.entries(month).map(([name, value]) => [name, value * factor])) as never;
}

function sum(a: Month, b: Month): Month {
  return Object.fromEntries(
    Object.keys(a).map((name) => [name, a[name as keyof Month] + b[name as keyof Month]]),
  ) as never;
}

function each({ times, ...counted }: { readonly times: number }): Record<string, number> {
  return Object.fromEntries(
    Object.entries(counted as Record<string, number>).map(([name, value]) => [
      name,
      Number((value / times).toFixed(2)),
    ]),
  );
}

function rounded(month: Month): Record<string, number> {
  return Object.fromEntries(Object.entries(month).map(([name, value]) => [name, Math.round(value)]));
}
