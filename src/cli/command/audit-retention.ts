// `weft audit retention [DAYS]`: how long audit entries are kept.

import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { usage } from "#cli/failure.ts";
import { isProgram, printValue } from "#cli/output.ts";
import { REASON_OPTION } from "#cli/reason.ts";

export const command: Command = {
  about:
    "What is older is dropped for good, and a signature stands for it, so that the rest still verifies. Export it before: weft audit export.",
  arguments: [{ name: "[days]", help: "1 to 3650; shown as it is unless given" }],
  options: [REASON_OPTION],
  examples: ["weft audit retention", "weft audit retention 730"],
  async run(invocation) {
    const { args, options, terminal } = invocation;
    const [text] = args;
    const days = text === undefined ? undefined : Number(text);
    if (days !== undefined && !Number.isInteger(days))
      throw usage(`${text} is no number of days`, "weft audit retention 730");
    const answer = await connect(invocation).ask(
      "how long audit entries are kept could not be set",
      (client, organisation) =>
        days === undefined
          ? client.call("auditRetention", { params: { organisation } })
          : client.call("setAuditRetention", { params: { organisation }, body: { days } }),
    );
    if (isProgram(options.output)) printValue(terminal, options.output, answer);
    else terminal.out(options.output === "name" ? `${answer.days}\n` : `audit entries are kept ${answer.days} days\n`);
    return 0;
  },
};
