// `weft member list`: who belongs to the organisation, and as what.
import type { MemberBody } from "#api/member.ts";
import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { ageColumns, printListing } from "#cli/output.ts";
import { allPages } from "#cli/pages.ts";

export const command: Command = {
  examples: ["weft member list", "weft member list -o json"],
  async run(invocation) {
    const items = await connect(invocation).ask("the members could not be listed", (client, organisation) =>
      allPages<MemberBody>((query) => client.call("listMembers", { params: { organisation }, query })),
    );
    printListing(invocation.terminal, invocation.options.output, {
      rows: items,
      columns: [
        { title: "email", cell: ({ user }) => user.email },
        { title: "name", cell: ({ user }) => user.name },
        { title: "role", cell: ({ role }) => role },
        ...ageColumns<MemberBody>("since", "since", ({ since }) => since, { now: Date.now() }),
        { title: "id", cell: ({ user }) => user.id, wide: true },
        { title: "scopes", cell: ({ scopes }) => scopes.join(","), wide: true },
      ],
      value: { total: items.length, items },
      name: ({ user }) => user.email,
      none: "Nobody is a member yet: weft invitation create EMAIL --role owner",
    });
    return 0;
  },
};
