// `weft token revoke ID`: the token is refused from now on.

import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { printValue } from "#cli/output.ts";
import { REASON_OPTION } from "#cli/reason.ts";

export const command: Command = {
  arguments: [{ name: "<token-id>", help: "id of the token, as weft token list shows it" }],
  options: [REASON_OPTION],
  examples: ["weft token revoke k3v7pq2mzx4abcde"],
  async run(invocation) {
    const { args, options, terminal } = invocation;
    const id = args[0]!;
    await connect(invocation).ask(
      `token ${id} could not be revoked`,
      (client, organisation) => client.call("revokeToken", { params: { organisation, id } }),
      "weft token list shows the ids of all tokens",
    );
    if (options.output === "json" || options.output === "yaml") printValue(terminal, options.output, { revoked: id });
    else terminal.out(`${options.output === "name" ? "" : "revoked token "}${id}\n`);
    return 0;
  },
};
