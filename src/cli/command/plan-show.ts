// `weft plan show`: a plan that is kept, as it was made.
import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { printPlan, SEE_PLANS } from "#cli/plan/text.ts";

export const command: Command = {
  arguments: [{ name: "<plan-id>", help: "of the plan" }],
  examples: ["weft plan show 4tq2mzk7hw3n5xya", "weft plan show 4tq2mzk7hw3n5xya -o yaml"],
  async run(invocation) {
    const { args, options, terminal } = invocation;
    const id = args[0] as string;
    const connection = connect(invocation);
    const plan = await connection.ask(
      `plan ${id} could not be read`,
      (client, organisation) => client.call("getPlan", { params: { organisation, id } }),
      SEE_PLANS,
    );
    printPlan(terminal, options.output, plan, connection.target);
    return 0;
  },
};
