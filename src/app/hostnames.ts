// Handler of host names: what a service is called, and in which zones.
import { Fault } from "#model/fault.ts";
import { type HostnameVerdict, isSeenIn } from "#model/hostnames.ts";
import { kindOfPath } from "#model/kinds.ts";
import { pretty } from "./answer.ts";
import { type Handler, param } from "./call.ts";

const PATHS = ["meshservices", "meshexternalservices", "meshmultizoneservices"];

/** As DNS answers them: each with the zones that resolve it, sorted. */
export const hostnames: Handler<"api"> = async (call) => {
  const path = param(call, "serviceType");
  const kind = PATHS.includes(path) ? kindOfPath(path) : undefined;
  if (kind === undefined) {
    const title = `only "${PATHS.join(",")}" are available for inspection`;
    throw new Fault("malformed", "Resource is not valid", { title });
  }
  const key = { type: kind.type, mesh: param(call, "mesh"), name: param(call, "name") };
  const { resource } = await call.app.reader.get(call.caller, key);
  const zones = await call.app.store.within(call.caller.tenant).list({ type: "Zone", offset: 0, size: MOST_ZONES });
  const names = zones.items.map((zone) => zone.resource.name);
  const seen = new Map<string, Set<string>>();
  for (const address of ((resource.status ?? {}) as Partial<HostnameVerdict>).addresses ?? []) {
    const found = seen.get(address.hostname) ?? new Set<string>();
    seen.set(address.hostname, found);
    for (const name of names) if (isSeenIn(address, name)) found.add(name);
  }
  const items = [...seen]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([hostname, found]) => ({ hostname, zones: [...found].sort().map((name) => ({ name })) }));
  return pretty({ total: items.length, items });
};

/** All that an organisation may have, and more. */
const MOST_ZONES = 10_000;
