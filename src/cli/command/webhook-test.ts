// `weft webhook test ID`: an event is sent, and the answer shown.

import type { WebhookDeliveryBody } from "#api/webhook.ts";
import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { Failure } from "#cli/failure.ts";
import { isProgram, printValue } from "#cli/output.ts";
import { REASON_OPTION } from "#cli/reason.ts";
import { SEE_LIST } from "#cli/webhook/secret.ts";

/** The first attempt has ended by then, whatever the receiver does; milliseconds. */
const PATIENCE = 30_000;
const PAUSE = 250;

export const command: Command = {
  about: "Exit code 1 where the receiver did not take it; it is tried again as any event.",
  arguments: [{ name: "<id>", help: "id of the webhook, as weft webhook list shows it" }],
  options: [REASON_OPTION],
  examples: ["weft webhook test k3v7pq2mzx4abcde"],
  async run(invocation) {
    const { args, options, terminal } = invocation;
    const id = args[0]!;
    const what = `webhook ${id} could not be tested`;
    const tried = await connect(invocation).ask(
      what,
      async (client, organisation) => {
        const { event } = await client.call("testWebhook", { params: { organisation, id } });
        const until = Date.now() + PATIENCE;
        for (;;) {
          const page = await client.call("webhookDeliveries", { params: { organisation, id }, query: { event } });
          const [delivery] = page.items;
          if (delivery !== undefined && delivery.attempts > 0) return delivery;
          if (Date.now() > until)
            throw new Failure("timeout", {
              what,
              why: `event ${event} was not sent within ${PATIENCE / 1000} s`,
              fix: "is the control plane's writer running? weft webhook deliveries shows how it goes on",
            });
          await new Promise((resolve) => setTimeout(resolve, PAUSE));
        }
      },
      SEE_LIST,
    );
    if (isProgram(options.output)) printValue(terminal, options.output, tried);
    else if (tried.state === "delivered")
      terminal.out(
        options.output === "name" ? `${tried.event}\n` : `delivered ${tried.event}: it answered ${tried.status}\n`,
      );
    if (tried.state === "delivered") return 0;
    throw refused(id, tried);
  },
};

function refused(id: string, { event, problem, nextAt }: WebhookDeliveryBody): Failure {
  return new Failure("failed", {
    what: `webhook ${id} did not take the event`,
    where: event,
    why: problem ?? "it is not known why",
    fix:
      nextAt === null
        ? "mend the receiver, then: weft webhook test"
        : `mend the receiver; it is tried again at ${nextAt}`,
  });
}
