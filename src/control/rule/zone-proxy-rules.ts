// Rules of ZoneIngress and ZoneEgress: their zone, and a name that no other of them has.
import { type Draft, draftOf, draftsOf } from "#control/draft/draft.ts";
import { withZone } from "#model/kind/zone-proxy-rules.ts";
import { computedLabels } from "#model/label.ts";
import { isZoneProxyKind, ZONE_PROXY_KINDS } from "#model/proxy-kind.ts";
import { LABEL } from "#model/tag.ts";
import { at, type Violation } from "#model/violation.ts";
import type { ZoneProxy } from "#model/zone-place.ts";
import { zoneOfProxy } from "#model/zone-place.ts";
import type { Rule } from "./rule.ts";

/** A zone that is there, and a name of its own among ingresses and egresses: a node's id says the name alone. */
export const putZoneProxy: Rule = ({ draft, planned }) => {
  const proxy = planned.after as ZoneProxy;
  const zone = zoneOfProxy(proxy);
  const found: Violation[] = [];
  if (draftOf(draft, { type: "Zone", mesh: "", name: zone }) === null)
    found.push({ field: "zone", reason: `there is no Zone ${JSON.stringify(zone)}` });
  const twin = ZONE_PROXY_KINDS.filter((type) => type !== proxy.type).find(
    (type) => draftOf(draft, { type, mesh: "", name: proxy.name }) !== null,
  );
  if (twin !== undefined) {
    const reason = `a ${twin} has the name ${JSON.stringify(proxy.name)} already; ingresses and egresses share one space of names, so choose another`;
    found.push({ field: "name", reason });
  }
  return found;
};

/** The proxy as it is stored in the zone that it says or in the only one there is; or what is wrong with what it says. */
export function placedProxy(draft: Draft, proxy: ZoneProxy): ZoneProxy | readonly Violation[] {
  const { labels, spec } = proxy;
  const labelled = labels[LABEL.zone];
  if (labelled !== undefined && spec.zone !== undefined && spec.zone !== labelled) {
    const reason = `is ${JSON.stringify(spec.zone)}, and the label ${LABEL.zone} says ${JSON.stringify(labelled)}`;
    return [{ field: "zone", reason }];
  }
  const zones = draftsOf(draft, "Zone", "");
  const zone = labelled ?? spec.zone ?? (zones.length === 1 ? zones[0]?.name : undefined);
  if (zone !== undefined) return ofZone(proxy, zone);
  return [
    { field: at("labels", LABEL.zone), reason: "must name the Zone that the proxy is in: there is not exactly one" },
  ];
}

/** The proxy as its zone has it. */
export function ofZone(proxy: ZoneProxy, zone: string): ZoneProxy {
  const spec = withZone(proxy.spec, zone);
  return { ...proxy, spec, labels: computedLabels({ ...proxy, spec }, zone) };
}

/** The stored ingress or egress with this name, whichever it is. */
export function zoneProxyNamed(draft: Draft, name: string): ZoneProxy | null {
  for (const type of ZONE_PROXY_KINDS) {
    const found = draftOf(draft, { type, mesh: "", name });
    if (found !== null && isZoneProxyKind(found.type)) return found;
  }
  return null;
}
