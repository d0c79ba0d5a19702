// The ladder in any network: one way at a time, and before long the best that the network lets through.
import fc from "fast-check";
import { expect, test } from "vitest";
import { AT_FIRST, CLIMBS, KNOCKS, type LadderEvent, step, type Timer } from "#relay/zone/ladder.ts";

/** What the network lets through for a time. */
interface Weather {
  readonly bell: boolean;
  readonly holds: boolean;
  /** Milliseconds. */
  readonly lasts: number;
}

const HOLD = 25_000;
const CUT = 4000;

/**
 * A relay in that weather, with a clock of its own: the best way at the end of each, and the way that was gone. Each kind of
 * event comes as the network has it; what a way does ends with the way.
 */
function live(weathers: readonly Weather[], chance: () => number, latency: number) {
  let now = 0;
  let ladder = AT_FIRST;
  let weather = weathers[0] as Weather;
  const due = new Map<Timer | "answer" | "hold" | "break", { readonly at: number; readonly event: LadderEvent }>();
  const ways: string[] = [];

  const plan = (): void => {
    if (ladder.way !== "held") due.delete("hold");
    else if (!due.has("hold"))
      due.set("hold", {
        at: now + (weather.holds ? HOLD : CUT),
        event: { kind: weather.holds ? "held" : "cut" },
      });
  };
  const take = (event: LadderEvent): void => {
    const next = step(ladder, event, chance);
    ladder = next.ladder;
    expect(ladder.way === "bell", "the bell is the way if and only if it is open").toBe(ladder.bell === "open");
    for (const action of next.actions) {
      if (action.kind === "wait") {
        expect(action.for).toBeGreaterThan(0);
        expect(action.for).toBeLessThanOrEqual(Math.max(KNOCKS.most, CLIMBS.most));
        due.set(action.timer, { at: now + action.for, event: { kind: action.timer } });
      } else if (action.kind === "forget") due.delete(action.timer);
      else if (action.kind === "knock")
        due.set("answer", { at: now + latency, event: { kind: weather.bell ? "opened" : "shut" } });
      else due.delete("hold");
    }
    plan();
  };

  take({ kind: "start" });
  for (const next of weathers) {
    weather = next;
    // A hold under way meets the network as it is now, and a bell that nobody lets through any more breaks.
    due.delete("hold");
    plan();
    if (!weather.bell && ladder.bell === "open") due.set("break", { at: now + 1, event: { kind: "shut" } });
    if (!weather.bell && ladder.bell === "knocking") due.set("answer", { at: now + 1, event: { kind: "shut" } });
    const until = now + weather.lasts;
    for (;;) {
      const [first] = [...due].sort(([, a], [, b]) => a.at - b.at);
      if (first === undefined || first[1].at > until) break;
      due.delete(first[0]);
      now = Math.max(now, first[1].at);
      take(first[1].event);
    }
    now = until;
    ways.push(ladder.way);
  }
  return ways;
}

const weather = fc.record({ bell: fc.boolean(), holds: fc.boolean() });
/** By then each pause was over twice: a knock, and a climb with two cuts after it. */
const LONG = 2 * Math.max(KNOCKS.most, CLIMBS.most) + 120_000;

test("it comes to the best that the network lets through, whatever came before", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(weather, fc.integer({ min: 1, max: 900_000 })), { maxLength: 12 }),
      weather,
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 1, max: 5000 }),
      (before, last, chances, latency) => {
        let drawn = 0;
        const chance = (): number => chances[drawn++ % chances.length] as number;
        const weathers = [
          ...before.map(([one, lasts]) => ({ ...one, lasts })),
          // A network that cuts holds is tried again for a moment now and then: it is looked at many times.
          ...Array.from({ length: 20 }, (_, at) => ({ ...last, lasts: at === 0 ? LONG : 7001 })),
        ];
        const ways = live(weathers, chance, latency).slice(before.length);
        const best = last.bell ? "bell" : last.holds ? "held" : "plain";
        if (best !== "plain") expect(new Set(ways)).toEqual(new Set([best]));
        else expect(ways.filter((way) => way === "plain").length).toBeGreaterThan(ways.length / 2);
        expect(last.bell || !ways.includes("bell")).toBe(true);
      },
    ),
  );
});
