// Access tests as text for people: what is asked, whether it holds, and what decides.
import type { WireAccessTest, WireTestState, WireTestTurns } from "#api/access.ts";
import { styled, type Terminal } from "#cli/terminal.ts";
import { outcomeText, reasonText } from "./verdict-text.ts";

type Asked = Pick<WireAccessTest, "from" | "to" | "port" | "method" | "path">;

/** `web → orders:8080 (GET /x)`. */
export function askedText({ from, to, port, method, path }: Asked): string {
  const request = [method, path].filter((text) => text !== undefined).join(" ");
  return `${from} → ${to}${port === undefined ? "" : `:${port}`}${request === "" ? "" : ` (${request})`}`;
}

/** What decides, in a few words. */
export function whyText({ verdict, nobody }: WireTestState): string {
  return verdict === undefined ? (nobody ?? "") : reasonText(verdict);
}

/** `denied`, or `nobody`. */
export function stateText({ verdict }: WireTestState): string {
  const plain: Pick<Terminal, "colour"> = { colour: false };
  return verdict === undefined ? "nobody" : outcomeText(plain as Terminal, verdict);
}

/** What a change does to tests; empty where it does nothing. */
export function testsText(terminal: Terminal, { broken, mended, failing }: WireTestTurns): string {
  const line = (word: string, style: "red" | "green" | "yellow") => (one: WireTestTurns["broken"][number]) => {
    const now = one.after.holds ? "" : `, and is ${stateText(one.after)}: ${whyText(one.after)}`;
    return styled(terminal, style, `  ${word}  ${one.mesh}/${one.name}: ${askedText(one)} expects ${one.expect}${now}`);
  };
  const lines = [
    ...broken.map(line("breaks", "red")),
    ...failing.map(line("fails ", "yellow")),
    ...mended.map(line("mends ", "green")),
  ];
  return lines.length === 0 ? "" : `${styled(terminal, "bold", "Access tests")}\n${lines.join("\n")}\n`;
}
