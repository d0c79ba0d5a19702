// `weft invitation revoke ID`: its link leads nowhere from now on.
import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { printValue } from "#cli/output.ts";
import { REASON_OPTION } from "#cli/reason.ts";

export const command: Command = {
  arguments: [{ name: "<invitation-id>", help: "id of the invitation, as weft invitation list shows it" }],
  options: [REASON_OPTION],
  examples: ["weft invitation revoke k3v7pq2mzx4abcde"],
  async run(invocation) {
    const { args, options, terminal } = invocation;
    const [id = ""] = args;
    await connect(invocation).ask(
      `invitation ${id} could not be revoked`,
      (client, organisation) => client.call("revokeInvitation", { params: { organisation, id } }),
      "weft invitation list shows the ids of all open invitations",
    );
    if (options.output === "json" || options.output === "yaml") printValue(terminal, options.output, { revoked: id });
    else terminal.out(`${options.output === "name" ? "" : "revoked invitation "}${id}\n`);
    return 0;
  },
};
