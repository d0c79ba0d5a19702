// `weft uninstall transparent-proxy`: everything that the installation put into the kernel is taken away.
import type { Command } from "#cli/command.ts";
import { wholeNumber } from "#cli/number.ts";
import { isProgram, printValue } from "#cli/output.ts";
import { removeAll } from "#cli/redirect/backend.ts";
import { removeAddress } from "#cli/redirect/loopback.ts";
import { mustBeRoot } from "#cli/redirect/root.ts";

interface Options {
  readonly wait: string;
}

export const command: Command<Options> = {
  about:
    "Removes the rules of `weft install transparent-proxy`, whichever tool put them there, and the address ::6. What was " +
    "there before stays as it was; where nothing is installed, nothing changes. Needs root.",
  options: [{ flags: "--wait <seconds>", help: "how long to wait for others who change iptables", default: "5" }],
  examples: ["weft uninstall transparent-proxy"],
  async run({ options, terminal }) {
    const wait = wholeNumber("--wait", options.wait, 3_600);
    mustBeRoot("weft uninstall transparent-proxy");
    const found = removeAll({ comments: true, wait });
    // Somebody else's, where no rules of ours were.
    if (found.length > 0) removeAddress();
    if (isProgram(options.output)) printValue(terminal, options.output, { removed: found });
    else terminal.err(found.length > 0 ? `weft: removed from ${found.join(", ")}\n` : "weft: nothing was installed\n");
    return 0;
  },
};
