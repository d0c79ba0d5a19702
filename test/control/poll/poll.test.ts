// The poll path: what "nothing new" costs, what a held poll waits for, and that it pulls in nothing heavy.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { openBell } from "#control/bell/bell.ts";
import { formatBase, isNewer, parseBase } from "#control/poll/base.ts";
import { openPoll } from "#control/poll/poll.ts";
import type { Database, Statement } from "#store/database.ts";
import { openPollStore } from "#store/poll.ts";
import {
  enrol,
  mesh,
  type Org,
  openPlane,
  type Plane,
  signUp,
  type TestRelay,
  timeout,
  zone,
} from "#test/control/harness.ts";

let plane: Plane;
let org: Org;
let relay: TestRelay;
let statements: Statement[] = [];

beforeAll(async () => {
  const wrap = (database: Database): Database => ({
    ...database,
    batch: (batch) => {
      statements.push(...batch);
      return database.batch(batch);
    },
  });
  plane = await openPlane({ wrap });
  org = await signUp(plane, "acme");
  await org.apply([mesh(), zone()]);
  relay = await enrol(org);
  await org.settle();
});
afterAll(() => plane.close());

const head = async () => {
  const found = await org.store.zoneHead(relay.zone, relay.relay);
  if (found === null) throw new Error("the relay is gone");
  return found;
};

describe("nothing new", () => {
  test("is told by one row, and by none where the caller has just read it", async () => {
    const { version } = await head();
    statements = [];
    expect(await org.control.poll.snapshot(relay, version, 0)).toBe(null);
    expect(statements).toHaveLength(1);
    expect(statements[0]?.sql).toMatch(
      /^SELECT [^;]*\sFROM zone_head WHERE tenant_id = \?1 AND zone = \?2 AND relay = \?3$/s,
    );
    const row = await head();
    statements = [];
    expect(await org.control.poll.snapshot(relay, version, 0, row)).toBe(null);
    expect(statements).toEqual([]);
  });

  test("an unknown base gets the whole", async () => {
    const answer = await org.control.poll.snapshot(relay, "never-there", 0);
    expect(answer?.base).toBe(null);
    expect(Object.values(answer?.sections ?? {})).not.toContain(null);
  });

  test("a relay that is none is refused", async () => {
    await expect(org.control.poll.snapshot({ ...relay, relay: "other" }, null, 0)).rejects.toMatchObject({
      code: "unauthenticated",
    });
  });
});

test("a bell tells each ring once, and none that was known", async () => {
  const bell = openBell();
  const isWoken = (wait: Promise<void>): Promise<boolean> =>
    Promise.race([wait.then(() => true), new Promise<false>((resolve) => setImmediate(resolve, false))]);
  bell.ring("acme", "east", { epoch: 1, sequence: 5 });
  const listener = bell.listen({ tenant: "acme", zone: "east", relay: "r" });
  expect(await isWoken(listener.wait(4, 60_000))).toBe(true);
  const again = listener.wait(4, 60_000);
  expect(await isWoken(again)).toBe(false);
  bell.ring("acme", "west", { epoch: 1, sequence: 6 });
  expect(await isWoken(again)).toBe(false);
  bell.ring("acme", "east", { epoch: 1, sequence: 6 });
  expect(await isWoken(again)).toBe(true);
  listener.close();
});

describe("a held poll", () => {
  test("is answered by the next publication", async () => {
    const { version, epoch, sequence } = await head();
    const held = org.control.poll.snapshot(relay, formatBase(version, epoch, sequence), 30);
    await org.apply([timeout("slow", 7)]);
    expect((await held)?.envelope).toBeTypeOf("string");
  });

  test("hears of what was published after its row was read and before it was held", async () => {
    const row = await head();
    await org.apply([timeout("slow", 9)]);
    await org.settle();
    // Nothing but the bell wakes it.
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    const held = org.control.poll.snapshot(relay, formatBase(row.version, row.epoch, row.sequence), 30, row);
    expect((await held.finally(vi.useRealTimers))?.envelope).toBeTypeOf("string");
  });

  test("finds what another process has published, looking once a second", async () => {
    const { version, epoch, sequence } = await head();
    const elsewhere = openPoll({ store: pollStore(), clock: () => plane.now, listen: openBell().listen });
    const held = elsewhere.snapshot(relay, formatBase(version, epoch, sequence), 30);
    await org.apply([timeout("slow", 8)]);
    expect(await held).not.toBe(null);
  });

  test("ends with nothing when its time is up", async () => {
    const { version } = await head();
    let now = 0;
    const wait = async (_since: number, milliseconds: number): Promise<void> => {
      now += milliseconds;
    };
    const listen = () => ({ wait, isSure: false, ended: false, close: () => {} });
    const poll = openPoll({ store: pollStore(), clock: () => now, listen });
    statements = [];
    expect(await poll.snapshot(relay, version, 3)).toBe(null);
    expect(now).toBe(3000);
    expect(statements).toHaveLength(4);
  });

  test("ends when its relay is revoked", async () => {
    const other = await enrol(org);
    await org.settle();
    const { version } = await head();
    const held = org.control.poll.snapshot(other, version, 30);
    const refused = expect(held).rejects.toMatchObject({ code: "forbidden" });
    await org.control.writer.revokeRelay(org.admin, "east", other.relay);
    await refused;
  });
});

function pollStore() {
  return openPollStore(plane.tenants);
}

describe("a base", () => {
  const at = (version: string, epoch: number, sequence: number) => ({ version, epoch, sequence });
  test.each([
    [at("", 0, 0), null, false],
    [at("v", 1, 1), null, true],
    [at("v", 1, 9), "v", false],
    [at("w", 1, 9), "v", true],
    [at("v", 1, 9), "v:1.9", false],
    [at("v", 1, 9), "v:1.8", true],
    [at("v", 1, 9), "v:0.99", true],
    [at("v", 1, 9), "v:2.0", false],
    [at("w", 1, 9), "v:2.0", true],
    [at("v", 1, 9), "v:x", true],
  ] as const)("head %j is newer than %j: %j", (newest, base, expected) => {
    expect(isNewer(newest, base === null ? null : parseBase(base))).toBe(expected);
  });
});

test("the poll path imports neither certificates, nor the query builder, nor the compiler", () => {
  const root = fileURLToPath(new URL("../../../src/", import.meta.url));
  const seen = new Set<string>();
  const walk = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    const text = readFileSync(path, "utf8");
    for (const [, type, from = ""] of text.matchAll(/^(?:import|export) (type )?[^;]*?from "([^"]+)"/gms)) {
      if (type !== undefined) continue;
      expect(from, path).toMatch(/^[#.]/);
      walk(from.startsWith("#") ? join(root, from.slice(1)) : join(dirname(path), from));
    }
  };
  walk(join(root, "control/poll/poll.ts"));
  const floors = [...seen].map((path) => path.slice(root.length).split("/")[0]);
  expect(new Set(floors)).toEqual(new Set(["control", "model", "snapshot"]));
  expect(seen.size).toBeGreaterThan(4);
});
