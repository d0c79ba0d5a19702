// Problems of what stands: zones and relays out of contact, services and proxies that are down. Pure.
import type { RelayPresence } from "#control/revision-delivery.ts";
import type { Census } from "./census.ts";
import { type Problem, problem } from "./problem.ts";

/** Services that are told one by one; more are told as one. */
const MOST_SERVICES = 10;

/** A disabled zone, a zone out of contact and its children are told of once: by the zone. */
export function standingProblems(
  { zones, services, meshes }: Census,
  presences: readonly RelayPresence[],
): readonly Problem[] {
  const found: Problem[] = [];
  for (const { name, state, enabled, lastContact, proxies } of zones) {
    const about = { type: "Zone", mesh: "", name, zone: name };
    if (!enabled) continue;
    if (state === "empty") found.push(problem("zone.empty", `Zone ${name} has no relay yet`, about));
    if (state !== "unknown") continue;
    const behind =
      proxies.total === 0 ? "" : `; how its ${counted(proxies.total, "proxy", "proxies")} stand is not known`;
    const text = `Zone ${name} is out of contact: none of its relays is heard of${behind}`;
    found.push(problem("zone.unknown", text, about, { since: lastContact }));
  }
  const dark = new Set(zones.filter(({ state }) => state === "unknown").map(({ name }) => name));
  for (const { zone, relay, online, lastContact } of presences) {
    if (online || dark.has(zone)) continue;
    const text = `Relay ${relay} of zone ${zone} is not heard of; the zone's others are`;
    found.push(problem("relay.unknown", text, { zone, relay }, { since: lastContact }));
  }
  const down = services.filter(({ proxies }) => proxies.total > 0 && proxies.offline === proxies.total);
  const [first] = down;
  if (down.length > MOST_SERVICES && first !== undefined) {
    const text = `${down.length} services have no proxy that is online, ${first.name} in mesh ${first.mesh} among them`;
    found.push(problem("service.down", text, { mesh: first.mesh, name: first.name }, { count: down.length }));
  } else
    for (const { mesh, name } of down)
      found.push(problem("service.down", `Service ${name} has no proxy that is online`, { mesh, name }));
  for (const { name: mesh, proxies } of meshes) {
    if (proxies.offline === 0) continue;
    const text = `${counted(proxies.offline, "proxy", "proxies")} of mesh ${mesh} ${proxies.offline === 1 ? "is" : "are"} offline`;
    found.push(problem("proxy.offline", text, { type: "Dataplane", mesh }, { count: proxies.offline }));
  }
  return found;
}

/** `1 proxy`, `2 proxies`. */
export function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
