// The use cases of webhooks: made, listed, deleted, tested, replayed, given a new secret.
import { deed } from "#control/audit/deed.ts";
import type { Caller } from "#control/face/caller.ts";
import type { NewWebhook, WebhookSecret } from "#control/face/webhook.ts";
import { withinLimit } from "#control/limit/within.ts";
import { permit } from "#control/permission.ts";
import type { Tenant } from "#control/tenant.ts";
import { Fault, invalid } from "#model/fault.ts";
import { at, type Violation } from "#model/violation.ts";
import { noticeOf, SUBSCRIBABLE } from "#model/webhook/event.ts";
import type { WebhookRow } from "#store/face/webhook.ts";
import { toBase32 } from "#trust/bytes.ts";
import { urlProblem } from "#trust/public-url.ts";
import { mintWebhookSecret } from "#trust/webhook-signature.ts";

/** How long the older secret signs, too; milliseconds. */
const OVERLAP = 86_400_000;
const TITLE = "Could not create a webhook";

type Use = Pick<Tenant, "store" | "vault" | "deps" | "tier">;

/** Faults `forbidden`, `invalid`, `conflict` (there are too many). The secret is shown here and never again. */
export async function createWebhook(
  { store, vault, deps, tier }: Use,
  caller: Caller,
  wanted: NewWebhook,
): Promise<WebhookSecret> {
  permit(caller, "manage-webhooks");
  const wrong = violationsOf(wanted, deps.receivers?.allowPrivate === true);
  if (wrong.length > 0) throw invalid(wrong, TITLE);
  // What it is told is what its maker may read.
  if (wanted.events.includes("audit.entry")) permit(caller, "read-audit");
  const id = toBase32(deps.chance(10));
  const secret = mintWebhookSecret(deps.chance);
  const now = deps.clock();
  const { url, description } = wanted;
  const events = [...new Set(wanted.events)].sort();
  const row: WebhookRow = {
    id,
    url,
    events,
    description,
    secret: await vault.sealWebhookSecret(id, secret),
    olderSecret: null,
    olderUntil: null,
    createdAt: new Date(now).toISOString(),
    disabledAt: null,
    disabledWhy: null,
  };
  const { tier: held, limits } = await tier();
  const made = [deed(caller, now, "webhook.create", `webhook ${id}`, { events, host: new URL(url).host })];
  const add = store.webhooks.add(row, made, limits.webhooks);
  await withinLimit("webhooks", { tier: held, most: limits.webhooks }, TITLE, add);
  return { id, secret: secret.reveal(), olderUntil: null };
}

function violationsOf({ url, events, description }: NewWebhook, allowPrivate: boolean): readonly Violation[] {
  const problem = urlProblem(url, allowPrivate);
  const found: Violation[] = problem === null ? [] : [{ field: "url", reason: problem }];
  if (events.length === 0) found.push({ field: "events", reason: "must name at least one event" });
  events.forEach((event, index) => {
    if ((SUBSCRIBABLE as readonly string[]).includes(event)) return;
    found.push({ field: at("events", index), reason: `must be one of ${SUBSCRIBABLE.join(", ")}` });
  });
  if (description.length > 200) found.push({ field: "description", reason: "cannot be longer than 200 characters" });
  return found;
}

/** Faults `forbidden`, `absent`. */
export async function deleteWebhook({ store, deps }: Use, caller: Caller, id: string): Promise<void> {
  permit(caller, "manage-webhooks");
  await requireWebhook(store, id);
  await store.webhooks.remove(id, [deed(caller, deps.clock(), "webhook.delete", `webhook ${id}`)]);
}

/** A new secret; the one before signs too for a day. Faults `forbidden`, `absent`. */
export async function rotateWebhook({ store, vault, deps }: Use, caller: Caller, id: string): Promise<WebhookSecret> {
  permit(caller, "manage-webhooks");
  const before = await requireWebhook(store, id);
  const now = deps.clock();
  const secret = mintWebhookSecret(deps.chance);
  const olderUntil = new Date(now + OVERLAP).toISOString();
  const change = { secret: await vault.sealWebhookSecret(id, secret), olderSecret: before.secret, olderUntil };
  await store.webhooks.update(id, change, [deed(caller, now, "webhook.rotate", `webhook ${id}`, { olderUntil })]);
  return { id, secret: secret.reveal(), olderUntil };
}

/** Puts an event for this webhook alone into the outbox; its id. Faults `forbidden`, `absent`, `conflict` (it is disabled). */
export async function testWebhook({ store, deps }: Use, caller: Caller, id: string): Promise<string> {
  permit(caller, "manage-webhooks");
  const { disabledAt, disabledWhy } = await requireWebhook(store, id);
  if (disabledAt !== null)
    throw new Fault("conflict", `The webhook ${id} is disabled since ${disabledAt}: ${disabledWhy}`, {
      title: "Could not test a webhook",
    });
  const time = new Date(deps.clock()).toISOString();
  const event = `msg_x${toBase32(deps.chance(15))}`;
  const notice = { ...noticeOf(event, "webhook.test", time, { webhook: id, by: caller.actor }), only: id };
  await store.webhooks.tell([notice], []);
  return event;
}

/** Sends again; a webhook that was disabled is enabled by it. How many. Faults `forbidden`, `absent`, `invalid`. */
export async function replayWebhook(
  { store, deps }: Use,
  caller: Caller,
  id: string,
  what: { readonly event: string } | { readonly since: string },
): Promise<number> {
  permit(caller, "manage-webhooks");
  const { disabledAt } = await requireWebhook(store, id);
  const details = { ...what };
  const count = await store.webhooks.replay(id, what, [
    deed(caller, deps.clock(), "webhook.replay", `webhook ${id}`, details),
  ]);
  if ("event" in what && count === 0)
    throw new Fault(
      "absent",
      `There is no event ${JSON.stringify(what.event)} for this webhook: it is sent the types that it was made for, and events are kept for 7 days`,
      {
        title: "Could not replay",
      },
    );
  if (disabledAt !== null) await store.webhooks.update(id, { disabledAt: null, disabledWhy: null }, []);
  return count;
}

async function requireWebhook(store: Use["store"], id: string): Promise<WebhookRow> {
  const found = (await store.webhooks.list()).find((one) => one.id === id);
  if (found !== undefined) return found;
  throw new Fault("absent", `There is no webhook ${JSON.stringify(id)}`, { title: "Could not find a webhook" });
}
