// Publishing: what a zone's relays serve is told at once, and that nothing of theirs has changed at most once in a while.
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  client,
  dataplane,
  defer,
  enrol,
  mesh,
  type Org,
  openPlane,
  type Plane,
  signUp,
  timeout,
  zone,
} from "./harness.ts";

let plane: Plane;
let org: Org;
let relays: Readonly<Record<string, string>>;
beforeEach(async () => {
  plane = await openPlane();
  org = await signUp(plane, "acme");
  await org.apply([mesh("default", { skipCreatingInitialPolicies: ["*"] }), zone("east"), zone("west")]);
  relays = { east: (await enrol(org, "east")).relay, west: (await enrol(org, "west")).relay };
  const of = (name: string) => ({ labels: { "kuma.io/zone": name } });
  await org.apply([
    { ...client("web-1", "db"), ...of("east") },
    { ...dataplane("other-1", "other"), ...of("west") },
  ]);
  await org.settle();
});
afterEach(() => plane.close());

const sequenceOf = async (name: string): Promise<number> =>
  (await org.store.zoneHead(name, relays[name] ?? ""))?.sequence ?? -1;

async function reaches(name: string, sequence: number): Promise<void> {
  await expect.poll(() => sequenceOf(name), { interval: 5 }).toBeGreaterThanOrEqual(sequence);
}

/** Of the client in the east alone. */
const slower = (seconds: number) => ({
  ...timeout("slow", seconds),
  spec: {
    targetRef: { kind: "MeshSubset", tags: { "kuma.io/service": "web-1" } },
    to: [{ targetRef: { kind: "Mesh" }, default: { connectionTimeout: `${seconds}s` } }],
  },
});

/** So often may a zone hear that nothing of its own has changed; milliseconds. */
const QUIET = 1000;

test("a zone that something changes for is told each time; one that nothing changes for is told the newest, and seldom", async () => {
  const began = performance.now();
  let sequence = 0;
  for (let seconds = 1; seconds <= 12; seconds++) {
    ({ sequence } = await org.apply([slower(seconds)]));
    await reaches("east", sequence);
  }
  const told = (name: string) => plane.rings.filter((ring) => ring.zone === name).length;
  const before = told("west");
  await reaches("west", sequence);
  const passed = Math.ceil((performance.now() - began) / QUIET);
  expect(told("east")).toBeGreaterThanOrEqual(12);
  expect(before).toBeLessThanOrEqual(2 + passed + 1);
  // And then there is silence.
  await sleep(QUIET * 1.5);
  expect(told("west")).toBeLessThanOrEqual(before + 1);
});

test("who waits until all is published does not wait for that while", async () => {
  const first = await org.apply([slower(1)]);
  await Promise.all([reaches("east", first.sequence), reaches("west", first.sequence)]);
  const { sequence } = await org.apply([slower(2)]);
  await org.settle();
  expect([await sequenceOf("east"), await sequenceOf("west")]).toEqual([sequence, sequence]);
});

test("what an envelope says beside the snapshot is told at once", async () => {
  const first = await org.apply([slower(1)]);
  await Promise.all([reaches("east", first.sequence), reaches("west", first.sequence)]);
  // Relays know of each other by it.
  await enrol(org, "west");
  await reaches("west", first.sequence + 1);
});

test("an organisation whose compiles are not kept is published zone by zone, as one whose are", async () => {
  let [under, most] = [0, 0];
  /** Of two that may go together the first waits for the second, however long that takes; where they may not, so long. */
  let [together, second] = [false, defer()];
  const large = await openPlane({
    wrap: (database) => ({
      ...database,
      async batch(statements) {
        const publishes = statements.some(({ sql }) => sql.startsWith("INSERT INTO manifest"));
        if (publishes) most = Math.max(most, ++under);
        if (under === 2) second.resolve();
        try {
          if (publishes) await (together ? second.promise : sleep(300));
          return await database.batch(statements);
        } finally {
          if (publishes) under--;
        }
      },
    }),
  });
  try {
    const made = await signUp(large, "acme");
    await made.apply([mesh("default", { skipCreatingInitialPolicies: ["*"] }), zone("east"), zone("west")]);
    for (const name of ["east", "west"]) await enrol(made, name);
    await made.settle();
    const written = async (at: Org): Promise<readonly string[]> => {
      most = 0;
      [together, second] = [at === made, defer()];
      await at.apply(
        [client("web-1", "db"), client("web-2", "db")].map((one, index) => ({
          ...one,
          labels: { "kuma.io/zone": ["east", "west"][index] },
        })),
      );
      await at.apply([timeout("slow", at === made ? 3 : 4)]);
      const { revision } = await at.apply([timeout("slow", 5)]);
      await at.settle();
      const told = (await made.store.effects(revision)).length > 0;
      const versions = (await made.store.zoneHeads()).map((head) => head.version);
      return [...versions, told ? "told" : "untold"];
    };
    const kept = await written(made);
    expect([most, kept.at(-1)]).toEqual([2, "told"]);
    const lean = large.reopen({ keptProxies: 3 });
    const other = made.at(lean);
    const left = await written(other);
    expect([most, left.at(-1)]).toEqual([1, "untold"]);
    expect(left.slice(0, 2)).toEqual(kept.slice(0, 2));
    // While it is small enough, they are kept.
    await other.apply([], ["Dataplane/default/web-2"]);
    const { revision } = await other.apply([timeout("slow", 9)]);
    await other.settle();
    const { revision: next } = await other.apply([timeout("slow", 10)]);
    await other.settle();
    expect(next).toBe(revision + 1);
    expect((await made.store.effects(next)).length).toBeGreaterThan(0);
  } finally {
    await large.close();
  }
});
