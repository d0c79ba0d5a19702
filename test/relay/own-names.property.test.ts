// Names given by relays that do not hear of each other: once all have heard all, each has the same addresses, and old answers hold.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { Resource } from "#model/resource.ts";
import type { View } from "#model/view.ts";
import { addressOf, partOf } from "#model/virtual/address.ts";
import type { NameClaim } from "#relay/name-claim.ts";
import { type OwnNames, openOwnNames } from "#relay/own-names.ts";

const meta = { labels: {}, creationTime: "", modificationTime: "" };
const [FROM, TO] = partOf(3);
const SERVICES = ["a", "b", "c"] as const;
const dataplane = (service: string): Resource<DataplaneSpec> => ({
  ...{ type: "Dataplane", mesh: "m", name: `${service}-1`, ...meta },
  spec: { networking: { address: "10.0.0.1", inbound: [{ port: 80, tags: { "kuma.io/service": service } }] } },
});

/** All addresses of the zone's part are somebody's but so many: names collide. */
function viewOf(free: number): View {
  const rest = Array.from({ length: TO - FROM - free }, (_, at) => addressOf("service", FROM + free + at));
  return {
    mesh: { type: "Mesh", mesh: "", name: "m", ...meta, spec: {} },
    resources: {},
    bundle: [],
    departed: [],
    addresses: [
      { name: "service/all", address: rest[0] ?? "", also: rest.slice(1) },
      { name: "zone/east", address: "3" },
    ],
  };
}

interface Relay {
  readonly names: OwnNames;
  readonly here: Set<string>;
  readonly told: NameClaim[];
}

async function start(relay: string, view: View): Promise<Relay> {
  const here = new Set<string>();
  const told: NameClaim[] = [];
  const files = new Map<string, unknown>();
  const views = [view];
  const names = await openOwnNames({
    ...{ zone: "east", relay, views: () => views, log: () => undefined },
    vault: {
      read: async (name) => files.get(name) ?? null,
      write: async (name, value) => void files.set(name, value),
      remove: async (name) => void files.delete(name),
      names: async () => [...files.keys()],
    },
    here: () => [["m", [...here].map(dataplane)]],
    report: ({ virtual: name, address }) => told.push({ name, address, relay, number: told.length + 1 }),
  });
  return { names, here, told };
}

const given = ({ names }: Relay) => (names.views()[0]?.addresses ?? []).filter(({ name }) => name !== "service/all");

const step = fc.oneof(
  fc.record({ kind: fc.constant("offer" as const), relay: fc.nat(2), service: fc.nat(SERVICES.length - 1) }),
  fc.record({ kind: fc.constant("tell" as const), from: fc.nat(2), to: fc.nat(2), which: fc.nat(5) }),
);

/** Free addresses: fewer than three relays may claim for three services, so that names collide and at times none is left. */
const FREE = 4;

test("in any order of names, and of what is told of them", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
      const view = viewOf(FREE);
      const relays = await Promise.all(["r1", "r2", "r3"].map((id) => start(id, view)));
      const answers = new Map<string, Set<string>>();
      const look = (): void => {
        for (const relay of relays)
          for (const { name, address } of given(relay))
            answers.set(name, (answers.get(name) ?? new Set()).add(address));
      };
      const tell = (from: Relay, to: Relay, claims = from.told): void => {
        if (from !== to) for (const claim of claims) to.names.take("m", claim);
      };
      for (const one of steps) {
        if (one.kind === "offer") {
          const relay = relays[one.relay]!;
          relay.here.add(SERVICES[one.service]!);
          relay.names.number();
        } else tell(relays[one.from]!, relays[one.to]!, relays[one.from]!.told.slice(one.which));
        look();
      }
      // Whoever has lost an address to a lower claim gives another; each round settles one name at least.
      for (const _ of SERVICES) {
        for (const from of relays) for (const to of relays) tell(from, to);
        for (const { names } of relays) names.number();
      }
      for (const from of relays) for (const to of relays) tell(from, to);
      const [first, ...others] = relays;
      for (const other of others) expect(given(other)).toEqual(given(first!));
      const owner = new Map(
        given(first!).flatMap(({ name, address, also = [] }) => [address, ...also].map((at) => [at, name])),
      );
      const named = given(first!).map(({ name }) => name);
      const isFull = [...owner.values()].filter((name) => name !== "zone/east").length === FREE;
      for (const service of new Set(relays.flatMap(({ here }) => [...here])))
        if (!isFull) expect(named).toContain(`service/${service}`);
      // An answer of before leads where it led, unless its address was another name's by a lower claim.
      const claims = relays.flatMap(({ told }) => told);
      const lowest = (address: string): NameClaim | undefined =>
        claims
          .filter((claim) => claim.address === address)
          .toSorted((a, b) => (a.relay === b.relay ? a.number - b.number : a.relay < b.relay ? -1 : 1))[0];
      for (const [name, addresses] of answers)
        for (const address of addresses)
          if (name !== "zone/east") expect(owner.get(address)).toBe(lowest(address)?.name);
      for (const { name, address } of given(first!)) if (name !== "zone/east") expect(lowest(address)?.name).toBe(name);
    }),
    { numRuns: 60 },
  );
});
