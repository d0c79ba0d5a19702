// `weft zone revoke NAME`: all relays of the zone are refused, and what their issuers sign is trusted no more.

import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { printValue } from "#cli/output.ts";
import { REASON_OPTION } from "#cli/reason.ts";

export const command: Command = {
  about:
    "For a zone whose machines are lost or in other hands. Every certificate of its proxies ends at once in all other " +
    "zones, and its endpoints are gone; weft zone disable or drain takes a zone out of use in peace.",
  arguments: [{ name: "<zone>", help: "name of the zone" }],
  options: [REASON_OPTION],
  examples: ["weft zone revoke east"],
  async run(invocation) {
    const { args, options, terminal } = invocation;
    const [zone] = args as [string];
    const { relays } = await connect(invocation).ask(
      `zone ${zone} could not be revoked`,
      (client, organisation) => client.call("revokeZone", { params: { organisation, zone } }),
      "weft zone list shows the zones",
    );
    if (options.output === "json" || options.output === "yaml")
      printValue(terminal, options.output, { revoked: zone, relays });
    else if (options.output === "name") terminal.out(`${zone}\n`);
    else
      terminal.out(`revoked zone ${zone} with ${relays.length === 0 ? "no relay" : `relays ${relays.join(", ")}`}\n`);
    return 0;
  },
};
