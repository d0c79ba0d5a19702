// `weft webhook deliveries ID`: what was sent, and what was answered.
import type { WebhookDeliveryBody } from "#api/webhook.ts";
import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { wholeNumber } from "#cli/number.ts";
import { ageColumns, printListing } from "#cli/output.ts";
import { firstItems } from "#cli/pages.ts";
import { SEE_LIST, WEBHOOK_ARGUMENT } from "#cli/webhook/id.ts";

interface Options {
  readonly state?: string;
  readonly limit: string;
}

export const command: Command<Options> = {
  about: "Newest event first, of the last 7 days.",
  arguments: [WEBHOOK_ARGUMENT],
  options: [
    { flags: "--state <state>", help: "only those", choices: ["pending", "delivered", "dead", "dropped"] },
    { flags: "--limit <n>", help: "at most so many", default: "50" },
  ],
  examples: [
    "weft webhook deliveries k3v7pq2mzx4abcde",
    "weft webhook deliveries k3v7pq2mzx4abcde --state dead -o json",
  ],
  async run(invocation) {
    const { args, options, terminal } = invocation;
    const id = args[0]!;
    const limit = wholeNumber("--limit", options.limit, 100_000);
    const items = await connect(invocation).ask(
      `deliveries of webhook ${id} could not be listed`,
      (client, organisation) =>
        firstItems(
          (query) => client.call("webhookDeliveries", { params: { organisation, id }, query }),
          { ...(options.state !== undefined && { state: options.state }) },
          limit,
        ),
      SEE_LIST,
    );
    printListing(terminal, options.output, {
      rows: items,
      columns: [
        ...ageColumns<WebhookDeliveryBody>("age", "time", (one) => one.time, { now: Date.now() }),
        { title: "type", cell: (one) => one.type },
        { title: "state", cell: (one) => one.state },
        { title: "attempts", cell: (one) => String(one.attempts) },
        { title: "answer", cell: (one) => (one.status === null ? "" : String(one.status)) },
        { title: "tried", cell: (one) => one.triedAt ?? "", wide: true },
        { title: "next", cell: (one) => one.nextAt ?? "" },
        { title: "event", cell: (one) => one.event },
        { title: "problem", cell: (one) => one.problem ?? "" },
      ],
      value: { total: items.length, items },
      name: (one) => one.event,
      newest: true,
      none: "Nothing has been sent to it.",
    });
    return 0;
  },
};
