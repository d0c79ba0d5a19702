// The KRI of a resource, from its kind, name and labels.
import { kindOfType } from "./kinds.ts";
import { formatKri, type Kri } from "./kri.ts";
import type { Meta } from "./resource.ts";
import { LABEL } from "./tag.ts";

/** The parts of a resource's KRI. TypeError where the type is not in the table of kinds. */
export function kriPartsOf(resource: Pick<Meta, "type" | "mesh" | "name" | "labels">, section = ""): Kri {
  const kind = kindOfType(resource.type);
  if (kind === undefined) throw new TypeError(`No kind is named ${resource.type}`);
  return {
    shortName: kind.shortName,
    mesh: kind.scope === "Mesh" ? resource.mesh : "",
    zone: resource.labels[LABEL.zone] ?? "",
    namespace: resource.labels["k8s.kuma.io/namespace"] ?? "",
    name: resource.labels[LABEL.displayName] ?? resource.name,
    section,
  };
}

/** `kri_mt_default___slow_`: the resource's KRI as text, or empty where its kind has no short name (secrets). */
export function kriOf(resource: Pick<Meta, "type" | "mesh" | "name" | "labels">, section = ""): string {
  const parts = kriPartsOf(resource, section);
  return parts.shortName === "" ? "" : formatKri(parts);
}
