// `weft plan list`: the plans that are kept, newest first.
import type { PlanListBody } from "#api/plan.ts";
import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { ageColumns, type Column, printListing } from "#cli/output.ts";

type Item = PlanListBody["items"][number];

export const command: Command = {
  about:
    "State: ready = it can be committed now; held = guard rails want something yet; stale = what moved since would make it do " +
    "something else; expired; or the revision that committed it. The list looks at the versions of resources alone, and weft plan " +
    "show ID makes the plan again to see whether it comes out the same.",
  examples: ["weft plan list", "weft plan list -o json"],
  async run(invocation) {
    const { options, terminal } = invocation;
    const { items } = await connect(invocation).ask("the plans could not be listed", (client, organisation) =>
      client.call("listPlans", { params: { organisation } }),
    );
    const now = Date.now();
    const columns: readonly Column<Item>[] = [
      { title: "id", cell: ({ id }) => id },
      ...ageColumns<Item>("age", "created", ({ createdAt }) => createdAt, { now }),
      { title: "expires", cell: ({ expiresAt }) => expiresAt, wide: true },
      { title: "revision", cell: ({ revision }) => String(revision) },
      { title: "state", cell: (plan) => stateOf(plan, now) },
      { title: "approvals", cell: approvalsOf },
      { title: "approved by", cell: ({ approvers }) => approvers.join(", ") || "-", wide: true },
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
      value: { items },
      name: ({ id }) => id,
      none: "There are no plans.",
    });
    return 0;
  },
};

/** `held`: guard rails want something yet; weft plan show says what. */
function stateOf({ committed, expiresAt, stale, ready }: Item, now: number): string {
  if (committed !== null) return `revision ${committed}`;
  if (Date.parse(expiresAt) <= now) return "expired";
  if (stale !== null) return "stale";
  return ready ? "ready" : "held";
}

function approvalsOf({ approval: { required, given } }: Item): string {
  return required === 0 ? "-" : `${given} of ${required}`;
}
