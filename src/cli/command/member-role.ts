// `weft member role EMAIL ROLE`: what a member may from now on.
import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { knownMember } from "#cli/known-member.ts";
import { printValue } from "#cli/output.ts";
import { REASON_OPTION } from "#cli/reason.ts";

export const command: Command = {
  about: "Only an owner makes an owner, or takes the role from one; the last owner stays one.",
  arguments: [
    { name: "<member>", help: "address or id of the member" },
    { name: "<role>", help: "owner, admin, editor, viewer, editor@zone:<zone> or editor@mesh:<mesh>" },
  ],
  options: [REASON_OPTION],
  examples: ["weft member role ann@example.com admin", "weft member role bob@example.com editor@mesh:payments"],
  async run(invocation) {
    const { args, options, terminal } = invocation;
    const [member = "", role = ""] = args;
    const { user, role: before } = await connect(invocation).ask(
      `the role of ${member} could not be changed`,
      async (client, organisation) => {
        const found = await knownMember(client, organisation, member);
        await client.call("changeMember", { params: { organisation, user: found.user.id }, body: { role } });
        return found;
      },
      "weft member list shows who the members are",
    );
    const shown = { member: user.email, id: user.id, before, role };
    if (options.output === "json" || options.output === "yaml") printValue(terminal, options.output, shown);
    else
      terminal.out(options.output === "name" ? `${user.email}\n` : `${user.email} is ${role} now, and was ${before}\n`);
    return 0;
  },
};
