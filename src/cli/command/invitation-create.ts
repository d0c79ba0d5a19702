// `weft invitation create EMAIL --role ROLE`: an invitation, whose link is printed once.
import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { printValue } from "#cli/output.ts";
import { REASON_OPTION } from "#cli/reason.ts";

interface Options {
  readonly role: string;
}

export const command: Command<Options> = {
  about:
    "The link is good for once, for 7 days, and for the person whose address it is; it is mailed, and printed on stdout. Who is " +
    "invited again has the newest link alone. An organisation that the operator made takes its first owner so.",
  arguments: [{ name: "<email>", help: "whom to invite" }],
  options: [
    {
      flags: "--role <role>",
      help: "owner, admin, editor, viewer, editor@zone:<zone> or editor@mesh:<mesh>",
      default: "viewer",
    },
    REASON_OPTION,
  ],
  examples: [
    "weft invitation create ann@example.com --role owner",
    "weft invitation create bob@example.com --role editor@mesh:payments",
  ],
  async run(invocation) {
    const { args, options, terminal } = invocation;
    const [email = ""] = args;
    const made = await connect(invocation).ask(`${email} could not be invited`, (client, organisation) =>
      client.call("createInvitation", { params: { organisation }, body: { email, role: options.role } }),
    );
    if (options.output === "json" || options.output === "yaml") printValue(terminal, options.output, made);
    else if (options.output === "name") terminal.out(`${made.id}\n`);
    else {
      terminal.out(`${made.link}\n`);
      const sent = made.mailed
        ? `It was mailed to ${made.email}`
        : `No mail was sent: hand it to ${made.email} yourself`;
      terminal.err(`${sent}. The link is good until ${made.expiresAt}, and is not shown again.\n`);
    }
    return 0;
  },
};
