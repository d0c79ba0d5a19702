// `weft webhook list`: webhooks without their secrets.
import type { WebhookBody } from "#api/webhook.ts";
import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { ageColumns, printListing } from "#cli/output.ts";
import { allPages } from "#cli/pages.ts";

export const command: Command = {
  examples: ["weft webhook list", "weft webhook list -o json"],
  async run(invocation) {
    const items = await connect(invocation).ask("the webhooks could not be listed", (client, organisation) =>
      allPages<WebhookBody>((query) => client.call("listWebhooks", { params: { organisation }, query })),
    );
    const now = Date.now();
    printListing(invocation.terminal, invocation.options.output, {
      rows: items,
      columns: [
        { title: "id", cell: (one) => one.id },
        { title: "url", cell: (one) => one.url },
        { title: "state", cell: (one) => (one.disabledAt === null ? "on" : `off: ${one.disabledWhy}`) },
        ...ageColumns<WebhookBody>("age", "created", (one) => one.createdAt, { now }),
        { title: "off since", cell: (one) => one.disabledAt ?? "", wide: true },
        { title: "older secret until", cell: (one) => one.olderUntil ?? "", wide: true },
        { title: "description", cell: (one) => one.description },
        { title: "events", cell: (one) => one.events.join(",") },
      ],
      value: { total: items.length, items },
      name: (one) => one.id,
      none: "There are no webhooks.",
    });
    return 0;
  },
};
