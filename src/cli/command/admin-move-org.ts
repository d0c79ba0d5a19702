// `weft admin move-org ORGANISATION --to DATABASE`: from one database to another, while it goes on.
import type { Command } from "#cli/command.ts";
import { connectOperator, OPERATOR_OPTIONS, type OperatorOptions } from "#cli/operator.ts";
import { printValue } from "#cli/output.ts";

interface Options extends OperatorOptions {
  readonly to: string;
}

/** What is told of a phase. */
const TOLD: Readonly<Record<string, string>> = {
  begin: "beginning",
  copy: "copying",
  freeze: "waiting for what was written last",
  final: "copying what was written last; changes wait",
  verify: "comparing both; changes wait",
  empty: "emptying where it was",
};

export const command: Command<Options> = {
  about:
    "Copies all that the organisation has while it goes on, then has changes wait (503, try again) for what was written last, compares " +
    "both databases by count and digest, and switches. Then the old database is emptied. What is stopped, however, loses " +
    "nothing: the organisation is whole in one of the two, changes are taken again after ten seconds, and the same command goes on.",
  arguments: [{ name: "<organisation>", help: "its name" }],
  options: [
    ...OPERATOR_OPTIONS,
    { flags: "--to <database>", help: "where it goes; weft admin databases lists them", required: true },
  ],
  examples: [
    "weft admin move-org acme --to us-1 --control-plane http://127.0.0.1:5681 --operator-secret-file state/operator.secret",
  ],
  async run(invocation) {
    const { args, options, terminal } = invocation;
    const name = args[0]!;
    const { to } = options;
    const moved = await connectOperator(invocation).ask(`${name} could not be moved`, async (client, tell) => {
      for (;;) {
        const standing = await client.call("moveOrganisation", { params: { organisation: name }, body: { to } });
        if (standing.phase === null) return standing;
        const at = standing.table === null ? "" : ` (${standing.table})`;
        tell(`moving ${name}: ${TOLD[standing.phase] ?? standing.phase}${at}`);
      }
    });
    const shown = { organisation: name, from: moved.source, to: moved.target };
    if (options.output === "json" || options.output === "yaml") printValue(terminal, options.output, shown);
    else if (moved.source === moved.target) terminal.out(`${name} is in ${to} already\n`);
    else terminal.out(`${name} is moved from ${moved.source} to ${moved.target}\n`);
    return 0;
  },
};
