// `weft plan withdraw`: takes the caller's own approval of a plan back.
import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { printApprovals, SEE_PLANS } from "#cli/plan/text.ts";
import { REASON_OPTION } from "#cli/reason.ts";

export const command: Command<{ readonly reason: string }> = {
  about: "As long as the plan is not committed. Takes the scope plan:approve.",
  arguments: [{ name: "<plan-id>", help: "of the plan" }],
  options: [REASON_OPTION],
  examples: ["weft plan withdraw 4tq2mzk7hw3n5xya"],
  async run(invocation) {
    const { args, options, terminal } = invocation;
    const id = args[0] as string;
    const connection = connect(invocation);
    const plan = await connection.ask(
      `the approval of plan ${id} could not be taken back`,
      (client, organisation) => client.call("withdrawApproval", { params: { organisation, id } }),
      SEE_PLANS,
    );
    printApprovals(terminal, options.output, plan, {
      of: connection.target,
      deed: `Withdrew the approval of plan ${id}`,
    });
    return 0;
  },
};
