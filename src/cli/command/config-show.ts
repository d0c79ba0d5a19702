// `weft config show`: the contexts, and which one holds here.
import type { Command } from "#cli/command.ts";
import { configPath, readConfig, resolveTarget } from "#cli/context.ts";
import { Failure } from "#cli/failure.ts";
import { isProgram, printListing } from "#cli/output.ts";

export const command: Command = {
  about: "Never shows a token.",
  examples: ["weft config show", "weft config show -o json"],
  async run({ options, terminal, env, cwd }) {
    const { current, contexts } = readConfig(env);
    const here = holdsHere();
    const rows = Object.entries(contexts).map(([name, context]) => ({ name, ...context, current: name === current }));
    printListing(terminal, options.output, {
      rows,
      columns: [
        { title: "name", cell: (row) => row.name },
        { title: "current", cell: (row) => (row.current ? "yes" : "") },
        { title: "url", cell: (row) => row.url },
        { title: "token file", cell: (row) => row.tokenFile ?? "" },
      ],
      value: { file: configPath(env), contexts: rows, here },
      name: (row) => row.name,
      none: `There are no contexts in ${configPath(env)}.`,
    });
    if (isProgram(options.output)) return 0;
    terminal.err(
      here === null ? "Here, no organisation is chosen.\n" : `Here, commands speak to ${here.url} (${here.source}).\n`,
    );
    return 0;

    function holdsHere(): { url: string; source: string } | null {
      try {
        const { url, source } = resolveTarget(options, env, cwd);
        return { url, source };
      } catch (thrown) {
        if (thrown instanceof Failure) return null;
        throw thrown;
      }
    }
  },
};
