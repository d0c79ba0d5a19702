// `weft webhook test ID`: an event is sent, and the answer shown.
import { setTimeout as sleep } from "node:timers/promises";
import type { WebhookDeliveryBody } from "#api/webhook.ts";
import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { Failure } from "#cli/failure.ts";
import { isProgram, printValue } from "#cli/output.ts";
import { REASON_OPTION } from "#cli/reason.ts";
import { SEE_LIST, WEBHOOK_ARGUMENT } from "#cli/webhook/id.ts";

/** The first attempt has ended by then, if others do not stand before it; milliseconds. */
const PATIENCE = 30_000;
const PAUSE = 250;

export const command: Command = {
  about: "Exit code 1 where the receiver did not take it; it is tried again as any event.",
  arguments: [WEBHOOK_ARGUMENT],
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
              where: event,
              why: `no attempt has ended within ${PATIENCE / 1000} s: an attempt takes up to 15 s, and four go to one receiver at a time`,
              fix: `weft webhook deliveries ${id} shows what stands before it, and how it goes on`,
            });
          await sleep(PAUSE, undefined, { signal: invocation.signal });
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

function refused(id: string, { event, status, problem, nextAt }: WebhookDeliveryBody): Failure {
  return new Failure("failed", {
    what: `webhook ${id} did not take the event`,
    where: event,
    why: problem ?? "it is not known why",
    fix:
      status === 410
        ? `by 410 a receiver says that it wants no more, so the webhook is off; weft webhook replay ${id} --event ${event} turns it on again`
        : nextAt === null
          ? `mend the receiver, then: weft webhook test ${id}`
          : `mend the receiver; it is tried again at ${nextAt}`,
  });
}
