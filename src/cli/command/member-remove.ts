// `weft member remove EMAIL`: a member sees nothing more from the next call on.
import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { knownMember } from "#cli/known-member.ts";
import { printValue } from "#cli/output.ts";
import { REASON_OPTION } from "#cli/reason.ts";

export const command: Command = {
  about: "API tokens that the member made hold on until they are revoked: weft token list shows who made which.",
  arguments: [{ name: "<member>", help: "address or id of the member" }],
  options: [REASON_OPTION],
  examples: ["weft member remove bob@example.com"],
  async run(invocation) {
    const { args, options, terminal } = invocation;
    const [member = ""] = args;
    const { user } = await connect(invocation).ask(
      `${member} could not be removed`,
      async (client, organisation) => {
        const found = await knownMember(client, organisation, member);
        await client.call("removeMember", { params: { organisation, user: found.user.id } });
        return found;
      },
      "weft member list shows who the members are",
    );
    const shown = { removed: user.email, id: user.id };
    if (options.output === "json" || options.output === "yaml") printValue(terminal, options.output, shown);
    else terminal.out(`${options.output === "name" ? "" : "removed member "}${user.email}\n`);
    return 0;
  },
};
