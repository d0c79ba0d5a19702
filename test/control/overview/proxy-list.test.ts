// Lists of proxies: pages of any size, in any order, are the whole list, once; counts agree with the census.
import fc from "fast-check";
import { expect, test } from "vitest";
import { censusOf } from "#control/overview/census.ts";
import { PROXY_SORTS, type ProxyQuery, proxiesOf } from "#control/overview/proxy-list.ts";
import { ResourceTable } from "#control/resource-table.ts";
import type { TenantState } from "#control/state.ts";

interface Given {
  readonly name: string;
  readonly mesh: string;
  readonly zone: string;
  readonly online: boolean;
  readonly ready: boolean;
}

const anyProxy = fc.record({
  name: fc.stringMatching(/^[a-c]{1,3}$/),
  mesh: fc.constantFrom("m1", "m2"),
  zone: fc.constantFrom("east", "west"),
  online: fc.boolean(),
  ready: fc.boolean(),
});

/** What of the state the list looks at. */
function stateOf(given: readonly Given[]): TenantState {
  const meshes = ["m1", "m2"].map((mesh) => {
    const own = given.filter((one) => one.mesh === mesh);
    const items = own.map(({ name, zone, ready }) => {
      const inbound = [{ port: 80, tags: { "kuma.io/service": `s-${name}` }, ...(ready ? {} : { state: "NotReady" }) }];
      const labels = { "kuma.io/zone": zone };
      return [
        name,
        { resource: { type: "Dataplane", mesh, name, labels, spec: { networking: { address: "10.0.0.1", inbound } } } },
      ];
    });
    const lives = own.map(({ name, zone, online }) => [name, { zone, online, relay: "r1", since: `2026-${name}` }]);
    return [mesh, { name: mesh, items: new ResourceTable(items as never), registrations: new Map(lives as never) }];
  });
  const zones = ["east", "west"].map((name) => [
    name,
    { resource: { type: "Zone", mesh: "", name, labels: {}, spec: {} } },
  ]);
  return {
    meshes: new Map(meshes as never),
    global: new ResourceTable(zones as never),
    registrations: new Map(),
  } as never;
}

const PRESENCES = [
  { zone: "east", relay: "r1", online: true, lastContact: null },
  { zone: "west", relay: "r1", online: false, lastContact: "2026-01-01T00:00:00.000Z" },
];

test("pages are the whole list, once, in order; each state is told as the census counts it", () => {
  const query = fc.record({
    sort: fc.constantFrom(...PROXY_SORTS),
    descending: fc.boolean(),
    size: fc.integer({ min: 1, max: 5 }),
    zone: fc.constantFrom(undefined, "east"),
    state: fc.constantFrom(undefined, "online" as const, "unknown" as const),
  });
  const proxies = fc.uniqueArray(anyProxy, { maxLength: 25, selector: ({ mesh, name }) => `${mesh}/${name}` });
  fc.assert(
    fc.property(proxies, query, (given, { size, zone, state, ...order }) => {
      const world = stateOf(given);
      const certificates = new Map(
        given.flatMap(({ mesh, name, ready }) => (ready ? [[`${mesh}.${name}`, name.length * 1000]] : [])) as [
          string,
          number,
        ][],
      );
      const filters = { ...order, ...(zone && { zone }), ...(state && { state }) };
      const list = (over: Partial<ProxyQuery>) =>
        proxiesOf(world, PRESENCES, { rows: [], certificates }, { ...filters, offset: 0, size: 1000, ...over });
      const whole = list({});
      const paged = [];
      for (let offset = 0; offset < whole.total; offset += size) paged.push(...list({ offset, size }).items);
      expect(paged).toEqual(whole.items);
      // An oracle of its own: who is meant, from what was given.
      const isOf = (one: Given) => (one.zone === "west" ? "unknown" : !one.online || !one.ready ? "offline" : "online");
      const meant = given.filter((one) => (!zone || one.zone === zone) && (!state || isOf(one) === state));
      const keys = (all: readonly { readonly mesh: string; readonly name: string }[]) =>
        all.map((one) => `${one.mesh}/${one.name}`).sort();
      expect(keys(whole.items)).toEqual(keys(meant));
      if (order.sort === "name") {
        const names = whole.items.map(({ name }) => name);
        expect(names).toEqual(order.descending ? names.toSorted().toReversed() : names.toSorted());
      }
      if (order.sort === "certificate" && !order.descending) {
        const ends = whole.items.map(({ certificateEnds }) => certificateEnds ?? "9");
        expect(ends).toEqual(ends.toSorted());
      }
      if (!zone) expect(whole.states).toEqual(censusOf(world, PRESENCES).proxies);
    }),
    { numRuns: 200 },
  );
});
