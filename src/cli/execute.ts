// A whole command line: runs it, prints its failure, and says with which code to exit.
import { variable } from "#api/environment.ts";
import { asFailure, failureText } from "./failure.ts";
import { runProgram, type Surroundings } from "./program.ts";

/** Never throws. WEFT_DEBUG adds the stack of what nobody foresaw. */
export async function execute(argv: readonly string[], around: Surroundings): Promise<number> {
  try {
    return await runProgram(argv, around);
  } catch (thrown) {
    const failure = asFailure(thrown);
    around.terminal.err(failureText(failure.parts));
    if (variable(around.env, "WEFT_DEBUG") !== undefined && failure.cause instanceof Error) {
      around.terminal.err(`${failure.cause.stack}\n`);
    }
    return failure.code;
  }
}
