// `weft organisation restore NAME`: takes back that an organisation is to be deleted.
import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { usage } from "#cli/failure.ts";
import { printValue } from "#cli/output.ts";
import { REASON_OPTION } from "#cli/reason.ts";

export const command: Command = {
  about:
    "Its members, tokens and relays are let in again, and all is as it was. For owners, and tokens with the scope owner.",
  arguments: [{ name: "<organisation>", help: "its name, as in the URL that is used" }],
  options: [REASON_OPTION],
  examples: ["weft organisation restore acme"],
  async run(invocation) {
    const { args, options, terminal } = invocation;
    const [name = ""] = args;
    const connection = connect(invocation);
    const { organisation: own, url } = connection.target;
    if (name !== own)
      throw usage(`${url} is the organisation ${own}, not ${name}`, "name the one that the URL and the token are of");
    await connection.ask(
      `organisation ${name} could not be restored`,
      (client, organisation) => client.call("restoreOrganisation", { params: { organisation } }),
      { stale: "nothing of it is left: weft organisation create makes a new one" },
    );
    if (options.output === "json" || options.output === "yaml")
      printValue(terminal, options.output, { restored: name });
    else terminal.out(`${options.output === "name" ? "" : "restored organisation "}${name}\n`);
    return 0;
  },
};
