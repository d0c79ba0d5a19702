// `weft webhook create URL`: the URL is told of events; its secret is printed once.

import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { REASON_OPTION } from "#cli/reason.ts";
import { printSecret, SECRET_OPTIONS, type SecretOptions, secretFile } from "#cli/webhook/secret.ts";
import { SUBSCRIBABLE, WEBHOOK_EVENTS } from "#model/webhook/event.ts";

interface Options extends SecretOptions {
  readonly event: readonly string[];
  readonly description?: string;
}

export const command: Command<Options> = {
  about: [
    "Each event is one POST of JSON, signed as the Standard Webhooks specification has it. The secret is printed on stdout and cannot be shown again; --out writes it to a file of mode 0600 instead. Events:",
    ...SUBSCRIBABLE.map((event) => `  ${event}: ${WEBHOOK_EVENTS[event]}`),
  ].join("\n"),
  arguments: [{ name: "<url>", help: "where to, with https://" }],
  options: [
    REASON_OPTION,
    { flags: "-e, --event <event>", help: "what it is told of; may be repeated", repeat: true, required: true },
    { flags: "--description <text>", help: "what it is for" },
    ...SECRET_OPTIONS,
  ],
  examples: [
    "weft webhook create https://example.com/weft -e revision.committed -e zone.offline",
    "weft webhook create https://siem.example.com/in -e audit.entry --out webhook.secret",
  ],
  async run(invocation) {
    const { args, options } = invocation;
    const body = {
      url: args[0]!,
      events: [...options.event],
      ...(options.description !== undefined && { description: options.description }),
    };
    const path = secretFile(invocation);
    const made = await connect(invocation).ask("the webhook could not be created", (client, organisation) =>
      client.call("createWebhook", { params: { organisation }, body }),
    );
    printSecret(
      invocation,
      made,
      `Webhook ${made.id} is told from now on. Its secret is not shown again. To try it: weft webhook test ${made.id}\n`,
      path,
    );
    return 0;
  },
};
