// Properties of the ADS machine under any sequence of changes, acknowledgements, refusals and pauses, with a client as Envoy is one.

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { XDS_TYPES, type XdsKind } from "#envoy/type-url.ts";
import type { AdsRequest } from "#relay/ads/message.ts";
import { resourceIn } from "#relay/ads/resource.ts";
import type { Protocol } from "#relay/ads/stream.ts";
import { openStream, step } from "#relay/ads-machine.ts";
import { Client, delta, desiredOf, options, sotw, type Thing, type World } from "./ads-world.ts";

const names = ["a", "b", "c", "d"];
const some = fc.subarray(names);
const worlds: fc.Arbitrary<World> = fc
  .record({
    clusters: some,
    routes: fc.subarray(["r", "s"]),
    listeners: fc.subarray(["l", "m"]),
    versions: fc.infiniteStream(fc.nat(2)),
    uses: fc.infiniteStream(some),
    named: fc.infiniteStream(fc.subarray(["r", "s"])),
  })
  .map(({ clusters, routes, listeners, versions, uses, named }) => {
    const next = () => versions.next().value;
    const numbered = (list: readonly string[]) => Object.fromEntries(list.map((name) => [name, next()]));
    const routed = routes.map((name) => [name, { version: next(), clusters: uses.next().value }]);
    const listening = listeners.map((name) => [
      name,
      { version: next(), clusters: uses.next().value, routes: named.next().value },
    ]);
    return {
      clusters: numbered(clusters),
      endpoints: numbered(clusters),
      routes: Object.fromEntries(routed),
      listeners: Object.fromEntries(listening),
    };
  });

type Move =
  | { readonly do: "change"; readonly world: World }
  | { readonly do: "answer"; readonly refuse: boolean }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "old"; readonly kind: XdsKind };

const kinds = fc.constantFrom<XdsKind>("cluster", "endpoints", "listener", "route");
const moves = (refusals: boolean): fc.Arbitrary<Move[]> =>
  fc.array(
    fc.oneof(
      { weight: 2, arbitrary: worlds.map((world) => ({ do: "change", world }) as const) },
      {
        weight: 6,
        arbitrary: fc.record({
          do: fc.constant("answer" as const),
          refuse: refusals ? fc.nat(4).map((n) => n === 0) : fc.constant(false),
        }),
      },
      { weight: 2, arbitrary: fc.constantFrom(1, 30, 60, 120).map((ms) => ({ do: "wait", ms }) as const) },
      { weight: 1, arbitrary: kinds.map((kind) => ({ do: "old", kind }) as const) },
    ),
    { maxLength: 60 },
  );

const empty: World = { clusters: {}, endpoints: {}, routes: {}, listeners: {} };
const take = { do: "answer", refuse: false } as const;
const refuse = { do: "answer", refuse: true } as const;
/** A route is on its way while its last listener leaves: the client drops the route and ignores what comes of it. */
const crossing: readonly [World, Move[], World] = [
  {
    ...empty,
    clusters: { c: 0 },
    routes: { s: { version: 0, clusters: [] } },
    listeners: { m: { version: 0, clusters: [], routes: ["s"] } },
  },
  [
    take,
    take,
    take,
    refuse,
    { do: "change", world: { ...empty, clusters: { c: 0 }, routes: { s: { version: 0, clusters: ["c"] } } } },
    take,
  ],
  empty,
];

/** Plays moves between a stream and a client, and checks what must hold after each. */
class Play {
  at = 0;
  readonly client: Client;
  readonly stream: ReturnType<typeof openStream<Thing>>;
  /** What was sent last of each name, and not refused since. */
  readonly sent = new Map<string, string>();
  readonly refusedVersions = new Map<string, string>();
  world: World;
  lastClusters = new Set<string>();

  constructor(protocol: Protocol, world: World) {
    this.world = world;
    this.client = new Client(protocol);
    this.stream = openStream<Thing>(protocol, desiredOf(world), options);
    this.request([this.client.request("cluster")]);
    this.request([this.client.request("listener")]);
  }

  request(requests: readonly AdsRequest[]): void {
    for (const request of requests) {
      // Asking makes a repetition rightful, also of a name in a new subscription.
      const kind = XDS_TYPES.find(({ url }) => url === request.typeUrl)!.kind;
      if (request.protocol === "delta")
        for (const name of [...request.subscribe, ...request.unsubscribe]) this.sent.delete(`${kind} ${name}`);
      else
        for (const key of [...this.sent.keys()])
          if (key.startsWith(`${kind} `) && !isWatched(this.client, kind, key)) this.sent.delete(key);
      this.event({ kind: "request", at: ++this.at, request });
    }
  }

  event(event: Parameters<typeof step<Thing>>[1]): void {
    for (const output of step(this.stream, event)) {
      if (output.kind === "end") throw new Error(output.message);
      if (output.kind === "nacked") {
        for (const { name, version } of output.refused) {
          // What has changed while the refusal was on its way is new content.
          const now = resourceIn(this.stream.desired.sets[output.type.kind], name)?.version ?? "";
          if (now === version) this.refusedVersions.set(`${output.type.kind} ${name}`, version);
        }
        for (const key of [...this.sent.keys()]) if (key.startsWith(`${output.type.kind} `)) this.sent.delete(key);
      }
      if (output.kind !== "answer") continue;
      const kind = XDS_TYPES.find(({ url }) => url === output.typeUrl)!.kind;
      expect(
        this.client.waiting.filter(({ typeUrl }) => typeUrl === output.typeUrl),
        "one answer a type is under way",
      ).toEqual([]);
      const whole = this.client.protocol === "sotw" && (kind === "cluster" || kind === "listener");
      if (whole) {
        // What a whole answer leaves out is removed: said later, it is new.
        const said = new Set(output.resources.map(({ name }) => `${kind} ${name}`));
        for (const key of [...this.sent.keys()])
          if (key.startsWith(`${kind} `) && !said.has(key)) this.sent.delete(key);
      }
      for (const { name, version } of output.resources) {
        const key = `${kind} ${name}`;
        const repeats = this.sent.get(key) === version;
        if (kind === "cluster" && !repeats) this.lastClusters.add(name);
        if (repeats && !whole)
          expect(kind === "endpoints" && this.lastClusters.has(name), `${key}=${version} is repeated unasked`).toBe(
            true,
          );
        if (kind === "endpoints") this.lastClusters.delete(name);
        if (!whole) expect(this.refusedVersions.get(key), `${key} was refused`).not.toBe(version);
        this.sent.set(key, version);
        if (this.refusedVersions.get(key) !== version) this.refusedVersions.delete(key);
      }
      for (const name of output.removed) this.sent.delete(`${kind} ${name}`);
      this.client.waiting.push(output);
    }
  }

  play(move: Move): void {
    if (move.do === "change") {
      this.world = move.world;
      const desired = desiredOf(move.world);
      for (const [key, version] of this.refusedVersions) {
        const [kind, name] = key.split(" ") as [XdsKind, string];
        if ((resourceIn(desired.sets[kind], name)?.version ?? "") !== version) this.refusedVersions.delete(key);
      }
      this.event({ kind: "desired", at: ++this.at, desired });
    } else if (move.do === "answer") {
      const first = this.client.waiting[0]?.resources[0];
      this.request(this.client.answer((resource) => !move.refuse || resource !== first));
    } else if (move.do === "wait") {
      this.at += move.ms;
      this.event({ kind: "tick", at: this.at });
    } else {
      const { answers } = this.stream.types[move.kind];
      const nonce = String(answers - 1);
      if (answers < 2) return;
      const old =
        this.client.protocol === "delta" ? delta(move.kind, { nonce }) : sotw(move.kind, { nonce, names: ["zz"] });
      expect(step(this.stream, { kind: "request", at: this.at, request: old }), "an old nonce is not answered").toEqual(
        [],
      );
    }
    this.makeBeforeBreak();
  }

  /** Whatever the client's listeners and routes name is there, with endpoints that came after it. */
  makeBeforeBreak(): void {
    const { applied } = this.client;
    for (const kind of ["listener", "route"] as const) {
      for (const { name, references } of applied[kind].values()) {
        for (const reference of references) {
          if (reference.kind !== "cluster") continue;
          expect(applied.cluster.has(reference.name), `${kind} ${name} names the cluster ${reference.name}`).toBe(true);
        }
      }
    }
  }

  /** Acknowledges everything and waits long enough. */
  settle(): void {
    for (let round = 0; round < 60; round++) {
      while (this.client.waiting.length > 0) this.play({ do: "answer", refuse: false });
      this.play({ do: "wait", ms: 200 });
    }
  }
}

function isWatched(client: Client, kind: XdsKind, key: string): boolean {
  return kind === "cluster" || kind === "listener" || client.watched[kind].has(key.slice(kind.length + 1));
}

function applied(client: Client, kind: XdsKind): string[] {
  return [...client.applied[kind].values()].map(({ name, version }) => `${name}=${version}`).sort();
}

function wanted(world: World, kind: XdsKind): string[] {
  return desiredOf(world)
    .sets[kind].layers.flatMap((layer) => [...layer.values()].map(({ name, version }) => `${name}=${version}`))
    .sort();
}

describe.each<Protocol>(["delta", "sotw"])("%s", (protocol) => {
  test("keeps order, repeats nothing unasked, sends no refused version, answers no old nonce", () => {
    fc.assert(
      fc.property(worlds, moves(true), (world, all) => {
        const play = new Play(protocol, world);
        for (const move of all) play.play(move);
      }),
      { numRuns: 300 },
    );
  });

  test("ends with exactly what is desired, and no cluster waits for endpoints", () => {
    fc.assert(
      fc.property(worlds, moves(false), (world, all) => {
        const play = new Play(protocol, world);
        for (const move of all) play.play(move);
        play.settle();
        for (const kind of ["cluster", "endpoints", "listener"] as const)
          expect(applied(play.client, kind)).toEqual(wanted(play.world, kind));
        const needed = desiredOf(play.world).sets.listener.layers.flatMap((layer) =>
          [...layer.values()].flatMap(({ references }) => references),
        );
        for (const { kind, name } of needed) expect(play.client.applied[kind].has(name)).toBe(true);
        expect([...play.client.warming]).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test("after refusals, one change of everything heals the client", () => {
    fc.assert(
      fc.property(worlds, moves(true), worlds, (world, all, last) => {
        const play = new Play(protocol, world);
        for (const move of all) play.play(move);
        const fresh = (record: Readonly<Record<string, number>>) =>
          Object.fromEntries(Object.entries(record).map(([name, n]) => [name, n + 100]));
        const bump = <T extends { readonly version: number }>(record: Readonly<Record<string, T>>) =>
          Object.fromEntries(
            Object.entries(record).map(([name, one]) => [name, { ...one, version: one.version + 100 }]),
          );
        play.play({
          do: "change",
          world: {
            clusters: fresh(last.clusters),
            endpoints: fresh(last.endpoints),
            routes: bump(last.routes),
            listeners: bump(last.listeners),
          },
        });
        play.settle();
        for (const kind of ["cluster", "listener"] as const)
          expect(applied(play.client, kind)).toEqual(wanted(play.world, kind));
      }),
      { numRuns: 200, examples: [[...crossing]] },
    );
  });
});
