// `weft webhook delete ID`: it is told no more.

import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { isProgram, printValue } from "#cli/output.ts";
import { REASON_OPTION } from "#cli/reason.ts";
import { SEE_LIST, WEBHOOK_ARGUMENT } from "#cli/webhook/id.ts";

export const command: Command = {
  arguments: [WEBHOOK_ARGUMENT],
  options: [REASON_OPTION],
  examples: ["weft webhook delete k3v7pq2mzx4abcde"],
  async run(invocation) {
    const { args, options, terminal } = invocation;
    const id = args[0]!;
    await connect(invocation).ask(
      `webhook ${id} could not be deleted`,
      (client, organisation) => client.call("deleteWebhook", { params: { organisation, id } }),
      SEE_LIST,
    );
    if (isProgram(options.output)) printValue(terminal, options.output, { deleted: id });
    else terminal.out(`${options.output === "name" ? "" : "deleted webhook "}${id}\n`);
    return 0;
  },
};
