// The terminal a command speaks to: data on stdout, everything else on stderr.

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
}

/** The process's own terminal. `NO_COLOR`, `CI` and `TERM=dumb` switch colours and prompts off. */
export function processTerminal(env: NodeJS.ProcessEnv, options: { colour: boolean; input: boolean }): Terminal {
  const plain = env.NO_COLOR !== undefined || env.TERM === "dumb" || !options.colour;
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    input: readStdin,
    inputBytes: () => process.stdin,
    interactive: options.input && env.CI === undefined && process.stdin.isTTY === true && process.stderr.isTTY === true,
    colour: process.stdout.isTTY === true && !plain,
    ...(process.stdout.isTTY === true && { columns: Math.max(40, process.stdout.columns || 80) }),
  };
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

const STYLES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

/** Text in a style, or plain where colours are off. */
export function styled(terminal: Terminal, style: keyof typeof STYLES, text: string): string {
  return terminal.colour ? `\u001b[${STYLES[style]}m${text}\u001b[0m` : text;
}

/** Says what is being done if it takes long; lines are only added, so logs keep errors. */
export async function progress<T>(terminal: Terminal, what: string, work: Promise<T>): Promise<T> {
  // A person wonders soon; a log should not have a line for each slow call.
  const timer = setTimeout(() => terminal.err(`${what} …\n`), terminal.interactive ? 300 : 5_000);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}
