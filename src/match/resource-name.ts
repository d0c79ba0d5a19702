// Names in Envoy of a destination that is a real resource (reference 3.1).
import { formatKri } from "#model/kri.ts";
import { kriPartsOf } from "#model/kri-of.ts";
import type { Resource } from "#model/resource.ts";
import type { Destination } from "./matched.ts";

/** `default_backend__east_msvc_8080`, and the KRI of the port. */
export function resourceNames(
  resource: Resource,
  section: string,
  port: number,
  mesh: string,
): Pick<Destination, "cluster" | "routeConfig" | "virtualHost" | "tags"> {
  const parts = kriPartsOf(resource, section);
  const cluster = `${mesh}_${parts.name}_${parts.namespace}_${parts.zone}_${parts.shortName}_${port}`;
  const kri = formatKri(parts);
  return { cluster, routeConfig: kri, virtualHost: cluster, tags: { "kuma.io/unified-name": kri } };
}
