// `weft plan approve`: one more person says yes to a plan.
import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { printApprovals, SEE_PLANS } from "#cli/plan/text.ts";
import { REASON_OPTION } from "#cli/reason.ts";

const SOMEBODY_ELSE =
  "ask somebody else, whose token the founding token made: weft token create NAME -s plan:approve, with the founding token";

export const command: Command<{ readonly reason: string }> = {
  about:
    "Each person counts once, and the plan's author not: a person is a token that the organisation's founding token made, with all that it made itself. Look at the plan first: weft plan show ID. Takes the scope plan:approve.",
  arguments: [{ name: "<plan-id>", help: "of the plan" }],
  options: [REASON_OPTION],
  examples: ["weft plan approve 4tq2mzk7hw3n5xya"],
  async run(invocation) {
    const { args, options, terminal } = invocation;
    const id = args[0] as string;
    const connection = connect(invocation);
    const plan = await connection.ask(
      `plan ${id} could not be approved`,
      (client, organisation) => client.call("approvePlan", { params: { organisation, id } }),
      {
        absent: SEE_PLANS,
        // Another scope makes nobody another person.
        forbidden: ({ message }) => (message.startsWith(`Plan ${id} `) ? SOMEBODY_ELSE : undefined),
      },
    );
    printApprovals(terminal, options.output, plan, { of: connection.target, deed: `Approved plan ${id}` });
    return 0;
  },
};
