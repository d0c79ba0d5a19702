// The overlay: any order of events at any replica ends in the same endpoints, and a covering snapshot takes it off.

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Endpoint, EndpointSet } from "#model/endpoint.ts";
import { byDataplane, createOverlay, type Overlay, type OverlayEvent } from "#snapshot/overlay.ts";
import { endpointOf } from "./content.ts";

function joined(
  relay: string,
  number: number,
  dataplane: string,
  port: number,
  more: Partial<OverlayEvent> = {},
): OverlayEvent {
  const registration = more.registration ?? `${relay}-${number}`;
  const endpoints = [{ cluster: "web", endpoint: endpointOf(dataplane, port) }];
  return { relay, number, at: number, mesh: "default", dataplane, registration, endpoints, ...more };
}

function gone(relay: string, number: number, dataplane: string, more: Partial<OverlayEvent> = {}): OverlayEvent {
  return joined(relay, number, dataplane, 0, { ...more, endpoints: null });
}

const base: readonly EndpointSet[] = [
  { cluster: "web", endpoints: [endpointOf("web-1", 1), endpointOf("web-2", 2)] },
  { cluster: "api", endpoints: [endpointOf("api-1", 9)] },
];

function ports(overlay: Overlay, cluster = "web"): readonly (readonly [string, number])[] | undefined {
  return overlay
    .changedSets("default", base)
    .get(cluster)
    ?.endpoints.map(({ dataplane, port }) => [dataplane, port]);
}

describe("overlay", () => {
  test("adds a newcomer beside what is there, in order of dataplane and port", () => {
    const overlay = createOverlay();
    overlay.add(joined("r1", 1, "web-10", 5));
    expect(ports(overlay)).toEqual([
      ["web-1", 1],
      ["web-10", 5],
      ["web-2", 2],
    ]);
    expect([...overlay.changedSets("default", base).keys()]).toEqual(["web"]);
    expect(overlay.changedSets("other", base).size).toBe(0);
  });

  test("reaches sets that are arranged for clients, by their own rules", () => {
    const overlay = createOverlay();
    const near = { zone: "east", affinity: [{ key: "rack", value: "a", weight: 9 }], weighted: true, crossZone: [] };
    const far = { zone: "south", affinity: [], weighted: false, crossZone: [] };
    const sets: EndpointSet[] = [
      { cluster: "web#near", of: "web", arrangement: near, endpoints: [endpointOf("web-1", 1, { localityWeight: 1 })] },
      { cluster: "web#far", of: "web", arrangement: far, endpoints: [] },
    ];
    const endpoint = endpointOf("web-3", 3, { tags: { rack: "a" } });
    overlay.add(joined("r1", 1, "web-3", 3, { endpoints: [{ cluster: "web", endpoint }] }));
    const changed = overlay.changedSets("default", sets);
    expect(changed.get("web#near")).toEqual({
      ...sets[0],
      endpoints: [...(sets[0]?.endpoints ?? []), { ...endpoint, subZone: "rack=a", localityWeight: 9 }],
    });
    // Nobody of the south uses it.
    expect(changed.has("web#far")).toBe(false);
    overlay.add(gone("r1", 2, "web-1"));
    expect(
      overlay
        .changedSets("default", sets)
        .get("web#near")
        ?.endpoints.map(({ dataplane }) => dataplane),
    ).toEqual(["web-3"]);
  });

  test("keeps what leads to other zones, beside which own instances weigh what the set says", () => {
    const overlay = createOverlay();
    const west = endpointOf("west/zi-1", 10, { zone: "west", weight: 3 });
    const sets: EndpointSet[] = [
      { cluster: "web", localWeight: 2, endpoints: [endpointOf("web-1", 1, { weight: 2 }), west] },
    ];
    overlay.add(joined("r1", 1, "web-2", 2));
    overlay.add(gone("r1", 2, "web-1"));
    const found = overlay.changedSets("default", sets).get("web");
    expect(found).toEqual({ ...sets[0], endpoints: [endpointOf("web-2", 2, { weight: 2 }), west] });
    // Once the ingresses are gone, one weighs one again.
    const alone = overlay.changedSets("default", [{ cluster: "web", endpoints: [] }]).get("web");
    expect(alone?.endpoints.map(({ weight }) => weight)).toEqual([1]);
  });

  test("takes a leaving one away, and leaves the others", () => {
    const overlay = createOverlay();
    overlay.add(gone("r1", 3, "web-1"));
    expect(ports(overlay)).toEqual([["web-2", 2]]);
  });

  test("a gone of an older registration is ignored while another relay holds the current one", () => {
    const overlay = createOverlay();
    overlay.add(joined("r2", 1, "web-1", 7, { at: 50 }));
    overlay.add(gone("r1", 9, "web-1", { at: 60 }));
    expect(ports(overlay)).toEqual([
      ["web-1", 7],
      ["web-2", 2],
    ]);
    overlay.cover(new Map([["r2", 1]]));
    expect(ports(overlay)).toBeUndefined();
  });

  test("any relay's gone ends the life that it names, and no other of that name", () => {
    const overlay = createOverlay();
    overlay.add(joined("r1", 1, "web-1", 7, { at: 50, registration: "left behind" }));
    overlay.add(joined("r2", 1, "web-1", 8, { at: 60, registration: "current" }));
    overlay.add(gone("r3", 1, "web-1", { registration: "left behind" }));
    expect(ports(overlay)?.[0]).toEqual(["web-1", 8]);
    overlay.add(gone("r3", 2, "web-1", { registration: "current" }));
    expect(ports(overlay)).toEqual([["web-2", 2]]);
    overlay.add(joined("r1", 2, "web-1", 7, { at: 70 }));
    expect(ports(overlay)?.[0]).toEqual(["web-1", 7]);
  });

  test("a life that the snapshot holds keeps an older one's end from taking it away", () => {
    const overlay = createOverlay();
    overlay.hold({ relay: "r2", at: 5, mesh: "default", dataplane: "web-1", registration: "held" });
    overlay.add(gone("r1", 1, "web-1", { registration: "older" }));
    expect(ports(overlay)).toBeUndefined();
    overlay.add(gone("r1", 2, "web-1", { registration: "held" }));
    expect(ports(overlay)).toEqual([["web-2", 2]]);
  });

  test("an announcement without endpoints takes a proxy that is not ready out", () => {
    const overlay = createOverlay();
    overlay.add(joined("r1", 1, "web-1", 1, { endpoints: [] }));
    expect(ports(overlay)).toEqual([["web-2", 2]]);
  });

  test("makes a set that the snapshot does not have", () => {
    const overlay = createOverlay();
    overlay.add(joined("r1", 1, "new-1", 5, { endpoints: [{ cluster: "new", endpoint: endpointOf("new-1", 5) }] }));
    expect(ports(overlay, "new")).toEqual([["new-1", 5]]);
  });

  test("drops what the envelope covers, and nothing else", () => {
    const overlay = createOverlay();
    overlay.add(joined("r1", 1, "web-3", 5));
    overlay.add(joined("r1", 2, "web-4", 6));
    overlay.add(joined("r2", 1, "web-5", 7));
    overlay.cover(new Map([["r1", 1]]));
    expect(ports(overlay)?.map(([name]) => name)).toEqual(["web-1", "web-2", "web-4", "web-5"]);
    overlay.cover(
      new Map([
        ["r1", 2],
        ["r2", 1],
      ]),
    );
    expect(ports(overlay)).toBeUndefined();
    overlay.cover(new Map([["r1", 0]]));
    expect(ports(overlay)).toBeUndefined();
  });
});

const names = ["web-0", "web-1", "web-2"];

/** Histories of a few relays: each counts its own events; what one began, any may end. */
const histories = fc
  .array(fc.tuple(fc.constantFrom("r1", "r2", "r3"), fc.constantFrom(...names), fc.nat(2), fc.nat(3), fc.nat(20)), {
    maxLength: 14,
  })
  .map((steps) => {
    const counts = new Map<string, number>();
    const begun = new Map<string, string[]>();
    const events: OverlayEvent[] = [];
    for (const [relay, dataplane, what, port, at] of steps) {
      const lives = begun.get(dataplane) ?? [];
      const registration = lives[port % Math.max(lives.length, 1)];
      if (what === 0 && registration === undefined) continue;
      const number = (counts.get(relay) ?? 0) + 1;
      counts.set(relay, number);
      if (what === 0) events.push(gone(relay, number, dataplane, { at, registration: registration! }));
      else {
        events.push(joined(relay, number, dataplane, port, { at }));
        begun.set(dataplane, [...lives, `${relay}-${number}`]);
      }
    }
    return events;
  });

/** What should be served: per name the latest of the relays' last announcements that nobody has ended; else the base, unless ended. */
function oracle(events: readonly OverlayEvent[]): readonly Endpoint[] {
  const endpoints: Endpoint[] = [];
  const ended = new Set(events.filter((event) => event.endpoints === null).map(({ registration }) => registration));
  for (const name of names) {
    const mine = events.filter(({ dataplane }) => dataplane === name);
    const last = ["r1", "r2", "r3"].flatMap(
      (relay) => mine.filter((event) => event.relay === relay && event.endpoints !== null).at(-1) ?? [],
    );
    const alive = last.filter(({ registration }) => !ended.has(registration));
    const best = alive.sort((a, b) => b.at - a.at || (a.relay > b.relay ? -1 : 1))[0];
    if (best) endpoints.push(...best.endpoints!.map(({ endpoint }) => endpoint));
    else if (mine.length === 0) endpoints.push(...base[0]!.endpoints.filter(({ dataplane }) => dataplane === name));
  }
  return endpoints.sort(byDataplane);
}

describe("any order of events", () => {
  test("ends in the oracle's endpoints at every replica", () => {
    fc.assert(
      fc.property(
        histories.chain((events) =>
          fc.tuple(fc.constant(events), fc.shuffledSubarray([...events, ...events], { minLength: events.length * 2 })),
        ),
        ([events, delivered]) => {
          const overlay = createOverlay();
          for (const event of delivered) overlay.add(event);
          const sets = overlay.changedSets("default", base);
          expect((sets.get("web") ?? base[0]!).endpoints).toEqual(oracle(events));
          expect(sets.has("api")).toBe(false);
        },
      ),
    );
  });

  test("leaves nothing once the snapshot covers all, whenever the covers came", () => {
    fc.assert(
      fc.property(histories, fc.infiniteStream(fc.nat(3)), (events, chance) => {
        const overlay = createOverlay();
        const seen = new Map<string, number>();
        for (const event of events) {
          overlay.add(event);
          seen.set(event.relay, event.number);
          if (chance.next().value === 0) overlay.cover(new Map(seen));
        }
        overlay.cover(seen);
        for (const event of events) overlay.add(event);
        expect(overlay.changedSets("default", base).size).toBe(0);
      }),
    );
  });
});
