// Delivery of revisions at a relay: who has each, how long it took since the receipt, and who refuses.
import { beforeEach, describe, expect, test } from "vitest";
import { createRevisionBoard, type RevisionBoard } from "#relay/revision-delivery.ts";
import type { StreamDelivery } from "#relay/zone.ts";

let now = 0;
let streams: Map<object, StreamDelivery>;
let board: RevisionBoard;
const ids = new Map<string, object>();

beforeEach(() => {
  now = 0;
  streams = new Map();
  ids.clear();
  board = createRevisionBoard(() => now, streams);
});

function idOf(name: string): object {
  const id = ids.get(name) ?? {};
  ids.set(name, id);
  return id;
}

function tell(name: string, state: StreamDelivery["state"], sequence: number, reason = ""): void {
  const refused = state === "nacked" ? [{ kind: "listener" as const, name: "l" }] : [];
  const delivery = { mesh: "default", name, epoch: 1, sequence, state, reason, refused };
  board.set(idOf(name), delivery);
  streams.set(idOf(name), delivery);
}

function end(name: string): void {
  board.set(idOf(name), null);
  streams.delete(idOf(name));
}

const fetched = (revision: number, sequence: number, answeredAt: number | null = 1000): void =>
  board.fetched({ epoch: 1, sequence, revision, at: now, answeredAt });
const news = (...absent: readonly string[]) =>
  board.news(absent.map((proxy) => ({ proxy, reason: "away", connected: false })));
const told = (...absent: readonly string[]) =>
  news(...absent).map((one) => `${one.revision}: ${one.acked}/${one.nacked}/${one.pending}/${one.absent}`);

describe("a revision", () => {
  test("is told with times since the receipt, of those alone that were sent something", () => {
    tell("a", "acked", 6);
    tell("b", "acked", 6);
    fetched(3, 7);
    expect(news()).toMatchObject([{ revision: 3, sequence: 7, answeredAt: 1000, acked: 0, pending: 2, untouched: 0 }]);
    now = 5;
    tell("a", "pending", 7);
    tell("b", "acked", 7);
    now = 40;
    tell("a", "acked", 7);
    const [one, ...others] = news();
    expect(others).toEqual([]);
    expect(one).toMatchObject({ acked: 2, nacked: 0, pending: 0, untouched: 1, laggards: [] });
    expect([one?.pushed.count, one?.pushed.max, one?.taken.count, one?.taken.max]).toEqual([1, 5, 1, 40]);
    expect(news()).toEqual([]);
  });

  test("is taken with a later snapshot, whether or not that carries a revision", () => {
    for (const name of ["a", "b"]) tell(name, "acked", 6);
    fetched(3, 7);
    tell("a", "acked", 7);
    expect(told()).toEqual(["3: 1/0/1/0"]);
    fetched(3, 8);
    expect(told(), "a sequence without a revision is none of its own").toEqual([]);
    fetched(4, 9);
    tell("b", "pending", 9);
    tell("a", "pending", 9);
    expect(told()).toEqual(["3: 1/0/1/0", "4: 0/0/2/0"]);
    tell("b", "acked", 9);
    expect(told()).toEqual(["3: 2/0/0/0", "4: 1/0/1/0"]);
    tell("a", "acked", 9);
    expect(told()).toEqual(["4: 2/0/0/0"]);
  });

  test("names who lacks it: sent nothing, sent it, refusing, not connected", () => {
    for (const name of ["a", "b", "c", "d"]) tell(name, "acked", 6);
    fetched(3, 7);
    tell("b", "pending", 7);
    tell("c", "nacked", 7, "no");
    tell("d", "acked", 7);
    expect(news("default.z")[0]).toMatchObject({
      ...{ acked: 1, nacked: 1, pending: 2, absent: 1 },
      laggards: [
        { proxy: "default.c", state: "nacked", reason: "no", since: 3, refused: [{ kind: "listener", name: "l" }] },
        { proxy: "default.a", state: "fetched" },
        { proxy: "default.b", state: "pushed" },
        { proxy: "default.z", state: "absent" },
      ],
    });
  });

  test("keeps what was refused of it when a later one mends that, and the later one is clean", () => {
    tell("a", "acked", 6);
    fetched(3, 7);
    tell("a", "nacked", 7, "no");
    expect(told()).toEqual(["3: 0/1/0/0"]);
    fetched(4, 8);
    tell("a", "nacked", 8, "no");
    expect(news()).toMatchObject([{ revision: 4, nacked: 1, laggards: [{ since: 3 }] }]);
    fetched(5, 9);
    tell("a", "pending", 9);
    tell("a", "acked", 9);
    expect(news()).toMatchObject([
      { revision: 3, nacked: 1, acked: 0, pending: 0, laggards: [{ proxy: "default.a", reason: "no", since: 3 }] },
      { revision: 4, nacked: 0, acked: 1 },
      { revision: 5, nacked: 0, acked: 1 },
    ]);
  });

  test("that is taken again by a step has been refused by nobody", () => {
    tell("a", "acked", 6);
    fetched(3, 7);
    tell("a", "nacked", 7, "no");
    tell("a", "acked", 8);
    expect(told()).toEqual(["3: 1/0/0/0"]);
  });

  test("that all had is told again for a refusal and for who is away, not for who joins", () => {
    tell("a", "acked", 6);
    fetched(3, 7);
    tell("a", "acked", 7);
    expect(told()).toEqual(["3: 1/0/0/0"]);
    tell("b", "acked", 7);
    expect(told()).toEqual([]);
    tell("b", "nacked", 8, "no");
    expect(told()).toEqual(["3: 1/1/0/0"]);
    end("b");
    expect(told("default.b")).toEqual(["3: 1/0/0/1"]);
    tell("b", "acked", 8);
    expect(told()).toEqual(["3: 2/0/0/0"]);
  });

  test("from disk has counts and no times", () => {
    fetched(3, 7, null);
    expect(told("default.a")).toEqual(["3: 0/0/0/1"]);
    tell("a", "pending", 7);
    tell("a", "acked", 7);
    const [one] = news();
    expect(one).toMatchObject({ acked: 1, absent: 0, pushed: { count: 0 }, taken: { count: 0 } });
    expect(one).not.toHaveProperty("answeredAt");
  });

  test("is one of eight at the most, and names twenty", () => {
    for (let index = 0; index < 50; index++) tell(`p${index}`, "acked", 0);
    for (let revision = 1; revision <= 12; revision++) fetched(revision, revision);
    const all = news();
    expect(all.map(({ revision }) => revision)).toEqual([5, 6, 7, 8, 9, 10, 11, 12]);
    expect(all[0]?.pending).toBe(50);
    expect(all[0]?.laggards).toHaveLength(20);
  });
});
