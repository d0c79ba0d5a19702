// The `weft` command: parses, runs, prints failures, and ends with a documented exit code.
import { asFailure, failureText } from "./failure.ts";
import { runProgram } from "./program.ts";
import { processTerminal } from "./terminal.ts";

const argv = process.argv.slice(2);
const terminal = processTerminal(process.env, {
  colour: !argv.includes("--no-color"),
  input: !argv.includes("--no-input"),
});

// A reader that goes away (`weft get … | head`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

let code: number;
try {
  code = await runProgram(argv, { terminal, env: process.env, cwd: process.cwd() });
} catch (thrown) {
  const failure = asFailure(thrown);
  terminal.err(failureText(failure.parts));
  if (process.env.WEFT_DEBUG !== undefined && failure.cause instanceof Error) terminal.err(`${failure.cause.stack}\n`);
  code = failure.code;
}
// Open sockets of commands that were interrupted must not keep the process; output is flushed before.
process.exitCode = code;
setTimeout(() => process.exit(code), 2_000).unref();
