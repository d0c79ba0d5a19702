// `weft invitation list`: invitations that nobody has accepted.
import type { InvitationBody } from "#api/member.ts";
import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { printListing } from "#cli/output.ts";
import { allPages } from "#cli/pages.ts";

export const command: Command = {
  examples: ["weft invitation list", "weft invitation list -o json"],
  async run(invocation) {
    const items = await connect(invocation).ask("the invitations could not be listed", (client, organisation) =>
      allPages<InvitationBody>((query) => client.call("listInvitations", { params: { organisation }, query })),
    );
    printListing(invocation.terminal, invocation.options.output, {
      rows: items,
      columns: [
        { title: "id", cell: ({ id }) => id },
        { title: "email", cell: ({ email }) => email },
        { title: "role", cell: ({ role }) => role },
        { title: "state", cell: ({ isExpired }) => (isExpired ? "expired" : "open") },
        { title: "expires", cell: ({ expiresAt }) => expiresAt },
        { title: "invited by", cell: ({ invitedBy }) => invitedBy.name ?? invitedBy.actor, wide: true },
      ],
      value: { total: items.length, items },
      name: ({ id }) => id,
      none: "Nobody is invited.",
    });
    return 0;
  },
};
