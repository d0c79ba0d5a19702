// `weft rollout status REV`: how far a revision has come, relay by relay.
import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { printDelivery } from "#cli/rollout/text.ts";
import { ask, readRevision } from "#cli/rollout/watch.ts";

export const command: Command = {
  about:
    "Times are since the commit. A proxy that has taken a later revision has taken this one; one that this revision does " +
    "not touch has it as soon as its relay serves it.",
  arguments: [{ name: "<revision>", help: "its number" }],
  examples: ["weft rollout status 12", "weft rollout status 12 -o json"],
  async run(invocation) {
    const { args, options, terminal } = invocation;
    const { body } = await ask(connect(invocation), readRevision(args[0]!), "");
    if (body !== null) printDelivery(terminal, options.output, body);
    return 0;
  },
};
