// An edge in the foreground: its output is ours, its signals too, and so is its exit code.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { type EdgeName, edgeEnvironment, edgePath, NODE_FLAGS, WITH_PARENT } from "./edge.ts";
import { Failure } from "./failure.ts";

/** Runs it to its end; a signal that ended it is 128 + its number. */
export function runEdge(name: EdgeName, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const stdio = ["inherit", "inherit", "inherit", "ipc"] as const;
  const options = { env: edgeEnvironment(name, env), stdio: [...stdio] };
  const child = spawn(process.execPath, [...WITH_PARENT, ...NODE_FLAGS[name], edgePath(name), ...args], options);
  child.channel?.unref();
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, pass);
  // A terminal gives Ctrl-C to the whole group; passed on again it would count twice.
  process.on("SIGINT", () => {
    if (process.stdin.isTTY !== true) pass("SIGINT");
  });
  return new Promise((resolve, reject) => {
    child.once("error", (error) =>
      reject(new Failure("failed", { what: `the ${name} cannot be started`, why: error.message })),
    );
    child.once("exit", (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}
