// `weft webhook replay ID`: events are sent again, with the ids that they had.

import { whenOf } from "#cli/audit/when.ts";
import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { usage } from "#cli/failure.ts";
import { isProgram, printValue } from "#cli/output.ts";
import { REASON_OPTION } from "#cli/reason.ts";
import { SEE_LIST, seeDeliveries, WEBHOOK_ARGUMENT } from "#cli/webhook/id.ts";

interface Options {
  readonly event?: string;
  readonly since?: string;
}

export const command: Command<Options> = {
  about: "The receiver tells them by their webhook-id, which stays. A webhook that is off is on again by it.",
  arguments: [WEBHOOK_ARGUMENT],
  options: [
    REASON_OPTION,
    { flags: "--event <event>", help: "this one, as weft webhook deliveries shows it" },
    { flags: "--since <time>", help: "all since then: 2h (so long ago) or 2026-03-04T05:06:07Z" },
  ],
  examples: [
    "weft webhook replay k3v7pq2mzx4abcde --since 2h",
    "weft webhook replay k3v7pq2mzx4abcde --event msg_r1a2b3",
  ],
  async run(invocation) {
    const { args, options, terminal } = invocation;
    const id = args[0]!;
    const { event, since } = options;
    if ((event === undefined) === (since === undefined))
      throw usage("it is not said which events", "--event EVENT for one, or --since 2h for all since then");
    const body = event === undefined ? { since: whenOf("--since", since!, Date.now()) } : { event };
    const answer = await connect(invocation).ask(
      `events could not be sent to webhook ${id} again`,
      (client, organisation) => client.call("replayWebhook", { params: { organisation, id }, body }),
      { absent: ({ message }) => (message.startsWith("There is no event") ? seeDeliveries(id) : SEE_LIST) },
    );
    if (isProgram(options.output)) printValue(terminal, options.output, answer);
    else
      terminal.out(
        options.output === "name"
          ? `${answer.events}\n`
          : `${answer.events} event${answer.events === 1 ? " is" : "s are"} sent again\n`,
      );
    return 0;
  },
};
