// `weft zone disable NAME`: no other zone sends it anything; its own proxies go on.

import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { printValue } from "#cli/output.ts";
import { REASON_OPTION } from "#cli/reason.ts";
import { switchZone } from "#cli/zone/switch.ts";

interface Options {
  readonly reason: string;
}

export const command: Command<Options> = {
  about:
    "Its endpoints leave every other zone's at once; requests under way are finished. Inside the zone all goes on, and its " +
    "proxies still call other zones. weft zone drain waits until all others have taken it; weft zone enable takes it back.",
  arguments: [{ name: "<zone>", help: "its name" }],
  options: [REASON_OPTION],
  examples: ["weft zone disable east", 'weft zone disable east --reason "maintenance of the racks"'],
  async run(invocation) {
    const { args, options, terminal } = invocation;
    const zone = args[0]!;
    const done = await switchZone(connect(invocation), zone, false, options.reason);
    if (options.output === "json" || options.output === "yaml")
      printValue(terminal, options.output, { zone, enabled: false, changed: done !== null, ...done });
    else if (options.output === "name") terminal.out(`${zone}\n`);
    else terminal.out(done === null ? `zone ${zone} was disabled already\n` : `disabled zone ${zone}\n`);
    return 0;
  },
};
