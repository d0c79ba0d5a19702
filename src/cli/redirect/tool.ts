// The system's own tools: run, and their words kept for the failure message.
import { spawnSync } from "node:child_process";
import { Failure } from "#cli/failure.ts";

export interface ToolAnswer {
  readonly ok: boolean;
  readonly out: string;
  /** What it said went wrong. */
  readonly why: string;
}

/** Runs a tool to its end; `input` is its standard input. */
export function runTool(program: string, args: readonly string[], input = ""): ToolAnswer {
  const done = spawnSync(program, args, { input, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  const why = done.error?.message ?? (done.stderr.trim() || `exit code ${done.status}`);
  return { ok: done.status === 0, out: done.stdout ?? "", why };
}

/** The same where it must work. Throws Failure. */
export function mustRun(program: string, args: readonly string[], input = ""): string {
  const { ok, out, why } = runTool(program, args, input);
  if (ok) return out;
  throw new Failure("failed", {
    what: `${program} refused what it was to do`,
    where: [program, ...args].join(" "),
    why,
    fix: "--dry-run prints the rules; --backend chooses another tool",
  });
}

/** Whether there is such a program. */
export function hasTool(program: string): boolean {
  const done = spawnSync(program, ["--version"], { stdio: "ignore" });
  return done.error === undefined;
}
