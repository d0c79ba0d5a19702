// `weft plan list`: the plans that are kept, newest first.
import type { PlanListBody } from "#api/plan.ts";
import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { ageText, type Column, printListing } from "#cli/output.ts";

type Item = PlanListBody["items"][number];

export const command: Command = {
  examples: ["weft plan list", "weft plan list -o json"],
  async run(invocation) {
    const { options, terminal } = invocation;
    const { items } = await connect(invocation).ask("the plans could not be listed", (client, organisation) =>
      client.call("listPlans", { params: { organisation } }),
    );
    const now = Date.now();
    const columns: readonly Column<Item>[] = [
      { title: "id", cell: ({ id }) => id },
      { title: "age", cell: ({ createdAt }) => ageText(createdAt, now) },
      { title: "revision", cell: ({ revision }) => String(revision) },
      { title: "state", cell: (plan) => stateOf(plan, now) },
      { title: "resources", cell: ({ changes }) => String(changes) },
      { title: "proxies", cell: ({ proxies }) => String(proxies) },
      { title: "access", cell: ({ access }) => String(access) },
      { title: "new faults", cell: ({ newFaults }) => String(newFaults) },
      { title: "actor", cell: ({ actor }) => actor },
      { title: "reason", cell: ({ reason }) => reason },
    ];
    printListing(terminal, options.output, {
      rows: items,
      columns,
      value: items,
      name: ({ id }) => id,
      none: "There are no plans.",
    });
    return 0;
  },
};

function stateOf({ committed, expiresAt }: Item, now: number): string {
  if (committed !== null) return `revision ${committed}`;
  return Date.parse(expiresAt) <= now ? "expired" : "open";
}
