// A change that guard rails hold back: the command line that makes the plan of it, in place of the words for any change.
import { Failure } from "#cli/failure.ts";

/** What the control plane writes, which knows no command line; control/guard/need.ts. */
const ANY = "weft plan -f <files>";

/** What `work` gives; the Failure of a change that is held tells that `line` makes its plan. */
export async function heldPlannedBy<T>(line: readonly string[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof Failure) || thrown.exit !== "guarded") throw thrown;
    const { why = "", ...parts } = thrown.parts;
    throw new Failure(thrown.exit, { ...parts, why: why.replaceAll(ANY, line.map(quoted).join(" ")) }, thrown);
  }
}

/** As a shell takes it. */
function quoted(word: string): string {
  return /^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
