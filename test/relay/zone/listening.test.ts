// How a relay listens: a bell that must ring and answer pings, polls that follow its rings and nothing else, and the way down and up.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ringText } from "#api/bell.ts";
import type { Way } from "#api/zone.ts";
import { createListening, type Knock, type Told } from "#relay/zone/listening.ts";
import { createPlane, wireOf } from "./control-plane.ts";
import { startZone, tempFolder, until } from "./start.ts";

/** Bells that were knocked for, in order. */
function aBell() {
  const lines: { readonly told: Told; readonly sent: string[]; isEnded: boolean }[] = [];
  const knock: Knock = (told) => {
    const line = { told, sent: [] as string[], isEnded: false };
    lines.push(line);
    return { send: (text) => line.sent.push(text), end: () => (line.isEnded = true) };
  };
  return { lines, knock, newest: () => lines.at(-1) as (typeof lines)[number] };
}

describe("a connection", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function listen() {
    const bell = aBell();
    const turns: Way[] = [];
    const rings: object[] = [];
    const listening = createListening({
      ...{ knock: bell.knock, log: () => undefined, random: () => 1, patience: 1000, pingEvery: 20_000 },
      ...{ onRing: (position) => rings.push(position), onTurn: (way) => turns.push(way), onSign: () => undefined },
    });
    listening.start();
    return { ...bell, turns, rings, listening };
  }

  test("is the bell once it has rung, and is given up where it does not", async () => {
    const { listening, newest, turns, rings, lines } = listen();
    expect([listening.way, listening.bell]).toEqual(["plain", "knocking"]);
    await vi.advanceTimersByTimeAsync(999);
    expect(turns).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect([turns, newest().isEnded, listening.reason]).toEqual([["held"], true, "no first ring came within 1000 ms"]);
    newest().told.said(ringText({ epoch: 1, sequence: 4 }));
    expect(rings, "it was given up").toEqual([]);
    await vi.advanceTimersByTimeAsync(5000);
    expect(lines).toHaveLength(2);
    newest().told.said(ringText({ epoch: 1, sequence: 5 }));
    expect([turns, rings, listening.reason]).toEqual([["held", "bell"], [{ epoch: 1, sequence: 5 }], ""]);
    listening.close();
    expect(newest().isEnded).toBe(true);
  });

  test("that answers no ping is half open: it ends, and leads down at once", async () => {
    const { listening, newest, turns } = listen();
    newest().told.said(ringText({ epoch: 1, sequence: 5 }));
    for (let at = 0; at < 3; at++) {
      await vi.advanceTimersByTimeAsync(20_000);
      expect(newest().sent).toHaveLength(at + 1);
      newest().told.said("pong");
    }
    await vi.advanceTimersByTimeAsync(20_999);
    expect(turns).toEqual(["bell"]);
    await vi.advanceTimersByTimeAsync(1);
    expect([turns, newest().isEnded, listening.counts.ended]).toEqual([["bell", "held"], true, 1]);
    listening.close();
  });

  test("that ends is told of once, whatever comes after it", async () => {
    const { listening, newest, turns, lines } = listen();
    const first = newest();
    first.told.said(ringText({ epoch: 1, sequence: 5 }));
    first.told.shut("the control plane stops");
    first.told.shut("again");
    first.told.said(ringText({ epoch: 1, sequence: 6 }));
    expect([turns, listening.reason]).toEqual([["bell", "held"], "the control plane stops"]);
    await vi.advanceTimersByTimeAsync(5000);
    expect(lines).toHaveLength(2);
    listening.close();
  });

  test("nothing is knocked for where there is no bell, and polls go down and up all the same", async () => {
    const turns: Way[] = [];
    const listening = createListening({
      ...{ log: () => undefined, random: () => 1, onRing: () => undefined, onSign: () => undefined },
      onTurn: (way) => turns.push(way),
    });
    listening.start();
    expect(listening.way).toBe("held");
    listening.tell("cut");
    listening.tell("cut");
    listening.tell("recovered");
    await vi.advanceTimersByTimeAsync(600_000);
    expect([turns, listening.bell, listening.counts.knocks]).toEqual([["plain", "held"], "shut", 0]);
    listening.close();
  });
});

describe("a relay on the bell", () => {
  const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 300));

  test("asks for nothing until it is rung for, and for nothing that it has", async () => {
    const plane = await createPlane();
    const { knock, newest } = aBell();
    const zone = await startZone(plane, tempFolder(), { knock });
    await until("the first snapshot is served", () => zone.served().snapshot !== null);
    const ring = (): void => newest().told.said(ringText({ epoch: plane.epoch, sequence: plane.sequence }));
    ring();
    await until("it is on the bell", () => zone.status().news.way === "bell");
    // A relay has other calls too: signs of life, its issuer, views after a snapshot.
    const polls = (): number => plane.calls.filter((call) => call.includes("/v1/zone/snapshot")).length;
    for (let calls = -1; calls !== polls(); await settle()) calls = polls();
    const before = polls();
    plane.put("web-1", wireOf("web-1", "web"));
    newest().told.said(ringText({ epoch: plane.epoch, sequence: plane.sequence - 1 }));
    await settle();
    expect(polls() - before, "nobody rang for what it lacks").toBe(0);
    const polled = polls();
    const { held } = zone.status().poll;
    ring();
    await until("the change is served", () => zone.served().sequence === plane.sequence);
    await settle();
    expect(polls() - polled).toBe(1);
    ring();
    await settle();
    expect(polls() - polled, "it was rung for again").toBe(1);
    expect(zone.status().poll.held, "nothing is held on the bell").toBe(held);
    expect(zone.status().controlPlane).toBe("reached");
  });

  test("a heartbeat's answer that is ahead of it is as good as a ring", async () => {
    const plane = await createPlane();
    const { knock, newest } = aBell();
    const zone = await startZone(plane, tempFolder(), { knock });
    await until("the first snapshot is served", () => zone.served().snapshot !== null);
    newest().told.said(ringText({ epoch: plane.epoch, sequence: plane.sequence }));
    await until("it is on the bell", () => zone.status().news.way === "bell");
    plane.put("web-1", wireOf("web-1", "web"));
    zone.expect({ epoch: plane.epoch, sequence: plane.sequence });
    await until("the change is served", () => zone.served().sequence === plane.sequence);
  });

  test("that loses it asks at once, by a held poll from then on", async () => {
    const plane = await createPlane();
    const { knock, newest } = aBell();
    const zone = await startZone(plane, tempFolder(), { knock });
    await until("the first snapshot is served", () => zone.served().snapshot !== null);
    newest().told.said(ringText({ epoch: plane.epoch, sequence: plane.sequence }));
    await until("it is on the bell", () => zone.status().news.way === "bell");
    plane.put("web-1", wireOf("web-1", "web"));
    newest().told.shut("somebody pulled the plug");
    await until("the change is served", () => zone.served().sequence === plane.sequence);
    expect(zone.status().news).toMatchObject({ way: "held", reason: "somebody pulled the plug", ended: 1 });
  });
});
