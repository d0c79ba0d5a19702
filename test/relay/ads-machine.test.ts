// The ADS machine as event tables: each row is an event and, in one line each, everything that came of it.

import { describe, expect, test } from "vitest";
import type { AdsRequest } from "#relay/ads/message.ts";
import { nothing } from "#relay/ads/resource.ts";
import { mentions } from "#relay/ads/subscribe.ts";
import { openStream, step, wakeAt } from "#relay/ads-machine.ts";
import { delta, desiredOf, line, options, sotw, type Thing, type World } from "./ads-world.ts";

const one: World = {
  clusters: { a: 1 },
  endpoints: { a: 1 },
  routes: {},
  listeners: { l: { version: 1, clusters: ["a"], routes: [] } },
};
/** The listener moves from cluster a to b. */
const two: World = {
  ...one,
  clusters: { b: 1 },
  endpoints: { b: 1 },
  listeners: { l: { version: 1, clusters: ["b"], routes: [] } },
};
const nothingLeft: World = { clusters: {}, endpoints: {}, routes: {}, listeners: {} };
const both: World = { ...two, clusters: { a: 1, b: 1 } };

type Row = readonly [AdsRequest | World | number, ...string[]];

/** Runs rows: a request, a new desired world, or a time. Every row is 1 ms after the one before. */
function run(protocol: "delta" | "sotw", start: World | null, rows: readonly Row[], more = {}): void {
  const stream = openStream<Thing>(protocol, start === null ? nothing("v") : desiredOf(start), { ...options, ...more });
  let at = 0;
  rows.forEach(([what, ...expected], row) => {
    at = typeof what === "number" ? what : at + 1;
    const event =
      typeof what === "number"
        ? ({ kind: "tick", at } as const)
        : "typeUrl" in what
          ? ({ kind: "request", at, request: what } as const)
          : ({ kind: "desired", at, desired: desiredOf(what) } as const);
    expect([`row ${row}`, ...step(stream, event).map(line)]).toEqual([`row ${row}`, ...expected]);
  });
}

const ack = (kind: Parameters<typeof delta>[0], nonce: number, more = {}) =>
  delta(kind, { nonce: String(nonce), ...more });
const nack = (kind: Parameters<typeof delta>[0], nonce: number, error: string) =>
  delta(kind, { nonce: String(nonce), error });

/** Start of a delta client that has cluster a and listener l. */
const started: Row[] = [
  [delta("cluster", { node: "n" }), "CDS a=1"],
  [ack("cluster", 1), "acked CDS"],
  [delta("endpoints", { subscribe: ["a"] }), "EDS a=1"],
  [ack("endpoints", 1), "acked EDS"],
  [delta("listener"), "LDS l=1:a:"],
  [ack("listener", 1), "acked LDS"],
];

describe("delta", () => {
  test("adds in order and removes last, after a linger", () => {
    run("delta", one, [
      ...started,
      [two, "CDS b=1"],
      [ack("cluster", 2), "acked CDS"],
      [delta("endpoints", { subscribe: ["b"] }), "EDS b=1"],
      [ack("endpoints", 2), "acked EDS", "LDS l=1:b:"],
      [100],
      [ack("listener", 2), "acked LDS"],
      [200],
      [201, "CDS -a"],
      [ack("cluster", 3), "acked CDS", "EDS -a"],
      [delta("endpoints", { unsubscribe: ["a"] })],
      [ack("endpoints", 3), "acked EDS"],
      [1000],
    ]);
  });

  test("says when it wants to be woken", () => {
    const stream = openStream<Thing>("delta", desiredOf(both), options);
    expect(wakeAt(stream)).toBeUndefined();
    step(stream, { kind: "request", at: 1, request: delta("cluster") });
    step(stream, { kind: "request", at: 2, request: ack("cluster", 1) });
    step(stream, { kind: "desired", at: 3, desired: desiredOf(two) });
    expect(wakeAt(stream)).toBe(103);
  });

  test("answers the first wildcard request even if there is nothing", () => {
    run("delta", null, [
      [delta("cluster"), "CDS"],
      [delta("listener")],
      [ack("cluster", 1), "acked CDS", "LDS"],
      [ack("listener", 1), "acked LDS"],
    ]);
  });

  test("sends endpoints of a changed cluster right behind it, and of no other", () => {
    run("delta", both, [
      [delta("cluster"), "CDS a=1 b=1"],
      [ack("cluster", 1), "acked CDS"],
      [delta("endpoints", { subscribe: ["a", "b"] }), "EDS a=0 b=1"],
      [ack("endpoints", 1), "acked EDS"],
      [{ ...both, clusters: { a: 2, b: 1 } }, "CDS a=2", "EDS a=0"],
      [ack("cluster", 2), "acked CDS"],
      [ack("endpoints", 2), "acked EDS"],
    ]);
  });

  test("sends endpoint changes at once, whatever waits", () => {
    run("delta", one, [
      ...started,
      [{ ...one, clusters: { a: 2 } }, "CDS a=2", "EDS a=1"],
      [ack("endpoints", 2), "acked EDS"],
      [{ ...one, clusters: { a: 2 }, endpoints: { a: 5 } }, "EDS a=5"],
    ]);
  });

  test("holds back what names a refused cluster, and every removal, until the content changes", () => {
    const mended = { ...two, clusters: { b: 2 } };
    run("delta", one, [
      ...started,
      [two, "CDS b=1"],
      [
        nack("cluster", 2, "Error adding/updating cluster(s) b: bad"),
        "nacked CDS b=1: Error adding/updating cluster(s) b: bad",
      ],
      [10_000],
      [{ ...two, endpoints: { b: 7 } }],
      [mended, "CDS b=2"],
      [ack("cluster", 3), "acked CDS"],
      [delta("endpoints", { subscribe: ["b"] }), "EDS b=1"],
      [ack("endpoints", 2), "acked EDS", "LDS l=1:b:"],
    ]);
  });

  test("sends the others again without the one that the client named", () => {
    const more: World = { ...one, clusters: { a: 1, b: 1, c: 1 } };
    run("delta", more, [
      [delta("cluster"), "CDS a=1 b=1 c=1"],
      [
        nack("cluster", 1, "Error adding/updating cluster(s) b: no"),
        "nacked CDS b=1: Error adding/updating cluster(s) b: no",
        "CDS a=1 c=1",
      ],
      [ack("cluster", 2), "acked CDS"],
      [delta("listener")],
      [60, "LDS l=1:a:"],
    ]);
  });

  test("assumes nothing of a refused answer: going back to the old content is sent", () => {
    run("delta", both, [
      [delta("cluster"), "CDS a=1 b=1"],
      [ack("cluster", 1), "acked CDS"],
      [{ ...both, clusters: { a: 2, b: 2 } }, "CDS a=2 b=2"],
      [nack("cluster", 2, "something"), "nacked CDS a=2 b=2: something"],
      [both, "CDS a=1 b=1"],
    ]);
  });

  test("does not repeat a refused removal", () => {
    run("delta", both, [
      [delta("cluster"), "CDS a=1 b=1"],
      [ack("cluster", 1), "acked CDS"],
      [two],
      [1_000, "CDS -a"],
      [nack("cluster", 2, "no"), "nacked CDS a=: no"],
      [9_000],
      [both, "CDS a=1"],
    ]);
  });

  test("says at once that a name does not exist, and sends it when it does", () => {
    run("delta", one, [
      [delta("endpoints", { subscribe: ["a", "x"] }), "EDS a=1 -x"],
      [ack("endpoints", 1), "acked EDS"],
      [{ ...one, clusters: { a: 1, x: 1 } }, "EDS x=0"],
    ]);
  });

  test("answers who asks again, and only then", () => {
    run("delta", one, [
      ...started,
      [one],
      [delta("endpoints", { subscribe: ["a"] }), "EDS a=1"],
      [ack("endpoints", 2), "acked EDS"],
      [delta("listener", { unsubscribe: ["l"] }), "LDS l=1:a:"],
      [ack("listener", 2), "acked LDS"],
      [delta("listener", { unsubscribe: ["x"] })],
    ]);
  });

  test("sends a reconnecting client only what differs from what it says it has", () => {
    run("delta", both, [
      [
        delta("cluster", {
          initialVersions: new Map([
            ["a", "1"],
            ["b", "0"],
            ["old", "9"],
          ]),
        }),
        "CDS b=1",
      ],
      [ack("cluster", 1), "acked CDS"],
      [
        delta("endpoints", {
          subscribe: ["a", "b"],
          initialVersions: new Map([
            ["a", "0"],
            ["b", "1"],
          ]),
        }),
        "EDS b=1",
      ],
      [ack("endpoints", 1), "acked EDS"],
      [delta("listener", { initialVersions: new Map([["l", "1:b:"]]) })],
      [1_000, "CDS -old"],
    ]);
  });

  test("keeps the wildcard apart from names", () => {
    run("delta", both, [
      [delta("cluster", { subscribe: ["a"] }), "CDS a=1"],
      [ack("cluster", 1), "acked CDS"],
      [delta("cluster", { subscribe: ["*"] }), "CDS b=1"],
      [ack("cluster", 2, { unsubscribe: ["*"] }), "acked CDS"],
      [{ ...both, clusters: { a: 2, b: 2 } }, "CDS a=2"],
    ]);
  });

  test("waits for the acknowledgement before the next answer of a type, and then sends the newest only", () => {
    run("delta", one, [
      [delta("cluster"), "CDS a=1"],
      [{ ...one, clusters: { a: 2 } }],
      [{ ...one, clusters: { a: 3 } }],
      [ack("cluster", 1), "acked CDS", "CDS a=3"],
    ]);
  });

  test("cuts a large answer and goes on after the ACK", () => {
    const three: World = { ...one, clusters: { a: 1, b: 1, c: 1 } };
    run(
      "delta",
      three,
      [
        [delta("cluster"), "CDS a=1 b=1"],
        [ack("cluster", 1), "acked CDS", "CDS c=1"],
      ],
      { maxBytes: 2 },
    );
  });

  test("refuses by itself what cannot be encoded, and serves the rest", () => {
    const size = (_: string, { name }: Thing) => (name === "b" ? { fault: "no such field" } : 1);
    run(
      "delta",
      both,
      [
        [delta("cluster"), "CDS a=1", "nacked CDS b=1: no such field"],
        [ack("cluster", 1), "acked CDS"],
        [delta("listener"), "LDS"],
      ],
      { size, warmMs: 0 },
    );
  });

  test("keeps a cluster while a route that names it is under way, also if the client drops the route meanwhile", () => {
    const routed = (clusters: string[]): World => ({
      clusters: { c: 0 },
      endpoints: {},
      routes: { s: { version: 0, clusters } },
      listeners: {},
    });
    run("delta", { ...routed([]), listeners: { m: { version: 0, clusters: [], routes: ["s"] } } }, [
      [delta("cluster"), "CDS c=0"],
      [delta("listener")],
      [ack("cluster", 1), "acked CDS"],
      [delta("endpoints", { subscribe: ["c"] }), "EDS c=0"],
      [ack("endpoints", 1), "acked EDS", "LDS m=0::s"],
      [ack("listener", 1), "acked LDS"],
      [delta("route", { subscribe: ["s"] }), "RDS s=0:"],
      [nack("route", 1, "s: bad"), "nacked RDS s=0:: s: bad"],
      [routed(["c"]), "LDS -m"],
      [ack("listener", 2), "acked LDS", "RDS s=0:c"],
      [delta("route", { unsubscribe: ["s"] })],
      [nothingLeft],
      [1_000],
      [ack("route", 2), "acked RDS"],
      [1_100],
      [1_101, "CDS -c"],
    ]);
  });

  test("ignores an old nonce but not what the request subscribes to", () => {
    run("delta", one, [
      ...started.slice(0, 4),
      [delta("endpoints", { subscribe: ["a"] }), "EDS a=1"],
      [ack("endpoints", 1)],
      [ack("endpoints", 1, { subscribe: ["x"] })],
      [ack("endpoints", 2), "acked EDS", "EDS -x"],
      [ack("endpoints", 2)],
    ]);
  });
});

describe("state of the world", () => {
  test("keeps old clusters in each answer until nothing refers to them and the linger is over", () => {
    run("sotw", one, [
      [sotw("cluster", { node: "n" }), "CDS a=1"],
      [sotw("cluster", { nonce: "1" }), "acked CDS"],
      [sotw("endpoints", { names: ["a"] }), "EDS a=1"],
      [sotw("endpoints", { names: ["a"], nonce: "1" }), "acked EDS"],
      [sotw("listener"), "LDS l=1:a:"],
      [sotw("listener", { nonce: "1" }), "acked LDS"],
      [two, "CDS a=1 b=1"],
      [sotw("cluster", { nonce: "2" }), "acked CDS"],
      [sotw("endpoints", { names: ["a", "b"], nonce: "1" }), "EDS b=1"],
      [sotw("endpoints", { names: ["a", "b"], nonce: "2" }), "acked EDS", "LDS l=1:b:"],
      [sotw("listener", { nonce: "2" }), "acked LDS"],
      [200, "CDS b=1"],
      [sotw("cluster", { nonce: "3" }), "acked CDS"],
    ]);
  });

  test("puts the old form of a refused cluster beside the new ones", () => {
    run("sotw", both, [
      [sotw("cluster"), "CDS a=1 b=1"],
      [sotw("cluster", { nonce: "1" }), "acked CDS"],
      [{ ...both, clusters: { a: 2, b: 2 } }, "CDS a=2 b=2"],
      [sotw("cluster", { nonce: "2", error: "cluster(s) a: bad" }), "nacked CDS a=2: cluster(s) a: bad", "CDS a=1 b=2"],
      [sotw("cluster", { nonce: "3" }), "acked CDS"],
    ]);
  });

  test("knows from the ACK that the client has the old form again, and says neither it nor its endpoints twice", () => {
    const world = (a: number): World => ({ ...one, clusters: { a }, listeners: {} });
    const other: World = { ...world(0), clusters: { d: 0 }, endpoints: {} };
    run("sotw", world(0), [
      [sotw("cluster"), "CDS a=0"],
      [world(1)],
      [sotw("cluster", { nonce: "1" }), "acked CDS", "CDS a=1"],
      [sotw("endpoints", { names: ["a"] }), "EDS a=1"],
      [other],
      [sotw("cluster", { nonce: "2", error: "a: bad" }), "nacked CDS a=1: a: bad", "CDS a=0 d=0"],
      [world(0)],
      [sotw("endpoints", { names: ["a"], nonce: "1" }), "acked EDS", "EDS a=1"],
      [sotw("cluster", { nonce: "3" }), "acked CDS"],
      [sotw("endpoints", { names: ["a"], nonce: "2" }), "acked EDS"],
    ]);
  });

  test("sends the endpoints of a cluster that was left out and comes again", () => {
    const there: World = { ...nothingLeft, clusters: { a: 0 }, endpoints: { a: 1 } };
    run("sotw", there, [
      [sotw("cluster"), "CDS a=0"],
      [sotw("cluster", { nonce: "1" }), "acked CDS"],
      [sotw("endpoints", { names: ["a"] }), "EDS a=1"],
      [sotw("endpoints", { names: ["a"], nonce: "1" }), "acked EDS"],
      [nothingLeft],
      [200, "CDS"],
      [there],
      [sotw("cluster", { nonce: "2" }), "acked CDS", "CDS a=0", "EDS a=1"],
    ]);
  });

  test("sends the endpoints of a cluster that it sets back: a client that took the refused form warms it anew", () => {
    run("sotw", both, [
      [sotw("cluster"), "CDS a=1 b=1"],
      [sotw("cluster", { nonce: "1" }), "acked CDS"],
      [sotw("endpoints", { names: ["a", "b"] }), "EDS a=0 b=1"],
      [sotw("endpoints", { names: ["a", "b"], nonce: "1" }), "acked EDS"],
      [{ ...both, clusters: { a: 2, b: 1 } }, "CDS a=2 b=1", "EDS a=0"],
      [sotw("endpoints", { names: ["a", "b"], nonce: "2" }), "acked EDS"],
      [sotw("cluster", { nonce: "2", error: "bad" }), "nacked CDS a=2: bad"],
      [{ ...both, clusters: { a: 2, b: 2 } }, "CDS a=1 b=2", "EDS b=1 a=0"],
      [sotw("cluster", { nonce: "3" }), "acked CDS"],
      [sotw("endpoints", { names: ["a", "b"], nonce: "3" }), "acked EDS"],
      [{ ...both, clusters: { a: 2, b: 3 } }, "CDS a=1 b=3", "EDS b=1"],
    ]);
  });

  test("never answers an old nonce, not even for other names", () => {
    run("sotw", both, [
      [sotw("endpoints", { names: ["a"] }), "EDS a=0"],
      [sotw("endpoints", { names: ["a", "b"], nonce: "1" }), "acked EDS", "EDS b=1"],
      [sotw("endpoints", { names: ["a"], nonce: "1" })],
      [sotw("endpoints", { names: ["a", "b"], nonce: "2" }), "acked EDS"],
    ]);
  });

  test("reads no names as everything only until a name was asked for", () => {
    run("sotw", both, [
      [sotw("cluster", { names: ["a"] }), "CDS a=1"],
      [sotw("cluster", { names: [], nonce: "1" }), "acked CDS"],
      [{ ...both, clusters: { a: 2, b: 2 } }],
      [sotw("cluster", { names: ["*"], nonce: "1" }), "CDS a=2 b=2"],
    ]);
  });

  test("does not answer for what does not exist, for Envoy would refuse an empty answer", () => {
    run("sotw", one, [[sotw("endpoints", { names: ["x"] })], [{ ...one, clusters: { a: 1, x: 1 } }, "EDS x=0"]]);
  });
});

describe("a secret that is not there yet", () => {
  test("is neither sent nor said to be absent until it comes", () => {
    const secret = (version: string, pending: boolean): Thing => ({
      kind: "secret",
      name: "id",
      version,
      pending,
      references: [],
    });
    const desired = (thing: Thing) => ({
      ...desiredOf(one),
      sets: { ...desiredOf(one).sets, secret: { layers: [new Map([["id", thing]])] } },
    });
    const stream = openStream<Thing>("delta", desired(secret("", true)), options);
    expect(step(stream, { kind: "request", at: 1, request: delta("secret", { subscribe: ["id"] }) })).toEqual([]);
    expect(step(stream, { kind: "desired", at: 2, desired: desired(secret("7", false)) }).map(line)).toEqual([
      "SDS id=7",
    ]);
  });
});

describe("a malformed request", () => {
  const unknown = "type.googleapis.com/envoy.config.cluster.v3.Clutser";
  test.each<[string, "delta" | "sotw", readonly AdsRequest[], string]>([
    [
      "an unknown type",
      "delta",
      [{ ...delta("cluster"), typeUrl: unknown }],
      `end INVALID_ARGUMENT: the type_url "${unknown}" is unknown; served are clusters, endpoints, secrets, listeners and routes of the v3 API`,
    ],
    [
      "no type",
      "sotw",
      [{ ...sotw("cluster"), typeUrl: "" }],
      "end INVALID_ARGUMENT: the request has no type_url; served are clusters, endpoints, secrets, listeners and routes of the v3 API",
    ],
    [
      "a nonce on the first request",
      "delta",
      [delta("cluster", { nonce: "1" })],
      'end INVALID_ARGUMENT: the response_nonce "1" was never given on this stream for CDS',
    ],
    [
      "an invented nonce",
      "sotw",
      [sotw("cluster"), sotw("cluster", { nonce: "x" })],
      'end INVALID_ARGUMENT: the response_nonce "x" was never given on this stream for CDS',
    ],
    [
      "another type's nonce",
      "sotw",
      [sotw("cluster"), sotw("listener", { nonce: "1" })],
      'end INVALID_ARGUMENT: the response_nonce "1" was never given on this stream for LDS',
    ],
    [
      "another node",
      "delta",
      [delta("cluster", { node: "m.a" }), delta("listener", { node: "m.b" })],
      'end INVALID_ARGUMENT: the node id changed from "m.a" to "m.b" within one stream; open a stream per node',
    ],
    [
      "too many names",
      "delta",
      [delta("endpoints", { subscribe: ["a", "b", "c", "d"] })],
      "end RESOURCE_EXHAUSTED: more than 3 names of EDS are asked for on one stream",
    ],
  ])("with %s ends the stream, which stays silent from then on", (_, protocol, requests, expected) => {
    const stream = openStream<Thing>(protocol, desiredOf(one), { ...options, maxNames: 3 });
    const outputs = requests.map((request, at) => step(stream, { kind: "request", at, request }));
    expect(outputs.at(-1)!.map(line)).toEqual([expected]);
    expect(step(stream, { kind: "desired", at: 9, desired: desiredOf(two) })).toEqual([]);
  });

  test("for a type of Envoy's that no relay has is answered: there is none", () => {
    const runtime = "type.googleapis.com/envoy.service.runtime.v3.Runtime";
    run("delta", one, [
      [{ ...delta("cluster", { subscribe: ["layer"] }), typeUrl: runtime }, `${runtime} -layer`],
      [{ ...ack("cluster", 1), typeUrl: runtime }],
      [delta("cluster"), "CDS a=1"],
    ]);
    run("sotw", one, [[{ ...sotw("cluster", { names: ["layer"] }), typeUrl: runtime }]]);
  });
});

describe("the names in a refusal", () => {
  test.each([
    ["Error adding/updating cluster(s) backend: Protobuf", "backend", true],
    ["Error adding/updating cluster(s) a: x, backend: y", "backend", true],
    ["Error adding/updating listener(s) inbound:10.0.0.1:80: bad", "inbound:10.0.0.1:80", true],
    ["listener inbound:10.0.0.1:8080: bad", "inbound:10.0.0.1:80", false],
    ["cluster backend-v2: bad", "backend", false],
    ["cluster my-backend: bad", "backend", false],
    ["backend.mesh: bad", "backend", false],
    ["ends in backend.", "backend", true],
    ["nothing", "backend", false],
  ])("%s names %s: %s", (message, name, yes) => expect(mentions(message, name)).toBe(yes));
});
