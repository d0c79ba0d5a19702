// Handlers of webhooks.
import { checkBody } from "#api/check.ts";
import { readPageQuery, slicePage } from "#api/page.ts";
import { newWebhook, type WebhookBody, type WebhookDeliveryBody, webhookReplay } from "#api/webhook.ts";
import { Fault } from "#model/fault.ts";
import type { WebhookDeliveryRow, WebhookRow } from "#store/face/webhook.ts";
import { nothing, pretty } from "./answer.ts";
import { readJson } from "./body.ts";
import { type ApiCall, type Handler, param } from "./call.ts";

const STATES: readonly WebhookDeliveryRow["state"][] = ["pending", "delivered", "dead", "dropped"];

export const listWebhooks: Handler<"api"> = async (call) => {
  const query = readPageQuery(call.url.searchParams);
  return pretty(slicePage(call.url.href, query, (await rowsOf(call)).map(bodyOf)));
};

export const createWebhook: Handler<"api"> = async (call) => {
  const { url, events, description = "" } = checkBody(newWebhook, await readJson(call));
  return pretty(await call.app.writer.createWebhook(call.caller, { url, events, description }), 201);
};

export const deleteWebhook: Handler<"api"> = async (call) => {
  await call.app.writer.deleteWebhook(call.caller, param(call, "id"));
  return nothing();
};

export const rotateWebhook: Handler<"api"> = async (call) =>
  pretty(await call.app.writer.rotateWebhook(call.caller, param(call, "id")));

export const testWebhook: Handler<"api"> = async (call) =>
  pretty({ event: await call.app.writer.testWebhook(call.caller, param(call, "id")) }, 202);

export const replayWebhook: Handler<"api"> = async (call) => {
  const { event, since = "" } = checkBody(webhookReplay, await readJson(call));
  const what = event === undefined ? { since: new Date(since).toISOString() } : { event };
  return pretty({ events: await call.app.writer.replayWebhook(call.caller, param(call, "id"), what) }, 202);
};

export const webhookDeliveries: Handler<"api"> = async (call) => {
  const { searchParams } = call.url;
  const { size, offset } = readPageQuery(searchParams);
  const id = param(call, "id");
  if (!(await rowsOf(call)).some((row) => row.id === id))
    throw new Fault("absent", `There is no webhook ${JSON.stringify(id)}`);
  const event = searchParams.get("event") ?? "";
  const asked = searchParams.get("state") ?? "";
  const state = STATES.find((one) => one === asked);
  if (asked !== "" && state === undefined)
    throw new Fault("malformed", "Invalid query", {
      violations: [{ field: "state", reason: `must be one of ${STATES.join(", ")}` }],
    });
  const rows = await call.app.store.within(call.caller.tenant).webhooks.deliveries({
    id,
    size,
    offset,
    ...(state !== undefined && { state }),
    ...(event !== "" && { event }),
  });
  const next = new URLSearchParams(searchParams);
  next.set("offset", String(offset + size));
  return pretty({ items: rows.map(deliveryBody), next: rows.length === size ? `?${next}` : null });
};

function rowsOf({ app, caller }: ApiCall): Promise<readonly WebhookRow[]> {
  return app.store.within(caller.tenant).webhooks.list();
}

function bodyOf({ secret: _, olderSecret: __, events, ...row }: WebhookRow): WebhookBody {
  return { ...row, events: [...events] };
}

function deliveryBody({ webhook: _, due, ...row }: WebhookDeliveryRow): WebhookDeliveryBody {
  return { ...row, nextAt: row.state === "pending" ? new Date(due).toISOString() : null };
}
