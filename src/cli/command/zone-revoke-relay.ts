// `weft zone revoke-relay ZONE RELAY`: the control plane refuses the relay from now on.

import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { printValue } from "#cli/output.ts";
import { REASON_OPTION } from "#cli/reason.ts";

export const command: Command = {
  about:
    "Its proxies' certificates end at once for all others, so stop it first where it has moved in peace: they come back at " +
    "another relay of the zone. A zone can be deleted once none of its relays is enrolled.",
  arguments: [
    { name: "<zone>", help: "name of the zone" },
    { name: "<relay>", help: "id of the relay, as weft zone list shows it" },
  ],
  options: [REASON_OPTION],
  examples: ["weft zone revoke-relay east dy3yqgub"],
  async run(invocation) {
    const { args, options, terminal } = invocation;
    const [zone, relay] = args as [string, string];
    await connect(invocation).ask(
      `relay ${relay} of zone ${zone} could not be revoked`,
      (client, organisation) => client.call("revokeRelay", { params: { organisation, zone, relay } }),
      "weft zone list shows the zones and the ids of their relays",
    );
    if (options.output === "json" || options.output === "yaml")
      printValue(terminal, options.output, { revoked: relay, zone });
    else terminal.out(`${options.output === "name" ? "" : "revoked relay "}${relay}\n`);
    return 0;
  },
};
