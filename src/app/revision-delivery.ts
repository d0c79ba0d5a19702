// Handlers of the delivery of revisions.
import { readPageQuery } from "#api/page.ts";
import { deliveryOf, type RelayPresence } from "#control/revision-delivery.ts";
import { Fault } from "#model/fault.ts";
import { pretty } from "./answer.ts";
import { type ApiCall, type Handler, param } from "./call.ts";
import { standingRelays } from "./standing-relays.ts";

/** A list says how far each of its revisions has come, and reads what relays told of the oldest and all later ones. */
const MOST_LISTED = 50;
const LISTED = 20;

export const getRevisionDelivery: Handler<"api"> = async (call) => {
  const store = call.app.store.within(call.caller.tenant);
  const revision = readRevision(param(call, "revision"));
  const [moment] = await store.revisionMoments({ from: revision, to: revision });
  if (moment === undefined) throw new Fault("absent", `There is no revision ${revision}`);
  const [rows, presences] = await Promise.all([store.revisionDeliveries(moment), presencesOf(call)]);
  return pretty(deliveryOf(moment, rows, presences));
};

export const listRevisionDeliveries: Handler<"api"> = async (call) => {
  const { searchParams } = call.url;
  const size = Math.min(searchParams.has("size") ? readPageQuery(searchParams).size : LISTED, MOST_LISTED);
  const store = call.app.store.within(call.caller.tenant);
  const { epoch, revision: newest } = await store.heads();
  const oldest = Math.max(1, newest - size + 1);
  const [rows, presences, moments] = await Promise.all([
    store.revisionDeliveries({ epoch, revision: oldest }),
    presencesOf(call),
    store.revisionMoments({ from: oldest, to: newest }),
  ]);
  const items = moments.map((moment) => {
    const own = rows.filter((row) => row.epoch > moment.epoch || row.revision >= moment.revision);
    return deliveryOf(moment, own, presences);
  });
  return pretty({ items });
};

/** Relays that are admitted, as they stand. */
export async function presencesOf(call: ApiCall): Promise<readonly RelayPresence[]> {
  const relays = await standingRelays(call);
  return relays
    .filter(({ head }) => !head.revoked)
    .map(({ head: { zone, relay }, online, lastContact }) => ({
      ...{ zone, relay, online },
      lastContact: online ? null : lastContact,
    }));
}

/** A revision's number in a path. Fault `malformed`. */
function readRevision(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new Fault("malformed", "Invalid path", {
    violations: [{ field: "revision", reason: "must be a revision's number" }],
  });
}
