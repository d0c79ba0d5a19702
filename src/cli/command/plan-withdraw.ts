// `weft plan withdraw`: takes the caller's own approval of a plan back.
import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { isProgram, printValue } from "#cli/output.ts";
import { nextText } from "#cli/plan/text.ts";
import { REASON_OPTION } from "#cli/reason.ts";

export const command: Command<{ readonly reason: string }> = {
  about: "As long as the plan is not committed. Takes the scope plan:approve.",
  arguments: [{ name: "<id>", help: "of the plan" }],
  options: [REASON_OPTION],
  examples: ["weft plan withdraw 4tq2mzk7hw3n5xya"],
  async run(invocation) {
    const { args, options, terminal } = invocation;
    const id = args[0] as string;
    const plan = await connect(invocation).ask(
      `the approval of plan ${id} could not be taken back`,
      (client, organisation) => client.call("withdrawApproval", { params: { organisation, id } }),
      "weft plan list shows those that are kept",
    );
    if (isProgram(options.output)) printValue(terminal, options.output, plan);
    else if (options.output === "name") terminal.out(`${plan.id}\n`);
    else {
      terminal.out(`Withdrew the approval of plan ${id}: ${plan.approvals.length} in all.\n`);
      terminal.err(nextText(plan));
    }
    return 0;
  },
};
