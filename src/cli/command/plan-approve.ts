// `weft plan approve`: one more person says yes to a plan.
import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { isProgram, printValue } from "#cli/output.ts";
import { nextText } from "#cli/plan/text.ts";
import { REASON_OPTION } from "#cli/reason.ts";

export const command: Command<{ readonly reason: string }> = {
  about:
    "A token is a person here: the one that made the plan is refused, and each other counts once. Look at the plan first: weft plan show ID. Takes the scope plan:approve.",
  arguments: [{ name: "<id>", help: "of the plan" }],
  options: [REASON_OPTION],
  examples: ["weft plan approve 4tq2mzk7hw3n5xya"],
  async run(invocation) {
    const { args, options, terminal } = invocation;
    const id = args[0] as string;
    const plan = await connect(invocation).ask(
      `plan ${id} could not be approved`,
      (client, organisation) => client.call("approvePlan", { params: { organisation, id } }),
      "weft plan list shows those that are kept",
    );
    if (isProgram(options.output)) printValue(terminal, options.output, plan);
    else if (options.output === "name") terminal.out(`${plan.id}\n`);
    else {
      terminal.out(`Approved plan ${id}: ${plan.approvals.length} in all.\n`);
      terminal.err(nextText(plan));
    }
    return 0;
  },
};
