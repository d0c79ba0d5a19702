// Webhooks on the command line.

/** What commands say where a webhook is not there. */
export const SEE_LIST = "weft webhook list shows the ids of all webhooks";

/** What commands say where an event was not sent to the webhook. */
export function seeDeliveries(id: string): string {
  return `weft webhook deliveries ${id} shows the events of the last 7 days`;
}

/** The argument of commands on one webhook. */
export const WEBHOOK_ARGUMENT = {
  name: "<webhook-id>",
  help: "id of the webhook, as weft webhook list shows it",
} as const;
