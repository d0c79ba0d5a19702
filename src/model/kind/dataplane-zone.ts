// The zone of a dataplane: in its label, and in the tags of its inbounds and gateway.
import type { Resource } from "#model/resource.ts";
import { LABEL, ZONE_TAG } from "#model/tag.ts";
import { at, type Violation } from "#model/violation.ts";
import type { DataplaneSpec, Networking } from "./dataplane-shape.ts";

/**
 * The spec with `kuma.io/zone` in the tags of every inbound and of the gateway, as a zone's control plane writes it. What has no
 * tags keeps none: it names no service, and a lone zone tag would be refused when it is written back.
 */
export function withZoneTag(spec: DataplaneSpec, zone: string): DataplaneSpec {
  const { networking } = spec;
  if (networking === undefined) return spec;
  const tagged = <Part extends { readonly tags?: Readonly<Record<string, string>> }>(part: Part): Part => {
    if (Object.keys(part.tags ?? {}).length === 0) return part;
    const tags = { ...part.tags, [ZONE_TAG]: zone };
    return { ...part, tags: Object.fromEntries(Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1))) };
  };
  const next: Networking = {
    ...networking,
    ...(networking.gateway && { gateway: tagged(networking.gateway) }),
    ...(networking.inbound && { inbound: networking.inbound.map(tagged) }),
  };
  return { ...spec, networking: next };
}

/** Violations of a dataplane that says, by label or tag, that it is in another zone than the one it is in. */
export function foreignZones(
  { labels, spec }: Pick<Resource<DataplaneSpec>, "labels" | "spec">,
  zone: string,
): readonly Violation[] {
  const { gateway, inbound = [] } = spec.networking ?? {};
  const said: readonly (readonly [field: string, value: string | undefined])[] = [
    [at("labels", LABEL.zone), labels[LABEL.zone]],
    [at("networking", "gateway", "tags", ZONE_TAG), gateway?.tags?.[ZONE_TAG]],
    ...inbound.map(
      ({ tags }, index) => [at("networking", "inbound", index, "tags", ZONE_TAG), tags?.[ZONE_TAG]] as const,
    ),
  ];
  return said.flatMap(([field, value]) => {
    if (value === undefined || value === zone) return [];
    const reason = `is ${JSON.stringify(value)}, and the dataplane is in the zone ${JSON.stringify(zone)}: leave it out, it is set by itself`;
    return [{ field, reason }];
  });
}

/** The zone that a dataplane belongs to, by label or else by tag; null where nothing says so. */
export function zoneOf({ labels, spec }: Pick<Resource<DataplaneSpec>, "labels" | "spec">): string | null {
  const { inbound, gateway } = spec.networking ?? {};
  return labels[LABEL.zone] ?? inbound?.[0]?.tags?.[ZONE_TAG] ?? gateway?.tags?.[ZONE_TAG] ?? null;
}
