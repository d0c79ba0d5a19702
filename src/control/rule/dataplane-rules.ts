// Rules of Dataplane: its zone, and what its mesh demands of its tags.

import { type Draft, draftOf, draftsOf, meshOf } from "#control/draft/draft.ts";
import { withZoneTag } from "#model/kind/dataplane-zone.ts";
import type { SpecOf } from "#model/kinds.ts";
import { computedLabels } from "#model/label.ts";
import { constraintViolations } from "#model/mesh-rule.ts";
import type { Resource } from "#model/resource.ts";
import { LABEL, ZONE_TAG } from "#model/tag.ts";
import { at, type Violation } from "#model/violation.ts";
import type { Rule } from "./rule.ts";

type Dataplane = Resource<SpecOf<"Dataplane">>;

/** Mesh constraints, and a zone that is there. */
export const putDataplane: Rule = ({ draft, planned }) => {
  const dataplane = planned.after as Dataplane;
  const mesh = meshOf(draft, dataplane.mesh);
  const zone = dataplane.labels[LABEL.zone] ?? "";
  const found: Violation[] = mesh === null ? [] : [...constraintViolations(mesh, dataplane.spec)];
  if (draftOf(draft, { type: "Zone", mesh: "", name: zone }) === null) {
    found.push({ field: at("labels", LABEL.zone), reason: `there is no Zone ${JSON.stringify(zone)}` });
  }
  return found;
};

/** The zone that a dataplane says it is in by label or tag, or the only one there is; null when none of them tells. */
export function zoneOf(draft: Draft, { labels, spec }: Dataplane): string | null {
  const { gateway, inbound = [] } = spec.networking ?? {};
  const tagged = [gateway?.tags, ...inbound.map(({ tags }) => tags)].flatMap((tags) => tags?.[ZONE_TAG] ?? []);
  const said = labels[LABEL.zone] ?? tagged[0];
  if (said !== undefined) return said;
  const zones = draftsOf(draft, "Zone", "");
  return zones.length === 1 ? (zones[0]?.name ?? null) : null;
}

/** The dataplane with its zone written into labels and tags, as Kuma's zones write it. */
export function inZone(dataplane: Dataplane, zone: string): Dataplane {
  const spec = withZoneTag(dataplane.spec, zone);
  return { ...dataplane, spec, labels: computedLabels({ ...dataplane, spec }, zone) };
}
