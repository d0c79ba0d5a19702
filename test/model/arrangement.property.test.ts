// Arranged endpoints: what must hold for endpoints of all zones, beside a plain reading of the rules one by one.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arranged, arrangedSet, arrangementOf } from "#model/arrangement.ts";
import type { Endpoint } from "#model/endpoint.ts";
import type { LocalityRules, ZoneRule } from "#model/locality.ts";

const ZONES = ["east", "west", "north"];
const zone = fc.constantFrom(...ZONES);
const value = fc.constantFrom("a", "b");

const endpoint: fc.Arbitrary<Endpoint> = fc.record(
  {
    address: fc.constant("10.0.0.1"),
    port: fc.integer({ min: 1, max: 9 }),
    weight: fc.constant(1),
    zone: fc.constantFrom(...ZONES, ""),
    priority: fc.constantFrom(0, 1),
    tags: fc.dictionary(fc.constantFrom("rack", "node"), value),
    labels: fc.dictionary(fc.constantFrom("rack", "node"), value),
    dataplane: fc.constantFrom("d1", "d2", "d3"),
  },
  { requiredKeys: ["address", "port", "weight", "zone", "priority", "tags", "dataplane"] },
);

const rules: fc.Arbitrary<LocalityRules> = fc
  .record({
    affinity: fc.uniqueArray(
      fc.record({ key: fc.constantFrom("rack", "node", "other"), weight: fc.integer({ min: 1, max: 90 }) }),
      { selector: ({ key }) => key },
    ),
    failover: fc.array(
      fc.record(
        {
          from: fc.uniqueArray(zone, { minLength: 1 }),
          to: fc.constantFrom<ZoneRule["to"]>("Any", "Only", "AnyExcept", "None"),
          zones: fc.uniqueArray(zone),
          priority: fc.constant(0),
        },
        { requiredKeys: ["to", "zones", "priority"] },
      ),
      { maxLength: 4 },
    ),
  })
  .map(({ affinity, failover }) => ({
    affinity,
    failover: failover.map((rule, index) => ({ ...rule, priority: index + 1 })),
  }));

const own = fc.dictionary(fc.constantFrom("rack", "node"), value);

/** Where an endpoint of another zone goes, read off the conf: rule by rule, until one says so. */
function remotePriority({ failover }: LocalityRules, client: string, other: string): number | null {
  for (const { from, to, zones, priority } of failover) {
    if (from !== undefined && !from.includes(client)) continue;
    if (to === "None") return null;
    if (to === "Any") return priority;
    if (to === "Only" && zones.includes(other)) return priority;
    if (to === "AnyExcept" && !zones.includes(other)) return priority;
  }
  return null;
}

describe("arranged", () => {
  test("endpoints of other zones stand where the first rule puts them, or nowhere", () => {
    fc.assert(
      fc.property(rules, zone, own, endpoint, (said, client, tags, one) => {
        fc.pre(one.zone !== "" && one.zone !== client);
        const placed = arranged(
          one,
          arrangementOf(said, client, (key) => tags[key] ?? ""),
        );
        expect(placed?.priority ?? null).toBe(remotePriority(said, client, one.zone));
        expect(placed === null || placed.subZone === undefined).toBe(true);
      }),
    );
  });

  test("endpoints of the own zone come before all others, by the first tag that they share with the client", () => {
    fc.assert(
      fc.property(rules, zone, own, endpoint, (said, client, tags, one) => {
        fc.pre(one.zone === "" || one.zone === client);
        const placed = arranged(
          one,
          arrangementOf(said, client, (key) => tags[key] ?? ""),
        );
        const shared = said.affinity.find(
          ({ key }) => tags[key] !== undefined && tags[key] === (one.tags[key] ?? one.labels?.[key]),
        );
        expect(placed?.priority).toBe(0);
        expect(placed?.subZone).toBe(shared === undefined ? undefined : `${shared.key}=${tags[shared.key]}`);
        expect(placed?.localityWeight).toBe(said.affinity.length === 0 ? undefined : (shared?.weight ?? 1));
      }),
    );
  });

  test("a set keeps the order of its endpoints and all that is not their place", () => {
    fc.assert(
      fc.property(rules, zone, own, fc.array(endpoint, { maxLength: 6 }), (said, client, tags, endpoints) => {
        const arrangement = arrangementOf(said, client, (key) => tags[key] ?? "");
        const set = arrangedSet({ cluster: "c", endpoints }, "c#1", arrangement);
        expect(set).toMatchObject({ cluster: "c#1", of: "c", arrangement });
        const kept = endpoints.filter((one) => arranged(one, arrangement) !== null);
        const bare = set.endpoints.map(({ subZone: _, localityWeight: __, priority: ___, ...rest }) => rest);
        expect(bare).toEqual(kept.map(({ priority: _, ...rest }) => rest));
      }),
    );
  });

  test("awareness that is switched off makes all endpoints alike", () => {
    const off: LocalityRules = { affinity: [], failover: [{ to: "Any", zones: [], priority: 0 }] };
    fc.assert(
      fc.property(zone, endpoint, (client, one) => {
        expect(
          arranged(
            one,
            arrangementOf(off, client, () => ""),
          ),
        ).toEqual({ ...one, priority: 0 });
      }),
    );
  });
});
