// Resources as a control plane would have stored them, from their wire form.
import { freeze } from "#model/freeze.ts";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import { withZoneTag } from "#model/kind/dataplane-zone.ts";
import type { Kind } from "#model/kind.ts";
import { kindOfType } from "#model/kinds.ts";
import { computedLabels } from "#model/label.ts";
import type { Resource } from "#model/resource.ts";
import { fromWire } from "#model/wire.ts";

/** The zone whose dataplanes are compiled. */
export const ZONE = "east";

export type Body = Readonly<Record<string, unknown>> & { readonly type: string; readonly name: string };

/** A resource as stored: valid, labelled, frozen; a dataplane belongs to `ZONE` or to the zone that its label names. */
export function stored(body: Body): Resource {
  const kind = kindOfType(body.type) as Kind;
  const { resource, violations } = fromWire(kind, body, {
    mesh: kind.scope === "Mesh" ? "default" : "",
    name: body.name,
  });
  if (resource === undefined) throw new TypeError(`${body.type} ${body.name}: ${JSON.stringify(violations)}`);
  if (resource.type !== "Dataplane") {
    const zone = resource.labels["kuma.io/zone"];
    return freeze({ ...resource, labels: computedLabels(resource, zone) });
  }
  const zone = resource.labels["kuma.io/zone"] ?? ZONE;
  const spec = withZoneTag(resource.spec as DataplaneSpec, zone);
  return freeze({ ...resource, labels: computedLabels(resource, zone), spec });
}
