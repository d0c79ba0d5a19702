// The terminal a command speaks to: data on stdout, everything else on stderr.
import { variable } from "#api/environment.ts";
import type { Shown } from "./shown.ts";

export interface Terminal {
  /** Data: what a pipe should get. */
  out(text: string): void;
  /** Progress, warnings, errors. */
  err(text: string): void;
  /** Standard input, whole. */
  input(): Promise<string>;
  /** The same as bytes, where it matters which they were. */
  readonly inputBytes?: () => AsyncIterable<Uint8Array>;
  /** Both ends are a person's: prompts are allowed. */
  readonly interactive: boolean;
  /** Colours on stdout are allowed. */
  readonly colour: boolean;
  /** Width of the screen that stdout is; undefined where it is none, and nothing is cut. */
  readonly columns?: number;
  /** Its height in lines. */
  readonly rows?: number;
  /** Who watches is told what a look shows, beside its text. */
  readonly shown?: (shown: Shown) => void;
  /** What steers the screen, as it is; only where stdout is one. */
  readonly draw?: (text: string) => void;
  /** Shows a line that goes away before the next text; `""` takes it away. Only where stderr is a screen that can. */
  readonly status?: (line: string) => void;
}

/** The process's own terminal. `NO_COLOR`, `CI` and `TERM=dumb` switch colours and prompts off. */
export function processTerminal(env: NodeJS.ProcessEnv, options: { colour: boolean; input: boolean }): Terminal {
  const plain = variable(env, "NO_COLOR") !== undefined || variable(env, "TERM") === "dumb" || !options.colour;
  const canErase =
    process.stderr.isTTY === true && variable(env, "CI") === undefined && variable(env, "TERM") !== "dumb";
  let shown = "";
  const status = (line: string): void => {
    if (line === shown) return;
    shown = line;
    // To the line's begin, and all of it away: no colour, so NO_COLOR has no say.
    process.stderr.write(`\r\u001b[K${lineOf(line).slice(0, Math.max(1, (process.stderr.columns || 80) - 1))}`);
  };
  const terminal: Terminal = {
    out: (text) => {
      status("");
      process.stdout.write(process.stdout.isTTY === true ? calm(text) : text);
    },
    err: (text) => {
      status("");
      process.stderr.write(process.stderr.isTTY === true ? calm(text) : text);
    },
    ...(canErase && { status }),
    input: readStdin,
    inputBytes: () => process.stdin,
    interactive:
      options.input &&
      variable(env, "CI") === undefined &&
      process.stdin.isTTY === true &&
      process.stderr.isTTY === true,
    colour: process.stdout.isTTY === true && !plain,
  };
  if (process.stdout.isTTY !== true) return terminal;
  // A person may resize it while a command watches.
  return {
    ...terminal,
    draw: (text) => {
      status("");
      process.stdout.write(text);
    },
    get columns() {
      return Math.max(40, process.stdout.columns || 80);
    },
    get rows() {
      return Math.max(5, process.stdout.rows || 24);
    },
  };
}

/**
 * A text that no screen is steered by: styles stand, and lines and tabs; of all else that is a control character a `?`. What
 * is printed may hold words of others, and an ESC among them could write to the clipboard or over what stands above.
 */
export function calm(text: string): string {
  return text.replace(STEERING, (found) => (found.length > 1 ? found : "?"));
}

/** What others said, as one line: an Envoy ends some of its words with a new line, and who runs it may put in more of them. */
export function lineOf(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, " ").trim();
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

const STYLES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

const STYLE = `\u001b\\[(?:0|${Object.values(STYLES).join("|")})m`;
const STEERING = new RegExp(`${STYLE}|\\r\\n|(?![\\n\\t])\\p{Cc}`, "gu");

/** Text in a style, or plain where colours are off. */
export function styled(terminal: Terminal, style: keyof typeof STYLES, text: string): string {
  return terminal.colour ? `\u001b[${STYLES[style]}m${text}\u001b[0m` : text;
}
