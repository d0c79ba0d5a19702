// Which names of a mesh have virtual addresses.
import { SERVICE_TAG } from "#model/tag.ts";
import { resourcesOf, type View } from "#model/view.ts";
import { virtualName, ZONE_PART } from "./name.ts";
import { inboundsOf, madeHosts, outsideServices } from "./rendered.ts";

const RESOURCES = ["MeshService", "MeshExternalService", "MeshMultiZoneService"] as const;

/** The names of a mesh, and the parts of its zones. In a mesh of MeshServices alone, services have no names of their own. */
export function neededNames(view: Pick<View, "mesh" | "resources">, zones: readonly string[]): ReadonlySet<string> {
  const names = new Set<string>(zones.map((zone) => virtualName(ZONE_PART, zone)));
  for (const type of RESOURCES) for (const { name } of resourcesOf(view, type)) names.add(virtualName(type, name));
  if (view.mesh.spec.meshServices?.mode === "Exclusive") return names;
  for (const { tags } of inboundsOf(view)) {
    const service = tags?.[SERVICE_TAG];
    if (service !== undefined) names.add(virtualName("service", service));
  }
  for (const { service } of outsideServices(view)) names.add(virtualName("service", service));
  for (const host of madeHosts(view).keys()) names.add(virtualName("host", host));
  return names;
}
