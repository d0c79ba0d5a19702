// Addresses that a relay gave while it was cut off: what of its word is taken, and that nothing of other zones moves.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { partOf } from "#model/virtual/address.ts";
import {
  dataplane,
  enrol,
  mesh,
  type Org,
  openPlane,
  type Plane,
  proof,
  signUp,
  type TestRelay,
  zone,
} from "./harness.ts";
import { joinOf, tokenFor } from "./joining.ts";
import { readView } from "./snapshot-reader.ts";

let plane: Plane;
let org: Org;
let east: TestRelay;
let last = 0;
beforeAll(async () => {
  plane = await openPlane();
  org = await signUp(plane, "acme");
  await org.apply([zone("east"), zone("west"), mesh()]);
  await org.apply(
    ["web", "shop"].map((name) => ({ ...dataplane(`${name}-1`, name), labels: { "kuma.io/zone": "east" } })),
  );
  east = await enrol(org, "east");
});
afterAll(() => plane.close());

/** The number of a zone's part, and an address in it. */
async function addressIn(name: string, place: number, octet = 240): Promise<string> {
  const row = (await shown()).find((one) => one.name === `zone/${name}`);
  const number = partOf(Number(row?.address))[0] + place;
  return `${octet}.${number >>> 16}.${(number >>> 8) & 255}.${number & 255}`;
}

async function shown() {
  const { views } = await readView(org.control, east);
  return views[0]?.addresses ?? [];
}

async function give(virtual: string, address: string, age = 0): Promise<void> {
  const event = { kind: "named", number: ++last, mesh: "default", virtual, address, age } as const;
  expect(await org.control.writer.report(east, proof(plane), { events: [event] })).toMatchObject({ lastEvent: last });
}

describe("an address that a zone gave", () => {
  test("is its name's, too", async () => {
    const address = await addressIn("east", 0);
    await give("service/web", address);
    expect((await shown()).find(({ name }) => name === "service/web")).toEqual({
      ...{ name: "service/web", address: "240.0.0.1", also: [address] },
    });
  });

  const foreign: readonly (readonly [string, string, () => Promise<string> | string])[] = [
    ["of another zone's part", "service/shop", () => addressIn("west", 0)],
    ["of the control plane's half", "service/shop", () => "240.0.1.0"],
    ["of another name", "service/shop", () => addressIn("east", 0)],
    ["of another range", "service/shop", () => addressIn("east", 1, 241)],
    ["of a name that nobody has", "service/none", () => addressIn("east", 1)],
    ["of a zone", "zone/west", () => addressIn("east", 1)],
    ["that is none", "service/shop", () => "192.0.2.1"],
  ];
  test.each(foreign)("is not taken where it is %s", async (_what, virtual, address) => {
    const before = await shown();
    await give(virtual, await address());
    expect(await shown()).toEqual(before);
  });

  test("is one of few for one name: proxies of all zones listen on each", async () => {
    for (let place = 10; place < 30; place++) await give("service/shop", await addressIn("east", place));
    expect((await shown()).find(({ name }) => name === "service/shop")?.also).toHaveLength(4);
  });

  test("may be as old as it wants", async () => {
    await give("service/web", await addressIn("east", 5), Number.MAX_SAFE_INTEGER);
    expect((await shown()).find(({ name }) => name === "service/web")?.also).toHaveLength(2);
  });
});

test("a life may be as old as its relay says", async () => {
  const join = { ...joinOf(dataplane("old-1", "web"), await tokenFor(org), { registration: "old" }), age: 9e15 };
  await org.control.writer.report(east, proof(plane), { events: [{ kind: "joined", number: ++last, join }] });
  expect((await org.store.registrations({ mesh: "default" })).map(({ id }) => id)).toContain("old");
});
