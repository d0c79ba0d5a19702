// Anti-entropy: what the control plane and a relay mean otherwise is settled by one call, and what they mean alike by none.
import { expect, test } from "vitest";
import { livesDigest } from "#api/lives.ts";
import type { CertificatesRequest, Envelope, LivesAnswer, RefusedJoin, ReportRequest } from "#api/zone.ts";
import { Sealed } from "#model/sealed.ts";
import { createAntiEntropy } from "#relay/registrar/anti-entropy.ts";
import { GRACE } from "#relay/registrar/grace.ts";
import type { Registration } from "#relay/registrar/registrar.ts";

const START = 1_000_000;

interface Subject {
  now: number;
  here: string[];
  /** Closed elsewhere in the zone, of how many. */
  others: { owned: number; closed: number };
  /** Numbers of joins that no envelope covers yet. */
  untold: number[];
  awaited: string[];
  answer: LivesAnswer;
  refuse: string | null;
  readonly asked: (readonly string[])[];
  readonly joined: { readonly id: string; readonly age: number | undefined }[];
  readonly taken: string[];
  readonly refused: RefusedJoin[];
  readonly gone: string[];
  readonly ended: string[];
  /** Those without a stream. */
  closed: string[];
  /** Those that a user registered. */
  byUser: string[];
  /** Names that the snapshot shows. */
  shown: string[];
  waits(registration: string): boolean;
  settle(theirs: readonly string[], epoch?: number, sequence?: number): Promise<void>;
}

function subject(here: readonly string[]): Subject {
  const life = (id: string): Registration =>
    ({
      mesh: "default",
      name: id,
      id,
      owner: own.byUser.includes(id) ? "user" : "stream",
      at: START,
      token: new Sealed("t"),
      ready: true,
      resource: { type: "Dataplane" },
    }) as never;
  const own: Subject = {
    ...{ now: START + 5000, here: [...here], others: { owned: 0, closed: 0 }, untold: [], awaited: [], refuse: null },
    ...{
      answer: { missing: [], ended: [], extra: [] },
      asked: [],
      joined: [],
      taken: [],
      refused: [],
      gone: [],
      ended: [],
      closed: [],
      byUser: [],
      shown: [],
    },
    waits: (id) => entropy.waits(id),
    settle: (theirs, epoch = 1, sequence = 1) =>
      entropy.settle({
        epoch,
        sequence,
        relays: [{ id: "r", lastEvent: 7, lives: livesDigest(theirs) }],
      } as unknown as Envelope),
  };
  const entropy = createAntiEntropy({
    relay: "r",
    clock: () => own.now,
    log: () => undefined,
    events: {
      after: (number) =>
        own.untold.filter((one) => one > number).map((one) => ({ kind: "joined", number: one }) as never),
    },
    registrar: {
      here: () => own.here.map(life),
      all: () => own.here.map(life),
      streams: ({ name }) => (own.closed.includes(name) ? 0 : 1),
    },
    awaits: (id) => own.awaited.includes(id),
    client: {
      report: async ({ lives }: ReportRequest) => {
        own.asked.push(lives ?? []);
        return { lastEvent: 7, epoch: 1, sequence: 1, lives: own.answer };
      },
      certificates: async ({ joins }: CertificatesRequest) => {
        for (const { registration: id, age } of joins) own.joined.push({ id, age });
        return {
          answers: joins.map(({ registration }) =>
            own.refuse === null ? { registration, chain: [], expiresAt: null } : { registration, refused: own.refuse },
          ),
        };
      },
    },
    stopping: new AbortController().signal,
    isShown: ({ name }) => own.shown.includes(name),
    onEnded: ({ id }) => own.ended.push(id),
    counts: () => ({ owned: own.here.length + own.others.owned, closed: own.others.closed }),
    onTaken: ({ id }) => own.taken.push(id),
    onRefused: (join) => own.refused.push(join),
    onGone: ({ registration }) => own.gone.push(registration),
  });
  return own;
}

const extra = (...ids: readonly string[]): LivesAnswer => ({
  missing: [],
  ended: [],
  extra: ids.map((registration) => ({ mesh: "default", name: registration, registration })),
});

test("what is the same is not asked about", async () => {
  const own = subject(["a", "b"]);
  await own.settle(["b", "a"]);
  expect(own.asked).toEqual([]);
});

test("what the control plane lacks joins again, as old as it is", async () => {
  const own = subject(["a", "b"]);
  own.answer = { missing: ["b"], ended: [], extra: [] };
  await own.settle(["a"]);
  expect(own.asked).toEqual([["a", "b"]]);
  expect(own.joined).toEqual([{ id: "b", age: 5000 }]);
  expect(own.taken).toEqual(["b"]);
});

test("one that it does not take is told so", async () => {
  const own = subject(["a"]);
  own.answer = { missing: ["a"], ended: [], extra: [] };
  own.refuse = "token: it has been revoked";
  await own.settle([]);
  expect(own.refused).toEqual([{ registration: "a", reason: "token: it has been revoked" }]);
  expect(own.taken).toEqual([]);
});

test("the same difference is settled once; another one, or another epoch, is settled again", async () => {
  const own = subject(["a"]);
  await own.settle(["x"]);
  await own.settle(["x"]);
  expect(own.asked).toHaveLength(1);
  await own.settle(["y"]);
  await own.settle(["y"], 2);
  expect(own.asked).toHaveLength(3);
});

test("a difference that comes back, or that stays for a minute, is settled again", async () => {
  const own = subject(["a"]);
  await own.settle(["x"]);
  await own.settle(["a"]);
  await own.settle(["x"]);
  expect(own.asked).toHaveLength(2);
  own.now += 60_000;
  await own.settle(["x"]);
  expect(own.asked).toHaveLength(3);
});

test("while a join is under way nothing is compared", async () => {
  const own = subject(["a"]);
  own.untold = [8];
  await own.settle([]);
  own.untold = [7];
  own.awaited = ["a"];
  await own.settle([]);
  expect(own.asked).toEqual([]);
  own.awaited = [];
  await own.settle([]);
  expect(own.asked).toEqual([["a"]]);
});

test("one without a stream joins again once it has one", async () => {
  const own = subject(["a"]);
  own.answer = { missing: ["a"], ended: [], extra: [] };
  own.closed = ["a"];
  await own.settle([]);
  expect(own.joined).toEqual([]);
  expect(own.waits("a")).toBe(true);
  own.closed = [];
  await own.settle([]);
  expect(own.joined).toEqual([{ id: "a", age: 5000 }]);
  expect(own.waits("a")).toBe(false);
  await own.settle([]);
  expect([own.asked.length, own.joined.length]).toEqual([1, 1]);
});

test("what its user has ended elsewhere ends here, too", async () => {
  const own = subject(["a", "b"]);
  own.answer = { missing: ["a", "b"], ended: ["a"], extra: [] };
  own.byUser = ["a", "b"];
  own.closed = ["b"];
  await own.settle([]);
  expect(own.ended).toEqual(["a", "b"]);
  expect(own.joined).toEqual([]);
});

test("what a user registered joins again where another life of its name was taken for the later one", async () => {
  const own = subject(["a"]);
  own.answer = { missing: ["a"], ended: [], extra: [] };
  own.byUser = ["a"];
  own.closed = ["a"];
  own.shown = ["a"];
  await own.settle(["x"]);
  expect(own.ended).toEqual([]);
  expect(own.joined).toEqual([{ id: "a", age: 5000 }]);
});

test("what a user registered is judged by a snapshot as new as the answer, be it shown or not", async () => {
  const own = subject(["a", "b"]);
  Object.assign(own, { closed: ["a", "b"], byUser: ["a", "b"], shown: ["a"] });
  own.answer = { missing: ["a", "b"], ended: [], extra: [] };
  await own.settle([], 1, 0);
  expect([own.joined, own.ended]).toEqual([[], []]);
  // The snapshot that has come since shows that its user has deleted the one, and that the other was only new.
  own.shown = ["b"];
  await own.settle([], 1, 1);
  expect([own.joined.map(({ id }) => id), own.ended]).toEqual([["b"], ["a"]]);
});

test("what a user registered joins again at a control plane that has gone back to an earlier state", async () => {
  const own = subject(["a"]);
  own.byUser = ["a"];
  own.closed = ["a"];
  await own.settle(["a"]);
  own.answer = { missing: ["a"], ended: [], extra: [] };
  await own.settle([], 2);
  expect(own.ended).toEqual([]);
  expect(own.joined).toEqual([{ id: "a", age: 5000 }]);
});

test("what was lost with the relay's disk has its grace, and then has gone", async () => {
  const own = subject(["a", "b"]);
  own.answer = extra("x");
  await own.settle(["a", "b", "x"]);
  own.now += GRACE - 1;
  await own.settle(["a", "b", "x"]);
  expect(own.gone).toEqual([]);
  own.now += 1;
  await own.settle(["a", "b", "x"]);
  expect(own.gone).toEqual(["x"]);
});

test("one that came back meanwhile does not go", async () => {
  const own = subject(["a", "b"]);
  own.answer = extra("x");
  await own.settle(["a", "b", "x"]);
  own.now += GRACE;
  await own.settle(["a", "b"]);
  await own.settle(["a", "b", "y"]);
  expect(own.gone).toEqual([]);
});

test("most of them at once are not taken for gone", async () => {
  const own = subject(["a"]);
  own.answer = extra("x", "y", "z");
  await own.settle(["a", "x", "y", "z"]);
  own.now += GRACE;
  await own.settle(["a", "x", "y", "z"]);
  expect(own.gone).toEqual([]);
  own.others = { owned: 4, closed: 0 };
  await own.settle(["a", "x", "y", "z"]);
  expect(own.gone).toEqual(["x", "y", "z"]);
});
