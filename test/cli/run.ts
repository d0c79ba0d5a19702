// Runs a command line in this process, with a terminal that keeps what it is told.
import { execute } from "#cli/execute.ts";
import type { Terminal } from "#cli/terminal.ts";

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly input?: string;
  /** Width of the terminal; absent = the output goes into a pipe. */
  readonly columns?: number;
  readonly colour?: boolean;
}

/** The environment holds nothing but what the test gives: no token or context of the developer's own. */
export async function run(
  argv: readonly string[],
  { env = {}, cwd = "/", input = "", columns, colour = false }: RunOptions = {},
): Promise<Ran> {
  let out = "";
  let err = "";
  const terminal: Terminal = {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    input: async () => input,
    interactive: false,
    colour,
    ...(columns === undefined ? {} : { columns }),
  };
  const home = { HOME: "/nonexistent", ...env };
  const code = await execute(argv, { terminal, env: home, cwd });
  return { code, out, err };
}
