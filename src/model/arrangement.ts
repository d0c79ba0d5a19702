// Arranging: the endpoints of a cluster in the order in which one kind of client uses them.
import type { Endpoint, EndpointSet } from "./endpoint.ts";
import type { Arrangement, LocalityRules, ZoneRule } from "./locality.ts";

/** The rules for a client in a zone; `tag` gives its value of a tag, empty for none. */
export function arrangementOf(rules: LocalityRules, zone: string, tag: (key: string) => string): Arrangement {
  const affinity = rules.affinity.flatMap(({ key, weight }) => {
    const value = tag(key);
    return value === "" ? [] : [{ key, value, weight }];
  });
  const here = rules.failover.filter(({ from }) => from === undefined || from.includes(zone));
  const end = here.findIndex(({ to }) => to === "None");
  const crossZone = (end === -1 ? here : here.slice(0, end)).map(({ to, zones, priority }) => ({
    to,
    zones,
    priority,
  }));
  const weighted = rules.affinity.length > 0;
  const { overprovisioning } = rules;
  return { zone, affinity, weighted, crossZone, ...(overprovisioning === undefined ? {} : { overprovisioning }) };
}

/** The endpoint with its place in the arrangement; null where the client does not use it. */
export function arranged(endpoint: Endpoint, { zone, affinity, weighted, crossZone }: Arrangement): Endpoint | null {
  if (endpoint.zone !== "" && endpoint.zone !== zone) {
    const rule = crossZone.find((one) => takesIn(one, endpoint.zone));
    return rule === undefined ? null : { ...endpoint, priority: rule.priority };
  }
  const near = affinity.find(({ key, value }) => (endpoint.tags[key] ?? endpoint.labels?.[key]) === value);
  const local = { ...endpoint, priority: 0 };
  if (!weighted) return local;
  if (near === undefined) return { ...local, localityWeight: 1 };
  return { ...local, localityWeight: near.weight, subZone: `${near.key}=${near.value}` };
}

function takesIn({ to, zones }: ZoneRule, zone: string): boolean {
  if (to === "Any") return true;
  return to === "Only" ? zones.includes(zone) : to === "AnyExcept" && !zones.includes(zone);
}

/** A set of its own name, with the endpoints of `base` as the arrangement has them; their order is kept. */
export function arrangedSet(base: EndpointSet, cluster: string, arrangement: Arrangement): EndpointSet {
  const endpoints = base.endpoints.flatMap((endpoint) => arranged(endpoint, arrangement) ?? []);
  const { localWeight, cluster: of } = base;
  return { arrangement, cluster, endpoints, ...(localWeight === undefined ? {} : { localWeight }), of };
}
