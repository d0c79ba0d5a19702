// Allotment of virtual addresses: each name's own, through any order of joins, leaves and zones by themselves.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isIPv6 } from "#model/address.ts";
import { addressOf, CENTRAL, ipv6Of, loopbackOf, numberOf, partOf, ZONE_SIZE, ZONES } from "#model/virtual/address.ts";
import { type AddressRow, allot, numberHere, REST_MS, shownAddresses } from "#model/virtual/allot.ts";

const DAY = REST_MS / 30;

/** The table after the changed rows were written over their addresses. */
function written(rows: readonly AddressRow[], changed: readonly AddressRow[]): readonly AddressRow[] {
  return [...new Map([...rows, ...changed].map((row) => [row.address, row])).values()];
}

const named = (...names: readonly string[]): ReadonlySet<string> => new Set(names);

describe("addresses", () => {
  test("each range, in IPv6 and on loopback", () => {
    expect(addressOf("service", 0)).toBe("240.0.0.0");
    expect(addressOf("MeshMultiZoneService", 65_536 + 258)).toBe("243.1.1.2");
    expect(ipv6Of("240.0.0.0")).toBe("fd77:6566:7400:f0::f000:0");
    expect(ipv6Of("243.1.1.2")).toBe("fd77:6566:7400:f3::f301:102");
    expect(loopbackOf("240.0.0.1")).toBe("127.64.0.1");
    expect(loopbackOf("243.15.255.255")).toBe("127.127.255.255");
    expect([numberOf("10.0.0.1"), numberOf("240.0.0.01"), numberOf("240.0.0"), numberOf("240.16.0.0")]).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });

  test("no two of a mesh are alike in any form", () => {
    const kinds = ["service", "MeshService", "MeshExternalService", "MeshMultiZoneService"] as const;
    const any = fc.tuple(fc.constantFrom(...kinds), fc.nat(CENTRAL * 2 - 1));
    fc.assert(
      fc.property(any, any, ([kind, number], [otherKind, other]) => {
        const [one, two] = [addressOf(kind, number), addressOf(otherKind, other)];
        expect(numberOf(one)).toBe(number);
        expect(isIPv6(ipv6Of(one))).toBe(true);
        for (const form of [ipv6Of, loopbackOf]) expect(form(one) === form(two)).toBe(one === two);
      }),
    );
  });

  test("the parts of zones are disjoint, and none is the control plane's", () => {
    let before = CENTRAL;
    for (let zone = 0; zone < ZONES; zone++) {
      const [from, to] = partOf(zone);
      expect([from, to - from]).toEqual([before, ZONE_SIZE]);
      before = to;
    }
    expect(before).toBe(CENTRAL * 2);
  });
});

describe("allot", () => {
  test("a name keeps its address when others come before it in the order of names", () => {
    const first = allot([], { names: named("service/web"), now: 1 });
    const second = allot(first, { names: named("service/web", "service/api", "MeshService/web"), now: 2 });
    expect(second).toEqual([
      { name: "MeshService/web", address: "241.0.0.0", givenAt: 2, goneAt: null },
      { name: "service/api", address: "240.0.0.1", givenAt: 2, goneAt: null },
    ]);
  });

  test("what is gone is nobody else's for 30 days, and its own when it comes back", () => {
    const web = allot([], { names: named("service/web"), now: 0 });
    const gone = written(web, allot(web, { names: named(), now: DAY }));
    const soon = allot(gone, { names: named("service/api"), now: DAY + REST_MS - 1 });
    expect(soon.map(({ name, address }) => [name, address])).toEqual([["service/api", "240.0.0.1"]]);
    const late = allot(gone, { names: named("service/api"), now: DAY + REST_MS });
    expect(late.map(({ name, address }) => [name, address])).toEqual([["service/api", "240.0.0.0"]]);
    const back = allot(gone, { names: named("service/web"), now: 5 * DAY });
    expect(back).toEqual([{ ...web[0], goneAt: null }]);
  });

  test("two zones that named one service differently: both addresses stay, the first is its own", () => {
    const zones = allot([], { names: named("zone/east", "zone/west"), now: 0 });
    const shown = shownAddresses(zones);
    const [east] = numberHere(shown, "east", ["service/new"]);
    const [west] = numberHere(shown, "west", ["service/new"]);
    expect(east?.address).not.toBe(west?.address);
    const names = named("zone/east", "zone/west", "service/new");
    const one = written(zones, allot(zones, { names, now: 1, claims: east === undefined ? [] : [east] }));
    const two = written(one, allot(one, { names, now: 2, claims: west === undefined ? [] : [west] }));
    expect(shownAddresses(two).find(({ name }) => name === "service/new")).toEqual({
      name: "service/new",
      address: east?.address,
      also: [west?.address],
    });
    expect(allot(two, { names, now: 3, claims: [east, west].flatMap((one) => one ?? []) })).toEqual([]);
  });

  test("a claim of what another name has, or of another range, gives nothing", () => {
    const rows = allot([], { names: named("service/web"), now: 0 });
    const names = named("service/web", "service/api", "MeshService/api");
    const claims = [
      { name: "service/api", address: "240.0.0.0" },
      { name: "MeshService/api", address: "240.8.0.1" },
      { name: "service/nobody", address: "240.8.0.2" },
      { name: "service/api", address: "10.0.0.1" },
    ];
    const made = allot(rows, { names, now: 1, claims });
    expect(made.map(({ name, address }) => [name, address])).toEqual([
      ["MeshService/api", "241.0.0.0"],
      ["service/api", "240.0.0.1"],
    ]);
  });

  test("any history: unique, stable, never another's within 30 days, and settled at once", () => {
    const pool = ["service/a", "service/b", "service/c", "host/x.mesh", "MeshService/a", "zone/east", "zone/west"];
    const moment = fc.record({
      names: fc.subarray(pool),
      later: fc.integer({ min: 0, max: 20 * DAY }),
      claim: fc.option(fc.record({ name: fc.constantFrom(...pool), number: fc.integer({ min: 0, max: CENTRAL + 2 }) })),
    });
    fc.assert(
      fc.property(fc.array(moment, { maxLength: 12 }), (history) => {
        let rows: readonly AddressRow[] = [];
        let now = 0;
        const last = new Map<string, { readonly name: string; readonly at: number }>();
        for (const { names, later, claim } of history) {
          now += later;
          const wanted = new Set(names);
          const before = shownAddresses(rows);
          const claims = claim === null ? [] : [{ name: claim.name, address: addressOf("service", claim.number) }];
          rows = written(rows, allot(rows, { names: wanted, now, claims }));
          const shown = shownAddresses(rows);
          expect(shown.map(({ name }) => name)).toEqual([...wanted].sort());
          const all = shown.flatMap(({ name, address, also = [] }) => [address, ...also].map((one) => ({ name, one })));
          expect(new Set(all.map(({ one }) => one)).size).toBe(all.length);
          for (const { name, address } of before) {
            if (wanted.has(name)) expect(shown.find((one) => one.name === name)?.address).toBe(address);
          }
          for (const { name, one } of all) {
            const earlier = last.get(one);
            if (earlier !== undefined && earlier.name !== name)
              expect(now - earlier.at).toBeGreaterThanOrEqual(REST_MS);
          }
          // Until now it was there: from now on it rests.
          for (const { name, address, also = [] } of before) {
            for (const one of [address, ...also]) if (!wanted.has(name)) last.set(one, { name, at: now });
          }
          for (const { name, one } of all) last.set(one, { name, at: now });
          expect(allot(rows, { names: wanted, now, claims })).toEqual([]);
        }
      }),
    );
  });
});
