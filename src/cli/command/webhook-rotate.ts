// `weft webhook rotate ID`: a new secret; the one before signs too for a day.

import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { REASON_OPTION } from "#cli/reason.ts";
import { SEE_LIST, WEBHOOK_ARGUMENT } from "#cli/webhook/id.ts";
import { printSecret, SECRET_OPTIONS, type SecretOptions, secretFile } from "#cli/webhook/secret.ts";

export const command: Command<SecretOptions> = {
  about:
    "For a day each event is signed by both secrets, so that the receiver can change at any time. The secret is shown once.",
  arguments: [WEBHOOK_ARGUMENT],
  options: [REASON_OPTION, ...SECRET_OPTIONS],
  examples: ["weft webhook rotate k3v7pq2mzx4abcde --out webhook.secret"],
  async run(invocation) {
    const id = invocation.args[0]!;
    const path = secretFile(invocation);
    const made = await connect(invocation).ask(
      `webhook ${id} could not be given a new secret`,
      (client, organisation) => client.call("rotateWebhook", { params: { organisation, id } }),
      SEE_LIST,
    );
    printSecret(
      invocation,
      made,
      `The secret before it signs too until ${made.olderUntil}. The new one is not shown again.\n`,
      path,
    );
    return 0;
  },
};
