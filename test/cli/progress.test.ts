// Progress: nothing for what is quick, a line that goes away on a screen, plain lines now and then elsewhere.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { countText, numberOf, progress, type Tell } from "#cli/progress.ts";
import type { Terminal } from "#cli/terminal.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function watch(screen: boolean) {
  const err: string[] = [];
  const status: string[] = [];
  const terminal: Terminal = {
    out: () => undefined,
    err: (text) => void err.push(text),
    input: async () => "",
    interactive: screen,
    colour: screen,
    ...(screen && { status: (line: string) => void status.push(line) }),
  };
  let tell: Tell = () => undefined;
  let end: () => void = () => undefined;
  const done = progress(terminal, "reading files", (say) => {
    tell = say;
    return new Promise<void>((resolve) => {
      end = resolve;
    });
  });
  const finish = (): Promise<void> => {
    end();
    return done;
  };
  return { err, status, tell: (text: string) => tell(text), end: finish };
}

test("on a screen: after 300 ms, renewed, with what is new, and away at the end", async () => {
  const seen = watch(true);
  vi.advanceTimersByTime(299);
  expect(seen.status).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(seen.status).toEqual(["reading files …"]);
  seen.tell(`reading files: ${countText(1200)} of ${countText(3000)}`);
  vi.advanceTimersByTime(800);
  expect(seen.status.at(-1)).toBe("reading files: 1,200 of 3,000 … (1 s)");
  await seen.end();
  expect(seen.status.at(-1)).toBe("");
  vi.advanceTimersByTime(60_000);
  expect(seen.status.at(-1)).toBe("");
  expect(seen.err).toEqual([]);
  expect(seen.status.join("")).not.toContain("\u001b");
});

test("in a pipe: a line after 5 s, and every 10 s; none for what is quicker", async () => {
  const seen = watch(false);
  vi.advanceTimersByTime(4_999);
  expect(seen.err).toEqual([]);
  vi.advanceTimersByTime(1);
  seen.tell("sending");
  vi.advanceTimersByTime(20_000);
  expect(seen.err).toEqual(["reading files … (5 s)\n", "sending … (15 s)\n", "sending … (25 s)\n"]);
  await seen.end();
  vi.advanceTimersByTime(60_000);
  expect(seen.err).toHaveLength(3);
});

test("what is counted stands in the plural but for one", () => {
  expect([0, 1, 1200].map((count) => numberOf(count, "row"))).toEqual(["0 rows", "1 row", "1,200 rows"]);
  expect(numberOf(1, "person", "people")).toBe("1 person");
  expect(numberOf(2, "person", "people")).toBe("2 people");
});
