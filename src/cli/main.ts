// The entry of the `weft` command.
import { execute } from "./execute.ts";
import { processTerminal } from "./terminal.ts";
import { endWithNpm } from "./with-npm.ts";

// A reader that goes away (`weft get … | head`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

endWithNpm(process.env);
const argv = process.argv.slice(2);
const terminal = processTerminal(process.env, {
  colour: !argv.includes("--no-color"),
  input: !argv.includes("--no-input"),
});
const code = await execute(argv, { terminal, env: process.env, cwd: process.cwd() });
process.exitCode = code;
// Output has time to drain into a pipe; a socket that is still open must not keep the process.
setTimeout(() => process.exit(code), 2_000).unref();
