// Events, snapshots and views come apart, at two relays and in any order: at every moment what is served is what those who live would be given.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Envelope } from "#api/zone.ts";
import { COMPILER_VERSION, compile } from "#compile/compile.ts";
import type { View } from "#model/view.ts";
import { namesIn, resourceIn } from "#relay/ads/resource.ts";
import { createNewcomers, type Newcomers, type Shown } from "#relay/newcomers.ts";
import { createResourceBook, type ResourceBook } from "#relay/resources.ts";
import type { ProxyKey, Served } from "#relay/zone.ts";
import { sha256 } from "#test/xds/scenario.ts";
import { ZONE, zoneOfYaml } from "./zone-scenario.ts";

/** `WEFT_APART_RUNS=2000 WEFT_APART_SEED=7` plays others than the fixed ones, and stops at the first that fails. */
const RUNS = Number(process.env.WEFT_APART_RUNS ?? 20);
const SEED = Number(process.env.WEFT_APART_SEED ?? 5);

const HEAD = `
{ type: Zone, name: east }
---
{ type: Zone, name: west }
---
{ type: ZoneIngress, name: zi-9, zone: west, networking: { address: 10.1.0.4, port: 10001, advertisedAddress: 203.0.113.8, advertisedPort: 10001 } }
---
type: Mesh
name: default
mtls: { enabledBackend: ca, backends: [{ name: ca, type: builtin }] }
routing: { zoneEgress: true, defaultForbidMeshExternalServiceAccess: true }
---
type: MeshLoadBalancingStrategy
name: near
spec: { to: [{ targetRef: { kind: MeshService, name: cache }, default: { localityAwareness: { localZone: { affinityTags: [{ key: rack }] } } } }] }
---
{ type: MeshService, name: stocks, spec: { selector: { dataplaneTags: { kuma.io/service: stock } }, ports: [{ name: main, port: 80, targetPort: 9090, appProtocol: http }] } }
---
{ type: MeshExternalService, name: bank, spec: { match: { type: HostnameGenerator, port: 443, protocol: http }, endpoints: [{ address: bank.example.org, port: 443 }] } }
---
{ type: MeshGateway, name: edge, selectors: [{ match: { kuma.io/service: gw } }], conf: { listeners: [{ port: 8080, protocol: HTTP, tags: { port: http } }] } }
---
type: MeshHTTPRoute
name: in
spec: { targetRef: { kind: MeshGateway, name: edge }, to: [{ targetRef: { kind: Mesh }, rules: [{ matches: [{ path: { type: PathPrefix, value: / } }], default: { backendRefs: [{ kind: MeshService, name: stocks, port: 80 }] } }] }] }
---
{ type: Dataplane, name: cache-9, networking: { address: 10.1.0.9, inbound: [{ port: 8080, tags: { kuma.io/service: cache, kuma.io/zone: west, kuma.io/protocol: http } }] } }
---
{ type: Dataplane, name: stock-9, networking: { address: 10.1.0.8, inbound: [{ port: 9090, tags: { kuma.io/service: stock, kuma.io/zone: west, kuma.io/protocol: http } }] } }
---
{ type: Dataplane, name: web-1, networking: { address: 10.0.0.1, inbound: [{ port: 8080, tags: { kuma.io/service: web, kuma.io/zone: east, kuma.io/protocol: http } }],
  outbound: [{ port: 10001, tags: { kuma.io/service: cache } }, { port: 10002, backendRef: { kind: MeshExternalService, name: bank, port: 443 } }] } }
`;

const serving = (name: string, host: number, service: string, port: number, outbound = "[]"): string =>
  `{ type: Dataplane, name: ${name}, networking: { address: 10.0.0.${host}, inbound: [{ port: ${port}, tags: { kuma.io/service: ${service}, kuma.io/zone: east, kuma.io/protocol: http, rack: a } }], outbound: ${outbound} } }`;

/** Who may come and go, by mesh and name. */
const POOL: readonly (ProxyKey & { readonly yaml: string })[] = [
  { mesh: "default", name: "stock-1", yaml: serving("stock-1", 11, "stock", 9090) },
  { mesh: "default", name: "stock-2", yaml: serving("stock-2", 12, "stock", 9090) },
  { mesh: "default", name: "cache-1", yaml: serving("cache-1", 13, "cache", 8080) },
  {
    mesh: "default",
    name: "shop-1",
    yaml: serving(
      ...(["shop-1", 14, "shop", 8080] as const),
      "[{ port: 10001, tags: { kuma.io/service: stock } }, { port: 10002, backendRef: { kind: MeshService, name: stocks, port: 80 } }, { port: 10003, tags: { kuma.io/service: cache } }, { port: 10004, backendRef: { kind: MeshExternalService, name: bank, port: 443 } }]",
    ),
  },
  {
    mesh: "default",
    name: "gw-1",
    yaml: "{ type: Dataplane, name: gw-1, networking: { address: 10.0.0.15, gateway: { type: BUILTIN, tags: { kuma.io/service: gw, kuma.io/zone: east } } } }",
  },
  {
    mesh: "default",
    name: "kong-1",
    yaml: "{ type: Dataplane, name: kong-1, networking: { address: 10.0.0.16, gateway: { tags: { kuma.io/service: kong, kuma.io/zone: east } }, outbound: [{ port: 10001, tags: { kuma.io/service: stock } }] } }",
  },
  {
    mesh: "",
    name: "ze-1",
    yaml: "{ type: ZoneEgress, name: ze-1, zone: east, networking: { address: 10.0.0.17, port: 10002 } }",
  },
  {
    mesh: "",
    name: "ze-2",
    yaml: "{ type: ZoneEgress, name: ze-2, zone: east, networking: { address: 10.0.0.18, port: 10002 } }",
  },
  {
    mesh: "",
    name: "zi-1",
    yaml: "{ type: ZoneIngress, name: zi-1, zone: east, networking: { address: 10.0.0.19, port: 10001, advertisedAddress: 203.0.113.4, advertisedPort: 10001 } }",
  },
];

const OWN = "relay";
const RELAYS = [OWN, "other"] as const;

interface Event {
  readonly relay: string;
  readonly number: number;
  /** Index in the pool. */
  readonly who: number;
  readonly life: string;
  readonly at: number;
  readonly kind: "ready" | "unready" | "gone";
}

type State = readonly ("ready" | "unready" | null)[];

/** What somebody knows who has heard of so many events of each relay: of the lives that nobody has ended the latest counts. */
function stateOf(events: readonly Event[], heard: Readonly<Record<string, number>>): State {
  const known = events.filter(({ relay, number }) => number <= (heard[relay] ?? 0));
  const ended = new Set(known.filter(({ kind }) => kind === "gone").map(({ life }) => life));
  return POOL.map((_, who) => {
    const lives = known.filter((one) => one.who === who && one.kind !== "gone" && !ended.has(one.life));
    const [latest] = lives.toSorted((a, b) => b.at - a.at || b.number - a.number);
    return latest === undefined ? null : (latest.kind as "ready" | "unready");
  });
}

const remembered = <T>(make: (state: State) => T): ((state: State) => T) => {
  const made = new Map<string, T>();
  return (state) => {
    const key = state.join();
    const one = made.get(key) ?? make(state);
    made.set(key, one);
    return one;
  };
};

/** The zone with those who live: one that is not ready is there, and takes nothing; of a zone's proxy others hear once it listens. */
const world = remembered((state) => {
  const parts = state.flatMap((how, who) => {
    const { mesh, yaml = "" } = POOL[who] as (typeof POOL)[number];
    if (how === null || (mesh === "" && how === "unready")) return [];
    return [how === "ready" ? yaml : yaml.replace("inbound: [{ port:", "inbound: [{ state: NotReady, port:")];
  });
  return zoneOfYaml([HEAD, ...parts].join("\n---\n"));
});
const snapshotOf = remembered((state) => compile(world(state), sha256).snapshot);
const lifeOf = (() => {
  const [all] = [zoneOfYaml([HEAD, ...POOL.map(({ yaml }) => yaml)].join("\n---\n"))];
  return ({ who, life, at, kind }: Event): Parameters<Newcomers["compile"]>[0] => {
    const { mesh, name } = POOL[who] as (typeof POOL)[number];
    const of = mesh === "" ? (all.zoneProxies ?? []) : ((all.views[0] as View).resources.Dataplane ?? []);
    const resource = of.find((one) => one.name === name);
    return { mesh, name, id: life, at, ready: kind === "ready", resource } as Shown as Parameters<
      Newcomers["compile"]
    >[0];
  };
})();

/** All that a proxy is given, by kind and name; undefined where nothing is known of it. */
function given(
  book: ResourceBook,
  served: Served,
  proxy: ProxyKey,
): Record<string, Record<string, unknown>> | undefined {
  const desired = book.of(served, proxy, () => undefined);
  if (desired === undefined) return undefined;
  const kinds = Object.entries(desired.sets).map(([kind, set]) => {
    const names = [...namesIn(set)].sort();
    return [kind, Object.fromEntries(names.map((name) => [name, resourceIn(set, name)?.body()]))];
  });
  return Object.fromEntries(kinds);
}

const bookOf = (): ResourceBook => createResourceBook(sha256, () => ["192.0.2.1"]);
const truth = remembered((state) => {
  const [book, snapshot] = [bookOf(), snapshotOf(state)];
  const served: Served = { epoch: 1, sequence: 0, snapshot, newcomers: new Map(), changedSets: () => new Map() };
  const all = new Map<number, ReturnType<typeof given>>();
  return (who: number) => {
    if (!all.has(who)) all.set(who, given(book, served, POOL[who] as ProxyKey));
    return all.get(who);
  };
});

const step = fc.record({
  what: fc.constantFrom(
    "come",
    "come",
    "come",
    "unready",
    "go",
    "go",
    "report",
    "report",
    "snapshot",
    "snapshot",
    "views",
  ),
  /** Of those who come and go in this run. */
  who: fc.nat(11),
  /** At which relay. */
  relay: fc.nat(1),
  /** How many of the last states of the control plane are not in what is fetched. */
  behind: fc.nat(2),
  /** How many events are reported at once. */
  many: fc.integer({ min: 1, max: 3 }),
});
const people = fc.shuffledSubarray([...POOL.keys()], { minLength: 1, maxLength: 4 });
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Plays the steps at the first relay; `look` is called after each. */
function play(
  pool: readonly number[],
  first: readonly number[],
  steps: readonly Step[],
  look: (relay: Newcomers, state: State, here: readonly number[], isEnd: boolean) => void,
): void {
  const events: Event[] = [];
  const told: Record<string, number> = {};
  const history: Readonly<Record<string, number>>[] = [{}];
  const known = { snapshot: 0, views: 0 };
  const nobody = stateOf([], {});
  const stateAt = (position: number): State => stateOf(events, history[position] ?? {});
  let views = world(nobody);
  const relay = createNewcomers({
    ...{ zone: ZONE, relay: OWN, log: (level, label, fields) => expect([level, label, fields]).toEqual([]) },
    views: () => views.views,
    viewsAt: () => ({ epoch: 1, sequence: known.views }),
    zoneProxies: () => views.zoneProxies ?? [],
  });
  /** Lives by dataplane, the latest last. */
  const lives = POOL.map((): { relay: string; life: string; kind: Event["kind"]; at: number }[] => []);
  const count = (of: string): number => events.filter((one) => one.relay === of).length;
  const tell = (event: Omit<Event, "number">): void => {
    const numbered = { ...event, number: count(event.relay) + 1 };
    events.push(numbered);
    const { mesh, name } = POOL[event.who] as ProxyKey;
    if (event.kind === "gone") relay.hide({ mesh, name, id: event.life }, numbered.number, event.relay);
    else relay.show(lifeOf(numbered), numbered.number, event.relay);
  };
  const here = (): readonly number[] => lives.flatMap((all, who) => (all.at(-1)?.relay === OWN ? [who] : []));
  const living = (): Parameters<Newcomers["takeViews"]>[0] =>
    here().map((who) => lifeOf({ ...(lives[who]?.at(-1) as Event), who }));
  const take = (what: "snapshot" | "views", behind: number): void => {
    const position = Math.max(known[what], history.length - 1 - behind);
    if (what === "snapshot") {
      if (position === known.snapshot && position > 0) return;
      known.snapshot = position;
      const relays = RELAYS.map((id) => ({ id, lastEvent: history[position]?.[id] ?? 0 }));
      const envelope = { epoch: 1, sequence: position, relays, compiler: COMPILER_VERSION } as unknown as Envelope;
      relay.takeSnapshot({ jws: "", snapshot: snapshotOf(stateAt(position)), envelope });
      return;
    }
    known.views = position;
    views = world(stateAt(position));
    relay.takeViews(living());
    const covered = history[known.snapshot] ?? {};
    const uncovered = events.filter(({ kind, relay: by, number }) => kind !== "gone" && number > (covered[by] ?? 0));
    for (const event of uncovered) relay.show(lifeOf(event), event.number, event.relay);
  };
  const report = (by: string, many: number): void => {
    told[by] = Math.min(count(by), (told[by] ?? 0) + many);
    history.push({ ...told });
  };
  const lookNow = (isEnd = false): void => {
    const truly = stateOf(events, { relay: events.length, other: events.length });
    look(relay, truly, here(), isEnd);
  };
  take("snapshot", 0);
  for (const [at, who] of first.entries()) {
    const [life, by] = [`first ${who}`, RELAYS[at % 2] as string];
    lives[who]?.push({ relay: by, life, kind: "ready", at: at - POOL.length });
    tell({ relay: by, who, life, at: at - POOL.length, kind: "ready" });
  }
  for (const by of RELAYS) report(by, events.length);
  take("snapshot", 0);
  take("views", 0);
  for (const { what, who: chosen, relay: at, behind, many } of steps) {
    const who = pool[chosen % pool.length] as number;
    const by = RELAYS[at] as string;
    const all = lives[who] as (typeof lives)[number];
    const last = all.at(-1);
    if (what === "come") {
      const kind = "ready";
      const isSame = last?.relay === by;
      const life = isSame ? last.life : `life ${events.length + 1}`;
      const moment = isSame ? last.at : events.length + 1;
      if (isSame && last.kind === kind) continue;
      if (isSame) all.pop();
      all.push({ relay: by, life, kind, at: moment });
      tell({ relay: by, who, life, at: moment, kind });
      if (by === OWN) relay.compile(lifeOf({ relay: by, number: 0, who, life, at: moment, kind }));
    } else if (what === "unready") {
      if (last !== undefined) continue;
      const life = `life ${events.length + 1}`;
      all.push({ relay: by, life, kind: "unready", at: events.length + 1 });
      tell({ relay: by, who, life, at: events.length + 1, kind: "unready" });
      const event: Event = { relay: by, number: 0, who, life, at: events.length, kind: "unready" };
      if (by === OWN) relay.compile(lifeOf(event));
    } else if (what === "go") {
      if (last === undefined) continue;
      for (const { life } of all) tell({ relay: last.relay, who, life, at: 0, kind: "gone" });
      if (all.some((one) => one.relay === OWN)) relay.drop(POOL[who] as ProxyKey);
      all.length = 0;
    } else if (what === "report") report(by, many);
    else take(what, behind);
    lookNow();
  }
  for (const by of RELAYS) report(by, events.length);
  take("snapshot", 0);
  lookNow();
  take("views", 0);
  lookNow(true);
}

/** Sets of clusters that both name. Where all that is reached is here, what its instances weigh beside others says nothing. */
function common(one: Record<string, unknown> = {}, other: Record<string, unknown> = {}): Record<string, unknown> {
  const shown = (set: unknown): unknown => {
    const text = JSON.stringify(set);
    return text.includes(`"zone":"west"}`)
      ? set
      : JSON.parse(text.replace(/"loadBalancingWeight":\d+/g, '"weighed":true'));
  };
  return Object.fromEntries(Object.entries(one).flatMap(([name, set]) => (name in other ? [[name, shown(set)]] : [])));
}

test("whoever lives here has the endpoints of those who live, and of nobody else; in the end all that the control plane gives", () => {
  fc.assert(
    fc.property(people, people, fc.array(step, { maxLength: 16 }), (pool, first, steps) => {
      const book = bookOf();
      play(pool, first, steps, (relay, state, here, isEnd) => {
        for (const who of here) {
          // Of a zone's proxy that does not listen nobody else is told, which this world does not tell apart.
          if (POOL[who]?.mesh === "" && state[who] !== "ready") continue;
          const served = given(book, relay.served(), POOL[who] as ProxyKey);
          const wanted = truth(state)(who);
          // What knows nothing of a proxy changes nothing at it.
          if (served === undefined && !isEnd) continue;
          if (isEnd) expect([POOL[who]?.name, served]).toEqual([POOL[who]?.name, wanted]);
          const [sets, true_] = [served?.endpoints, wanted?.endpoints];
          expect([POOL[who]?.name, common(sets, true_)]).toEqual([POOL[who]?.name, common(true_, sets)]);
        }
      });
    }),
    { numRuns: RUNS, seed: SEED, endOnFailure: RUNS > 20 },
  );
});
