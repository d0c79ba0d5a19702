// The zone of a dataplane: in its label, and in the tags of its inbounds and gateway.
import type { Resource } from "#model/resource.ts";
import { LABEL, ZONE_TAG } from "#model/tag.ts";
import type { DataplaneSpec, Networking } from "./dataplane-shape.ts";

/** The spec with `kuma.io/zone` in the tags of every inbound and of the gateway, as a zone's control plane writes it. */
export function withZoneTag(spec: DataplaneSpec, zone: string, exclusive = false): DataplaneSpec {
  const { networking } = spec;
  if (networking === undefined) return spec;
  const tagged = <Part extends { readonly tags?: Readonly<Record<string, string>> }>(part: Part): Part => {
    // Tags are optional only where services are not made of them.
    if (exclusive && Object.keys(part.tags ?? {}).length === 0) return part;
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

/** The zone that a dataplane belongs to, by label or else by tag; null where nothing says so. */
export function zoneOf({ labels, spec }: Pick<Resource<DataplaneSpec>, "labels" | "spec">): string | null {
  const { inbound, gateway } = spec.networking ?? {};
  return labels[LABEL.zone] ?? inbound?.[0]?.tags?.[ZONE_TAG] ?? gateway?.tags?.[ZONE_TAG] ?? null;
}
