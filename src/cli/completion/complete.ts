// `weft __complete -- WORD...`: what the scripts of `weft completion` ask. The last word is being written.
import type { Invocation } from "#cli/command.ts";
import { type CompletionTables, candidatesOf } from "./candidates.ts";
import { FILES_LINE } from "./script.ts";
import { valuesFor } from "./values.ts";

/** Prints a line a candidate, or `:files`; nothing else, whatever happens. */
export async function complete(
  argv: readonly string[],
  tables: Omit<CompletionTables, "values">,
  place: Pick<Invocation<object>, "env" | "cwd" | "terminal">,
): Promise<void> {
  const silent = { ...place.terminal, out: () => undefined, err: () => undefined };
  const words = argv[0] === "--" ? argv.slice(1) : argv;
  const found = await candidatesOf(words, {
    ...tables,
    values: (asked) => valuesFor(asked, { ...place, terminal: silent }),
  });
  const lines =
    found === "files" ? [FILES_LINE] : found.map(({ value, help }) => `${value}\t${help.replace(/\s+/g, " ")}`);
  place.terminal.out(lines.map((line) => `${line}\n`).join(""));
}
