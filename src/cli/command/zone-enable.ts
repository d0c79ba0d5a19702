// `weft zone enable NAME`: the other zones send it their share again.

import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { printValue } from "#cli/output.ts";
import { REASON_OPTION } from "#cli/reason.ts";
import { switchZone } from "#cli/zone/switch.ts";

interface Options {
  readonly reason: string;
}

export const command: Command<Options> = {
  about: "Takes back weft zone disable and weft zone drain.",
  arguments: [{ name: "<zone>", help: "its name" }],
  options: [REASON_OPTION],
  examples: ["weft zone enable east"],
  async run(invocation) {
    const { args, options, terminal } = invocation;
    const zone = args[0]!;
    const done = await switchZone(connect(invocation), zone, true, options.reason);
    if (options.output === "json" || options.output === "yaml")
      printValue(terminal, options.output, { zone, enabled: true, changed: done !== null, ...done });
    else if (options.output === "name") terminal.out(`${zone}\n`);
    else terminal.out(done === null ? `zone ${zone} was enabled already\n` : `enabled zone ${zone}\n`);
    return 0;
  },
};
