// Handler of joins: how far enrolments have come, and what was refused.
import type { JoinsBody } from "#api/join.ts";
import { callsOf, enrolmentsOf, refusedOf } from "#control/join-note/timeline.ts";
import { refusedIn } from "#control/zone/status.ts";
import type { Resource } from "#model/resource.ts";
import { pretty } from "./answer.ts";
import type { ApiCall, Handler } from "./call.ts";
import { listAll } from "./list-all.ts";

export const listJoins: Handler<"api"> = async (call) => {
  const { app, caller, url } = call;
  const store = app.store.within(caller.tenant);
  const asked = url.searchParams.get("zone") || undefined;
  const zones = await zonesOf(call, asked);
  const [tokens, heads, contacts, lives, notes, deliveries] = await Promise.all([
    store.listCredentials("enrolment"),
    store.zoneHeads(asked),
    store.contacts(asked),
    store.registrations(asked === undefined ? {} : { zone: asked }),
    store.joinNotes(),
    Promise.all(zones.map(({ name }) => store.deliveries(name))),
  ]);
  const isAsked = ({ zone }: { readonly zone: string | null }): boolean => asked === undefined || zone === asked;
  const facts = {
    ...{ heads, contacts, lives, deliveries: deliveries.flat(), now: app.clock() },
    tokens: tokens.filter(isAsked),
    // Whose zone nobody knows may be the one that is looked at.
    notes: notes.filter(({ zone }) => zone === "" || isAsked({ zone })),
    refused: zones.flatMap(refusedIn),
  };
  return pretty({
    items: [...enrolmentsOf(facts)],
    refused: [...refusedOf(facts)],
    calls: [...callsOf(facts.notes)],
  } satisfies JoinsBody);
};

/** Fault `absent` where there is no such zone. */
async function zonesOf(call: ApiCall, name: string | undefined): Promise<readonly Resource[]> {
  if (name === undefined)
    return (await listAll(call, "Zone", undefined, { labels: {} })).map(({ resource }) => resource);
  return [(await call.app.reader.get(call.caller, { type: "Zone", mesh: "", name })).resource];
}
