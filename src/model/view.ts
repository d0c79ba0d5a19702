// A view: all resources of one mesh at one moment, frozen; the only input of compilation.

import type { SpecOf, TypeName } from "./kinds.ts";
import type { Resource } from "./resource.ts";
import type { VirtualAddress } from "./virtual/name.ts";
import type { ZonePlace } from "./zone-place.ts";

export interface View {
  readonly mesh: Resource<SpecOf<"Mesh">>;
  /** Resources of mesh scope by type, each list sorted by name; a resource that did not change keeps its identity. */
  readonly resources: Readonly<Record<string, readonly Resource[]>>;
  /** PEM certificates that this mesh's proxies trust, newest first; empty while mTLS is off. */
  readonly bundle: readonly string[];
  /** Names of user-owned dataplanes whose last registration has ended: they are shown, and are no endpoints. */
  readonly departed: readonly string[];
  /** All zones of the organisation, sorted by name, the same object in every mesh's view; absent = none is known beside the own. */
  readonly zones?: readonly ZonePlace[];
  /** Virtual addresses of the names that are in use, and the zones' parts of the ranges, sorted by name; the same list until one of them changes. */
  readonly addresses?: readonly VirtualAddress[];
}

/** The view's resources of one type, typed. */
export function resourcesOf<T extends TypeName>(
  view: Pick<View, "resources">,
  type: T,
): readonly Resource<SpecOf<T>>[] {
  return (view.resources[type] ?? []) as readonly Resource<SpecOf<T>>[];
}
