// Older policies against Kuma's own selection, written out plainly: who wins each connection in small random worlds.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchProxy } from "#match/match.ts";
import type { InboundPolicy, MatchedProxy } from "#match/matched.ts";
import { matchesTags } from "#match/subset.ts";
import { freeze } from "#model/freeze.ts";
import { kriOf } from "#model/kri-of.ts";
import type { Resource } from "#model/resource.ts";
import type { Tags } from "#model/tag.ts";
import { dataplane, indexed, policy, viewOf } from "#test/match/world.ts";
import { stored } from "#test/stored.ts";

type Ends = { readonly sources: readonly { match: Tags }[]; readonly destinations: readonly { match: Tags }[] };
type Older = Resource<Ends>;

const SERVICES = ["a", "b"] as const;
const VERSIONS = ["1", "2"] as const;
const service = fc.constantFrom("*", ...SERVICES);
const anyTags = fc.record(
  { "kuma.io/service": service, version: fc.constantFrom("*", ...VERSIONS) },
  { requiredKeys: ["kuma.io/service"] },
);
const some = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<{ match: T }[]> =>
  fc.array(
    one.map((match) => ({ match })),
    { minLength: 1, maxLength: 2 },
  );

const older = (type: string, destination: fc.Arbitrary<Tags>, conf: object | undefined): fc.Arbitrary<Older> =>
  fc
    .record({
      name: fc.constantFrom("p1", "p2", "p3", "p4"),
      sources: some(anyTags),
      destinations: some(destination),
      second: fc.constantFrom(1, 2),
    })
    .map(({ name, second, ...ends }) =>
      freeze({
        ...stored({ type, name, mesh: "default", ...ends, ...(conf && { conf }) }),
        creationTime: `2026-01-01T00:00:0${second}Z`,
      } as Older),
    );

const proxies = fc
  .array(
    fc.record(
      { "kuma.io/service": fc.constantFrom(...SERVICES), version: fc.constantFrom(...VERSIONS) },
      { requiredKeys: ["kuma.io/service"] },
    ),
    { minLength: 1, maxLength: 2 },
  )
  .map((list) =>
    dataplane(
      "d1",
      {},
      {
        inbound: list.map((tags, at) => ({ port: 8000 + at, tags: { ...tags, "kuma.io/protocol": "http" } })),
        outbound: SERVICES.map((name, at) => ({ port: 9000 + at, tags: { "kuma.io/service": name } })),
      },
    ),
  );

const mesh = stored({ type: "Mesh", name: "default" });
const backends = [{ name: "file", type: "file", conf: { path: "/tmp/log" } }];
const logging = stored({ type: "Mesh", name: "default", logging: { defaultBackend: "file", backends } });
const unique = (list: readonly Older[]): Older[] => [...new Map(list.map((one) => [one.name, one])).values()];
const matchedIn = (proxy: ReturnType<typeof dataplane>, ...policies: readonly Resource[]): MatchedProxy =>
  matchProxy(indexed(viewOf([mesh, proxy, ...policies])), proxy);

// The oracle: pkg/core/policy as the public source has it, one loop after the other.
const has = (wanted: Tags, tags: Tags): boolean =>
  Object.entries(wanted).every(([key, value]) => key in tags && (value === "*" || tags[key] === value));
const rank = (...matches: readonly Tags[]): readonly [number, number] => {
  const values = matches.flatMap((match) => Object.values(match));
  return [values.length, values.filter((value) => value !== "*").length];
};
const above = (a: readonly number[], b: readonly number[]): number =>
  (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0);

function strongest(candidates: readonly { one: Older; rank: readonly [number, number] }[]): Older | null {
  let best: (typeof candidates)[number] | null = null;
  for (const candidate of [...candidates].sort((a, b) => (a.one.name < b.one.name ? -1 : 1))) {
    const order = best === null ? 1 : above(candidate.rank, best.rank);
    if (order > 0 || (order === 0 && candidate.one.creationTime > (best?.one.creationTime ?? ""))) best = candidate;
  }
  return best?.one ?? null;
}

/** One policy for a connection from the proxy to a service. */
function connectionWinner(list: readonly Older[], own: readonly Tags[], to: string): Older | null {
  return strongest(
    list.flatMap((one) =>
      one.spec.sources.flatMap((source) =>
        own.some((tags) => has(source.match, tags))
          ? one.spec.destinations
              .filter(({ match }) => has(match, { "kuma.io/service": to }))
              .map((destination) => ({ one, rank: rank(source.match, destination.match) }))
          : [],
      ),
    ),
  );
}

/** One policy for an inbound. */
function inboundWinner(list: readonly Older[], tags: Tags): Older | null {
  return strongest(
    list.flatMap((one) =>
      one.spec.destinations.filter(({ match }) => has(match, tags)).map(({ match }) => ({ one, rank: rank(match) })),
    ),
  );
}

const inboundTags = (proxy: ReturnType<typeof dataplane>): readonly Tags[] =>
  (proxy.spec.networking?.inbound ?? []).map(({ tags = {} }) => tags);
const clients: readonly Tags[] = SERVICES.flatMap((name) => [
  { "kuma.io/service": name },
  ...VERSIONS.map((version) => ({ "kuma.io/service": name, version })),
]);
/** Whether a client is a source: what asks for any version takes those without one too. */
const isSource = ({ spec }: Older, client: Tags): boolean =>
  spec.sources.some(({ match }) =>
    has(Object.fromEntries(Object.entries(match).filter(([, value]) => value !== "*")), client),
  );
const ruleKris = (said: InboundPolicy | undefined, client: Tags): readonly string[] =>
  (said?.subsets ?? [])
    .filter(({ matchers }) => matchesTags(matchers, client))
    .map(({ origins }) => Object.values(origins)[0]?.[0]?.kri ?? "");

const serviceOnly = service.map((name) => ({ "kuma.io/service": name }));
const withProtocol = anyTags.map((tags): Tags => ({ ...tags, "kuma.io/protocol": "http" }));
const RUNS = { numRuns: 300 };

describe("of older policies", () => {
  it("one wins each connection, with its own conf and nothing of the others", () => {
    fc.assert(
      fc.property(
        proxies,
        fc.array(older("Timeout", serviceOnly, { connectTimeout: "1s" }), { maxLength: 4 }),
        (proxy, list) => {
          const all = unique(list);
          for (const { destination, policies } of matchedIn(proxy, ...all).outbounds) {
            const winner = connectionWinner(all, inboundTags(proxy), destination.cluster);
            const said = policies.MeshTimeout;
            expect(said === undefined).toBe(winner === null);
            if (winner === null || said === undefined) continue;
            expect(
              new Set(
                Object.values(said.origins)
                  .flat()
                  .map(({ kri }) => kri),
              ),
            ).toEqual(new Set([kriOf(winner)]));
            expect(said.conf).toMatchObject({ connectionTimeout: "1s", idleTimeout: "0s" });
          }
        },
      ),
      RUNS,
    );
  });

  it("one permission wins each inbound and lets its sources in, and only them", () => {
    fc.assert(
      fc.property(
        proxies,
        fc.array(older("TrafficPermission", anyTags, undefined), { maxLength: 4 }),
        (proxy, list) => {
          const all = unique(list);
          for (const { index, policies } of matchedIn(proxy, ...all).inbounds) {
            const winner = inboundWinner(all, inboundTags(proxy)[index] ?? {});
            const said = policies.MeshTrafficPermission;
            expect(said === undefined).toBe(winner === null);
            for (const client of clients) {
              const allowed = winner !== null && isSource(winner, client);
              expect(new Set(ruleKris(said, client))).toEqual(new Set(allowed ? [kriOf(winner)] : []));
            }
          }
        },
      ),
      RUNS,
    );
  });

  it("every fault that an inbound and a client are named by acts once, the most special sources first", () => {
    const conf = { abort: { percentage: 10, httpStatus: 500 } };
    fc.assert(
      fc.property(proxies, fc.array(older("FaultInjection", withProtocol, conf), { maxLength: 4 }), (proxy, list) => {
        const all = unique(list);
        const order = (a: Older, b: Older): number =>
          above(rank(b.spec.sources[0]?.match ?? {}), rank(a.spec.sources[0]?.match ?? {})) ||
          Date.parse(b.creationTime) - Date.parse(a.creationTime) ||
          (a.name < b.name ? -1 : 1);
        for (const { index, policies } of matchedIn(proxy, ...all).inbounds) {
          const tags = inboundTags(proxy)[index] ?? {};
          for (const client of clients) {
            const acting = all
              .filter((one) => one.spec.destinations.some(({ match }) => has(match, tags)) && isSource(one, client))
              .sort(order);
            expect(ruleKris(policies.MeshFaultInjection, client)).toEqual(acting.map((one) => kriOf(one)));
          }
        }
      }),
      RUNS,
    );
  });

  it("one limit counts for each client: that of the most special source", () => {
    const conf = { http: { requests: 1, interval: "1s" } };
    fc.assert(
      fc.property(proxies, fc.array(older("RateLimit", anyTags, conf), { maxLength: 4 }), (proxy, list) => {
        const all = unique(list);
        for (const { index, policies } of matchedIn(proxy, ...all).inbounds) {
          const tags = inboundTags(proxy)[index] ?? {};
          const naming = all.filter(({ spec }) => spec.destinations.some(({ match }) => has(match, tags)));
          for (const client of clients) {
            const winner = strongest(
              naming.flatMap((one) =>
                one.spec.sources
                  .filter(({ match }) => isSource({ ...one, spec: { ...one.spec, sources: [{ match }] } }, client))
                  .map(({ match }) => ({ one, rank: rank(match) })),
              ),
            );
            // The first rule that matches counts, as a route does.
            expect(ruleKris(policies.MeshRateLimit, client)[0]).toBe(winner === null ? undefined : kriOf(winner));
          }
        }
      }),
      RUNS,
    );
  });

  it("none acts where a newer policy of its type speaks", () => {
    const conf = { connectTimeout: "1s" };
    fc.assert(
      fc.property(
        proxies,
        fc.array(older("Timeout", serviceOnly, conf), { maxLength: 3 }),
        fc.constantFrom(...SERVICES),
        (proxy, list, name) => {
          const to = [{ targetRef: { kind: "MeshService", name }, default: { idleTimeout: "9s" } }];
          const newer = policy("MeshTimeout", "newer", { to });
          const without = matchedIn(proxy, ...unique(list)).outbounds;
          const both = matchedIn(proxy, ...unique(list), newer).outbounds;
          both.forEach(({ destination, policies }, at) => {
            if (destination.cluster === name) expect(policies.MeshTimeout?.conf).toEqual({ idleTimeout: "9s" });
            else expect(policies).toEqual(without[at]?.policies);
          });
        },
      ),
      RUNS,
    );
  });

  it("an index carried along says what a fresh one says", () => {
    const list = (type: string, conf?: object): fc.Arbitrary<Older[]> =>
      fc.array(older(type, serviceOnly, conf), { maxLength: 3 }).map(unique);
    const world = fc.record({
      proxy: proxies,
      mesh: fc.constantFrom(mesh, logging),
      policies: fc
        .tuple(list("Timeout", { connectTimeout: "1s" }), list("TrafficLog"), list("TrafficPermission"))
        .map((lists) => lists.flat()),
    });
    fc.assert(
      fc.property(world, world, (before, after) => {
        const view = (one: typeof before): ReturnType<typeof viewOf> => viewOf([one.mesh, one.proxy, ...one.policies]);
        const first = indexed(view(before));
        matchProxy(first, before.proxy);
        const carried = matchProxy(indexed(view(after), first), after.proxy);
        expect(carried).toEqual(matchProxy(indexed(view(after)), after.proxy));
      }),
      RUNS,
    );
  });
});
