// What others say steers nobody's terminal: an Envoy's words are its workload's, and an admin reads them.
import { afterEach, expect, test, vi } from "vitest";
import type { RevisionDeliveryBody } from "#api/weft.ts";
import { refusalLines } from "#cli/rollout/text.ts";
import { processTerminal, styled } from "#cli/terminal.ts";
import { screenView } from "#cli/watch/screen.ts";
import { refusingAt } from "#cli/zone/refusing.ts";
import { laggardOf } from "#relay/laggard.ts";

/** Writes to the clipboard, clears the screen, begins a line of its own, and is heard by an 8-bit terminal too. */
const WORDS = "odd\u001b]52;c;ZXZpbA==\u0007\u001b[2J\r\nRevision 7: delivered\u009b2J\u0000\n";
const ONE_LINE = "odd ]52;c;ZXZpbA== [2J Revision 7: delivered 2J";

const ttys = [process.stdout.isTTY, process.stderr.isTTY] as const;
afterEach(() => {
  vi.restoreAllMocks();
  [process.stdout.isTTY, process.stderr.isTTY] = ttys;
});

/** A process's terminal, and all that it wrote. */
function opened(isScreen: boolean) {
  [process.stdout.isTTY, process.stderr.isTTY] = [isScreen, isScreen];
  const written: string[] = [];
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, "write").mockImplementation((text) => written.push(String(text)) > 0);
  const terminal = processTerminal({ TERM: "xterm" }, { colour: true, input: false });
  return { terminal, said: () => written.splice(0).join("") };
}

test("a screen is steered by no text: styles, lines and tabs stand, and a ? for all else", () => {
  const { terminal, said } = opened(true);
  const text = `${styled(terminal, "red", "a")}\tb\r\n${WORDS}`;
  const calm = "\u001b[31ma\u001b[0m\tb\r\nodd?]52;c;ZXZpbA==??[2J\r\nRevision 7: delivered?2J?\n";
  terminal.out(text);
  expect(said()).toContain(calm);
  terminal.err(text);
  expect(said()).toContain(calm);
  terminal.status?.(WORDS);
  expect(said()).toBe(`\r\u001b[K${ONE_LINE}`);
});

test("a watch draws over its screen, and what it shows does not", () => {
  const { terminal, said } = opened(true);
  screenView(terminal).show({ at: new Date(0), out: WORDS, err: "", shown: { rows: [], newest: false } });
  const drawn = said();
  expect(drawn).toContain("\u001b[?2026h");
  expect(drawn).toContain("odd?]52;c;ZXZpbA==??[2J");
  expect(drawn).toContain("Revision 7: delivered?2J?");
});

test("a pipe gets every byte", () => {
  const { terminal, said } = opened(false);
  terminal.out(WORDS);
  terminal.err(WORDS);
  expect(said()).toBe(WORDS + WORDS);
});

test("an Envoy's words are one line, from the relay on", () => {
  const stream = { mesh: "default", name: "web-1", epoch: 1, sequence: 1, state: "nacked", refused: [] } as const;
  expect(laggardOf({ ...stream, reason: WORDS } as never).reason).toBe(ONE_LINE);
  const laggard = { proxy: "default.web-1", reason: WORDS, state: "nacked" as const };
  const relays = [{ zone: "east", laggards: [laggard] }];
  expect(refusalLines({ relays } as unknown as RevisionDeliveryBody)).toEqual([
    `proxy default.web-1 in zone east refuses it: ${ONE_LINE}`,
  ]);
  const told = refusingAt(
    [{ id: "r", online: true, revoked: false }] as never,
    [{ relay: "r", nacked: 1, laggards: [laggard] }] as never,
  );
  expect(told.map(({ texts }) => texts)).toEqual([[`default.web-1: ${ONE_LINE}`]]);
});
