// `weft audit retention [DAYS]`: how long audit entries are kept.

import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { usage } from "#cli/failure.ts";
import { printAnswer } from "#cli/output.ts";
import { REASON_OPTION } from "#cli/reason.ts";

export const command: Command = {
  about:
    "What is older is dropped for good, and a signature stands for it, so that the rest still verifies. Export it before: weft audit export.",
  arguments: [{ name: "[days]", help: "1 to 3650; shown as it is unless given" }],
  options: [REASON_OPTION],
  examples: ["weft audit retention", "weft audit retention 730"],
  unwatchable: ([days]) => (days === undefined ? undefined : "DAYS sets it, and --watch would set it again and again"),
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
    const told = (): string => `audit entries are kept ${answer.days} days\n`;
    printAnswer(terminal, options.output, { value: answer, name: String(answer.days), text: told });
    return 0;
  },
};
