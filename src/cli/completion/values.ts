// Values of an argument or option, from where the table of sources says; in no more time than a person waits for a word.
import type { GlobalOptions, Invocation } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import type { Asked, Candidate, Candidates } from "./candidates.ts";
import { sourceOf } from "./sources.ts";

/** A shell waits no longer for a word than a person does; milliseconds. */
const PATIENCE = 300;

type Place = Pick<Invocation<object>, "env" | "cwd" | "terminal">;

/** Nothing where nobody answers within `patience` milliseconds, and nothing is ever printed. */
export async function valuesFor(asked: Asked, place: Place, patience = PATIENCE): Promise<Candidates> {
  const source = sourceOf(asked);
  if (source === undefined || source === "free") return [];
  if (source === "files") return "files";
  try {
    if ("local" in source) return source.local(place.env);
    const options = Object.fromEntries(
      ["url", "token", "context"].flatMap((name) => (asked.options.has(name) ? [[name, asked.options.get(name)]] : [])),
    ) as Partial<GlobalOptions>;
    const tokenFile = asked.options.get("token-file");
    const { client, target } = connect({
      ...place,
      signal: AbortSignal.timeout(patience),
      options: { output: "table", ...options, ...(tokenFile !== undefined && { tokenFile }) } as GlobalOptions,
    });
    const late = new Promise<readonly Candidate[]>((resolve) => setTimeout(resolve, patience, []).unref());
    return await Promise.race([source.remote(client, target.organisation, asked), late]);
  } catch {
    return [];
  }
}
