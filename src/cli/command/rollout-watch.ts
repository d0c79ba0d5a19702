// `weft rollout watch REV`: follows a revision until all proxies have it.
import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { printDelivery } from "#cli/rollout/text.ts";
import { follow, readRevision, TIMEOUT_OPTION } from "#cli/rollout/watch.ts";

interface Options {
  readonly timeout: string;
}

export const command: Command<Options> = {
  about:
    "Ends with 0 when every proxy that is connected has it, with 8 when the time is over, and with 11 as soon as an Envoy " +
    "refuses it: then it prints Envoy's words and the rules of the policies that wrote what is refused. Zones that are " +
    "offline are named and not waited for. Ctrl-C ends the watching alone.",
  arguments: [{ name: "<revision>", help: "its number" }],
  options: [TIMEOUT_OPTION],
  examples: ["weft rollout watch 12", "weft rollout watch 12 --timeout 30s -o json"],
  async run(invocation) {
    const { args, options, terminal } = invocation;
    const following = { revision: readRevision(args[0]!), timeout: options.timeout };
    printDelivery(terminal, options.output, await follow(connect(invocation), terminal, following));
    return 0;
  },
};
