// `weft webhook rotate ID`: a new secret; the one before signs too for a day.

import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { REASON_OPTION } from "#cli/reason.ts";
import { printSecret, SEE_LIST } from "#cli/webhook/secret.ts";

interface Options {
  readonly out?: string;
}

export const command: Command<Options> = {
  about:
    "For a day each event is signed by both secrets, so that the receiver can change at any time. The secret is shown once.",
  arguments: [{ name: "<id>", help: "id of the webhook, as weft webhook list shows it" }],
  options: [REASON_OPTION, { flags: "--out <file>", help: "write the secret there and print only the webhook's id" }],
  examples: ["weft webhook rotate k3v7pq2mzx4abcde --out webhook.secret"],
  async run(invocation) {
    const id = invocation.args[0]!;
    const made = await connect(invocation).ask(
      `webhook ${id} could not be given a new secret`,
      (client, organisation) => client.call("rotateWebhook", { params: { organisation, id } }),
      SEE_LIST,
    );
    printSecret(
      invocation,
      made,
      `The secret before it signs too until ${made.olderUntil}. The new one is not shown again.\n`,
    );
    return 0;
  },
};
