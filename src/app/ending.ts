// Handlers of the end of an organisation.
import { checkBody } from "#api/check.ts";
import { type DeletionBody, endRequest } from "#api/ending.ts";
import { GRACE_DAYS, permitEnd } from "#control/ending/end.ts";
import { nothing, pretty } from "./answer.ts";
import { readJson } from "./body.ts";
import type { ApiCall, Handler } from "./call.ts";
import { presencesOf } from "./revision-delivery.ts";

export const readDeletion: Handler<"api"> = async (call) => {
  const { organisation } = call;
  const { ending = null } = organisation;
  const body: DeletionBody = {
    ending,
    graceDays: GRACE_DAYS,
    ...(ending === null ? await whatGoes(call) : { counts: null, relays: [] }),
  };
  return pretty(body);
};

async function whatGoes(call: ApiCall): Promise<Pick<DeletionBody, "counts" | "relays">> {
  const { app, caller } = call;
  const presences = await presencesOf(call);
  const [{ counts }, { items }] = await Promise.all([app.writer.overview(caller, presences), app.usage(caller)]);
  const used = (what: (typeof items)[number]["what"]): number => items.find((one) => one.what === what)?.used ?? 0;
  const { total, online } = counts.proxies;
  return {
    counts: {
      meshes: counts.meshes,
      zones: counts.zones.total,
      proxies: { total, online },
      members: used("members"),
      tokens: used("tokens"),
      webhooks: used("webhooks"),
    },
    relays: onlineOf(presences),
  };
}

function onlineOf(presences: Awaited<ReturnType<typeof presencesOf>>): string[] {
  return presences.filter(({ online }) => online).map(({ zone, relay }) => `${zone}/${relay}`);
}

export const endOrganisation: Handler<"api"> = async (call) => {
  // Who may not is told so, whatever was sent.
  await permitEnd(call.app, call.caller);
  const { name, force = false, now = false } = checkBody(endRequest, await readJson(call));
  const online = onlineOf(await presencesOf(call));
  return pretty(await call.app.writer.endOrganisation(call.caller, { name, force, now, online }));
};

export const restoreOrganisation: Handler<"api"> = async ({ app, caller }) => {
  await app.writer.restoreOrganisation(caller);
  return nothing();
};
