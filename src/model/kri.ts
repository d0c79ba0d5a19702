// KRI: Kuma's canonical identifier of a resource, as it stands in REST answers, origins and Envoy names.

export interface Kri {
  /** The kind's short name: `mt`, `msvc`, `dp`. */
  readonly shortName: string;
  readonly mesh: string;
  readonly zone: string;
  readonly namespace: string;
  /** The display name. */
  readonly name: string;
  readonly section: string;
}

/** `kri_<short>_<mesh>_<zone>_<namespace>_<name>_<section>`: always seven parts, empty ones allowed. */
export function formatKri(kri: Kri): string {
  return `kri_${kri.shortName}_${kri.mesh}_${kri.zone}_${kri.namespace}_${kri.name}_${kri.section}`;
}

/** Null where the text is no KRI. A section may itself hold underscores: all from the seventh part on is section. */
export function parseKri(text: string): Kri | null {
  const parts = text.split("_");
  const [head, shortName, mesh, zone, namespace, name, ...section] = parts;
  if (head !== "kri" || parts.length < 7 || shortName === "" || name === "") return null;
  return {
    shortName: shortName ?? "",
    mesh: mesh ?? "",
    zone: zone ?? "",
    namespace: namespace ?? "",
    name: name ?? "",
    section: section.join("_"),
  };
}
