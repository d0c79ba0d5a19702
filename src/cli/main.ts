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
// Once all is written it ends: a connection that is kept open for another call, or standard input, must not hold it.
for (const stream of [process.stdout, process.stderr])
  await new Promise<void>((resolve) => void stream.write("", () => resolve()));
process.exit(code);
